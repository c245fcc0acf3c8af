//! The cuts: which messages a trial says, and where the pieces of them begin.
//! Never holds an answer, only whether there is one.

use std::{ops::Range, time::Duration};

use sockeye_core::{
    event::{CutConnection, CutFamily},
    frame::{FrameError, Framing},
    limit::CHECK_PIECES,
};

/// Messages that follow the ones asked for, so that each can be tried with others behind it.
const FURTHER: usize = 3;
/// Messages of [`CutFamily::HalfLate`], the half one included.
const HALF_OF: usize = 4;
/// Messages of a chain at most.
const CHAIN: usize = 8;
/// How many times longer than between pieces the pause before a late tail is.
const LATE: u32 = 10;

/// Whether what a message is answered depends on those before it on the same connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// It does not.
    None,
    /// It does: those are said first each time.
    Connection,
}

/// How many messages a receiver answers on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// All that it was asked.
    All,
    /// So many, and then it closes or is silent.
    Only(usize),
}

/// What is said to a receiver, in order: the messages asked for, and the first of them again.
#[derive(Clone, Debug)]
pub struct Conversation {
    frames: Vec<Vec<u8>>,
    bodies: Vec<Range<usize>>,
    distinct: usize,
    answered: Vec<bool>,
    memory: Memory,
    carried: usize,
}

impl Conversation {
    /// The conversation of these messages in this framing, as if each were answered.
    ///
    /// # Errors
    /// A message that the framing cannot carry.
    pub fn new(messages: &[Vec<u8>], framing: &Framing) -> Result<Self, FrameError> {
        let length = if messages.is_empty() { 0 } else { messages.len() + FURTHER };
        let (mut frames, mut bodies) = (Vec::new(), Vec::new());
        for message in messages.iter().cycle().take(length) {
            let mut frame = Vec::new();
            framing.encode(message, &mut frame)?;
            bodies.push(framing.body(&frame, message));
            frames.push(frame);
        }
        let (answered, carried) = (vec![true; length], length);
        Ok(Self { frames, bodies, distinct: messages.len(), answered, memory: Memory::None, carried })
    }

    /// The same, with what was learnt of the receiver: which messages it answers, by position, and on what that depends.
    #[must_use]
    pub fn learnt(mut self, answered: impl Iterator<Item = bool>, memory: Memory, carried: Carried) -> Self {
        self.answered.iter_mut().zip(answered).for_each(|(known, is)| *known = is);
        self.memory = memory;
        if let Carried::Only(most) = carried {
            self.carried = most.min(self.frames.len());
        }
        self
    }

    /// All messages, framed.
    #[must_use]
    pub fn frames(&self) -> &[Vec<u8>] {
        &self.frames
    }

    /// Where in its frame the body of the message at a position lies.
    #[must_use]
    pub fn body(&self, position: usize) -> Range<usize> {
        self.bodies.get(position).cloned().unwrap_or_default()
    }

    /// How many of the messages were asked for; those behind are the same again.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// On what an answer depends.
    #[must_use]
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// The bytes of these messages.
    #[must_use]
    pub fn joined(&self, messages: Range<usize>) -> Vec<u8> {
        self.frames.get(messages).unwrap_or_default().concat()
    }

    fn len_of(&self, messages: Range<usize>) -> usize {
        self.frames.get(messages).unwrap_or_default().iter().map(Vec::len).sum()
    }

    /// What a trial of `count` messages from `first` on says before them, and up to where it goes on until there is
    /// something to be judged by. None where the receiver does not answer so many on a connection.
    fn span(&self, first: usize, count: usize) -> Option<(Range<usize>, Range<usize>)> {
        let is_answered = |end: &usize| self.answered.get(end - 1) == Some(&true);
        let end = (first + count..=self.frames.len()).find(is_answered)?;
        let (lead, said) = match self.memory {
            Memory::None => (0..0, end - first),
            Memory::Connection => (0..first, end),
        };
        (said <= self.carried.max(1)).then_some((lead, first..end))
    }
}

/// How a trial ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialEnd {
    /// With the last byte of its messages.
    Whole,
    /// In the middle of the last message. Then so many messages from the beginning are said on a fresh connection, whole.
    Abandoned {
        /// How many.
        again: usize,
    },
}

/// One cut to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Which kind.
    pub family: CutFamily,
    /// The positions of the messages that are said before, whole, each once the one before is answered.
    pub lead: Range<usize>,
    /// The positions of the messages that are sent in pieces.
    pub messages: Range<usize>,
    /// How many bytes of these are sent.
    pub len: usize,
    /// Where pieces begin, but for the first; increasing, each above 0 and below `len`.
    pub cuts: Vec<usize>,
    /// The pause between pieces.
    pub gap: Duration,
    /// How it ends.
    pub end: TrialEnd,
}

impl Trial {
    /// On which connection its pieces travel.
    #[must_use]
    pub fn connection(&self) -> CutConnection {
        if self.lead.is_empty() { CutConnection::Fresh } else { CutConnection::Same }
    }

