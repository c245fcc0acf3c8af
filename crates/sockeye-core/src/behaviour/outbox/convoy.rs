//! Datagrams at the front of an outbox that may leave in one call.
//! Never takes them out: whoever wrote them says so for each.

use super::Outbox;

/// Datagrams that lie one behind the other, all of the same length but the last, which may be shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convoy<'a> {
    /// Their bytes.
    pub bytes: &'a [u8],
    /// The length of each but the last.
    pub segment: usize,
    /// How many they are.
    pub count: usize,
}

impl Outbox {
    /// The datagrams at the front that are of one length: at most `count` of them, and `most` bytes (but always one).
    /// An empty datagram is alone.
    #[must_use]
    pub fn convoy(&self, count: usize, most: usize) -> Convoy<'_> {
        let segment = self.front().len();
        let mut convoy = Convoy { bytes: self.front(), segment, count: 1 };
        if segment == 0 {
            return convoy;
        }
        let mut end = self.head + segment;
        let Some(buffers) = &self.buffers else { return convoy };
        for cut in buffers.cuts.iter().skip(1).take(count.saturating_sub(1)) {
            let next = usize::try_from(cut - self.base).unwrap_or(usize::MAX);
            let length = next.saturating_sub(end);
            if length == 0 || length > segment || next - self.head > most {
                break;
            }
            convoy.count += 1;
            end = next;
            if length < segment {
                break;
            }
        }
        convoy.bytes = buffers.wire.get(self.head..end).unwrap_or_default();
        convoy
    }

    /// The first `count` datagrams were written.
    pub fn wrote_convoy(&mut self, count: usize) {
        for _ in 0..count {
            let len = self.front().len();
            self.wrote(len);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        behaviour::Common,
        charset::Charset,
        event::EventDetail,
        frame::Framing,
        stage::Chain,
        unit::{Medium, Wall},
    };

    fn outbox(messages: &[&[u8]]) -> Outbox {
        let common = Arc::new(Common {
            framing: Framing::raw(),
            charset: Charset::utf8(),
            detail: EventDetail::Summary,
            wall: Wall::new(Duration::ZERO, jiff::tz::TimeZone::UTC),
            seed: 1,
            rate: None,
        });
        let mut out = Outbox::new(common, 1, "udp://peer".into(), Medium::Datagram, Chain::empty());
        messages.iter().for_each(|message| out.send(message));
        out
    }

    /// Takes everything out, convoy by convoy.
    fn convoys(mut out: Outbox, count: usize, most: usize) -> Vec<(Vec<u8>, usize, usize)> {
        let mut all = Vec::new();
        while out.has_front() {
            let Convoy { bytes, segment, count } = out.convoy(count, most);
            all.push((bytes.to_vec(), segment, count));
            out.wrote_convoy(count);
        }
        all
    }

    #[test]
    fn only_the_last_of_a_convoy_is_shorter_and_nothing_empty_is_in_one() {
        let out = outbox(&[b"aa", b"bb", b"c", b"dd", b"eee", b"", b"f", b"g"]);
        let expected: [(&[u8], usize, usize); 5] =
            [(b"aabbc", 2, 3), (b"dd", 2, 1), (b"eee", 3, 1), (b"", 0, 1), (b"fg", 1, 2)];
        let expected = expected.map(|(bytes, segment, count)| (bytes.to_vec(), segment, count));
        assert_eq!(convoys(out, 64, 65_000), expected);
    }

    #[test]
    fn a_convoy_has_its_bounds() {
        let ten = [b"aa".as_slice(); 10];
        let counts = |count, most| {
            convoys(outbox(&ten), count, most).iter().map(|convoy| convoy.2).collect::<Vec<_>>()
        };
        assert_eq!(counts(4, 1000), [4, 4, 2]);
        assert_eq!(counts(64, 7), [3, 3, 3, 1]);
        assert_eq!(counts(64, 1), [1; 10], "one is always taken");
        assert_eq!(counts(0, 1000), [1; 10]);
    }
}
