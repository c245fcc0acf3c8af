//! `check`: which cuts a receiver must survive, whether an answer is the right one, and what its code is likely to do wrong.
//! Never sends anything: answers are handed in.

mod plan;
mod answer;
mod advice;
mod verdict;

pub use answer::{Standing, Yardstick};
pub use plan::{Carried, Conversation, Memory, Trial, TrialEnd, trials};
pub use verdict::{Receiver, judge};
