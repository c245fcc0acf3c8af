//! What lies beside a partial file: where it comes from, which state of the file it is, and how much of it is known good.
//! Never trusted alone: whoever resumes hashes what is on disk, and compares with what the server says now.
//!
//! Text, one `key value` a line, in this order; bytes that are no printable ASCII, and `\`, are written `\xNN`.
//!
//! ```text
//! sockeye-partial 1
//! server tcp://127.0.0.1:8889
//! name docs/report.pdf
//! size 1048576
//! mark 5f1d…
//! mtime_ns 1795255200000000000
//! blake3 af13…
//! verified 65536 9b1c…
//! crc32 1c291ca3
//! ```
//!
//! `-` stands where a server does not say: the size, the mark (its identity, or an HTTP validator), the time, the hash.

use std::fmt::Write as _;

use crc::{CRC_32_ISO_HDLC, Crc};
use sockeye_text::{Text, text};
use thiserror::Error;

use super::{Blake3, Name, NameError};
use crate::limit::SIDECAR;

const FIRST: &str = "sockeye-partial 1";
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// What a partial file remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidecar {
    /// The server, as an address.
    pub server: String,
    /// The name that was asked for.
    pub name: Name,
    /// The whole file's length in bytes.
    pub size: Option<u64>,
    /// The server's word for this state of the file.
    pub mark: Option<Vec<u8>>,
    /// When the file was changed last, nanoseconds since 1970.
    pub mtime_ns: Option<i64>,
    /// The whole file's hash, as the server says.
    pub hash: Option<Blake3>,
    /// This many bytes from the beginning were received in order…
    pub verified: u64,
    /// …and this is their hash.
    pub prefix: Blake3,
}

/// Why a text is no sidecar. The partial file beside it is not used then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub enum SidecarError {
    /// More than [`SIDECAR`] bytes.
    Long,
    /// It is of another kind or version.
    Version,
    /// Its check sum is wrong or missing: it was cut or changed.
    Damaged,
    /// A line is missing, or is not what stands there.
    Line(&'static str),
    /// The name breaks the grammar.
    Name(#[from] NameError),
    /// More is verified than there is.
    Beyond {
        /// What it claims.
        verified: u64,
        /// The whole file.
        size: u64,
    },
}

impl SidecarError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Long => text!("sidecar-long", most = SIDECAR),
            Self::Version => text!("sidecar-version", first = FIRST),
            Self::Damaged => text!("sidecar-damaged"),
            Self::Line(line) => text!("sidecar-line", line = *line),
            Self::Name(error) => text!("sidecar-name", why = error.text()),
            Self::Beyond { verified, size } => {
                text!("sidecar-beyond", verified = *verified, size = *size)
            }
        }
    }
}

impl Sidecar {
    /// The text.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("{FIRST}\nserver ");
        escape(self.server.as_bytes(), &mut text);
        text.push_str("\nname ");
        escape(self.name.as_bytes(), &mut text);
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let mark = self.mark.as_ref().map(|mark| {
            let mut text = String::new();
            escape(mark, &mut text);
            // A dash alone would read as nothing.
            if text == "-" { "\\x2d".to_owned() } else { text }
        });
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\nsize {}\nmark {}\nmtime_ns {}\nblake3 {}\nverified {} {}\n",
            or_dash(self.size.map(|size| size.to_string())),
            or_dash(mark),
            or_dash(self.mtime_ns.map(|time| time.to_string())),
            or_dash(self.hash.map(|hash| hash.to_string())),
            self.verified,
            self.prefix,
        );
        let sum = CRC.checksum(text.as_bytes());
        let _ = writeln!(text, "crc32 {sum:08x}");
        text
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`SidecarError`]; what was cut or changed anywhere is one.
    pub fn read(bytes: &[u8]) -> Result<Self, SidecarError> {
        if bytes.len() > SIDECAR {
            return Err(SidecarError::Long);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| SidecarError::Damaged)?;
        if text.lines().next() != Some(FIRST) {
            return Err(SidecarError::Version);
        }
        let (body, sum) = text.rsplit_once("crc32 ").ok_or(SidecarError::Damaged)?;
        if sum != format!("{:08x}\n", CRC.checksum(body.as_bytes())) {
            return Err(SidecarError::Damaged);
        }
        let mut lines = body.lines().skip(1);
        let mut field = |key: &'static str| {
            let line = lines.next().and_then(|line| line.strip_prefix(key)?.strip_prefix(' '));
            line.ok_or(SidecarError::Line(key))
        };
        let server = unescape(field("server")?).ok_or(SidecarError::Line("server"))?;
        let server = String::from_utf8(server).map_err(|_| SidecarError::Line("server"))?;
        let name = unescape(field("name")?).ok_or(SidecarError::Line("name"))?;
        let name = Name::parse(&name)?;
        let size = optional("size", field("size")?, |text| text.parse().ok())?;
        let mark = optional("mark", field("mark")?, unescape)?;
        let mtime_ns = optional("mtime_ns", field("mtime_ns")?, |text| text.parse().ok())?;
        let hash = optional("blake3", field("blake3")?, Blake3::parse)?;
        let (verified, prefix) = field("verified")?.split_once(' ').ok_or(SidecarError::Line("verified"))?;
        let verified = verified.parse().map_err(|_| SidecarError::Line("verified"))?;
        let prefix = Blake3::parse(prefix).ok_or(SidecarError::Line("verified"))?;
        if lines.next().is_some() {
            return Err(SidecarError::Line("crc32"));
        }
        if let Some(size) = size.filter(|size| verified > *size) {
            return Err(SidecarError::Beyond { verified, size });
        }
        Ok(Self { server, name, size, mark, mtime_ns, hash, verified, prefix })
    }
}

fn optional<T>(
    key: &'static str,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, SidecarError> {
    if text == "-" { Ok(None) } else { read(text).map(Some).ok_or(SidecarError::Line(key)) }
}

fn escape(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        if (b' '..=b'~').contains(byte) && *byte != b'\\' {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

/// Nothing where the text holds what [`escape`] never writes.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'\\' => {
                let (digits, after) = after.strip_prefix(b"x")?.split_first_chunk::<2>()?;
                let value = digits
                    .iter()
                    .try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))?;
                bytes.push(u8::try_from(value).ok()?);
                rest = after;
            }
            b' '..=b'~' => bytes.push(*first),
            _ => return None,
        }
    }
    Some(bytes)
}
