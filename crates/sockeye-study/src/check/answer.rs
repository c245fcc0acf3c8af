//! Whether what came back is what had to come, however it was cut up on its way.
//! Never waits: it is asked again when more has come.

use sockeye_core::{
    frame::{Flow, Framer, Framing},
    rule::Pattern,
    unit::At,
};

/// Where the bytes that came so far stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are a beginning of what has to come.
    Open,
    /// They are all of it.
    Complete,
    /// Whatever still comes, they are something else.
    Wrong,
}

/// What the messages of a conversation have to be answered, by position.
#[derive(Clone, Debug)]
pub struct Yardstick {
    answers: Vec<Vec<u8>>,
    patterns: Vec<Pattern>,
    /// How answers are cut, and how many messages each is; none where they do not come in this framing.
    framed: Option<(Framing, Vec<usize>)>,
}

impl Yardstick {
    /// The same bytes as in a clean run.
    #[must_use]
    pub fn learnt(answers: Vec<Vec<u8>>) -> Self {
        Self { answers, patterns: Vec::new(), framed: None }
    }

    /// What fits these patterns, which are repeated in their order; `answers` are those of a clean run. Where these are
    /// messages of `framing`, each is looked at by itself. Otherwise a pattern may match anywhere, and an answer too many or
    /// missing is told by the length: by more than half of the shortest answer.
    #[must_use]
    pub fn expected(answers: Vec<Vec<u8>>, patterns: Vec<Pattern>, framing: &Framing) -> Self {
        let counts: Option<Vec<usize>> =
            answers.iter().map(|answer| whole_messages(answer, framing)).collect();
        let framed = counts.filter(|_| !framing.is_chunk()).map(|counts| (framing.clone(), counts));
        Self { answers, patterns, framed }
    }

    /// The answer of the clean run to the message at a position.
    #[must_use]
    pub fn answer(&self, position: usize) -> &[u8] {
        self.answers.get(position).map_or(&[], Vec::as_slice)
    }

    /// Those to several messages, in order.
    #[must_use]
    pub fn answers(&self, positions: &[usize]) -> Vec<u8> {
        let answers: Vec<&[u8]> = positions.iter().map(|position| self.answer(*position)).collect();
        answers.concat()
    }

    /// Where `got` stands as the answer to the messages at these positions.
    #[must_use]
    pub fn standing(&self, positions: &[usize], got: &[u8]) -> Standing {
        if self.patterns.is_empty() {
            return self.by_bytes(positions, got);
        }
        let positions: Vec<usize> =
            positions.iter().copied().filter(|position| !self.answer(*position).is_empty()).collect();
        match &self.framed {
            Some((framing, counts)) => self.by_message(&positions, got, framing, counts),
            None => self.by_length(&positions, got),
        }
    }

    /// Nothing is copied: it is asked after every read.
    fn by_bytes(&self, positions: &[usize], got: &[u8]) -> Standing {
        let mut rest = got;
        for position in positions {
            let answer = self.answer(*position);
            match rest.strip_prefix(answer) {
                Some(behind) => rest = behind,
                None if answer.starts_with(rest) => return Standing::Open,
                None => return Standing::Wrong,
            }
        }
        if rest.is_empty() { Standing::Complete } else { Standing::Wrong }
    }

    /// The same, where more may come behind it: the answer to half a message counts for nothing.
    #[must_use]
    pub fn beginning(&self, positions: &[usize], got: &[u8]) -> Standing {
        let expected = self.answers(positions);
        match self.standing(positions, got) {
            Standing::Wrong if self.patterns.is_empty() => {
                self.by_bytes(positions, got.get(..expected.len()).unwrap_or(got))
            }
            Standing::Wrong if got.len() > expected.len() => Standing::Complete,
            other => other,
        }
    }

    fn pattern(&self, position: usize) -> Option<&Pattern> {
        self.patterns.get(position % self.patterns.len().max(1))
    }

