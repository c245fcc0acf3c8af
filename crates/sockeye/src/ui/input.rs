//! What comes in on our side: who types, and the pump that turns a pipe into orders.
//! Never reads faster than the conversation takes: the channel is bounded.

use std::io::{BufRead, Read};

use bytes::Bytes;
use sockeye_core::{charset::Charset, frame::Framing, limit, unit::Medium};
use sockeye_net::{Errand, Order, To};
use tokio::sync::mpsc::Sender;

use super::Teller;
use crate::{say::terminal as say, view::Role};

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

/// Whether piped UTF-8 text is put into the charset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transcode {
    /// Bytes stay as they are.
    Never,
    /// What is UTF-8 becomes text of the charset.
    ToCharset,
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
    /// What a typed line gets appended.
    pub eol: &'static str,
    /// What happens to piped text.
    pub transcode: Transcode,
    /// How messages are framed: those that cannot be are refused at once.
    pub framing: Framing,
    /// Stream or datagrams.
    pub medium: Medium,
    /// What chance in templates derives from.
    pub seed: u64,
}

/// A pump from standard input to a conversation.
#[derive(Debug)]
pub(crate) struct Pump {
    typing: Typing,
    orders: Sender<Order>,
    teller: Teller,
    /// The beginning of a UTF-8 character that a read cut.
    cut: Vec<u8>,
}

/// The conversation takes nothing more.
struct Gone;

impl Pump {
    /// A pump into `orders`.
    #[must_use]
    pub(crate) fn new(typing: Typing, orders: Sender<Order>, teller: Teller) -> Self {
        Self { typing, orders, teller, cut: Vec::new() }
    }

    /// Pumps until the input ends or the conversation does.
    pub(crate) fn run(mut self, input: &mut dyn BufRead) {
        let outcome = match self.typing.source {
            Source::Messages => self.lines(input),
            _ => self.chunks(input),
        };
        if outcome.is_ok() {
            let _ = self.order(Errand::SayNoMore);
        }
    }

    fn chunks(&mut self, input: &mut dyn BufRead) -> Result<(), Gone> {
        let mut buffer = vec![0; limit::READ];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => {
                    let rest = std::mem::take(&mut self.cut);
                    return if rest.is_empty() { Ok(()) } else { self.order(Errand::Say(rest.into())) };
                }
                Ok(len) => {
                    let chunk = buffer.get(..len).unwrap_or_default();
                    let bytes = match self.typing.transcode {
                        Transcode::Never => Bytes::copy_from_slice(chunk),
                        Transcode::ToCharset => self.transcoded_chunk(chunk),
                    };
                    if !bytes.is_empty() {
                        self.order(Errand::Say(bytes))?;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.teller.tell(&say::input_failed(&error));
                    return Ok(());
                }
            }
        }
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
                    if !ended && line.len() > most {
                        self.teller.tell(&say::line_too_long(most));
                    }
                    let bytes = match self.typing.transcode {
                        Transcode::Never => Bytes::copy_from_slice(&line),
                        Transcode::ToCharset => self.transcoded(&line),
                    };
                    self.order(Errand::Say(bytes))?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.teller.tell(&say::input_failed(&error));
                    return Ok(());
                }
            }
        }
    }

    /// A chunk of a stream: a character that is cut waits for its rest.
    fn transcoded_chunk(&mut self, chunk: &[u8]) -> Bytes {
        let mut all = std::mem::take(&mut self.cut);
        all.extend_from_slice(chunk);
        if let Err(error) = std::str::from_utf8(&all)
            && error.error_len().is_none()
        {
            self.cut = all.split_off(error.valid_up_to());
        }
        self.transcoded(&all)
    }

    /// UTF-8 text in the charset; bytes that are no UTF-8 stay as they are.
    fn transcoded(&self, bytes: &[u8]) -> Bytes {
        let Ok(text) = std::str::from_utf8(bytes) else { return Bytes::copy_from_slice(bytes) };
        let charset = self.typing.charset;
        match charset.encode(text) {
            Ok(bytes) => bytes.into(),
            Err(missing) => {
                self.teller.tell(&say::replaced(&missing));
                let mut bytes = Vec::new();
                charset.encode_lossy(text, &mut bytes);
                bytes.into()
            }
        }
    }

    fn order(&self, what: Errand) -> Result<(), Gone> {
        self.orders.blocking_send(Order { to: To::Default, what }).map_err(|_| Gone)
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

    fn pumped(source: Source, charset: &str, mut input: &[u8]) -> (Vec<Vec<u8>>, Errand) {
        let charset = Charset::parse(charset).unwrap();
        let typing = Typing {
            source,
            role: Role::Connect,
            charset,
            eol: "",
            transcode: if charset.is_utf8() { Transcode::Never } else { Transcode::ToCharset },
            framing: Framing::raw().with_max(8),
            medium: Medium::Stream,
            seed: 0,
        };
        let (orders, mut taken) = tokio::sync::mpsc::channel(100);
        Pump::new(typing, orders, Teller::nobody()).run(&mut input);
        let mut said = Vec::new();
        while let Some(order) = taken.blocking_recv() {
            match order.what {
                Errand::Say(bytes) => said.push(bytes.to_vec()),
                other => return (said, other),
            }
        }
        panic!("the end was not told");
    }

    #[test]
    fn a_stream_goes_through_as_it_is_and_its_end_is_told() {
        let (said, end) = pumped(Source::Chunks, "utf-8", b"a\r\n\xffb");
        assert_eq!((said, end), (vec![b"a\r\n\xffb".to_vec()], Errand::SayNoMore));
        assert_eq!(pumped(Source::Chunks, "utf-8", b""), (vec![], Errand::SayNoMore));
    }

    #[test]
    fn every_line_is_a_message_without_its_end() {
        let (said, _) = pumped(Source::Messages, "utf-8", b"one\r\n\ntwo\nthree");
        assert_eq!(said, [b"one".to_vec(), b"".to_vec(), b"two".to_vec(), b"three".to_vec()]);
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let (said, _) = pumped(Source::Messages, "utf-8", &[b'x'; 25]);
        assert_eq!(said.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
    }

    #[test]
    fn text_is_put_into_the_charset_and_other_bytes_stay() {
        assert_eq!(pumped(Source::Messages, "gbk", "你好\n".as_bytes()).0, [b"\xc4\xe3\xba\xc3".to_vec()]);
        assert_eq!(pumped(Source::Messages, "gbk", b"\xc4\xe3\n").0, [b"\xc4\xe3".to_vec()]);
        assert_eq!(pumped(Source::Messages, "gbk", "a😀\n".as_bytes()).0, [b"a?".to_vec()]);
        assert_eq!(
            pumped(Source::Chunks, "gbk", b"\xe4\xbd\xa0\xe5").0,
            [b"\xc4\xe3".to_vec(), b"\xe5".to_vec()]
        );
    }
}
