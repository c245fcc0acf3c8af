//! `get`: fetch files.
//! Never opens one.

use std::{path::PathBuf, time::Duration};

use super::Family;
use crate::{
    address::Address,
    event::Dialect,
    limit::Limits,
    transfer::{Blake3, Name, Sha256},
};

/// `get`: fetch files from a server.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     event::Dialect,
///     limit::Limits,
///     plan::{Existing, Family, GetPlan, Destination, Pins, Selection},
///     transfer::Name,
/// };
/// use std::time::Duration;
///
/// let plan = GetPlan {
///     target: Address::parse("127.0.0.1:8889")?,
///     family: Family::Any,
///     dialect: Dialect::Sockeye,
///     selections: vec![Selection::File(Name::parse(b"docs/report.pdf")?)],
///     into: Destination::Folder(".".into()),
///     existing: Existing::Keep,
///     pins: Pins::default(),
///     retries: 10,
///     timeout: Duration::from_secs(30),
///     limits: Limits::default(),
/// };
/// assert_eq!(plan.selections.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct GetPlan {
    /// From where.
    pub target: Address,
    /// Which addresses of a name.
    pub family: Family,
    /// How it is asked.
    pub dialect: Dialect,
    /// For what, in order.
    pub selections: Vec<Selection>,
    /// Where files go.
    pub into: Destination,
    /// What becomes of a file that is there already.
    pub existing: Existing,
    /// What the one file has to be.
    pub pins: Pins,
    /// How often a lost connection is made again for one file, each time going on where it was.
    pub retries: u32,
    /// The longest wait without progress.
    pub timeout: Duration,
    /// Every other bound.
    pub limits: Limits,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// This file.
    File(Name),
    /// Every file whose name this pattern matches: `*`, `?` and `[…]` within components.
    Pattern(Name),
    /// This file, or this folder and all that is in it.
    Tree(Name),
    /// All that is offered.
    All,
    /// To know what is in this folder; the empty name is the folder that is served.
    List(Vec<u8>),
}

/// Where files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into this folder, each under the last component of its name.
    Folder(PathBuf),
    /// Into this file.
    File(PathBuf),
    /// To standard output, one after the other.
    Stdout,
}

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and fetching over it is refused.
    Keep,
    /// It is replaced if it is a regular file, once the new one is complete.
    Replace,
}

/// What a file has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// Its SHA-256.
    pub sha256: Option<Sha256>,
    /// Its BLAKE3.
    pub blake3: Option<Blake3>,
}
