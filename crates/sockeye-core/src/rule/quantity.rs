//! Durations and sizes as people write them: `250ms`, `2m`, `64KiB`.
//! Never rounds on reading: what cannot be held exactly, or is negative, is refused.

use std::time::Duration;

use sockeye_text::{Text, text};
use thiserror::Error;

/// The longest duration accepted: ten years of 365.25 days.
pub const DURATION_MAX: Duration = Duration::from_secs(315_576_000);

/// Duration units with their length in nanoseconds, the longest first.
const UNITS: [(&str, u64); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// Size units, lower case, with their bytes. A bare letter counts in 1024, as netcat's family and dd have it.
const SIZES: [(&str, u64); 14] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1_000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
    ("t", 1 << 40),
    ("tib", 1 << 40),
    ("tb", 1_000_000_000_000),
];

/// Why a text is no duration or no size. The message quotes the text and says what to write; a usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum QuantityError {
    /// Not a number with a unit of time.
    Duration { text: String },
    /// Longer than [`DURATION_MAX`].
    TooLong { text: String },
    /// Finer than a nanosecond.
    TooFine { text: String },
    /// Not a number with a unit of size.
    Size { text: String },
    /// `10Mb` means megabits to some and megabytes to others.
    Bits { text: String, write: String },
    /// Not a whole number of bytes.
    PartOfByte { text: String },
    /// More than 64 bits hold.
    TooLarge { text: String },
}

impl QuantityError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let quoted = |text: &String| format!("{text:?}");
        match self {
            Self::Duration { text } if text.trim().is_empty() => text!("duration-missing"),
            Self::Duration { text } => text!("duration-none", text = quoted(text)),
            Self::TooLong { text } => text!("duration-long", text = quoted(text)),
            Self::TooFine { text } => text!("duration-fine", text = quoted(text)),
            Self::Size { text } if text.trim().is_empty() => text!("size-missing"),
            Self::Size { text } => text!("size-none", text = quoted(text)),
            Self::Bits { text, write } => text!("size-bits", text = quoted(text), write = write),
            Self::PartOfByte { text } => text!("size-part-of-byte", text = quoted(text)),
            Self::TooLarge { text } => text!("size-large", text = quoted(text)),
        }
    }
}

/// Reads a duration: `250ms`, `3s`, `2m`, `1h`, `1.5` or `10` (seconds), `1m30s`. Units are `d h m s ms us ns`.
///
/// # Errors
/// [`QuantityError`]; also for more than [`DURATION_MAX`].
pub fn duration(text: &str) -> Result<Duration, QuantityError> {
    let bad = || QuantityError::Duration { text: text.into() };
    let too_long = || QuantityError::TooLong { text: text.into() };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(bad());
    }
    let mut nanos = 0_u128;
    let mut smaller_than = u64::MAX;
    while !rest.is_empty() {
        let (number, behind) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, behind) = split(behind, char::is_alphabetic);
        let alone = smaller_than == u64::MAX && behind.is_empty();
        let unit = if unit.is_empty() && alone { "s" } else { unit };
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?;
        // "30s1m" and "1s2s" are more likely slips than durations.
        if *scale >= smaller_than {
            return Err(bad());
        }
        smaller_than = *scale;
        let part = match decimal(number, *scale) {
            Decimal::Exact(part) => part,
            Decimal::Malformed => return Err(bad()),
            Decimal::Fraction => return Err(QuantityError::TooFine { text: text.into() }),
            Decimal::Huge => return Err(too_long()),
        };
        nanos = nanos.saturating_add(part);
        rest = behind;
    }
    let nanos = u64::try_from(nanos).map_err(|_| too_long())?;
    let found = Duration::from_nanos(nanos);
    if found > DURATION_MAX { Err(too_long()) } else { Ok(found) }
}

/// Reads a size in bytes: `4096`, `64KiB` and `64K` (1024), `10kB` and `10MB` (1000), `1.5GiB`; case does not count, but
/// for `Mb` and its like, which are refused.
///
/// # Errors
/// [`QuantityError`].
pub fn size(text: &str) -> Result<u64, QuantityError> {
    let bad = || QuantityError::Size { text: text.into() };
    let (number, unit) = split(text.trim(), |c| c.is_ascii_digit() || c == '.');
    let unit = unit.trim_start();
    if let Some(prefix) = unit.strip_suffix('b')
        && ["K", "M", "G", "T"].contains(&prefix)
    {
        return Err(QuantityError::Bits { text: text.into(), write: format!("{number}{prefix}") });
    }
    let lower = unit.to_ascii_lowercase();
    let (_, scale) = SIZES.iter().find(|(name, _)| *name == lower).ok_or_else(bad)?;
    match decimal(number, *scale) {
        Decimal::Exact(bytes) => {
            u64::try_from(bytes).map_err(|_| QuantityError::TooLarge { text: text.into() })
        }
        Decimal::Malformed => Err(bad()),
        Decimal::Fraction => Err(QuantityError::PartOfByte { text: text.into() }),
        Decimal::Huge => Err(QuantityError::TooLarge { text: text.into() }),
    }
}

