//! What is asked of the machine's network and only Linux tells without being asked by a program of its own.

/// Nothing: this system does not say it in a file.
#[must_use]
pub fn ephemeral_ports() -> Option<(u16, u16)> {
    None
}

/// Nothing, as for [`ephemeral_ports`].
#[must_use]
pub fn congestion_control() -> Option<String> {
    None
}
