//! What `get` says: how far a file is, what became of it, what a folder holds.
//! Never shows a byte of a name that could steer a terminal.

use std::time::Duration;

use sockeye_core::{
    charset::{self, Charset},
    event::{Anew, Listed, Proof, Thing},
    rule::quantity::brief_duration,
    transfer::Blake3,
};
use sockeye_text::text;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{bytes, lasted, safe, say, words};

/// Columns of a name in the progress line.
const SHOWN: usize = 24;

/// What became of the files so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Files that came in this run, or the rest of them.
    pub fetched: u64,
    /// Files that were here already.
    pub here: u64,
    /// Bytes that came in this run.
    pub came: u64,
    /// What failed.
    pub failed: u64,
}

fn shown(name: &[u8]) -> String {
    charset::visible_bytes(name, Charset::utf8())
}

/// A number of bytes rounded for reading: `12.3 MiB`.
#[must_use]
pub(crate) fn size(bytes: u64) -> String {
    let mut scale = 1_u64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if bytes / scale < 1024 {
            let tenths = bytes % scale * 10 / scale;
            return if scale == 1 {
                format!("{bytes} B")
            } else {
                format!("{}.{tenths} {unit}", bytes / scale)
            };
        }
        scale *= 1024;
    }
    format!("{}.{} TiB", bytes / scale, bytes % scale / (scale / 10))
}

/// The end of a name that is too wide; half of the world's characters take two columns.
fn shortened(name: &str) -> String {
    if name.width() <= SHOWN {
        return name.to_owned();
    }
    let mut room = SHOWN - 3;
    let fits = |c: &char| {
        let left = room.checked_sub(c.width().unwrap_or(0));
        room = left.unwrap_or(0);
        left.is_some()
    };
    let tail: Vec<char> = name.chars().rev().take_while(fits).collect();
    format!("...{}", tail.into_iter().rev().collect::<String>())
}

/// How far it is, in one line of a narrow terminal.
#[must_use]
pub(crate) fn progress(name: &[u8], done: u64, whole: Option<u64>, rate: u64) -> String {
    let name = shortened(&shown(name));
    let (came, speed) = (size(done), size(rate));
    let Some(whole) = whole else {
        return say!("progress-endless", name = name, done = came, rate = speed);
    };
    let percent = u64::try_from(u128::from(done) * 100 / u128::from(whole.max(1))).unwrap_or(u64::MAX);
    match whole.saturating_sub(done).checked_div(rate) {
        Some(seconds) => {
            let left = brief_duration(Duration::from_secs(seconds.min(86_400 * 99)));
            say!("progress", name = name, percent = percent, whole = size(whole), rate = speed, left = left)
        }
        None => say!("progress-waiting", name = name, percent = percent, whole = size(whole), rate = speed),
    }
}

/// It goes on where an earlier run stopped.
#[must_use]
pub(crate) fn resumed(name: &[u8], kept: u64) -> String {
    say!("fetch-resumed", name = shown(name), count = kept)
}

/// It begins anew.
#[must_use]
pub(crate) fn again(name: &[u8], why: Anew) -> String {
    let why = match why {
        Anew::Changed => text!("anew-changed"),
        Anew::Damaged => text!("anew-damaged"),
        Anew::Unknown => text!("anew-unknown"),
        Anew::Foreign => text!("anew-foreign"),
        Anew::NoResume => text!("anew-no-resume"),
    };
    say!("fetch-anew", name = shown(name), why = why)
}

/// It is complete; `came` bytes of it came in this run.
#[must_use]
pub(crate) fn complete(to: &str, size: u64, came: u64, hash: Blake3, proof: Proof) -> String {
    let (to, hash) = (safe(to), hash.to_string());
    let size = match (came, size) {
        (0, 1..) => text!("bytes-already", count = size),
        _ => bytes(size),
    };
    match proof {
        Proof::Server => say!("fetched-verified", to = to, bytes = size, hash = hash),
        Proof::Pinned => say!("fetched-pinned", to = to, bytes = size, hash = hash),
        Proof::None => say!("fetched-unverified", to = to, bytes = size, hash = hash),
    }
}

/// What became of several files.
#[must_use]
pub(crate) fn all(tally: &Tally, nanos: u64) -> String {
    let Tally { fetched, here, came, failed } = *tally;
    let mut out = text!("fetched-all", count = fetched, size = size(came), time = lasted(nanos));
    if here > 0 {
        out = out.and(text!("here-already", count = here));
    }
    if failed > 0 {
        out = out.and(text!("failures", count = failed));
    }
    words(&out)
}

/// It could not be completed.
#[must_use]
pub(crate) fn kept(partial: &str, done: u64) -> String {
    say!("fetch-kept", count = done, partial = safe(partial))
}

/// One thing in a folder.
#[must_use]
pub(crate) fn listed(listed: &Listed) -> String {
    let name = shown(&listed.name);
    match listed.is {
        Thing::File => format!("{:>16}  {name}", listed.size),
        Thing::Folder => format!("{:>16}  {name}/", "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_down() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (5 << 30, "5.0 GiB"),
            (3 << 40, "3.0 TiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_progress_line_is_short_and_divides_by_nothing() {
        let line = progress(&[b'n'; 255], u64::MAX, Some(u64::MAX), 1);
        assert!(line.width() < 79, "{line}");
        assert!(progress("报".repeat(80).as_bytes(), u64::MAX, Some(u64::MAX), 1).width() < 79);
        assert!(progress(b"a", 0, Some(0), 0).contains("0%"));
        assert_eq!(progress(b"a", 5, None, 10), "a  5 B  10 B/s");
    }
}