/// A size for people, rounded to a tenth of the largest fitting unit: `512 B`, `1.2 MB` (1000).
#[must_use]
pub fn human_size(bytes: u64) -> String {
    let mut scale = 1_u64;
    for unit in ["B", "kB", "MB", "GB", "TB", "PB"] {
        // What would be rounded to 1000 is one of the next unit.
        let tenths = (u128::from(bytes) * 10 + u128::from(scale) / 2) / u128::from(scale);
        if tenths < 10_000 {
            return if scale == 1 {
                format!("{bytes} B")
            } else {
                format!("{}.{} {unit}", tenths / 10, tenths % 10)
            };
        }
        scale *= 1000;
    }
    format!("{:.1} EB", bytes as f64 / 1e18)
}

/// A duration as people write it, exact, and in a form that [`duration`] reads: `250ms`, `1.5s`, `1m30s`, `2h`.
#[must_use]
pub fn human_duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    if nanos == 0 {
        return "0s".to_owned();
    }
    if nanos < 1_000_000_000 {
        let fitting = UNITS.iter().find(|(name, scale)| *name != "µs" && nanos >= u128::from(*scale));
        let (name, scale) = fitting.copied().unwrap_or(("ns", 1));
        return part(nanos, u128::from(scale), name);
    }
    let mut out = String::new();
    let mut rest = nanos;
    for (name, scale) in [("h", 3_600_000_000_000), ("m", 60_000_000_000)] {
        if rest >= scale {
            out.push_str(&part(rest - rest % scale, scale, name));
            rest %= scale;
        }
    }
    if rest > 0 {
        out.push_str(&part(rest, 1_000_000_000, "s"));
    }
    out
}

/// A duration for reading, rounded to three significant digits at most: `998us`, `1.5ms`, `2.05s`, `1m30s`, `3h20m`, `12d`.
#[must_use]
pub fn brief_duration(duration: Duration) -> String {
    /// From a minute on: a unit, and the one that stands beside it while the first has one digit; both in seconds.
    const LONG: [(&str, u128, &str, u128); 3] =
        [("m", 60, "s", 1), ("h", 3_600, "m", 60), ("d", 86_400, "h", 3_600)];
    let rounded = |value: u128, step: u128| (value + step / 2) / step * step;
    let nanos = duration.as_nanos();
    let step = 10_u128.pow(nanos.checked_ilog10().unwrap_or(0).saturating_sub(2));
    let short = u64::try_from(rounded(nanos, step)).unwrap_or(u64::MAX);
    if short < 60_000_000_000 {
        return human_duration(Duration::from_nanos(short));
    }
    let seconds = rounded(nanos, 1_000_000_000) / 1_000_000_000;
    let mut shown = String::new();
    for (n, (unit, length, part, finer)) in LONG.iter().enumerate() {
        let fine = rounded(seconds, *finer);
        let all = if fine < 10 * length { fine } else { rounded(seconds, *length) };
        shown = format!("{}{unit}", all / length);
        if all % length > 0 {
            shown.push_str(&format!("{}{part}", all % length / finer));
        }
        if LONG.get(n + 1).is_none_or(|(_, next, ..)| all < *next) {
            break;
        }
    }
    shown
}

/// `value / scale` with as many decimals as it takes.
fn part(value: u128, scale: u128, unit: &str) -> String {
    let whole = value / scale;
    let fraction = value % scale;
    if fraction == 0 {
        return format!("{whole}{unit}");
    }
    // Scales with a fraction are powers of ten; as many digits as the scale has zeros.
    let width = scale.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}{unit}", digits.trim_end_matches('0'))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What came of a decimal number times a scale.
enum Decimal {
    Exact(u128),
    Malformed,
    Fraction,
    Huge,
}

