//! Our end of `bench --bulk`: as many bytes as will go, one way or both, and how many they were.
//! Never matches what comes with what was sent, but for the numbers of datagrams.

use std::time::Duration;

use super::{
    awaited::{number_of, numbered},
    ledger::Ledger,
    pace::LoadRounds,
};
use crate::{
    behaviour::{Behaviour, Input, Outbox, Pouring},
    event::Ending,
    limit::{BENCH_BURST, BENCH_REST},
    unit::{At, Close, Medium},
};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TorrentWay {
    /// From us.
    Up,
    /// To us.
    Down,
    /// Both at once.
    Both,
}

/// One conversation of a bulk load.
#[derive(Debug)]
pub struct Torrent {
    way: TorrentWay,
    piece: Vec<u8>,
    rounds: LoadRounds,
    grace: Duration,
    ledger: Ledger,
    end: At,
    said: u64,
    heard: u64,
    newest: u64,
    /// When datagrams are said again.
    again: Option<At>,
    /// When it is over, whatever still comes.
    rests: Option<At>,
}

impl Torrent {
    /// One that sends `piece` again and again, unless bytes only come.
    #[must_use]
    pub fn new(way: TorrentWay, piece: Vec<u8>, rounds: LoadRounds, grace: Duration, target: usize) -> Self {
        let ledger = Ledger::new(target);
        let end = rounds.end;
        Self {
            way,
            piece,
            rounds,
            grace,
            ledger,
            end,
            said: 0,
            heard: 0,
            newest: 0,
            again: None,
            rests: None,
        }
    }

    fn pour(&mut self, at: At, out: &mut Outbox) {
        if at >= self.end {
            return self.wind_up(at, out);
        }
        if self.way == TorrentWay::Down {
            return;
        }
        match out.medium() {
            Medium::Stream if out.is_endless() || out.pour(&self.piece) == Pouring::Endless => {}
            Medium::Stream => {
                while !out.full() && out.is_open() {
                    out.send(&self.piece);
                }
                out.ask_drained();
            }
            Medium::Datagram => {
                for _ in 0..BENCH_BURST {
                    if out.full() {
                        break;
                    }
                    out.send(&numbered(&self.piece, self.said));
                    self.said += 1;
                    self.ledger.of(self.rounds.phase(at), at, out).sent += 1;
                }
                self.again = Some(at);
            }
        }
    }

    fn hear(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        let is_datagram = out.medium() == Medium::Datagram;
        let tally = self.ledger.of(self.rounds.phase(at), at, out);
        if !is_datagram || self.way == TorrentWay::Up {
            return;
        }
        self.heard += 1;
        if self.heard > self.said {
            tally.extra += 1;
            return;
        }
        tally.answered += 1;
        if let Some(number) = number_of(message) {
            tally.reordered += u64::from(number < self.newest);
            self.newest = self.newest.max(number);
        }
    }

    fn wind_up(&mut self, at: At, out: &mut Outbox) {
        if self.rests.is_some() {
            return;
        }
        self.again = None;
        if self.way == TorrentWay::Down {
            return out.close(Close::Reset);
        }
        out.end();
        let is_datagram = out.medium() == Medium::Datagram;
        self.rests = Some(at.after(if is_datagram { BENCH_REST } else { self.grace }));
    }
}

impl Behaviour for Torrent {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::Opened => {
                self.ledger.of(self.rounds.phase(at), at, out);
                self.pour(at, out);
            }
            Input::Drained => self.pour(at, out),
            Input::Message(message) => {
                self.hear(message, at, out);
                if at >= self.end {
                    self.wind_up(at, out);
                }
            }
            Input::Timer => {
                if self.rests.is_some_and(|until| until <= at) {
                    return out.close(Close::Reset);
                }
                if at >= self.end || self.again.is_some_and(|due| due <= at) {
                    self.pour(at, out);
                }
                self.ledger.tick(at, out);
                // Bytes go without a word: they are told as often as times are.
                if self.rests.is_none() {
                    self.ledger.of(self.rounds.phase(at), at, out);
                }
            }
            Input::TypedEnd => {
                self.end = self.end.min(at);
                self.wind_up(at, out);
            }
            Input::PeerEnded => out.close(Close::Graceful),
            Input::Typed(_) => {}
        }
    }

    fn wake(&self) -> Option<At> {
        [self.rests.or(Some(self.end)), self.again, self.ledger.wake()].into_iter().flatten().min()
    }

    fn answers(&self) -> bool {
        false
    }

    fn measures(&self) -> bool {
        true
    }

    fn finish(&mut self, why: Ending, at: At, out: &mut Outbox) {
        if out.medium() == Medium::Datagram {
            let tally = self.ledger.of(self.rounds.phase(at), at, out);
            match self.way {
                TorrentWay::Both => tally.missing += self.said.saturating_sub(self.heard),
                _ => tally.answered += self.said,
            }
        } else if at < self.end && !matches!(why, Ending::Stopped | Ending::Closed) {
            self.ledger.lost(why);
        }
        self.ledger.flush(at, out);
    }
}
