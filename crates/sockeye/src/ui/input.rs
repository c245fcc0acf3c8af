//! What comes in on our side: who types, and the pump that turns a pipe into orders.
//! Never reads faster than the conversation takes: the channel is bounded.

use std::{
    io::{BufRead, Read},
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use sockeye_core::{charset::Charset, frame::Framing, limit, unit::Medium};
use sockeye_net::{Action, Order, To};
use tokio::sync::mpsc::Sender;

use super::teller::Teller;
use crate::{failure, say::terminal as say, view::Role};

/// Where what we say comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input is not read.
    None,
    /// A pipe whose bytes go out as they come.
    Chunks,
    /// A pipe of which every line is a message, without its line end.
    Messages,
    /// Lines of messages and commands, with no editing of our own.
    Commands,
    /// A person at a terminal, with a line editor.
    Editor,
}

/// When the end of a pipe is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastWord {
    /// Always: there is one conversation, and this ends our direction of it.
    Always,
    /// Behind something: `/dev/null` has nothing to say to anybody.
    BehindWords,
}

/// How what is typed becomes messages.
#[derive(Clone, Debug)]
pub(crate) struct Typing {
    /// Where it comes from.
    pub source: Source,
    /// For which command.
    pub role: Role,
    /// The charset of what is sent.
    pub charset: Charset,
    /// What a typed line gets appended, and what takes the place of the line ends of a pipe.
    pub eol: &'static str,
    /// For whom a pipe is.
    pub to: To,
    /// Whether the end of a pipe is told if there was nothing in it.
    pub last_word: LastWord,
    /// How messages are framed: those that cannot be are refused at once.
    pub framing: Framing,
    /// Stream or datagrams.
    pub medium: Medium,
    /// What chance in templates derives from.
    pub seed: u64,
    /// The job file that holds saved messages, where the run came from one.
    pub quick_file: Option<PathBuf>,
}

impl Typing {
    /// Whether somebody types commands.
    #[must_use]
    pub(crate) fn has_commands(&self) -> bool {
        matches!(self.source, Source::Editor | Source::Commands)
    }

    /// Standard input is nothing to whoever moves files.
    pub(crate) fn nobody(role: Role) -> Self {
        Self {
            source: Source::None,
            role,
            charset: Charset::utf8(),
            eol: "",
            to: To::Default,
            last_word: LastWord::Always,
            framing: Framing::raw(),
            medium: Medium::Stream,
            seed: 0,
            quick_file: None,
        }
    }
}

/// The exit code of the first thing of a pipe that could not be read or sent, if there was one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mishap(Arc<OnceLock<u8>>);

impl Mishap {
    /// The code, once something went wrong.
    #[must_use]
    pub(crate) fn code(&self) -> Option<u8> {
        self.0.get().copied()
    }

    fn note(&self, code: u8) {
        // The first one counts.
        let _ = self.0.set(code);
    }
}

/// A pump from standard input to a conversation.
#[derive(Debug)]
pub(crate) struct Pump {
    typing: Typing,
    orders: Sender<Order>,
    teller: Teller,
    mishap: Mishap,
    has_spoken: bool,
}

/// The conversation takes nothing more.
struct Gone;

impl Pump {
    /// A pump into `orders`.
    #[must_use]
    pub(crate) fn new(typing: Typing, orders: Sender<Order>, teller: Teller, mishap: Mishap) -> Self {
        Self { typing, orders, teller, mishap, has_spoken: false }
    }

    /// Pumps until the input ends or the conversation does.
    pub(crate) fn run(mut self, input: &mut dyn BufRead) {
        let outcome = match self.typing.source {
            Source::Messages => self.lines(input),
            _ => self.chunks(input),
        };
        let is_told = self.has_spoken || self.typing.last_word == LastWord::Always;
        if outcome.is_ok() && is_told {
            let _ = self.order(Action::SayNoMore);
        }
    }

