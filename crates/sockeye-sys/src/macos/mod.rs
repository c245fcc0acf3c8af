//! macOS.
//! Never decides anything: no policy, no waiting, no printing.

mod files;
mod limits;
mod network;
mod opener;
mod streams;

use sockeye_core::transfer::name::Naming;

pub use crate::{
    elsewhere::{
        HangUp, Pipe, SEGMENTS, begin_connect, congestion_control, drain_errors, ephemeral_ports,
        is_unanswered, limit_unsent, listeners, obstacle, obstacle_between, queued_icmp, receive,
        receive_into, receive_together, report_errors, send, send_together, slept, stream_socket,
        take_together, tcp_info, wait_for_bytes,
    },
    unix::{
        BoundUnix, LandingFolder, StopSignals, TerminalMode, UnixStream, catch_file_size_signal,
        is_exhausted, is_in_foreground, is_no_such_family, is_too_long, make_private_folder, name_of,
        name_servers, read_at, read_exact_at, stream_pair, terminal_size, thread_time, wake_line_editor,
        words, write_all_at, write_at,
    },
};
pub use files::{give_usual_mode, is_null_device, open_direct, reserve};
pub use limits::raise_descriptor_limit;
pub use network::{
    ADDRESS_LISTER, INTERFACE_LISTER, PORT_RIGHT, first_free_port, interface_number, use_interface_v4,
};
pub use opener::{FolderReader, Opener, state};
pub use streams::{connect_unix, listen_unix, send_file};

/// How files are named here.
pub const NAMING: Naming = Naming::AsIs;
