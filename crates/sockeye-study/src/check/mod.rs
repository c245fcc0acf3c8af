//! `check`: which cuts a receiver must survive, whether an answer is the right one, and what its code is likely to do wrong.
//! Never sends anything: answers are handed in.

mod plan;
mod answer;
mod receiver;
mod advice;
mod verdict;
mod words;

pub use answer::{Standing, Yardstick};
pub use plan::{Carried, Conversation, Memory, Trial, TrialEnd, trials};
pub use receiver::Receiver;
pub use verdict::judge;
pub use words::{of_advice, of_family};