    fn chunks(&mut self, input: &mut dyn BufRead) -> Result<(), Gone> {
        let mut buffer = vec![0; limit::READ];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(len) => {
                    let chunk = buffer.get(..len).unwrap_or_default();
                    self.order(Action::Say(Bytes::copy_from_slice(chunk).into()))?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return self.unreadable(&error),
            }
        }
    }

    fn unreadable(&self, error: &std::io::Error) -> Result<(), Gone> {
        self.teller.tell(&say::input_failed(error));
        self.mishap.note(failure::LOCAL_READ);
        Ok(())
    }

    fn lines(&mut self, input: &mut dyn BufRead) -> Result<(), Gone> {
        let most = self.typing.framing.max_frame();
        let mut line = Vec::new();
        loop {
            line.clear();
            // One more than the limit, and a line end.
            let read = input.take(most as u64 + 2).read_until(b'\n', &mut line);
            match read {
                Ok(0) => return Ok(()),
                Ok(_) => {
                    let ended = strip_line_end(&mut line);
                    let goes_on = !ended && self.is_stream_of_lines();
                    if line.len() > most && !goes_on {
                        self.teller.tell(&say::line_too_long(most));
                        self.mishap.note(failure::SEND);
                        if !ended && let Err(error) = input.skip_until(b'\n') {
                            return self.unreadable(&error);
                        }
                        continue;
                    }
                    if !goes_on {
                        line.extend_from_slice(self.typing.eol.as_bytes());
                    }
                    match self.typing.framing.encode(&line, &mut Vec::new()) {
                        Ok(()) => self.order(Action::Say(Bytes::copy_from_slice(&line).into()))?,
                        Err(error) => {
                            self.teller.tell(&say::not_sent(error.text()));
                            self.mishap.note(failure::SEND);
                        }
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return self.unreadable(&error),
            }
        }
    }

    /// Whether lines are only put together with another end, and a part of one is nothing to refuse.
    fn is_stream_of_lines(&self) -> bool {
        self.typing.medium == Medium::Stream && self.typing.framing.is_raw()
    }

    fn order(&mut self, what: Action) -> Result<(), Gone> {
        self.has_spoken = true;
        self.orders.blocking_send(Order { to: self.typing.to.clone(), what }).map_err(|_| Gone)
    }
}

/// Takes the line end off; says whether there was one.
fn strip_line_end(line: &mut Vec<u8>) -> bool {
    let ended = line.last() == Some(&b'\n');
    if ended {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pumped(source: Source, charset: &str, input: &[u8]) -> (Vec<Vec<u8>>, Action) {
        let (said, end, _) = pumped_with(Framing::raw().with_max(8), source, charset, input);
        (said, end)
    }

    fn pumped_with(
        framing: Framing,
        source: Source,
        charset: &str,
        mut input: &[u8],
    ) -> (Vec<Vec<u8>>, Action, Option<u8>) {
        let charset = Charset::parse(charset).unwrap();
        let typing = Typing {
            source,
            role: Role::Connect,
            charset,
            eol: "",
            to: To::Default,
            last_word: LastWord::Always,
            framing,
            medium: Medium::Stream,
            seed: 0,
            quick_file: None,
        };
        let (orders, mut taken) = tokio::sync::mpsc::channel(100);
        let mishap = Mishap::default();
        Pump::new(typing, orders, Teller::nobody(), mishap.clone()).run(&mut input);
        let mut said = Vec::new();
        while let Some(order) = taken.blocking_recv() {
            match order.what {
                Action::Say(spoken) => said.push(spoken.bytes().to_vec()),
                other => return (said, other, mishap.code()),
            }
        }
        panic!("the end was not told");
    }

    #[test]
    fn a_stream_goes_through_as_it_is_and_its_end_is_told() {
        let (said, end) = pumped(Source::Chunks, "utf-8", b"a\r\n\xffb");
        assert_eq!((said, end), (vec![b"a\r\n\xffb".to_vec()], Action::SayNoMore));
        assert_eq!(pumped(Source::Chunks, "utf-8", b""), (vec![], Action::SayNoMore));
    }

    #[test]
    fn every_line_is_a_message_without_its_end() {
        let (said, _) = pumped(Source::Messages, "utf-8", b"one\r\n\ntwo\nthree");
        assert_eq!(said, [b"one".to_vec(), b"".to_vec(), b"two".to_vec(), b"three".to_vec()]);
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let framing = || Framing::parse("line").unwrap().with_max(8);
        let input = [[b'x'; 25].as_slice(), b"\n12345678\n", &[b'y'; 9], b"\nz"].concat();
        let (said, _, code) = pumped_with(framing(), Source::Messages, "utf-8", &input);
        assert_eq!((said, code), (vec![b"12345678".to_vec(), b"z".to_vec()], Some(failure::SEND)));
        let fixed = Framing::parse("fixed=4").unwrap();
        let (said, _, code) = pumped_with(fixed, Source::Messages, "utf-8", b"four\nno\n");
        assert_eq!((said, code), (vec![b"four".to_vec()], Some(failure::SEND)));
        assert_eq!(pumped_with(framing(), Source::Messages, "utf-8", b"fine").2, None);
    }

    #[test]
    fn a_pipe_is_never_read_as_text() {
        for bytes in ["你好\n".as_bytes(), b"\xc4\xe3\n", b"\x01\x06\x00\xc3\xa9\n"] {
            assert_eq!(pumped(Source::Chunks, "gbk", bytes).0, [bytes.to_vec()]);
            assert_eq!(pumped(Source::Messages, "gbk", bytes).0, [bytes[..bytes.len() - 1].to_vec()]);
        }
    }
}
