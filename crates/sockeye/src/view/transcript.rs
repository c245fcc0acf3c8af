//! The transcript: a line for everything that happens, with time, conversation, direction, length and text.
//! Never shows a peer's bytes but escaped.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::Arc,
};

use sockeye_core::{
    charset::{self, Decoder, Piece},
    event::{Conn, Event, UnderWay, What},
    unit::{At, Dir},
};

use super::{Banner, Colours, Page, Role, Signs, View, ViewContext, bottom::Bottom};
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
        let mut is_text = true;
        if self.context.show.text() {
            line.push(' ');
            let mut see = |piece: Piece<'_>| {
                is_text &= matches!(piece, Piece::Text(_));
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
        if self.context.show.hex() || (self.peers.is_some() && !is_text) {
            let offset = self.offset(conn, dir, data.len());
            charset::dump(shown, offset, &mut |line| page.out_line(&format!("{on}{line}{off}")));
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
            What::Sent { data } => self.message(event, Dir::Out, data, page),
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
            What::Notice(notice) => self.aside(event, &say::notice(notice), page),
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
mod tests {
    use sockeye_core::{
        address::Address,
        charset::Charset,
        event::{Ending, Passing},
        frame::{ByteOrder, Check, Framing, Layout},
    };

    use super::*;
    use crate::view::{Show, samples::*};

    #[test]
    fn messages_have_time_number_arrow_length_and_text() {
        let mut view = Transcript::new(context());
        assert_eq!(
            out(&mut view, &[recv(1, b"hello"), sent(1, b"a\r\n\x1b[2J"), recv(2, b"")]),
            "10:00:00.123 #1 ← 5 hello\n10:00:00.123 #1 → 7 a\\r\\n\\x1b[2J\n10:00:00.123 #2 ← 0 \n"
        );
        let mut view =
            Transcript::new(ViewContext { signs: Signs::Ascii, colours: Colours::On, ..context() });
        assert_eq!(
            out(&mut view, &[recv(1, b"a"), sent(1, b"b")]),
            "10:00:00.123 #1 \x1b[36m< 1 a\x1b[0m\n10:00:00.123 #1 \x1b[32m> 1 b\x1b[0m\n"
        );
    }

    #[test]
    fn hex_goes_under_the_line() {
        let mut view = Transcript::new(ViewContext { show: Show::Both, ..context() });
        assert_eq!(
            out(&mut view, &[recv(1, b"hello"), recv(1, b"!")]),
            "10:00:00.123 #1 ← 5 hello\n\
             00000000  68 65 6c 6c 6f                                    |hello|\n\
             10:00:00.123 #1 ← 1 !\n\
             00000005  21                                                |!|\n"
        );
        let mut view = Transcript::new(ViewContext { show: Show::Hex, ..context() });
        assert!(out(&mut view, &[recv(1, b"hello")]).starts_with("10:00:00.123 #1 ← 5\n00000000"));
    }

    #[test]
    fn a_character_cut_between_reads_is_its_bytes_in_both() {
        let mut view = Transcript::new(context());
        let events = [
            recv(1, b"\xe4\xbd"),
            recv(2, b"\xa0"),
            recv(1, b"\xa0!"),
            recv(1, b"\xe4"),
            closed(1, Ending::PeerClosed),
        ];
        assert_eq!(
            out(&mut view, &events),
            "10:00:00.123 #1 ← 2 \\xe4\\xbd\n10:00:00.123 #2 ← 1 \\xa0\n10:00:00.123 #1 ← 2 \\xa0!\n\
             10:00:00.123 #1 ← 1 \\xe4\n\
             10:00:00.123 #1 closed: the peer was first to close (FIN); in 5 bytes / 1 read, out 0 bytes / 0 sends, 1.5s\n"
        );
    }

    #[test]
    fn a_message_with_edges_is_read_by_itself() {
        for context in [
            ViewContext { framing: Framing::parse("line").unwrap(), ..context() },
            ViewContext { address: Address::parse("udp://1").unwrap(), ..context() },
        ] {
            let mut view =
                Transcript::new(ViewContext { charset: Charset::parse("gbk").unwrap(), ..context });
            assert_eq!(
                out(&mut view, &[recv(1, b"\xc4\xe3\xba"), recv(1, b"\xc3")]),
                "10:00:00.123 #1 ← 3 你\\xba\n10:00:00.123 #1 ← 1 \\xc3\n"
            );
        }
    }

    #[test]
    fn a_long_message_is_cut_and_says_so() {
        let mut view = Transcript::new(context());
        let shown = out(&mut view, &[recv(1, &[b'x'; SHOWN + 10])]);
        assert!(shown.ends_with("xxx…(+10 bytes)\n"));
        assert_eq!(shown.matches('x').count(), SHOWN);
        let long = format!("x{}", "你".repeat(2000));
        let shown = out(&mut Transcript::new(context()), &[recv(1, long.as_bytes())]);
        assert!(shown.contains("你…(+") && !shown.contains("\\x"), "cut between two characters");
    }

    #[test]
    fn our_fin_is_told_where_the_peer_goes_on() {
        let mut view = Transcript::new(context());
        let fin = |dir| event(1, What::Ended { dir });
        assert_eq!(
            out(&mut view, &[fin(Dir::Out), fin(Dir::In)]),
            "10:00:00.123 #1 half-closed (FIN sent): we can still receive\n\
             10:00:00.123 #1 peer closed (FIN): it sends no more\n"
        );
    }

    #[test]
    fn a_name_stands_behind_the_number_until_somebody_else_has_it() {
        let mut view = Transcript::new(context());
        let named = |conn, from| event(conn, What::Named { name: "DTU002".into(), from });
        assert_eq!(
            out(&mut view, &[named(1, None), recv(1, b"a"), named(2, Some(1)), recv(1, b"b"), recv(2, b"c")]),
            "10:00:00.123 #1 is called DTU002 from now on\n\
             10:00:00.123 #1 DTU002 ← 1 a\n\
             10:00:00.123 #2 is called DTU002 from now on; until now that was #1\n\
             10:00:00.123 #1 ← 1 b\n\
             10:00:00.123 #2 DTU002 ← 1 c\n"
        );
        assert!(
            out(&mut view, &[closed(2, Ending::PeerClosed)]).starts_with("10:00:00.123 #2 DTU002 closed")
        );
        assert_eq!(out(&mut view, &[recv(2, b"d")]), "10:00:00.123 #2 ← 1 d\n");
    }

    #[test]
    fn everything_else_has_a_line() {
        let mut view = Transcript::new(context());
        let (out, err) = shown(&mut view, &others());
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "10:00:00.123 #1 opened: tcp://127.0.0.1:5 (our end tcp://127.0.0.1:8888)\n\
             10:00:00.123 #1 one read carried 3 messages (15 bytes): TCP has no message boundaries\n\
             10:00:00.123 #1 peer closed (FIN): it sends no more\n\
             10:00:00.123 #1 fault latency (down): from byte 7 on all comes 20ms later\n"
        );
        assert_eq!(
            err,
            "listening on tcp://127.0.0.1:8888\n\
             \x20 only this machine can reach it; to open it to others: sockeye listen 0.0.0.0:8888  (or '*:8888')\n\
             10:00:00.123 2 datagrams from our own address (udp://1.2.3.4:5) not taken\n\
             10:00:00.123 #1 2 bytes never became a message: ab\n\
             10:00:00.123 #1 error: receive from tcp://10.0.0.7:5: too long\n\
             \x20 try: does the peer speak this --frame? without one everything is shown as it comes\n"
        );
        assert!(shown(&mut view, &[summary()]).1.starts_with("1 conversation; in 5 bytes"));
    }

    #[test]
    fn what_is_under_way_stands_below_the_lines_and_goes() {
        let only = Passing { name: b"\x1b[2J".as_slice().into(), done: 1, size: 2 };
        let under_way = |files, only| event(None, What::UnderWay(UnderWay { files, rate: 0, only }));
        let one = || under_way(1, Some(only.clone()));
        let text = "\r\\x1b[2J  50% of 2 B  0 B/s  waiting";
        let blank = format!("\r{:1$}\r", "", text.len() - 1);
        for last in [under_way(0, None), summary()] {
            let mut view = Transcript::new(context());
            let (out, err) = shown(&mut view, &[one(), one(), recv(1, b"a"), last]);
            assert_eq!(out, "10:00:00.123 #1 ← 1 a\n".as_bytes());
            // Drawn once, wiped for the line, drawn again, and gone in the end.
            assert!(err.starts_with(&format!("{text}{blank}{text}{blank}")), "{err:?}");
        }
        let (_, err) = shown(&mut Transcript::new(context()), &[one(), under_way(2, None)]);
        // What was longer leaves nothing behind.
        let shorter = format!("\r2 files under way  0 B/s{:11}", "");
        assert!(err.ends_with(&shorter) && shorter.len() == text.len(), "{err:?}");
    }

    #[test]
    fn a_bad_checksum_is_shown_with_its_message() {
        let layout = Layout { size: 2, order: ByteOrder::Little };
        let check = Check::Bad { found: 0x1234, expected: 0xabcd, layout };
        let mut view = Transcript::new(context());
        let event = event(1, What::Recv { data: b"x".as_slice().into(), check, from: None, joined: 0 });
        assert_eq!(
            out(&mut view, &[event]),
            "10:00:00.123 #1 ← 1 x\n10:00:00.123 #1 bad checksum: 34 12 came where cd ab would be right\n"
        );
    }
}
