//! Computes, appends and verifies the checksums that ride at the end of messages.
//! Never changes a message and never drops one: what a bad checksum means is for people to say.
//!
//! The CRCs are those of the catalogue of parametrised CRC algorithms
//! (<https://reveng.sourceforge.io/crc-catalogue/all.htm>) of 8, 16, 32 and 64 bits.

use std::fmt;

use crc::Crc;
use sockeye_text::text;

use super::check::{ByteOrder, Check, Layout};
use super::error::SpecError;
use crate::address::nearest::nearest;

/// A checksum at the end of every message: which one, in which byte order, over which bytes.
///
/// `Display` prints a text that [`Checksum::parse`] reads.
#[derive(Clone, Copy)]
pub struct Checksum {
    sum: &'static Sum,
    order: ByteOrder,
    skip: usize,
}

/// The bytes of one computed checksum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seal {
    bytes: [u8; 8],
    size: usize,
}

impl Seal {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }
}

impl Checksum {
    /// The checksum `text` names: a name of [`Checksum::names`], in which case, `-`, `_` and `/` do not count, then
    /// `,be` or `,le` for the byte order (by default the one the protocol uses: `crc16-modbus` low byte first, all
    /// others high byte first) and `,skip=N` where the first N bytes of a message are not covered.
    ///
    /// # Errors
    /// [`SpecError`] names what is not understood and the nearest name there is.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        let mut parts = text.split(',').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let sum = find(name)?;
        let (mut order, mut skip) = (None, None);
        for part in parts {
            let twice = || SpecError::Duplicate { spec: text.to_owned(), key: part.to_owned() };
            match part.split_once('=') {
                None if part == "be" || part == "le" => {
                    let to = if part == "be" { ByteOrder::Big } else { ByteOrder::Little };
                    order.replace(to).map_or(Ok(()), |_| Err(twice()))?;
                }
                Some((key, value)) if key.trim() == "skip" => {
                    let bytes = value.trim().parse::<u32>().map_err(|_| SpecError::BadValue {
                        spec: text.to_owned(),
                        key: "skip".to_owned(),
                        value: value.to_owned(),
                        why: text!("spec-skip"),
                    })?;
                    skip.replace(bytes).map_or(Ok(()), |_| Err(twice()))?;
                }
                Some((key @ ("be" | "le"), value)) => {
                    let why = text!("spec-takes-no-value", key = key);
                    let (spec, key) = (text.to_owned(), key.to_owned());
                    return Err(SpecError::BadValue { spec, key, value: value.to_owned(), why });
                }
                None if part == "skip" => {
                    let (spec, key) = (text.to_owned(), "skip".to_owned());
                    let why = text!("spec-skip");
                    return Err(SpecError::BadValue { spec, key, value: String::new(), why });
                }
                _ => {
                    let key = part.split('=').next().unwrap_or_default();
                    return Err(SpecError::UnknownKey {
                        spec: text.to_owned(),
                        name: sum.name.to_owned(),
                        key: key.to_owned(),
                        nearest: nearest(key, ["be", "le", "skip"]).map(str::to_owned),
                        form: format!("{}[,be|,le][,skip=N]", sum.name),
                    });
                }
            }
        }
        let skip = usize::try_from(skip.unwrap_or(0)).unwrap_or(usize::MAX);
        Ok(Self { sum, order: order.unwrap_or(sum.order), skip })
    }

    /// Its name, as [`Checksum::names`] writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.sum.name
    }

    /// Which of its bytes is sent first.
    #[must_use]
    pub fn order(&self) -> ByteOrder {
        self.order
    }

    /// Its length in bytes: 1, 2, 4 or 8.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a checksum is never empty
    pub fn len(&self) -> usize {
        self.sum.size
    }

    /// As [`Checksum::len`], by value.
    pub(super) fn size(self) -> usize {
        self.sum.size
    }

    /// The checksum of `message` (which does not hold one yet), without the bytes it skips.
    #[must_use]
    pub fn compute(&self, message: &[u8]) -> u64 {
        let covered = message.get(self.skip..).unwrap_or_default();
        match self.sum.engine {
            Engine::Crc8(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc16(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc32(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc64(crc) => crc.checksum(covered),
            Engine::Plain(compute) => compute(covered),
        }
    }

    fn layout(self) -> Layout {
        Layout { size: self.sum.size, order: self.order }
    }

    /// The bytes that `message` is to be followed by.
    pub(super) fn seal(self, message: &[u8]) -> Seal {
        let (bytes, size) = self.layout().bytes(self.compute(message));
        Seal { bytes, size }
    }

    /// Appends the checksum of `message` to `out`.
    pub fn append(&self, message: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(self.seal(message).as_slice());
    }

    /// Parts `sealed` into the message and what its checksum says. Bytes too few to hold a checksum are given back whole,
    /// as bad.
    #[must_use]
    pub fn verify<'a>(&self, sealed: &'a [u8]) -> (&'a [u8], Check) {
        let split = sealed.len().checked_sub(self.sum.size).and_then(|at| sealed.split_at_checked(at));
        let Some((body, tail)) = split else { return (sealed, Check::Short { size: self.sum.size }) };
        let value = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
        let found = match self.order {
            ByteOrder::Big => tail.iter().fold(0, value),
            ByteOrder::Little => tail.iter().rev().fold(0, value),
        };
        let expected = self.compute(body);
        (
            body,
            if found == expected {
                Check::Good
            } else {
                Check::Bad { found, expected, layout: self.layout() }
            },
        )
    }

    /// Other names, each with the one of [`Checksum::names`] it stands for.
    #[must_use]
    pub fn aliases() -> &'static [(&'static str, &'static str)] {
        &ALIASES
    }

    /// The names there are, for help, completion and suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SUMS.iter().map(|sum| sum.name)
    }
}