    /// Where each piece lies in the bytes of its messages.
    pub fn pieces(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let begins = std::iter::once(0).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain(std::iter::once(self.len));
        begins.zip(ends).map(|(begin, end)| begin..end)
    }

    /// The positions of the messages that have to be answered, in order.
    #[must_use]
    pub fn judged(&self) -> Vec<usize> {
        match self.end {
            TrialEnd::Whole => self.lead.clone().chain(self.messages.clone()).collect(),
            TrialEnd::Abandoned { again } => {
                let whole = self.messages.start..self.messages.end.saturating_sub(1);
                self.lead.clone().chain(whole).chain(0..again).collect()
            }
        }
    }
}

/// The trials of one family, in the order in which they are made: at most `most` places of a message are cut.
#[must_use]
pub fn trials(conversation: &Conversation, family: CutFamily, gap: Duration, most: usize) -> Vec<Trial> {
    let plan = Planner { conversation, family, gap };
    let singles = 0..conversation.distinct;
    match family {
        CutFamily::Whole => plan.whole(),
        CutFamily::Glued => singles.filter_map(|first| plan.trial(first, 2, Vec::new())).collect(),
        CutFamily::Split => singles.flat_map(|at| plan.split(at, most)).collect(),
        CutFamily::Header => singles.flat_map(|at| plan.header(at)).collect(),
        CutFamily::Straddled => singles.filter_map(|first| plan.half_of(first, 2)).collect(),
        CutFamily::HalfLate => plan.half_of(0, HALF_OF).into_iter().collect(),
        CutFamily::HalfAbandoned => plan.abandoned().into_iter().collect(),
        CutFamily::TailLate => singles.filter_map(|at| plan.tail(at)).collect(),
        CutFamily::Bytes => singles.filter_map(|at| plan.bytes(at)).collect(),
        CutFamily::Chain => plan.chain().into_iter().collect(),
    }
}

struct Planner<'a> {
    conversation: &'a Conversation,
    family: CutFamily,
    gap: Duration,
}

impl Planner<'_> {
    /// `count` messages from `first` on, cut at these places; what is said behind them, to be judged by, comes in pieces of
    /// its own.
    fn trial(&self, first: usize, count: usize, mut cuts: Vec<usize>) -> Option<Trial> {
        let (lead, messages) = self.conversation.span(first, count)?;
        let len = self.conversation.len_of(messages.clone());
        let behind = first + count..messages.end;
        cuts.extend(behind.map(|position| self.conversation.len_of(first..position)));
        cuts.retain(|cut| *cut > 0 && *cut < len);
        cuts.dedup();
        Some(Trial { family: self.family, lead, messages, len, cuts, gap: self.gap, end: TrialEnd::Whole })
    }

    fn len(&self, position: usize) -> usize {
        self.conversation.len_of(position..position + 1)
    }

    /// Each message by itself, and all that were asked for on one connection.
    fn whole(&self) -> Vec<Trial> {
        let distinct = self.conversation.distinct;
        let mut all = Vec::new();
        if self.conversation.memory == Memory::None {
            all.extend((0..distinct).filter_map(|at| self.trial(at, 1, Vec::new())));
        }
        let last = distinct.saturating_sub(1);
        if let Some(trial) = self.trial(last, 1, Vec::new())
            && trial.messages.end <= self.conversation.carried
            && trial.messages.end > 1
        {
            all.push(Trial { lead: 0..last, ..trial });
        }
        all
    }

    fn split(&self, at: usize, most: usize) -> Vec<Trial> {
        places(self.len(at), most).into_iter().filter_map(|place| self.trial(at, 1, vec![place])).collect()
    }

    fn header(&self, at: usize) -> Vec<Trial> {
        let (header, len) = (self.conversation.body(at).start, self.len(at));
        if header == 0 || header >= len {
            return Vec::new();
        }
        let mut all = vec![vec![header]];
        if header > 1 {
            all.push(vec![header / 2, header]);
        }
        all.into_iter().filter_map(|cuts| self.trial(at, 1, cuts)).collect()
    }

    /// `count` messages, the last of which comes in two pieces, the first of them glued to the messages before.
    fn half_of(&self, first: usize, count: usize) -> Option<Trial> {
        let last = first + count - 1;
        let half = self.len(last) / 2;
        let place = self.conversation.len_of(first..last) + half;
        self.trial(first, count, vec![place]).filter(|_| half > 0)
    }

    fn abandoned(&self) -> Option<Trial> {
        let trial = self.half_of(0, HALF_OF)?;
        let len = trial.cuts.first().copied()?;
        let (_, again) = self.conversation.span(0, 1)?;
        let end = TrialEnd::Abandoned { again: again.end };
        Some(Trial { messages: 0..HALF_OF, len, cuts: Vec::new(), end, ..trial })
    }

    fn tail(&self, at: usize) -> Option<Trial> {
        let place = self.len(at).checked_sub(1).filter(|place| *place > 0)?;
        Some(Trial { gap: self.gap * LATE, ..self.trial(at, 1, vec![place])? })
    }

    fn bytes(&self, at: usize) -> Option<Trial> {
        let len = self.len(at);
        // What is too long for that has its edges cut: the header and the delimiter are there.
        let edge = CHECK_PIECES * 3 / 4;
        let is_cut =
            |place: &usize| len <= CHECK_PIECES || *place <= edge || *place + CHECK_PIECES - edge > len;
        let cuts: Vec<usize> = (1..len).filter(is_cut).collect();
        self.trial(at, 1, cuts).filter(|trial| !trial.cuts.is_empty())
    }

    fn chain(&self) -> Option<Trial> {
        let count = self.conversation.carried.min(self.conversation.frames.len()).min(CHAIN);
        let middle = |position| self.conversation.len_of(0..position) + self.len(position) / 2;
        self.trial(0, count, (0..count).map(middle).collect())
            .filter(|trial| count > 1 && !trial.cuts.is_empty())
    }
}

