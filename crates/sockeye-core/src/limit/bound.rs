//! What a limit is, and how that is shown.
//! Never enforces one.

use std::{fmt, time::Duration};

use sockeye_text::{Text, text};

/// What a limit is without a flag, shown with its unit: `16MiB`, `2s`, `256 messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// So many bytes.
    Bytes(usize),
    /// So long.
    Time(Duration),
    /// So many of something.
    Count(u64, Counted),
    /// No bound.
    None,
    /// No bound, but for datagrams so many a second.
    DatagramsOnly(u64),
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// What its name says.
    Named,
    /// Messages.
    Messages,
    /// Columns of a terminal.
    Columns,
    /// Entries of folders.
    Entries,
}

impl Bound {
    /// What is shown of it.
    #[must_use]
    pub fn text(self) -> Text {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        match self {
            Self::Bytes(bytes) if bytes >= MIB && bytes.is_multiple_of(MIB) => {
                Text::verbatim(format!("{}MiB", bytes / MIB))
            }
            Self::Bytes(bytes) if bytes >= KIB && bytes.is_multiple_of(KIB) => {
                Text::verbatim(format!("{}KiB", bytes / KIB))
            }
            Self::Bytes(bytes) => text!("bound-bytes", number = bytes),
            Self::Time(time) if time.subsec_millis() == 0 => Text::verbatim(format!("{}s", time.as_secs())),
            Self::Time(time) => Text::verbatim(format!("{}ms", time.as_millis())),
            Self::Count(number, Counted::Named) => Text::verbatim(number.to_string()),
            Self::Count(number, Counted::Messages) => text!("bound-messages", number = number),
            Self::Count(number, Counted::Columns) => text!("bound-columns", number = number),
            Self::Count(number, Counted::Entries) => text!("bound-entries", number = number),
            Self::None => text!("bound-none"),
            Self::DatagramsOnly(number) => text!("bound-datagrams", number = number),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text().to_string())
    }
}
