//! The checksums there are: a row each, and the names people call them by besides.
//! Never says where in a frame one lies: that is the owner's business.
//!
//! The CRCs are those of the catalogue of parametrised CRC algorithms
//! (<https://reveng.sourceforge.io/crc-catalogue/all.htm>) of 8, 16, 32 and 64 bits.

use crc::{Crc, Table};
use sockeye_text::text;

use crate::{
    address::nearest::nearest,
    frame::{check::ByteOrder, error::SpecError},
};

/// One checksum of the table.
pub(super) struct Sum {
    pub(super) name: &'static str,
    pub(super) size: usize,
    pub(super) order: ByteOrder,
    pub(super) engine: Engine,
}

// Those that devices and protocols use most take 16 bytes at a time, by 16 tables: seven times as fast.
type Crc8 = Crc<u8>;
type Crc16 = Crc<u16, Table<16>>;
type Crc32 = Crc<u32, Table<16>>;
type Crc64 = Crc<u64>;

/// How one is computed.
#[derive(Clone, Copy)]
pub(super) enum Engine {
    Crc8(&'static Crc8),
    Crc16(&'static Crc16),
    Crc32(&'static Crc32),
    Crc64(&'static Crc64),
    Plain(fn(&[u8]) -> u64),
}

/// What people call checksums of the table besides: the catalogue's own aliases, and names devices' manuals use.
pub(super) const ALIASES: [(&str, &str); 22] = [
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

/// The checksum of this name, in which case, `-`, `_` and `/` do not count.
pub(super) fn find(name: &str) -> Result<&'static Sum, SpecError> {
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
        nearest: nearest(
            name,
            SUMS.iter().map(|sum| sum.name).chain(ALIASES.iter().map(|(alias, _)| *alias)),
        )
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

/// HJ 212-2017, appendix A: as that of Modbus, but that the register is shifted before a byte enters it.
fn crc16_hj212(bytes: &[u8]) -> u64 {
    let step = |sum: u16, _| if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 };
    u64::from(bytes.iter().fold(0xffff, |sum: u16, &byte| (0..8).fold(sum >> 8 ^ u16::from(byte), step)))
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
                static CRC: $engine = $engine::new(&crc::$algorithm);
                &CRC
            }),
        }
    };
}

const fn other(name: &'static str, size: usize, compute: fn(&[u8]) -> u64) -> Sum {
    Sum { name, size, order: ByteOrder::Big, engine: Engine::Plain(compute) }
}

/// The table.
pub(super) static SUMS: &[Sum] = &[
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
    other("crc16-hj212", 2, crc16_hj212),
    other("sum8", 1, |bytes| sum(bytes) & 0xff),
    other("sum16", 2, |bytes| sum(bytes) & 0xffff),
    other("xor8", 1, xor8),
    other("lrc", 1, lrc),
    other("fletcher16", 2, fletcher16),
    other("adler32", 4, adler32),
];