    fn by_message(&self, positions: &[usize], got: &[u8], framing: &Framing, counts: &[usize]) -> Standing {
        let Some(messages) = cut(got, framing) else { return Standing::Wrong };
        let (mut rest, left) = (messages.0.as_slice(), messages.1);
        for &position in positions {
            let count = counts.get(position).copied().unwrap_or(1);
            let Some((these, others)) = rest.split_at_checked(count) else { return Standing::Open };
            let fits = |pattern: &Pattern| these.iter().any(|message| pattern.matches(message).is_some());
            if !self.pattern(position).is_none_or(fits) {
                return Standing::Wrong;
            }
            rest = others;
        }
        if rest.is_empty() && left == 0 { Standing::Complete } else { Standing::Wrong }
    }

    fn by_length(&self, positions: &[usize], got: &[u8]) -> Standing {
        let lengths = || positions.iter().map(|position| self.answer(*position).len());
        let (all, slack) = (lengths().sum::<usize>(), lengths().min().unwrap_or(0) / 2);
        let mut patterns = positions.iter().filter_map(|position| self.pattern(*position));
        match got.len() {
            len if len > all + slack => Standing::Wrong,
            len if len + slack < all => Standing::Open,
            _ if patterns.all(|pattern| pattern.matches(got).is_some()) => Standing::Complete,
            _ => Standing::Open,
        }
    }
}

/// The messages of a stream, and how many bytes of another there are; none where it is no such stream.
fn cut(bytes: &[u8], framing: &Framing) -> Option<(Vec<Vec<u8>>, usize)> {
    let (mut framer, mut messages) = (Framer::new(framing.clone()), Vec::new());
    let fed = framer.feed(bytes, At::START, |message| {
        messages.push(message.body.to_vec());
        Flow::Go
    });
    fed.is_ok().then(|| (messages, framer.held()))
}

fn whole_messages(bytes: &[u8], framing: &Framing) -> Option<usize> {
    cut(bytes, framing).filter(|(_, left)| *left == 0).map(|(messages, _)| messages.len())
}

#[cfg(test)]
mod tests {
    use sockeye_core::charset::Charset;

    use super::*;

    fn standings(yardstick: &Yardstick, positions: &[usize], got: &[&str]) -> Vec<Standing> {
        got.iter().map(|got| yardstick.standing(positions, got.as_bytes())).collect()
    }

    fn pattern(text: &str) -> Pattern {
        Pattern::expect(text, Charset::utf8()).unwrap()
    }

    #[test]
    fn learnt_answers_are_compared_as_one_stream() {
        use Standing::{Complete, Open, Wrong};
        let yardstick = Yardstick::learnt(vec![b"ok\n".to_vec(), Vec::new(), b"fine\n".to_vec()]);
        let got = ["", "ok", "ok\n", "ok\nfine\n", "ok\nfine\n!", "no"];
        assert_eq!(standings(&yardstick, &[0, 1, 2], &got), [Open, Open, Open, Complete, Wrong, Wrong]);
        assert_eq!(standings(&yardstick, &[1], &["", "x"]), [Complete, Wrong]);
        let beginning = |got: &str| yardstick.beginning(&[0], got.as_bytes());
        assert_eq!(["o", "ok\n", "ok\nfi", "no"].map(beginning), [Open, Complete, Complete, Wrong]);
    }

    #[test]
    fn patterns_are_held_to_messages_where_there_are_some() {
        use Standing::{Complete, Open, Wrong};
        let line = Framing::parse("line").unwrap();
        let clean = vec![b"12 ok\n".to_vec(), b"13 bye\n".to_vec()];
        let yardstick = Yardstick::expected(clean, vec![pattern("ok"), pattern("bye")], &line);
        let got = ["", "14 ok\n", "14 ok\n15 by", "14 ok\n15 bye\n", "14 ok\n15 ok\n", "14 ok\n15 bye\n16"];
        assert_eq!(standings(&yardstick, &[0, 1], &got), [Open, Open, Open, Complete, Wrong, Wrong]);
    }

    #[test]
    fn without_messages_the_length_tells_an_answer_too_many() {
        use Standing::{Complete, Open, Wrong};
        let yardstick =
            Yardstick::expected(vec![b"[9:59] ok".to_vec()], vec![pattern("ok")], &Framing::raw());
        let got = ["[10:0", "[10:00] ok", "[10:00] ok[10:00] ok", "[10:00] no"];
        assert_eq!(standings(&yardstick, &[0], &got), [Open, Complete, Wrong, Open]);
    }
}
