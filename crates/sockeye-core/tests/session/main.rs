//! Whole conversations with no socket and no waiting: what goes in, when, and what comes out.
//! Never looks inside the session: what these tests see, a driver sees.
#![allow(clippy::panic, clippy::unwrap_used)] // the functions here are tests' too

mod course;
mod damage;
mod device;
mod edits;
mod framing;
mod limits;
mod load;
mod orders;
mod relayed;
mod replies;
mod rig;
mod rules;
mod table;
mod talk;
