//! The transcript: a line for everything that happens, with time, conversation, direction, length and text.
//! Never shows a peer's bytes but escaped.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::Arc,
};

use sockeye_core::{
    charset::{self, Charset, Decoder, Piece},
    event::{Conn, Event, Notice, UnderWay, What, Wrapping},
    unit::{At, Dir},
};

use super::{
    Banner, Colours, FrameDetail, Page, Role, Signs, View, ViewContext, bottom::Bottom, dump::dump,
    parts::parts,
};
use crate::say::{self, Pieces, relay::Sighting};

/// Bytes of one message that are shown; how many more there are is said.
pub(crate) const SHOWN: usize = 4096;

const CYAN: &str = "\x1b[36m";
const GREEN: &str = "\x1b[32m";
const PLAIN: &str = "\x1b[0m";

/// What a terminal shows.
#[derive(Debug)]
pub(crate) struct Transcript {
    context: ViewContext,
    decoder: Decoder,
    offsets: HashMap<(Conn, Dir), u64>,
    /// Conversations whose peer has ended its direction.
    half: HashSet<Conn>,
    banner: Banner,
    /// What is under way, on a terminal.
    bottom: Bottom,
    /// What conversations are called.
    names: HashMap<Conn, Arc<str>>,
    /// Who the peers are, where lines are recorded: those have to be understood by themselves.
    peers: Option<HashMap<Conn, String>>,
}

impl Transcript {
    /// A transcript of a run in this context.
    #[must_use]
    pub(crate) fn new(context: ViewContext) -> Self {
        Self {
            decoder: Decoder::new(context.charset),
            offsets: HashMap::new(),
            half: HashSet::new(),
            banner: Banner::new(&context),
            bottom: Bottom::default(),
            names: HashMap::new(),
            peers: None,
            context,
        }
    }

    /// The same to be kept: with the date and the peer in each line, messages whole, and what is no text as hex too.
    #[must_use]
    pub(super) fn recorded(context: ViewContext) -> Self {
        Self { peers: Some(HashMap::new()), ..Self::new(context) }
    }

    /// What its messages are.
    pub(super) fn pieces(&self) -> Pieces {
        self.context.pieces()
    }

    /// `10:00:00.123 #1 `, where it is recorded `2026-11-21 10:00:00.123 #1 tcp://10.0.0.7:5 `.
    fn head(&self, at: At, conn: Option<Conn>) -> String {
        let job = self.context.job.as_deref().map_or_else(String::new, say::job);
        let time = if self.peers.is_some() { "%Y-%m-%d %H:%M:%S%.3f" } else { "%H:%M:%S%.3f" };
        let mut head = format!("{} {job}{}", self.context.wall.local(at).strftime(time), say::about(conn));
        if let Some(name) = conn.and_then(|conn| self.names.get(&conn)) {
            head.push_str(name);
            head.push(' ');
        }
        if let Some(peer) = conn.and_then(|conn| self.peers.as_ref()?.get(&conn)) {
            head.push_str(&say::safe(peer));
            head.push(' ');
        }
        head
    }

    pub(super) fn line(&self, event: &Event, text: &str, page: &mut Page) {
        page.out_line(&format!("{}{text}", self.head(event.at, event.conn)));
    }

    fn aside(&self, event: &Event, text: &str, page: &mut Page) {
        page.err_line(&format!("{}{text}", self.head(event.at, event.conn)));
    }

