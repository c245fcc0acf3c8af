//! How many descriptors this process may hold.
//! Never lowers a limit.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most that the system gives to a process whose hard limit is infinite (`OPEN_MAX`).
const MOST: u64 = 10_240;

/// Raises the soft limit on open descriptors to the hard one and returns what holds now.
///
/// Where the system does not allow it, what held before is returned.
#[must_use]
pub fn raise_descriptor_limit() -> usize {
    let before = getrlimit(Resource::Nofile);
    let current = before.current.unwrap_or(MOST);
    let wanted = before.maximum.unwrap_or(MOST).max(current);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: before.maximum });
    usize::try_from(if raised.is_ok() { wanted } else { current }).unwrap_or(usize::MAX)
}
