//! What the checksum of a message said, and how one lies on the wire.

/// Which byte of a checksum is sent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ByteOrder {
    /// The high byte first.
    Big,
    /// The low byte first.
    Little,
}

/// What verifying a message's checksum gave. A bad message is still delivered: people want to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Check {
    /// The framing has no checksum.
    None,
    /// The checksum fits the message.
    Good,
    /// The message, which is delivered whole, is too short to hold one.
    Short {
        /// The checksum's length in bytes.
        size: usize,
    },
    /// The checksum does not fit.
    Bad {
        /// The value the message carries.
        found: u64,
        /// The value computed over what the message says.
        expected: u64,
        /// How the two lie on the wire.
        layout: Layout,
    },
}

impl Check {
    /// Whether the message is damaged, as far as its checksum says.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Short { .. } | Self::Bad { .. })
    }
}

/// How a checksum lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Layout {
    /// Its length in bytes, 1 to 8.
    pub size: usize,
    /// Which byte is first.
    pub order: ByteOrder,
}

impl Layout {
    /// The bytes of `value`, in the order in which they travel, and how many there are.
    #[must_use]
    pub fn bytes(self, value: u64) -> ([u8; 8], usize) {
        let mut bytes = value.to_le_bytes();
        if self.order == ByteOrder::Big {
            bytes.get_mut(..self.size).unwrap_or_default().reverse();
        }
        (bytes, self.size.min(8))
    }

    /// The same as people write bytes: `12 34`.
    #[must_use]
    pub fn hex(self, value: u64) -> String {
        let (bytes, size) = self.bytes(value);
        let pairs: Vec<String> = bytes.iter().take(size).map(|byte| format!("{byte:02x}")).collect();
        pairs.join(" ")
    }
}
