//! Packets: `ZBXD`, flags, the length of the data, and the data. Compressed ones are refused: nobody compresses what is
//! this short.

use std::fmt;

use sockeye_core::limit::ZABBIX_PACKET;

/// How every packet begins.
const MAGIC: &[u8; 4] = b"ZBXD";
/// The flag that every packet has.
const PROTOCOL: u8 = 1;
/// The flag of compressed data.
const COMPRESSED: u8 = 2;
/// The flag of lengths of eight bytes instead of four.
const LARGE: u8 = 4;
/// Magic and flags.
const START: usize = 5;
/// The longest header.
const HEAD: usize = START + 16;

/// Whether a line without a header counts as a packet: agents are asked so by old servers, and by people at a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// It ends with a line feed, or with the stream.
    Line,
    /// It does not.
    Refused,
}

/// Why bytes are no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketError {
    /// They do not begin as one.
    Foreign,
    /// A flag that is not known.
    Flags(u8),
    /// The data is compressed.
    Compressed,
    /// It is longer than is taken.
    TooLong {
        /// How long it says it is, bytes.
        announced: u64,
    },
    /// The stream ended inside.
    Cut {
        /// Bytes of it that came.
        came: usize,
    },
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("no packet of Zabbix: it does not begin with ZBXD"),
            Self::Flags(flags) => write!(f, "a packet with unknown flags {flags:#04x}"),
            Self::Compressed => f.write_str("a compressed packet"),
            Self::TooLong { announced } => {
                write!(f, "a packet of {announced} bytes; at most {ZABBIX_PACKET} are taken")
            }
            Self::Cut { came } => write!(f, "the end after {came} bytes, in the middle of a packet"),
        }
    }
}

impl std::error::Error for PacketError {}

/// `data` as a packet.
#[must_use]
pub fn packet(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + HEAD);
    out.extend_from_slice(MAGIC);
    match u32::try_from(data.len()) {
        Ok(short) => {
            out.push(PROTOCOL);
            out.extend_from_slice(&short.to_le_bytes());
            out.extend_from_slice(&[0; 4]);
        }
        Err(_) => {
            out.push(PROTOCOL | LARGE);
            out.extend_from_slice(&(data.len() as u64).to_le_bytes());
            out.extend_from_slice(&[0; 8]);
        }
    }
    out.extend_from_slice(data);
    out
}

/// Reads one packet of a stream, however it is cut. It holds at most [`ZABBIX_PACKET`] bytes and a header, and only such as
/// have come.
#[derive(Clone, Debug)]
pub struct Packets {
    held: Vec<u8>,
    bare: Bare,
}

impl Packets {
    /// A reader of packets.
    #[must_use]
    pub fn new(bare: Bare) -> Self {
        Self { held: Vec::new(), bare }
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Takes what came next: the data of the packet once it is whole. What comes behind it is not looked at.
    ///
    /// # Errors
    /// It is no packet.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Option<Vec<u8>>, PacketError> {
        let mut rest = piece;
        loop {
            let (whole, needed) = match self.step()? {
                Step::Whole(data) => return Ok(Some(data)),
                Step::Line if rest.is_empty() => return Ok(None),
                Step::Line => (rest.iter().position(|byte| *byte == b'\n').map(|at| at + 1), rest.len()),
                Step::Needs(_) if rest.is_empty() => return Ok(None),
                Step::Needs(more) => (None, more),
            };
            let (now, later) = rest.split_at(whole.unwrap_or(needed).min(rest.len()));
            // A packet with a header was refused by its length; a line says none.
            if self.held.len() + now.len() > ZABBIX_PACKET + HEAD {
                return Err(PacketError::TooLong { announced: ZABBIX_PACKET as u64 + 1 });
            }
            self.held.extend_from_slice(now);
            rest = later;
        }
    }

    /// The stream has ended: what a bare line without its line feed says.
    ///
    /// # Errors
    /// It ended inside a packet, or before one.
    pub fn end(self) -> Result<Vec<u8>, PacketError> {
        let begins = self.held.iter().zip(MAGIC).all(|(byte, magic)| byte == magic);
        match self.bare {
            Bare::Line if !begins => Ok(line(&self.held)),
            _ => Err(PacketError::Cut { came: self.held.len() }),
        }
    }

    /// What is to be done with what is held.
    fn step(&self) -> Result<Step, PacketError> {
        let held = self.held.as_slice();
        if !held.iter().zip(MAGIC).all(|(byte, magic)| byte == magic) {
            return match (self.bare, held.last()) {
                (Bare::Refused, _) => Err(PacketError::Foreign),
                (Bare::Line, Some(b'\n')) => Ok(Step::Whole(line(held))),
                (Bare::Line, _) => Ok(Step::Line),
            };
        }
        let Some(&flags) = held.get(MAGIC.len()) else {
            // Byte by byte: a line may be shorter than what a header begins with.
            return Ok(Step::Needs(1));
        };
        if flags & COMPRESSED != 0 {
            return Err(PacketError::Compressed);
        }
        let width = match flags {
            PROTOCOL => 4,
            large if large == PROTOCOL | LARGE => 8,
            other => return Err(PacketError::Flags(other)),
        };
        let head = START + 2 * width;
        let Some(length) = held.get(START..START + width).filter(|_| held.len() >= head) else {
            return Ok(Step::Needs(head - held.len()));
        };
        let announced = length.iter().rev().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        match usize::try_from(announced).ok().filter(|length| *length <= ZABBIX_PACKET) {
            None => Err(PacketError::TooLong { announced }),
            Some(length) if held.len() < head + length => Ok(Step::Needs(head + length - held.len())),
            Some(length) => Ok(Step::Whole(held.get(head..head + length).unwrap_or_default().to_vec())),
        }
    }
}

/// What a reader does next.
enum Step {
    /// It has all.
    Whole(Vec<u8>),
    /// It takes so many bytes more.
    Needs(usize),
    /// It takes all up to a line feed.
    Line,
}

/// A bare line without what ends it.
fn line(held: &[u8]) -> Vec<u8> {
    let line = held.strip_suffix(b"\n").unwrap_or(held);
    line.strip_suffix(b"\r").unwrap_or(line).to_vec()
}
