//! Views: how people and programs see events. One file per view.
//! Never prints: a view fills a page, and `ui` puts it where it belongs. Never calls back.

pub(crate) mod bench;
mod bottom;
pub(crate) mod check;
pub(crate) mod curve;
pub(crate) mod download;
mod dump;
pub(crate) mod guess;
pub(crate) mod hdr;
pub(crate) mod json;
pub(crate) mod junit;
mod listener;
mod parts;
pub(crate) mod log;
pub(crate) mod probe;
mod probe_table;
pub(crate) mod quiet;
pub(crate) mod raw;
mod reading;
mod relayed;
pub(crate) mod transcript;

#[cfg(test)]
pub(crate) mod samples;

pub(crate) use listener::Banner;
pub(crate) use sockeye_core::event::Show;

use sockeye_core::{
    address::Address,
    charset::Charset,
    event::Event,
    frame::Framing,
    plan::Dialects,
    unit::{Medium, Wall},
};

use crate::say::{self, Beginning, Pieces};

/// Shows events.
pub(crate) trait View: Send {
    /// Appends what this event looks like.
    fn show(&mut self, event: &Event, page: &mut Page);
}

/// Where a part of a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output: data.
    Out,
    /// Standard error: for people.
    Err,
}

/// What is to be written, in order.
#[derive(Debug)]
pub(crate) struct Page {
    done: Vec<(Stream, Vec<u8>)>,
    stream: Stream,
    current: Vec<u8>,
}

impl Default for Page {
    fn default() -> Self {
        Self { done: Vec::new(), stream: Stream::Out, current: Vec::new() }
    }
}

impl Page {
    /// Data, as it is.
    pub(crate) fn out(&mut self, bytes: &[u8]) {
        self.data().extend_from_slice(bytes);
    }

    /// A line of data.
    pub(crate) fn out_line(&mut self, line: &str) {
        let data = self.data();
        data.extend_from_slice(line.as_bytes());
        data.push(b'\n');
    }

    /// A line for people; it may have several of its own.
    pub(crate) fn err_line(&mut self, line: &str) {
        let part = self.part(Stream::Err);
        part.extend_from_slice(line.as_bytes());
        part.push(b'\n');
    }

    /// Words for people without an end of line.
    pub(crate) fn err(&mut self, words: &str) {
        self.part(Stream::Err).extend_from_slice(words.as_bytes());
    }

    /// Where data is appended; what is written there goes to standard output.
    pub(crate) fn data(&mut self) -> &mut Vec<u8> {
        self.part(Stream::Out)
    }

    /// Takes everything, in order; the page is blank afterwards.
    pub(crate) fn take(&mut self) -> Vec<(Stream, Vec<u8>)> {
        let current = std::mem::take(&mut self.current);
        if !current.is_empty() {
            self.done.push((self.stream, current));
        }
        std::mem::take(&mut self.done)
    }

    /// How much is on it; more once something was written.
    #[must_use]
    pub(crate) fn extent(&self) -> (usize, usize) {
        (self.done.len(), self.current.len())
    }

    /// Puts words behind the last line.
    pub(crate) fn end_with(&mut self, words: &str) {
        if self.current.pop_if(|last| *last == b'\n').is_some() {
            self.current.push(b' ');
            self.current.extend_from_slice(words.as_bytes());
            self.current.push(b'\n');
        }
    }

    fn part(&mut self, stream: Stream) -> &mut Vec<u8> {
        if self.stream != stream {
            let before = std::mem::take(&mut self.current);
            if !before.is_empty() {
                self.done.push((self.stream, before));
            }
            self.stream = stream;
        }
        &mut self.current
    }
}

/// The signs of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signs {
    /// `←`, `→`, `…`.
    Unicode,
    /// `<`, `>`, `...`.
    Ascii,
}

/// Whether colours are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    /// Plain SGR colours.
    On,
    /// None.
    Off,
}

/// Whether the parts of frames are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameDetail {
    /// Only messages are shown.
    Messages,
    /// Below each the frame that carries it: head, length, body, checksum, tail.
    Parts,
}

/// Which command is being seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// One conversation, begun by us.
    Connect,
    /// Many, begun by others.
    Listen,
    /// Many, begun by others and led on to a target.
    Relay,
}

/// What every view needs to know of the run.
#[derive(Clone, Debug)]
pub(crate) struct ViewContext {
    /// The time of day.
    pub wall: Wall,
    /// What the job is called in its file.
    pub job: Option<String>,
    /// Which command it is.
    pub role: Role,
    /// Where it goes to or listens.
    pub address: Address,
    /// How messages read as text.
    pub charset: Charset,
    /// How the stream is cut.
    pub framing: Framing,
    /// Text, hex or both.
    pub show: Show,
    /// Messages, or the parts of their frames too.
    pub frames: FrameDetail,
    /// Arrows or ASCII.
    pub signs: Signs,
    /// Colours on standard output.
    pub colours: Colours,
    /// Whom it lets in, where it listens.
    pub admits: say::Admits,
    /// What is offered, where it is files.
    pub offer: Option<Offer>,
}

/// What a server of files offers.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// The folder.
    pub folder: String,
    /// How it may be asked for.
    pub dialects: Dialects,
}

impl ViewContext {
    /// Whether messages are only what reads happened to carry, so that a character may be cut between two.
    #[must_use]
    pub(crate) fn is_stream(&self) -> bool {
        self.framing.is_chunk() && self.medium() == Medium::Stream
    }

    /// Stream or datagrams.
    #[must_use]
    pub(crate) fn medium(&self) -> Medium {
        self.address.medium()
    }

    /// What its messages are.
    #[must_use]
    pub(crate) fn pieces(&self) -> Pieces {
        match self.medium() {
            // Requests for files are messages, whatever their dialect.
            _ if self.offer.is_some() => Pieces::Messages,
            Medium::Datagram => Pieces::Datagrams,
            Medium::Stream if self.framing.is_chunk() => Pieces::Reads,
            Medium::Stream => Pieces::Messages,
        }
    }

    /// That a conversation began.
    #[must_use]
    pub(crate) fn opened(&self, peer: &str, local: &str) -> String {
        let how = match (self.medium(), self.role) {
            (Medium::Stream, _) => Beginning::Connection,
            (Medium::Datagram, Role::Connect) => Beginning::Ready,
            (Medium::Datagram, Role::Listen | Role::Relay) => Beginning::Heard,
        };
        say::opened(how, peer, local)
    }
}
