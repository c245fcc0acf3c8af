//! What the conversations of a run have in common.

use crate::{charset::Charset, event::EventDetail, frame::Framing, unit::Wall};

/// What all conversations of a run share.
#[derive(Debug)]
pub struct Common {
    /// How the stream is cut and joined.
    pub framing: Framing,
    /// How messages read as text.
    pub charset: Charset,
    /// Whether anybody looks at single messages.
    pub detail: EventDetail,
    /// The time of day.
    pub wall: Wall,
    /// What all chance derives from.
    pub seed: u64,
    /// Messages a second that one peer is answered.
    pub rate: Option<u64>,
}