    fn arrow(&self, dir: Dir) -> &'static str {
        match (dir, self.context.signs) {
            (Dir::In, Signs::Unicode) => "←",
            (Dir::Out, Signs::Unicode) => "→",
            (Dir::In, Signs::Ascii) => "<",
            (Dir::Out, Signs::Ascii) => ">",
        }
    }

    fn ellipsis(&self) -> &'static str {
        match self.context.signs {
            Signs::Unicode => "…",
            Signs::Ascii => "...",
        }
    }

    fn colours(&self, dir: Dir) -> (&'static str, &'static str) {
        match (self.context.colours, dir) {
            (Colours::Off, _) => ("", ""),
            (Colours::On, Dir::In) => (CYAN, PLAIN),
            (Colours::On, Dir::Out) => (GREEN, PLAIN),
        }
    }

    fn message(&mut self, event: &Event, dir: Dir, data: &[u8], page: &mut Page) {
        self.show_message(event, dir, self.arrow(dir), data, page);
    }

    /// What one end of a relay said, or was passed.
    pub(super) fn message_of(
        &mut self,
        event: &Event,
        dir: Dir,
        sighting: Sighting,
        data: &[u8],
        page: &mut Page,
    ) {
        let mut arrow = say::relay::way(dir, sighting);
        if self.context.signs == Signs::Ascii {
            for (sign, ascii) in [("→", "->"), ("←", "<-"), ("⇒", "=>"), ("⇐", "<=")] {
                arrow = arrow.replace(sign, ascii);
            }
        }
        self.show_message(event, dir, &arrow, data, page);
    }

    fn show_message(&mut self, event: &Event, dir: Dir, arrow: &str, data: &[u8], page: &mut Page) {
        let conn = event.conn.unwrap_or_default();
        let (shown, rest) = self.part_shown(data);
        let (on, off) = self.colours(dir);
        let mut line = self.head(event.at, event.conn);
        // Writing to a string cannot fail.
        let _ = write!(line, "{on}{arrow} {}", data.len());
        if let What::Recv { from: Some(from), .. } = &event.what {
            let _ = write!(line, " {}:", say::safe(from));
        }
        if matches!(event.what, What::Sent { wrapping: Wrapping::Raw, .. }) && !self.context.framing.is_raw()
        {
            let _ = write!(line, " {}", say::past_framing());
        }
        let mut is_text = true;
        if self.context.show.text() {
            line.push(' ');
            let mut see = |piece: Piece<'_>| {
                is_text &= matches!(piece, Piece::Text(text) if is_readable(text));
                charset::visible_piece(piece, &mut line);
            };
            // What ends a character of the read before is no text of this one.
            let joined = match &event.what {
                What::Recv { joined, .. } => (*joined).min(shown.len()),
                _ => 0,
            };
            let (end, rest) = shown.split_at_checked(joined).unwrap_or((&[], shown));
            if !end.is_empty() {
                see(Piece::Bad(end));
            }
            self.decoder.push(rest, &mut see);
            self.decoder.finish(&mut see);
        }
        if !rest.is_empty() {
            line.push_str(self.ellipsis());
            line.push_str(&say::more(rest.len()));
        }
        line.push_str(off);
        page.out_line(&line);
        // A line of a log that begins with a date is an event.
        let indent = if self.peers.is_some() { "    " } else { "" };
        if self.context.frames == FrameDetail::Parts
            && let Some(parts) = parts(&self.context.framing, &event.what, data, self.context.colours)
        {
            page.out_line(&format!("{indent}{parts}"));
        }
        if self.context.show.hex() || (self.peers.is_some() && !is_text) {
            let offset = self.offset(conn, dir, data.len());
            dump(shown, offset, self.context.charset, &mut |line| {
                page.out_line(&format!("{indent}{on}{line}{off}"))
            });
        }
    }

    /// The part of a long message that is shown, up to the edge of a character, and the rest.
    fn part_shown<'a>(&self, data: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        if self.peers.is_some() {
            return (data, &[]);
        }
        let Some((shown, rest)) = data.split_at_checked(SHOWN).filter(|(_, rest)| !rest.is_empty()) else {
            return (data, &[]);
        };
        data.split_at_checked(SHOWN - self.context.charset.unfinished(shown)).unwrap_or((shown, rest))
    }

    /// Where a message begins in its stream, for hex; messages with edges begin at 0.
    fn offset(&mut self, conn: Conn, dir: Dir, len: usize) -> u64 {
        if !self.context.is_stream() {
            return 0;
        }
        let next = self.offsets.entry((conn, dir)).or_default();
        let offset = *next;
        *next = next.saturating_add(len as u64);
        offset
    }

    /// A FIN; the second one is told by the close that follows it.
    fn ended(&mut self, event: &Event, dir: Dir, page: &mut Page) {
        let conn = event.conn.unwrap_or_default();
        if dir == Dir::In {
            self.half.insert(conn);
        } else if self.half.contains(&conn) {
            return;
        }
        self.line(event, &say::ended(dir), page);
    }

    /// Tells a notice, and does what it says of how messages are shown.
    fn notice(&mut self, event: &Event, notice: &Notice, page: &mut Page) {
        match notice {
            // A log keeps what it was asked for.
            Notice::Showing { show } if self.peers.is_none() => self.context.show = *show,
            Notice::CharsetIs { charset } => {
                if let Ok(charset) = Charset::parse(charset) {
                    self.context.charset = charset;
                    self.decoder = Decoder::new(charset);
                }
            }
            _ => {}
        }
        self.aside(event, &say::notice(notice), page);
    }

    fn named(&mut self, event: &Event, name: &Arc<str>, from: Option<Conn>, page: &mut Page) {
        self.line(event, &say::named(name, from), page);
        if let Some(from) = from {
            self.names.remove(&from);
        }
        self.names.insert(event.conn.unwrap_or_default(), Arc::clone(name));
    }

    pub(super) fn over(&mut self, event: &Event, line: &str, page: &mut Page) {
        let conn = event.conn.unwrap_or_default();
        self.offsets.remove(&(conn, Dir::In));
        self.offsets.remove(&(conn, Dir::Out));
        self.half.remove(&conn);
        self.line(event, line, page);
        self.names.remove(&conn);
        if let Some(peers) = &mut self.peers {
            peers.remove(&conn);
        }
    }
}

