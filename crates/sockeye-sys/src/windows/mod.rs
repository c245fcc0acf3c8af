//! Windows.
//! Never decides anything: no policy, no waiting, no printing.

mod console;
mod files;
mod landing;
mod network;
mod opener;
mod streams;

use sockeye_core::transfer::name::Naming;

pub use crate::elsewhere::{
    HangUp, Pipe, SEGMENTS, begin_connect, congestion_control, drain_errors, ephemeral_ports, is_unanswered,
    limit_unsent, listeners, obstacle, obstacle_between, queued_icmp, receive, receive_into,
    receive_together, report_errors, send, send_together, slept, stream_socket, take_together, tcp_info,
    wait_for_bytes,
};
pub use console::{
    StopSignals, TerminalMode, catch_file_size_signal, is_in_foreground, make_private_folder, terminal_size,
    thread_time, wake_line_editor,
};
pub use files::{
    give_usual_mode, is_exhausted, is_null_device, name_of, read_at, read_exact_at, reserve, write_all_at,
    write_at,
};
pub use landing::{LandingFolder, open_direct};
pub use network::{
    ADDRESS_LISTER, INTERFACE_LISTER, PORT_RIGHT, first_free_port, interface_number, is_no_such_family,
    is_too_long, name_servers, raise_descriptor_limit, use_interface_v4, words,
};
pub use opener::{FolderReader, Opener, state};
pub use streams::{BoundUnix, UnixStream, connect_unix, listen_unix, send_file, stream_pair};

/// How files are named here.
pub const NAMING: Naming = Naming::Windows;
