//! What Linux and macOS do in the same way.
//! Never decides anything: no policy, no waiting, no printing.

mod errors;
mod files;
mod landing;
mod names;
mod process;
mod sockets;
mod terminal;

pub use errors::{is_exhausted, is_no_such_family, is_too_long, words};
pub use files::{name_of, read_at, read_exact_at, write_all_at, write_at};
pub use landing::LandingFolder;
pub(crate) use landing::{give_mode, kind_of};
pub use names::name_servers;
pub use process::{StopSignals, catch_file_size_signal, make_private_folder, thread_time};
pub use sockets::{BoundUnix, UnixStream, stream_pair};
pub(crate) use sockets::{connect_unix, listen_unix};
pub use terminal::{TerminalMode, is_in_foreground, terminal_size, wake_line_editor};