/// Whether text has nothing but characters that people read: bytes of a device are often control characters.
fn is_readable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t'))
}

impl View for Transcript {
    fn show(&mut self, event: &Event, page: &mut Page) {
        let mut bottom = std::mem::take(&mut self.bottom);
        match &event.what {
            What::UnderWay(UnderWay { files: 0, .. }) => bottom.wipe(page),
            What::UnderWay(under_way) => bottom.draw(say::offer::under_way(under_way), page),
            What::Summary(_) => {
                bottom.wipe(page);
                self.tell(event, page);
            }
            _ => bottom.above(page, |page| self.tell(event, page)),
        }
        self.bottom = bottom;
    }
}

impl Transcript {
    /// A line, or several, for what happened.
    fn tell(&mut self, event: &Event, page: &mut Page) {
        if event.leg.is_some_and(|leg| self.tell_of_leg(event, leg, page)) {
            return;
        }
        match &event.what {
            What::Listening { addr, target } => self.banner.show(addr, target.as_deref(), page),
            What::Opened { peer, local, .. } => {
                if let (Some(peers), Some(conn)) = (&mut self.peers, event.conn) {
                    peers.insert(conn, peer.clone());
                }
                self.line(event, &self.context.opened(peer, local), page);
            }
            What::Named { name, from } => self.named(event, name, *from, page),
            What::Recv { data, check, .. } => {
                self.message(event, Dir::In, data, page);
                if let Some(damage) = say::bad_checksum(*check) {
                    self.line(event, &damage, page);
                }
            }
            What::Sent { data, .. } => self.message(event, Dir::Out, data, page),
            What::Sticky { len, messages, left } => {
                self.line(event, &say::sticky(*len, *messages, *left), page);
            }
            What::Ended { dir } => self.ended(event, *dir, page),
            // Said by the close that follows.
            What::Closing => {}
            // Only a recording has these.
            What::Wire { .. } => {}
            What::Closed { why, counters, lasted, .. } => {
                self.over(event, &say::closed(*why, counters, *lasted, self.context.pieces()), page);
            }
            What::Suppressed { peer, why, count } => {
                self.aside(event, &say::suppressed(peer, *why, *count), page);
            }
            What::Fault { fault, way, offset, amount, bit } => {
                self.line(event, &say::fault(fault, *way, *offset, *amount, *bit), page);
            }
            What::Faults { seed, tallies } => {
                tallies.iter().for_each(|tally| self.line(event, &say::tally(tally, *seed), page));
            }
            What::Served(served) => self.line(event, &say::offer::served(served), page),
            // Commands with a view of their own tell these there.
            What::Fetched(_)
            | What::Listed(_)
            | What::Tried(_)
            | What::Judged(_)
            | What::Probed(_)
            | What::ProbeTotal(_)
            | What::Measured(_)
            | What::LoadProgress(_)
            | What::Loaded(_)
            | What::UnderWay(_) => {}
            What::Notice(notice) => self.notice(event, notice, page),
            What::Stats(stats) => self.aside(event, &say::stats(stats, self.context.pieces()), page),
            What::Info(info) => self.line(event, &say::info(info), page),
            What::Failed(failure) if event.conn.is_some() => {
                self.aside(event, &say::failure(failure), page);
            }
            What::Failed(failure) => {
                page.err_line(&say::of_job(self.context.job.as_deref(), &say::failure(failure)));
            }
            // The one conversation of `connect` has said the same when it closed.
            What::Summary(summary) if self.context.role != Role::Connect => {
                let line = say::summary(summary, self.context.pieces());
                page.err_line(&say::of_job(self.context.job.as_deref(), &line));
            }
            What::Summary(_) => {}
        }
    }
}

#[cfg(test)]
#[path = "transcript_tests.rs"]
mod tests;