/// The places at which `len` bytes can be cut in two, at most `most` of them, spread evenly.
fn places(len: usize, most: usize) -> Vec<usize> {
    let all = len.saturating_sub(1);
    let number = all.min(most);
    (0..number).map(|n| 1 + usize::try_from(n as u128 * all as u128 / number as u128).unwrap_or(n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_millis(20);

    fn conversation(spec: &str, messages: &[&str]) -> Conversation {
        let messages: Vec<Vec<u8>> = messages.iter().map(|text| text.as_bytes().to_vec()).collect();
        Conversation::new(&messages, &Framing::parse(spec).unwrap()).unwrap()
    }

    fn cuts(conversation: &Conversation, family: CutFamily) -> Vec<Vec<usize>> {
        trials(conversation, family, GAP, 4096).into_iter().map(|trial| trial.cuts).collect()
    }

    #[test]
    fn the_cuts_of_a_message_with_a_header() {
        let one = conversation("len=4", &["abc"]);
        assert_eq!(cuts(&one, CutFamily::Split), [[1], [2], [3], [4], [5], [6]]);
        assert_eq!(cuts(&one, CutFamily::Header), [vec![4], vec![2, 4]]);
        assert_eq!(cuts(&one, CutFamily::Bytes), [[1, 2, 3, 4, 5, 6]]);
        assert_eq!(cuts(&one, CutFamily::Glued), [Vec::<usize>::new()]);
        assert_eq!(cuts(&one, CutFamily::Straddled), [[7 + 3]]);
        assert_eq!(cuts(&one, CutFamily::HalfLate), [[21 + 3]]);
        assert_eq!(cuts(&one, CutFamily::TailLate), [[6]]);
        assert_eq!(cuts(&one, CutFamily::Chain), [[3, 10, 17, 24]]);
        let abandoned = &trials(&one, CutFamily::HalfAbandoned, GAP, 1)[0];
        assert_eq!((abandoned.len, abandoned.judged()), (24, vec![0, 1, 2, 0]));
    }

    #[test]
    fn places_are_spread_over_the_whole() {
        assert_eq!(places(5, 100), [1, 2, 3, 4]);
        assert_eq!(places(101, 4), [1, 26, 51, 76]);
        assert!(places(1, 4).is_empty() && places(0, 4).is_empty() && places(9, 0).is_empty());
    }

    #[test]
    fn what_is_not_answered_is_judged_by_what_comes_behind_it() {
        let answered = [false, true, false, true, false];
        let two =
            conversation("line", &["note", "ask"]).learnt(answered.into_iter(), Memory::None, Carried::All);
        let split = trials(&two, CutFamily::Split, GAP, 1);
        assert_eq!((&split[0].messages, &split[0].cuts), (&(0..2), &vec![1, 5]));
        assert_eq!(split[1].messages, 1..2);
        let never =
            conversation("line", &["note"]).learnt([false; 4].into_iter(), Memory::None, Carried::All);
        assert!(trials(&never, CutFamily::Split, GAP, 9).is_empty());
    }

    #[test]
    fn what_depends_on_messages_before_has_them_before_it() {
        let all = [true; 6].into_iter();
        let login =
            conversation("line", &["login", "ask", "bye"]).learnt(all, Memory::Connection, Carried::Only(3));
        let split = trials(&login, CutFamily::Split, GAP, 1);
        assert_eq!(split.iter().map(|trial| trial.lead.clone()).collect::<Vec<_>>(), [0..0, 0..1, 0..2]);
        assert_eq!(trials(&login, CutFamily::Glued, GAP, 1).len(), 2);
        assert!(trials(&login, CutFamily::HalfLate, GAP, 1).is_empty());
        let whole = trials(&login, CutFamily::Whole, GAP, 1);
        assert_eq!((whole.len(), &whole[0].lead, &whole[0].messages), (1, &(0..2), &(2..3)));
    }
}
