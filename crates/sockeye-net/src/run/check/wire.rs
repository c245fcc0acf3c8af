//! One connection with a receiver that is tested: pieces go out at their times, and whatever comes back is kept.
//! Never knows what has to come back: whoever speaks hands that in.

use std::{io, time::Duration};

use sockeye_core::{
    event::{Counters, Ending},
    limit::{CHECK_ANSWER, READ},
};
use sockeye_study::check::Standing;
use sockeye_sys::{Flush, send};
use tokio::time::Instant;

use crate::{clock::until, link::StreamSocket, run_state::RunState};

/// Bytes read at once.
const BUFFER: usize = READ / 4;

/// One connection.
pub(super) struct Wire<'a> {
    run: &'a RunState,
    stream: StreamSocket,
    buffer: Vec<u8>,
    /// All that came.
    pub(super) got: Vec<u8>,
    /// How much came, while something was said, before the last piece of that was begun.
    pub(super) early: usize,
    /// How many bytes each write carried.
    pub(super) writes: Vec<usize>,
    /// How the peer ended it, if it did.
    pub(super) ended: Option<Ending>,
    counters: Counters,
}

/// The pieces of one speech, and when the next of them may go.
struct Speech<'a> {
    pieces: &'a [&'a [u8]],
    /// What is left of the piece on its way.
    rest: &'a [u8],
    gap: Duration,
    /// Until when the pause lasts.
    pause: Option<Instant>,
}

impl<'a> Speech<'a> {
    fn new(pieces: &'a [&'a [u8]], gap: Duration) -> Self {
        let (rest, pieces) =
            pieces.split_first().map_or((&[][..], pieces), |(first, others)| (*first, others));
        Self { pieces, rest, gap, pause: None }
    }

    fn is_over(&self) -> bool {
        self.rest.is_empty() && self.pieces.is_empty()
    }

    /// So many bytes were taken; says whether the last piece is next.
    fn took(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
        if let (true, Some((next, others))) = (self.rest.is_empty(), self.pieces.split_first()) {
            self.rest = next;
            self.pieces = others;
            self.pause = Some(Instant::now() + self.gap);
        }
    }
}

impl<'a> Wire<'a> {
    /// A connection that carried nothing yet.
    pub(super) fn new(run: &'a RunState, stream: StreamSocket) -> Self {
        run.number();
        Self {
            run,
            stream,
            buffer: vec![0; BUFFER],
            got: Vec::new(),
            early: 0,
            writes: Vec::new(),
            ended: None,
            counters: Counters::default(),
        }
    }

    /// Sends these pieces, each in a write of its own, with a pause between them, and listens meanwhile and afterwards until
    /// `judge` knows enough of what came, the peer has ended, or nothing has settled it `within` that time of the last piece.
    pub(super) async fn speak(
        &mut self,
        pieces: &[&[u8]],
        gap: Duration,
        within: Duration,
        judge: impl Fn(&[u8]) -> Standing,
    ) -> Standing {
        let mut speech = Speech::new(pieces, gap);
        let before = self.got.len();
        self.early = 0;
        let mut deadline = Instant::now() + within;
        let (mut judged, mut standing) = (self.got.len(), judge(&self.got));
        loop {
            if judged != self.got.len() {
                (judged, standing) = (self.got.len(), judge(&self.got));
            }
            let is_settled = standing == Standing::Complete && speech.is_over();
            if standing == Standing::Wrong || is_settled || self.ended.is_some() {
                return standing;
            }
            if self.got.len() > CHECK_ANSWER {
                return Standing::Wrong;
            }
            let may_write = !speech.rest.is_empty() && speech.pause.is_none();
            tokio::select! {
                biased;
                ready = self.stream.readable() => self.read(ready),
                () = until(speech.pause), if speech.pause.is_some() => speech.pause = None,
                ready = self.stream.writable(), if may_write => {
                    if speech.pieces.is_empty() {
                        self.early = self.got.len() - before;
                    }
                    let len = self.write(ready, speech.rest);
                    speech.took(len);
                    deadline = Instant::now() + gap + within;
                }
                () = until(Some(deadline)) => return standing,
            }
        }
    }

    /// Listens until nothing has come for `quiet`; says whether that was `within` the time.
    pub(super) async fn hear_out(&mut self, quiet: Duration, within: Duration) -> Standing {
        let deadline = Instant::now() + within.max(quiet);
        let mut last = Instant::now();
        while self.ended.is_none() {
            if self.got.len() > CHECK_ANSWER || Instant::now() > deadline {
                return Standing::Wrong;
            }
            tokio::select! {
                biased;
                ready = self.stream.readable() => {
                    self.read(ready);
                    last = Instant::now();
                }
                () = until(Some(last + quiet)) => break,
            }
        }
        Standing::Complete
    }

    /// Ends our direction: what a receiver still has to say comes before its end.
    pub(super) fn end(&self) {
        self.stream.end();
    }

    fn read(&mut self, ready: io::Result<()>) {
        match ready.and_then(|()| self.stream.try_read(&mut self.buffer)) {
            Ok(0) => self.ended = Some(Ending::PeerClosed),
            Ok(len) => {
                self.counters.reads += 1;
                self.counters.bytes_in += len as u64;
                self.got.extend_from_slice(self.buffer.get(..len).unwrap_or_default());
            }
            Err(error) => self.fail(&error),
        }
    }

    fn write(&mut self, ready: io::Result<()>, bytes: &[u8]) -> usize {
        let stream = &self.stream;
        let sent = ready.and_then(|()| stream.try_write(|| send(&stream.socket(), bytes, Flush::Now)));
        match sent {
            Ok(len) => {
                self.counters.messages_out += 1;
                self.counters.bytes_out += len as u64;
                self.writes.push(len);
                len
            }
            Err(error) => {
                self.fail(&error);
                0
            }
        }
    }

    fn fail(&mut self, error: &io::Error) {
        if !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) {
            self.ended = Some(Ending::PeerReset);
        }
    }
}

impl Drop for Wire<'_> {
    fn drop(&mut self) {
        self.run.add(&self.counters, self.ended.unwrap_or(Ending::Closed));
    }
}
