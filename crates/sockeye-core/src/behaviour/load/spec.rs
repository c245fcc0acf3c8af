//! What the conversations of a load say, and what has to come back.
//! Never holds what one of them is about.

use std::time::Duration;

use super::pace::LoadRounds;
use crate::behaviour::{Expectation, Payload};

/// What an answer has to be.
#[derive(Clone, Debug)]
pub enum Sought {
    /// What was said.
    Echo,
    /// One that this is found in.
    Text(Expectation),
    /// Any.
    Any,
    /// There is none: what was said is done with once the system has it.
    None,
}

/// What the conversations with one target say, and when.
#[derive(Clone, Debug)]
pub struct LoadSpec {
    /// What is said, in turn; one at least. Under a framing that writes into a message, as it is heard.
    pub payloads: Vec<Payload>,
    /// Whether datagrams begin with their number: eight bytes, the most significant first.
    pub is_numbered: bool,
    /// What answers have to be.
    pub sought: Sought,
    /// How long after it was due a message may be answered.
    pub timeout: Duration,
    /// How long answers may still come once nothing more is said.
    pub grace: Duration,
    /// When it measures, and whose turn it is.
    pub rounds: LoadRounds,
    /// Which target it is, from 0.
    pub target: usize,
}
