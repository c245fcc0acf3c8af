//! What each operating system does in its own way, behind one set of functions: a folder a system, and this file picks one.
//! Never decides anything: no policy, no waiting, no printing.

mod obstacle;
mod received;
mod words;
mod files;
mod signal;
#[cfg(unix)]
mod unix;
#[cfg(any(target_os = "macos", windows))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(windows)]
use windows as system;

pub use files::{FileKind, FileState, Flush, PartialError};
pub use obstacle::{Holder, Listening, Obstacle, Transport};
pub use received::{Handshake, QueuedIcmp, Received};
pub use signal::StopSignal;
pub use system::{
    ADDRESS_LISTER, BoundUnix, FolderReader, HangUp, INTERFACE_LISTER, LandingFolder, NAMING, Opener,
    PORT_RIGHT, Pipe, SEGMENTS, StopSignals, TerminalMode, UnixStream, begin_connect, catch_file_size_signal,
    congestion_control, connect_unix, drain_errors, ephemeral_ports, first_free_port, give_usual_mode,
    interface_number, is_exhausted, is_in_foreground, is_no_such_family, is_null_device, is_too_long,
    is_unanswered, limit_unsent, listen_unix, listeners, make_private_folder, name_of, name_servers,
    obstacle, obstacle_between, open_direct, queued_icmp, raise_descriptor_limit, read_at, read_exact_at,
    receive, receive_into, receive_together, report_errors, reserve, send, send_file, send_together, slept,
    state, stream_pair, stream_socket, take_together, tcp_info, terminal_size, thread_time, use_interface_v4,
    wait_for_bytes, wake_line_editor, words, write_all_at, write_at,
};
