//! How many descriptors this process may hold.
//! Never lowers a limit.

/// Raises the soft limit on open descriptors to the hard one and returns what holds now.
///
/// Where the system does not say or does not allow it, what held before (or 1,024) is returned.
#[must_use]
pub fn raise_descriptor_limit() -> usize {
    let mut limit = libc::rlimit { rlim_cur: 1024, rlim_max: 1024 };
    // SAFETY: getrlimit writes one rlimit through a pointer to a live, properly typed local.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return 1024;
    }
    let before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: setrlimit only reads the rlimit behind the pointer, a live local.
    let raised = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } == 0;
    usize::try_from(if raised { limit.rlim_cur } else { before }).unwrap_or(usize::MAX)
}
