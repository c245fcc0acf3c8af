//! Linux.
//! Never decides anything: no policy, no waiting, no printing.

mod connecting;
mod files;
mod hang_up;
mod holder;
mod limits;
mod network;
mod opener;
mod pipe;
mod streams;
mod tcp_info;

mod udp_errors;
mod udp_together;

use sockeye_core::transfer::name::Naming;

pub use crate::unix::{
    BoundUnix, LandingFolder, StopSignals, TerminalMode, UnixStream, catch_file_size_signal, is_exhausted,
    is_in_foreground, is_no_such_family, is_too_long, make_private_folder, name_of, name_servers, read_at,
    read_exact_at, stream_pair, terminal_size, thread_time, wake_line_editor, words, write_all_at, write_at,
};
pub use connecting::{begin_connect, stream_socket};
pub use files::{give_usual_mode, is_null_device, open_direct, reserve};
pub use hang_up::HangUp;
pub use holder::{listeners, obstacle, obstacle_between};
pub use limits::raise_descriptor_limit;
pub use network::{
    ADDRESS_LISTER, INTERFACE_LISTER, PORT_RIGHT, congestion_control, ephemeral_ports, first_free_port,
    interface_number, is_unanswered, slept, use_interface_v4,
};
pub use opener::{FolderReader, Opener, state};
pub use pipe::Pipe;
pub use streams::{
    connect_unix, limit_unsent, listen_unix, receive, receive_into, send, send_file, wait_for_bytes,
};
pub use tcp_info::tcp_info;
pub use udp_errors::{drain_errors, queued_icmp, report_errors};
pub use udp_together::{SEGMENTS, receive_together, send_together, take_together};

/// How files are named here.
pub const NAMING: Naming = Naming::AsIs;
