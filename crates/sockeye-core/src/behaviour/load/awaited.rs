//! What was asked and not answered yet, in order, and what answers are to be.
//! Never grows beyond [`BENCH_OUTSTANDING`](crate::limit::BENCH_OUTSTANDING).

use std::collections::{BTreeSet, VecDeque};

use super::spec::{LoadSpec, Sought};
use crate::{behaviour::Payload, limit::BENCH_GIVEN_UP, unit::At};

/// One message without an answer.
#[derive(Debug)]
pub(super) struct OpenMessage {
    /// When it was to be said.
    pub(super) due: At,
    /// Its bytes, where they are not those of the payload in its place.
    own: Option<Box<[u8]>>,
    place: usize,
    /// Bytes of the answer that have come, where it comes in parts.
    seen: usize,
    is_wrong: bool,
    is_settled: bool,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    /// When it was to be said.
    pub(super) due: At,
    /// Whether the answer is what was asked for.
    pub(super) is_right: bool,
}

/// What an answer to a datagram is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// To one that waits, in order or behind a later one.
    Waiting(Answered, Sequence),
    /// To one that was given up.
    GivenUp,
    /// To none.
    Nobody,
}

/// Whether an answer came behind one to a later question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sequence {
    Kept,
    Lost,
}

/// Questions in the order they were said in.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    questions: VecDeque<OpenMessage>,
    /// How many wait.
    waiting: usize,
    /// The number of the first.
    base: u64,
    /// The number after the last that was answered.
    newest: u64,
    given_up: BTreeSet<u64>,
}

impl Awaited {
    /// How many wait for an answer.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// How many are remembered, those that were answered out of order included.
    pub(super) fn span(&self) -> usize {
        self.questions.len()
    }

    /// When the first that waits was due.
    #[inline]
    pub(super) fn first_due(&self) -> Option<At> {
        self.questions.front().map(|question| question.due)
    }

    #[inline]
    pub(super) fn push(&mut self, due: At, place: usize, own: Option<Box<[u8]>>) {
        self.waiting += 1;
        self.questions.push_back(OpenMessage {
            due,
            own,
            place,
            seen: 0,
            is_wrong: false,
            is_settled: false,
        });
    }

    /// The first, which was answered by `message`, or by a part of it that is taken off.
    #[inline]
    pub(super) fn hear_bytes(&mut self, spec: &LoadSpec, message: &mut &[u8]) -> Option<Answered> {
        let question = self.questions.front_mut()?;
        let expected = own_or(spec, question.own.as_deref(), question.place);
        let left = expected.get(question.seen..).unwrap_or_default();
        let (part, rest) = message.split_at(left.len().min(message.len()));
        question.is_wrong |= !left.starts_with(part);
        question.seen += part.len();
        *message = rest;
        if question.seen < expected.len() {
            return None;
        }
        let answered = Answered { due: question.due, is_right: !question.is_wrong };
        self.drop_first();
        Some(answered)
    }

    /// The first, which was answered by `message`.
    #[inline]
    pub(super) fn hear(&mut self, spec: &LoadSpec, message: &[u8]) -> Option<Answered> {
        let question = self.questions.front()?;
        let answered = Answered { due: question.due, is_right: is_right(spec, question, message) };
        self.drop_first();
        Some(answered)
    }

    /// The one that `message`, a datagram, answers.
    pub(super) fn hear_datagram(&mut self, spec: &LoadSpec, message: &[u8]) -> Whose {
        let place = match (spec.is_numbered, &spec.sought) {
            (true, _) => match number_of(message) {
                Some(number) if self.given_up.remove(&number) => return Whose::GivenUp,
                Some(number) => number.checked_sub(self.base).and_then(|place| usize::try_from(place).ok()),
                // Who answers without the number answers the oldest, wrongly.
                None => self.first_waiting(|_| true),
            },
            (false, Sought::Echo) => self
                .first_waiting(|question| bytes_of(spec, question) == message)
                .or_else(|| self.first_waiting(|_| true)),
            (false, _) => self.first_waiting(|_| true),
        };
        let Some(question) = place.and_then(|place| self.questions.get_mut(place)) else {
            return Whose::Nobody;
        };
        if question.is_settled {
            return Whose::Nobody;
        }
        let answered = Answered { due: question.due, is_right: is_right(spec, question, message) };
        question.is_settled = true;
        self.waiting -= 1;
        let number = self.base + place.unwrap_or_default() as u64;
        let order = if number < self.newest { Sequence::Lost } else { Sequence::Kept };
        self.newest = self.newest.max(number + 1);
        self.tidy();
        Whose::Waiting(answered, order)
    }

    /// Gives up the first that waits, if it was due at `by` or before; when it was due.
    pub(super) fn give_up(&mut self, by: At) -> Option<At> {
        self.tidy();
        let due = self.first_due().filter(|due| *due <= by)?;
        self.given_up.insert(self.base);
        while self.given_up.len() > BENCH_GIVEN_UP {
            self.given_up.pop_first();
        }
        self.drop_first();
        Some(due)
    }

    /// The first that waits is settled, whatever came.
    pub(super) fn settle(&mut self) -> Option<At> {
        let due = self.first_due()?;
        self.drop_first();
        Some(due)
    }

    fn first_waiting(&self, fits: impl Fn(&OpenMessage) -> bool) -> Option<usize> {
        self.questions.iter().position(|question| !question.is_settled && fits(question))
    }

    #[inline]
    fn drop_first(&mut self) {
        if let Some(question) = self.questions.pop_front() {
            self.base += 1;
            self.waiting -= usize::from(!question.is_settled);
        }
        self.tidy();
    }

    /// Forgets what was answered out of order and is now the first.
    #[inline]
    fn tidy(&mut self) {
        while self.questions.front().is_some_and(|question| question.is_settled) {
            self.questions.pop_front();
            self.base += 1;
        }
    }
}

fn bytes_of<'a>(spec: &'a LoadSpec, question: &'a OpenMessage) -> &'a [u8] {
    own_or(spec, question.own.as_deref(), question.place)
}

#[inline]
fn own_or<'a>(spec: &'a LoadSpec, own: Option<&'a [u8]>, place: usize) -> &'a [u8] {
    match (own, spec.payloads.get(place)) {
        (Some(own), _) => own,
        (None, Some(Payload::Bytes(bytes))) => bytes,
        (None, _) => &[],
    }
}

fn is_right(spec: &LoadSpec, question: &OpenMessage, message: &[u8]) -> bool {
    match &spec.sought {
        Sought::Echo => bytes_of(spec, question) == message,
        Sought::Text(expectation) => expectation.pattern.matches(message).is_some(),
        Sought::Any | Sought::None => true,
    }
}

/// The number that a datagram begins with.
pub(super) fn number_of(datagram: &[u8]) -> Option<u64> {
    datagram.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// A datagram of ours: `payload` with its number in the first eight bytes.
pub(super) fn numbered(payload: &[u8], number: u64) -> Box<[u8]> {
    let mut datagram = payload.to_vec();
    if let Some(head) = datagram.first_chunk_mut() {
        *head = number.to_be_bytes();
    }
    datagram.into()
}
