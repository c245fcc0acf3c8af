//! How much is told: which events are built at all.

use serde::{Deserialize, Serialize};

/// Which events are built. What nobody reads costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventDetail {
    /// All, those of single messages included.
    Messages,
    /// Only failures and the summary.
    Summary,
    /// The same, and what faults do.
    Faults,
    /// All, and the bytes of the wire besides.
    Wire,
}

impl EventDetail {
    /// Whether events of single messages are built.
    #[must_use]
    #[inline]
    pub fn has_messages(self) -> bool {
        matches!(self, Self::Messages | Self::Wire)
    }

    /// Whether it is told what faults do.
    #[must_use]
    pub fn has_faults(self) -> bool {
        self != Self::Summary
    }

    /// Whether the bytes of the wire are told.
    #[must_use]
    #[inline]
    pub fn has_wire(self) -> bool {
        self == Self::Wire
    }
}
