//! The smallest words of the machine: what travels, when, in which direction, and how it ends.
//! Never looks inside the bytes.

use std::time::Duration;

use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Time since the run began. Core never asks a clock: whoever drives it hands the time in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct At(pub Duration);

impl At {
    /// The moment the run began.
    pub const START: Self = Self(Duration::ZERO);

    /// This moment, later by `by`; saturates at the end of time.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by))
    }

    /// How long ago `earlier` was; zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// What travels in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit<'a> {
    /// Bytes of a stream, or one whole datagram (which may be empty).
    Data(&'a [u8]),
    /// The end of this direction only: a FIN.
    End,
}

/// How a conversation is ended on purpose, without knowing a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Close {
    /// All that was sent arrives, then a FIN.
    Graceful,
    /// What is in flight may be lost: a RST.
    Reset,
}

/// A direction, seen from our end of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dir {
    /// From the peer to us.
    In,
    /// From us to the peer.
    Out,
}

/// A direction, seen from outside: whichever end is ours, `up` is from client to server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// From client to server.
    Up,
    /// From server to client.
    Down,
}

impl Way {
    /// Its name, as it is typed and as programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// Which end of the conversation is ours: what `up` means depends on it, and who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// We dialled: what we send goes up.
    Client,
    /// We were dialled: what we receive goes up.
    Server,
}

impl Side {
    /// Direction `dir`, seen from outside.
    #[must_use]
    pub fn way(self, dir: Dir) -> Way {
        match (self, dir) {
            (Self::Client, Dir::Out) | (Self::Server, Dir::In) => Way::Up,
            (Self::Client, Dir::In) | (Self::Server, Dir::Out) => Way::Down,
        }
    }
}

/// Whether bytes come as one stream or as datagrams whose edges count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// TCP and Unix streams: bytes in order, no edges.
    Stream,
    /// UDP: every unit is one datagram.
    Datagram,
}

/// What time of day a moment of the run was, in the zone of the person who started it.
#[derive(Clone, Debug)]
pub struct Wall {
    start: Timestamp,
    zone: TimeZone,
}

impl Wall {
    /// The run began at `start` (time since the Unix epoch) and its people live in `zone`.
    #[must_use]
    pub fn new(start: Duration, zone: TimeZone) -> Self {
        let start = jiff::SignedDuration::try_from(start)
            .ok()
            .and_then(|d| Timestamp::from_duration(d).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH);
        Self { start, zone }
    }

    /// The moment `at` as time since the Unix epoch.
    #[must_use]
    pub fn timestamp(&self, at: At) -> Timestamp {
        self.start.saturating_add(at.0).unwrap_or(Timestamp::MAX)
    }

    /// The moment `at` in the local zone.
    #[must_use]
    pub fn local(&self, at: At) -> Zoned {
        self.timestamp(at).to_zoned(self.zone.clone())
    }

    /// RFC 3339 with milliseconds and the zone's offset: `2026-11-21T10:00:00.123+08:00`.
    #[must_use]
    pub fn rfc3339(&self, at: At) -> String {
        self.local(at).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    /// C's `ctime` without its newline: local time, the day padded with a space, `Sat Nov 21 10:00:00 2026`.
    #[must_use]
    pub fn ctime(&self, at: At) -> String {
        self.local(at).strftime("%a %b %e %H:%M:%S %Y").to_string()
    }
}