/// `number` times `scale`, exactly, without a detour through floating point.
fn decimal(number: &str, scale: u64) -> Decimal {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || !digits(whole)
        || !digits(fraction)
        || (number.contains('.') && fraction.is_empty())
    {
        return Decimal::Malformed;
    }
    let fraction = fraction.trim_end_matches('0');
    let Ok(places) = u32::try_from(fraction.len()) else { return Decimal::Fraction };
    let Some(power) = 10_u128.checked_pow(places).filter(|_| places <= 18) else { return Decimal::Fraction };
    let Ok(whole) = whole.parse::<u64>() else { return Decimal::Huge };
    let part = fraction.parse::<u128>().unwrap_or(0) * u128::from(scale);
    if part % power != 0 {
        return Decimal::Fraction;
    }
    Decimal::Exact(u128::from(whole) * u128::from(scale) + part / power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_for_people() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_234_567, "1.2 MB"),
            (999_960, "1.0 MB"),
            (5_000_000_000, "5.0 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(human_size(bytes), shown, "{bytes}");
        }
    }

    #[test]
    fn durations_are_read_and_shown() {
        for (text, millis, shown) in [
            ("3s", 3000, "3s"),
            ("250ms", 250, "250ms"),
            ("2m", 120_000, "2m"),
            ("1h", 3_600_000, "1h"),
            ("1.5", 1500, "1.5s"),
            ("10", 10_000, "10s"),
            ("0", 0, "0s"),
            ("1m30s", 90_000, "1m30s"),
            ("1h0.5s", 3_600_500, "1h0.5s"),
            ("0.25s", 250, "250ms"),
            ("2d", 172_800_000, "48h"),
            (" 5s ", 5000, "5s"),
        ] {
            let read = duration(text).unwrap();
            assert_eq!(read, Duration::from_millis(millis), "{text}");
            assert_eq!(human_duration(read), shown);
        }
        assert_eq!(human_duration(Duration::from_nanos(1_500)), "1.5us");
        assert_eq!(duration("1.5µs").unwrap(), Duration::from_nanos(1500));
        assert_eq!(human_duration(Duration::from_millis(1050)), "1.05s");
    }

    #[test]
    fn durations_for_people_have_three_digits_at_most() {
        for (nanos, shown) in [
            (0, "0s"),
            (7, "7ns"),
            (1_234, "1.23us"),
            (999_996_651, "1s"),
            (999_499, "999us"),
            (2_503_000_000, "2.5s"),
            (12_345_000_000, "12.3s"),
            (59_940_000_000, "59.9s"),
            (59_960_000_000, "1m"),
            (90_400_000_000, "1m30s"),
            (599_600_000_000, "10m"),
            (754_000_000_000, "13m"),
            (3_599_000_000_000, "1h"),
            (12_034_000_000_000, "3h21m"),
            (86_399_000_000_000, "1d"),
            (100_000_000_000_000, "1d4h"),
            (1_123_200_000_000_000, "13d"),
        ] {
            let brief = brief_duration(Duration::from_nanos(nanos));
            assert_eq!(brief, shown, "{nanos}");
            assert!(duration(&brief).is_ok());
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["", "s", "-1s", "1x", "1 s", "1.", ".5", "1.2.3", "30s1m", "1s2s", "1m30", "inf", "1e3", "+1"]
        {
            assert!(matches!(duration(text), Err(QuantityError::Duration { .. })), "{text}");
        }
        assert!(matches!(duration("0.5ns"), Err(QuantityError::TooFine { .. })));
        assert!(matches!(duration("4000d"), Err(QuantityError::TooLong { .. })));
        assert!(matches!(duration("99999999999999999999"), Err(QuantityError::TooLong { .. })));
        assert!(duration("3x").unwrap_err().to_string().contains("write 250ms"));
    }

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("4096", 4096),
            ("0", 0),
            ("64KiB", 65536),
            ("64K", 65536),
            ("64k", 65536),
            ("10kB", 10_000),
            ("10MB", 10_000_000),
            ("10mb", 10_000_000),
            ("1.5GiB", 1_610_612_736),
            ("16 MiB", 1 << 24),
            ("7B", 7),
            ("1T", 1 << 40),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(size(text).unwrap(), bytes, "{text}");
        }
        for text in ["", "K", "-1", "1X", "1KK", "0x10", "1_000", "1e6"] {
            assert!(matches!(size(text), Err(QuantityError::Size { .. })), "{text}");
        }
        assert!(size("10Mb").unwrap_err().to_string().contains("write 10MB"));
        assert!(matches!(size("1.5"), Err(QuantityError::PartOfByte { .. })));
        assert!(matches!(size("99999999T"), Err(QuantityError::TooLarge { .. })));
    }
}
