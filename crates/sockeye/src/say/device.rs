//! Sentences for command lines of devices that are not followed.
//! Never refuses anything itself.

use super::say;

/// `--gap` without a second message.
#[must_use]
pub(crate) fn gap_needs_messages() -> String {
    say!("gap-without-messages")
}

/// `--await` without a message that would wait.
#[must_use]
pub(crate) fn await_needs_messages() -> String {
    say!("await-without-messages")
}

/// `connect --reply chat`.
#[must_use]
pub(crate) fn chat_is_for_listen() -> String {
    say!("chat-is-for-listen")
}

/// `--read-size` over datagrams.
#[must_use]
pub(crate) fn datagrams_are_read_whole() -> String {
    say!("datagrams-are-read-whole")
}
