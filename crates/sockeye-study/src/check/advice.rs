//! What a receiver's code is likely to do wrong, told from which cuts it survives and which not.
//! Never certain: it is where to look first.

use sockeye_core::{
    charset::{Charset, Decoder, Piece},
    event::{Advice, CutConnection, CutFamily, CutResult, TriedCut},
};

use super::receiver::Receiver;

/// What to look for, the likeliest first; at most three things.
pub(super) fn advice(receiver: &Receiver<'_>, tried: &[TriedCut]) -> Vec<Advice> {
    let evidence = Evidence { receiver, tried };
    let mut found = evidence.of_whole();
    if found.is_empty() {
        found = evidence.of_splits();
    }
    if found.is_empty() {
        found = evidence.of_glue();
    }
    if found.is_empty() {
        found = evidence.of_the_rest();
    }
    found.truncate(3);
    found
}

/// Which part of a message a cut in two goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The header, or where it ends.
    Header,
    BehindHeader,
    /// A character of several bytes.
    Character,
    Body,
    /// A delimiter of several bytes.
    Delimiter,
}

struct Evidence<'a> {
    receiver: &'a Receiver<'a>,
    tried: &'a [TriedCut],
}

impl Evidence<'_> {
    fn of(&self, family: CutFamily) -> impl Iterator<Item = &TriedCut> {
        self.tried.iter().filter(move |cut| cut.family == family)
    }

    fn failed(&self, family: CutFamily) -> impl Iterator<Item = &TriedCut> {
        self.of(family).filter(|cut| cut.result == CutResult::Fail)
    }

    fn has_failed(&self, family: CutFamily) -> bool {
        self.failed(family).next().is_some()
    }

    fn of_whole(&self) -> Vec<Advice> {
        let on = |connection| self.failed(CutFamily::Whole).any(|cut| cut.connection == connection);
        if on(CutConnection::Same) && !on(CutConnection::Fresh) {
            vec![Advice::OneMessage]
        } else {
            Vec::new()
        }
    }

    /// The part that a cut in two goes through.
    fn part(&self, cut: &TriedCut) -> Option<Part> {
        let position = cut.message.checked_sub(1)?;
        let frame = self.receiver.conversation.frames().get(position)?;
        let (place, body) = (*cut.offsets.first()?, self.receiver.conversation.body(position));
        Some(match place {
            place if place < body.start => Part::Header,
            place if place == body.start => Part::BehindHeader,
            place if place > body.end => Part::Delimiter,
            place => match frame.get(body.start..place) {
                Some(before) if is_torn(before, frame.get(body)?, self.receiver.charset) => Part::Character,
                _ => Part::Body,
            },
        })
    }

    /// Which parts are cut without harm, and which not.
    fn parts(&self, result: CutResult) -> Vec<Part> {
        let in_two = |cut: &&TriedCut| {
            matches!(cut.family, CutFamily::Split | CutFamily::Header | CutFamily::TailLate)
                && cut.result == result
                && (cut.family != CutFamily::Header || cut.offsets.len() == 1)
        };
        self.tried.iter().filter(in_two).filter_map(|cut| self.part(cut)).collect()
    }

    fn of_splits(&self) -> Vec<Advice> {
        if !self.has_failed(CutFamily::Split) {
            return Vec::new();
        }
        let (fails, passes) = (self.parts(CutResult::Fail), self.parts(CutResult::Pass));
        let only =
            |part| fails.iter().all(|other| *other == part) && passes.iter().any(|other| *other != part);
        let header = fails.contains(&Part::Header);
        let body = fails.iter().any(|part| matches!(part, Part::Body | Part::Character));
        let behind_passes = passes.contains(&Part::BehindHeader) && !fails.contains(&Part::BehindHeader);
        if only(Part::Character) {
            return vec![Advice::ChunkDecoding];
        }
        if only(Part::Delimiter) {
            return vec![Advice::DelimiterCut];
        }
        match (header, body, behind_passes) {
            (true, false, _) => vec![Advice::HeaderShort],
            (true, true, true) => vec![Advice::HeaderShort, Advice::BodyShort],
            (false, true, true) => match self.glue() {
                // The body is read up to whatever has come: the length does not bound it.
                Some(Glue::Mangled) if self.receiver.framing.turned().is_some() => {
                    vec![Advice::NativeEndian, Advice::BodyShort]
                }
                _ => vec![Advice::BodyShort],
            },
            _ => vec![Advice::RecvIsMessage],
        }
    }

    /// What became of glued messages, if they are not survived.
    fn glue(&self) -> Option<Glue> {
        let cut = self.failed(CutFamily::Glued).next()?;
        let is_clean = cut.expected.starts_with(&cut.got) && !cut.got.is_empty();
        Some(if is_clean { Glue::First } else { Glue::Mangled })
    }

    fn of_glue(&self) -> Vec<Advice> {
        match self.glue() {
            None => Vec::new(),
            Some(Glue::First) if self.has_failed(CutFamily::Straddled) => {
                vec![Advice::LeftoverLost, Advice::FirstOfGlued]
            }
            Some(Glue::First) => vec![Advice::FirstOfGlued, Advice::LeftoverLost],
            Some(Glue::Mangled) if self.has_wide_characters() => {
                vec![Advice::LengthInCharacters, Advice::RecvIsMessage]
            }
            Some(Glue::Mangled) if self.receiver.framing.turned().is_some() => {
                vec![Advice::RecvIsMessage, Advice::NativeEndian]
            }
            Some(Glue::Mangled) => vec![Advice::RecvIsMessage],
        }
    }

    /// Whether some message has characters of more than one byte.
    fn has_wide_characters(&self) -> bool {
        let conversation = self.receiver.conversation;
        (0..conversation.distinct()).any(|position| {
            let frame = conversation.frames().get(position);
            let body = frame.and_then(|frame| frame.get(conversation.body(position)));
            body.is_some_and(|body| {
                !body.is_ascii() && decoded(body, self.receiver.charset) < Some(body.len())
            })
        })
    }

    fn of_the_rest(&self) -> Vec<Advice> {
        let rows = [
            (CutFamily::Straddled, Advice::LeftoverLost),
            (CutFamily::HalfLate, Advice::LeftoverLost),
            (CutFamily::Header, Advice::HeaderShort),
            (CutFamily::TailLate, Advice::ReadTimeout),
            (CutFamily::Bytes, Advice::RecvIsMessage),
            (CutFamily::Chain, Advice::LeftoverLost),
            (CutFamily::HalfAbandoned, Advice::SharedBuffer),
        ];
        let mut found: Vec<Advice> = rows
            .into_iter()
            .filter(|(family, _)| self.has_failed(*family))
            .map(|(_, advice)| advice)
            .collect();
        found.dedup();
        if found.is_empty() { vec![Advice::RecvIsMessage] } else { found }
    }
}

/// What comes back of messages that are glued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glue {
    /// The answers to the first of them, and no others.
    First,
    /// Something else, or nothing.
    Mangled,
}

/// How many characters bytes are, if they are text.
fn decoded(bytes: &[u8], charset: Charset) -> Option<usize> {
    let (mut decoder, mut characters, mut is_text) = (Decoder::new(charset), 0, true);
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(text) => characters += text.chars().count(),
        Piece::Bad(_) => is_text = false,
    };
    decoder.push(bytes, &mut take);
    decoder.finish(&mut take);
    is_text.then_some(characters)
}

/// Whether a text that begins with `before` is cut inside a character behind it.
fn is_torn(before: &[u8], whole: &[u8], charset: Charset) -> bool {
    decoded(whole, charset).is_some() && decoded(before, charset).is_none()
}
