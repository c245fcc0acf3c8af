//! What is known of a receiver, in one place.
//! Never changes.

use sockeye_core::{charset::Charset, frame::Framing};

use super::{answer::Yardstick, plan::Conversation};

/// What is known of a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// What is said to it.
    pub conversation: &'a Conversation,
    /// What it answers.
    pub yardstick: &'a Yardstick,
    /// How its messages are framed.
    pub framing: &'a Framing,
    /// How they read as text.
    pub charset: Charset,
}