impl PartialEq for Checksum {
    fn eq(&self, other: &Self) -> bool {
        self.sum.name == other.sum.name && self.order == other.order && self.skip == other.skip
    }
}

impl Eq for Checksum {}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sum.name)?;
        if self.order != self.sum.order {
            f.write_str(if self.order == ByteOrder::Big { ",be" } else { ",le" })?;
        }
        if self.skip > 0 {
            write!(f, ",skip={}", self.skip)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

/// One checksum of the table.
struct Sum {
    name: &'static str,
    size: usize,
    order: ByteOrder,
    engine: Engine,
}

#[derive(Clone, Copy)]
enum Engine {
    Crc8(&'static Crc<u8>),
    Crc16(&'static Crc<u16>),
    Crc32(&'static Crc<u32>),
    Crc64(&'static Crc<u64>),
    Plain(fn(&[u8]) -> u64),
}

/// What people call checksums of the table besides: the catalogue's own aliases, and names devices' manuals use.
const ALIASES: [(&str, &str); 22] = [
    ("bcc", "xor8"),
    ("crc8", "crc8-smbus"),
    ("crc8-maxim", "crc8-maxim-dow"),
    ("crc8-itu", "crc8-i-432-1"),
    ("crc16", "crc16-arc"),
    ("crc16-ibm", "crc16-arc"),
    ("crc16-ccitt", "crc16-kermit"),
    ("crc16-ccitt-true", "crc16-kermit"),
    ("crc16-ccitt-false", "crc16-ibm-3740"),
    ("crc16-autosar", "crc16-ibm-3740"),
    ("crc16-x25", "crc16-ibm-sdlc"),
    ("crc16-maxim", "crc16-maxim-dow"),
    ("crc16-buypass", "crc16-umts"),
    ("modbus", "crc16-modbus"),
    ("xmodem", "crc16-xmodem"),
    ("kermit", "crc16-kermit"),
    ("crc32", "crc32-iso-hdlc"),
    ("crc32-ieee", "crc32-iso-hdlc"),
    ("crc32c", "crc32-iscsi"),
    ("crc32-posix", "crc32-cksum"),
    ("crc64", "crc64-ecma-182"),
    ("adler", "adler32"),
];

/// A name with nothing but its letters and digits, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn find(name: &str) -> Result<&'static Sum, SpecError> {
    let wanted = plain(name);
    let known = || {
        let names = "crc16-modbus, crc16-xmodem, crc32, crc8, sum8, sum16, xor8, lrc, fletcher16, adler32";
        text!("known-checksums", names = names)
    };
    if wanted.is_empty() {
        return Err(SpecError::Empty { what: "checksum", known: known() });
    }
    let named = |wanted: &str| SUMS.iter().find(|sum| plain(sum.name) == wanted);
    let alias =
        || ALIASES.iter().find(|(alias, _)| plain(alias) == wanted).and_then(|(_, name)| named(&plain(name)));
    named(&wanted).or_else(alias).ok_or_else(|| SpecError::UnknownName {
        what: "checksum",
        name: name.to_owned(),
        nearest: nearest(name, Checksum::names().chain(ALIASES.iter().map(|(alias, _)| *alias)))
            .map(str::to_owned),
        known: known(),
    })
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, &byte| sum.wrapping_add(u64::from(byte)))
}

fn xor8(bytes: &[u8]) -> u64 {
    u64::from(bytes.iter().fold(0, |sum, byte| sum ^ byte))
}

/// The two's complement of the sum: MODBUS over Serial Line V1.02, section 2.5.2.2.
fn lrc(bytes: &[u8]) -> u64 {
    sum(bytes).wrapping_neg() & 0xff
}

fn fletcher16(bytes: &[u8]) -> u64 {
    let (low, high) = bytes.iter().fold((0_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 255;
        (low, (high + low) % 255)
    });
    u64::from(high << 8 | low)
}

/// RFC 1950, section 8.2.
fn adler32(bytes: &[u8]) -> u64 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    u64::from(high << 16 | low)
}

macro_rules! crc {
    ($engine:ident $width:ty, $name:literal, $algorithm:ident) => {
        crc!($engine $width, $name, $algorithm, Big)
    };
    ($engine:ident $width:ty, $name:literal, $algorithm:ident, $order:ident) => {
        Sum {
            name: $name,
            size: size_of::<$width>(),
            order: ByteOrder::$order,
            engine: Engine::$engine({
                static CRC: Crc<$width> = Crc::<$width>::new(&crc::$algorithm);
                &CRC
            }),
        }
    };
}

const fn other(name: &'static str, size: usize, compute: fn(&[u8]) -> u64) -> Sum {
    Sum { name, size, order: ByteOrder::Big, engine: Engine::Plain(compute) }
}

static SUMS: &[Sum] = &[
    crc!(Crc8 u8, "crc8-autosar", CRC_8_AUTOSAR),
    crc!(Crc8 u8, "crc8-bluetooth", CRC_8_BLUETOOTH),
    crc!(Crc8 u8, "crc8-cdma2000", CRC_8_CDMA2000),
    crc!(Crc8 u8, "crc8-darc", CRC_8_DARC),
    crc!(Crc8 u8, "crc8-dvb-s2", CRC_8_DVB_S2),
    crc!(Crc8 u8, "crc8-gsm-a", CRC_8_GSM_A),
    crc!(Crc8 u8, "crc8-gsm-b", CRC_8_GSM_B),
    crc!(Crc8 u8, "crc8-hitag", CRC_8_HITAG),
    crc!(Crc8 u8, "crc8-i-432-1", CRC_8_I_432_1),
    crc!(Crc8 u8, "crc8-i-code", CRC_8_I_CODE),
    crc!(Crc8 u8, "crc8-lte", CRC_8_LTE),
    crc!(Crc8 u8, "crc8-maxim-dow", CRC_8_MAXIM_DOW),
    crc!(Crc8 u8, "crc8-mifare-mad", CRC_8_MIFARE_MAD),
    crc!(Crc8 u8, "crc8-nrsc-5", CRC_8_NRSC_5),
    crc!(Crc8 u8, "crc8-opensafety", CRC_8_OPENSAFETY),
    crc!(Crc8 u8, "crc8-rohc", CRC_8_ROHC),
    crc!(Crc8 u8, "crc8-sae-j1850", CRC_8_SAE_J1850),
    crc!(Crc8 u8, "crc8-smbus", CRC_8_SMBUS),
    crc!(Crc8 u8, "crc8-tech-3250", CRC_8_TECH_3250),
    crc!(Crc8 u8, "crc8-wcdma", CRC_8_WCDMA),
    crc!(Crc16 u16, "crc16-arc", CRC_16_ARC),
    crc!(Crc16 u16, "crc16-cdma2000", CRC_16_CDMA2000),
    crc!(Crc16 u16, "crc16-cms", CRC_16_CMS),
    crc!(Crc16 u16, "crc16-dds-110", CRC_16_DDS_110),
    crc!(Crc16 u16, "crc16-dect-r", CRC_16_DECT_R),
    crc!(Crc16 u16, "crc16-dect-x", CRC_16_DECT_X),
    crc!(Crc16 u16, "crc16-dnp", CRC_16_DNP),
    crc!(Crc16 u16, "crc16-en-13757", CRC_16_EN_13757),
    crc!(Crc16 u16, "crc16-genibus", CRC_16_GENIBUS),
    crc!(Crc16 u16, "crc16-gsm", CRC_16_GSM),
    crc!(Crc16 u16, "crc16-ibm-3740", CRC_16_IBM_3740),
    crc!(Crc16 u16, "crc16-ibm-sdlc", CRC_16_IBM_SDLC),
    crc!(Crc16 u16, "crc16-iso-iec-14443-3-a", CRC_16_ISO_IEC_14443_3_A),
    crc!(Crc16 u16, "crc16-kermit", CRC_16_KERMIT),
    crc!(Crc16 u16, "crc16-lj1200", CRC_16_LJ1200),
    crc!(Crc16 u16, "crc16-m17", CRC_16_M17),
    crc!(Crc16 u16, "crc16-maxim-dow", CRC_16_MAXIM_DOW),
    crc!(Crc16 u16, "crc16-mcrf4xx", CRC_16_MCRF4XX),
    crc!(Crc16 u16, "crc16-modbus", CRC_16_MODBUS, Little),
    crc!(Crc16 u16, "crc16-nrsc-5", CRC_16_NRSC_5),
    crc!(Crc16 u16, "crc16-opensafety-a", CRC_16_OPENSAFETY_A),
    crc!(Crc16 u16, "crc16-opensafety-b", CRC_16_OPENSAFETY_B),
    crc!(Crc16 u16, "crc16-profibus", CRC_16_PROFIBUS),
    crc!(Crc16 u16, "crc16-riello", CRC_16_RIELLO),
    crc!(Crc16 u16, "crc16-spi-fujitsu", CRC_16_SPI_FUJITSU),
    crc!(Crc16 u16, "crc16-t10-dif", CRC_16_T10_DIF),
    crc!(Crc16 u16, "crc16-teledisk", CRC_16_TELEDISK),
    crc!(Crc16 u16, "crc16-tms37157", CRC_16_TMS37157),
    crc!(Crc16 u16, "crc16-umts", CRC_16_UMTS),
    crc!(Crc16 u16, "crc16-usb", CRC_16_USB),
    crc!(Crc16 u16, "crc16-xmodem", CRC_16_XMODEM),
    crc!(Crc32 u32, "crc32-aixm", CRC_32_AIXM),
    crc!(Crc32 u32, "crc32-autosar", CRC_32_AUTOSAR),
    crc!(Crc32 u32, "crc32-base91-d", CRC_32_BASE91_D),
    crc!(Crc32 u32, "crc32-bzip2", CRC_32_BZIP2),
    crc!(Crc32 u32, "crc32-cd-rom-edc", CRC_32_CD_ROM_EDC),
    crc!(Crc32 u32, "crc32-cksum", CRC_32_CKSUM),
    crc!(Crc32 u32, "crc32-iscsi", CRC_32_ISCSI),
    crc!(Crc32 u32, "crc32-iso-hdlc", CRC_32_ISO_HDLC),
    crc!(Crc32 u32, "crc32-jamcrc", CRC_32_JAMCRC),
    crc!(Crc32 u32, "crc32-mef", CRC_32_MEF),
    crc!(Crc32 u32, "crc32-mpeg-2", CRC_32_MPEG_2),
    crc!(Crc32 u32, "crc32-xfer", CRC_32_XFER),
    crc!(Crc64 u64, "crc64-ecma-182", CRC_64_ECMA_182),
    crc!(Crc64 u64, "crc64-go-iso", CRC_64_GO_ISO),
    crc!(Crc64 u64, "crc64-ms", CRC_64_MS),
    crc!(Crc64 u64, "crc64-nvme", CRC_64_NVME),
    crc!(Crc64 u64, "crc64-redis", CRC_64_REDIS),
    crc!(Crc64 u64, "crc64-we", CRC_64_WE),
    crc!(Crc64 u64, "crc64-xz", CRC_64_XZ),
    other("sum8", 1, |bytes| sum(bytes) & 0xff),
    other("sum16", 2, |bytes| sum(bytes) & 0xffff),
    other("xor8", 1, xor8),
    other("lrc", 1, lrc),
    other("fletcher16", 2, fletcher16),
    other("adler32", 4, adler32),
];

#[cfg(test)]
mod tests {
    use super::{Check, Checksum, Engine, SUMS};

    #[test]
    fn every_crc_gives_its_catalogue_check_value() {
        for sum in SUMS {
            let want = match sum.engine {
                Engine::Crc8(crc) => u64::from(crc.algorithm.check),
                Engine::Crc16(crc) => u64::from(crc.algorithm.check),
                Engine::Crc32(crc) => u64::from(crc.algorithm.check),
                Engine::Crc64(crc) => crc.algorithm.check,
                Engine::Plain(_) => continue,
            };
            let checksum = Checksum::parse(sum.name).unwrap();
            assert_eq!(checksum.compute(b"123456789"), want, "{}", sum.name);
            assert!(sum.name.starts_with(&format!("crc{}", checksum.len() * 8)), "{}", sum.name);
        }
    }

    #[test]
    fn verifying_what_is_too_short_is_bad_and_keeps_it_whole() {
        let sum = Checksum::parse("crc32").unwrap();
        let (body, check) = sum.verify(b"ab");
        assert_eq!(body, b"ab");
        assert!(matches!(check, Check::Short { .. }));
    }
}
