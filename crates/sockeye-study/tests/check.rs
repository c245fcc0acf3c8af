//! Every plan of cuts sends exactly the messages, and receivers with known bugs are told from their answers alone.
#![allow(clippy::unwrap_used)] // the functions here are tests' too

use std::time::Duration;

use proptest::{collection::vec, prelude::*, sample::select};
use sockeye_core::{
    charset::Charset,
    event::{Advice, CheckVerdict, CutFamily, CutResult, Judgement, TriedCut},
    frame::{Flow, Framer, Framing},
    unit::At,
};
use sockeye_study::check::{
    Carried, Conversation, Memory, Receiver, Standing, Trial, TrialEnd, Yardstick, judge, trials,
};

const GAP: Duration = Duration::from_millis(20);

/// The writes of a trial.
fn writes(conversation: &Conversation, trial: &Trial) -> Vec<Vec<u8>> {
    let joined = conversation.joined(trial.messages.clone());
    let lead = conversation.frames()[trial.lead.clone()].iter().cloned();
    lead.chain(trial.pieces().map(|piece| joined[piece].to_vec())).collect()
}

proptest! {
    #[test]
    fn pieces_are_the_messages(
        messages in vec(vec(any::<u8>().prop_filter("no delimiter", |b| !b"\r\n".contains(b)), 0..90), 1..6),
        spec in select(vec!["line", "crlf", "len=4", "len=2,le", "netstring", "varint", "raw"]),
        most in 1_usize..200,
        answered in vec(any::<bool>(), 9),
        memory in select(vec![Memory::None, Memory::Connection]),
        carried in select(vec![Carried::All, Carried::Only(1), Carried::Only(3)]),
    ) {
        let framing = Framing::parse(spec).unwrap();
        let conversation = Conversation::new(&messages, &framing).unwrap().learnt(answered.into_iter(), memory, carried);
        for family in CutFamily::ALL {
            for trial in trials(&conversation, family, GAP, most) {
                let first = if trial.lead.is_empty() { trial.messages.start } else { 0 };
                let whole = conversation.joined(first..trial.messages.end);
                let sent = writes(&conversation, &trial).concat();
                match trial.end {
                    TrialEnd::Whole => prop_assert_eq!(&sent, &whole, "{:?}", trial),
                    TrialEnd::Abandoned { .. } => prop_assert!(whole.starts_with(&sent) && sent.len() < whole.len()),
                }
                prop_assert!(trial.cuts.is_sorted_by(|a, b| a < b), "{:?}", trial);
                prop_assert!(trial.cuts.iter().all(|cut| *cut > 0 && *cut < trial.len), "{:?}", trial);
                prop_assert!(trial.lead.is_empty() || trial.lead == (0..trial.messages.start));
                if family == CutFamily::Split && memory == Memory::None {
                    prop_assert!(!trial.cuts.is_empty());
                }
            }
        }
    }

    #[test]
    fn nothing_that_came_is_both_wrong_and_right(answers in vec(vec(any::<u8>(), 0..9), 1..4), cut in 0_usize..40) {
        let yardstick = Yardstick::learnt(answers.clone());
        let positions: Vec<usize> = (0..answers.len()).collect();
        let whole = yardstick.answers(&positions);
        prop_assert_eq!(yardstick.standing(&positions, &whole), Standing::Complete);
        let part = &whole[..cut.min(whole.len())];
        prop_assert_ne!(yardstick.standing(&positions, part), Standing::Wrong);
        let more = [whole.as_slice(), b"!"].concat();
        prop_assert_eq!(yardstick.standing(&positions, &more), Standing::Wrong);
    }
}

/// A receiver: what it says to each read of one connection.
type Program = fn(&mut Vec<u8>, &[u8]) -> Vec<u8>;

fn answer(message: &[u8]) -> Vec<u8> {
    [b"<".as_slice(), message, b">\n"].concat()
}

fn messages(buffer: &mut Vec<u8>, spec: &str) -> Vec<Vec<u8>> {
    let (mut framer, mut found) = (Framer::new(Framing::parse(spec).unwrap()), Vec::new());
    // What is no stream of messages leaves this one stuck.
    let _ = framer.feed(buffer, At::START, |message| {
        found.push(message.body.to_vec());
        Flow::Go
    });
    *buffer = framer.leftover().to_vec();
    found
}

fn right(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    buffer.extend_from_slice(read);
    messages(buffer, "len=4").iter().flat_map(|message| answer(message)).collect()
}

fn right_line(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    buffer.extend_from_slice(read);
    messages(buffer, "crlf").iter().flat_map(|message| answer(message)).collect()
}

fn recv_is_message(_: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    answer(read)
}

fn delimiter_cut(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    // Looks for the delimiter in what has just come.
    match read.windows(2).any(|two| two == b"\r\n") {
        true => right_line(buffer, read),
        false => {
            buffer.extend_from_slice(read);
            Vec::new()
        }
    }
}

fn first_of_glued(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    buffer.extend_from_slice(read);
    let mut all = messages(buffer, "len=4");
    if all.is_empty() {
        return Vec::new();
    }
    let first = all.remove(0);
    let mut rest = Vec::new();
    let framing = Framing::parse("len=4").unwrap();
    all.iter().for_each(|message| framing.encode(message, &mut rest).unwrap());
    rest.append(buffer);
    *buffer = rest;
    answer(&first)
}

fn leftover_lost(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    buffer.extend_from_slice(read);
    match messages(buffer, "len=4").first() {
        Some(first) => {
            buffer.clear();
            answer(first)
        }
        None => Vec::new(),
    }
}

fn header_short(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    // Waits for bodies, and takes the first read for a header however short it is.
    if buffer.is_empty() && read.len() < 4 {
        *buffer = vec![0xff; 4];
        return Vec::new();
    }
    if buffer == &[0xff; 4] { Vec::new() } else { right(buffer, read) }
}

fn length_in_characters(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    buffer.extend_from_slice(read);
    let mut out = Vec::new();
    while buffer.len() >= 4 {
        let len = buffer[3] as usize;
        let Some(text) = buffer.get(4..).filter(|rest| rest.len() >= len) else { break };
        let text = String::from_utf8_lossy(text).into_owned();
        out.extend(answer(text.chars().take(len).collect::<String>().as_bytes()));
        *buffer = text.chars().skip(len).collect::<String>().into_bytes();
    }
    out
}

fn chunk_decoding(buffer: &mut Vec<u8>, read: &[u8]) -> Vec<u8> {
    right_line(buffer, String::from_utf8_lossy(read).as_bytes())
}

/// What a conversation of several reads comes to.
fn talk(program: Program, reads: &[Vec<u8>]) -> Vec<u8> {
    let mut buffer = Vec::new();
    reads.iter().flat_map(|read| program(&mut buffer, read)).collect()
}

/// Everything that `check` would find of a program.
fn checked(program: Program, spec: &str, messages: &[&str]) -> Judgement {
    let framing = Framing::parse(spec).unwrap();
    let messages: Vec<Vec<u8>> = messages.iter().map(|text| text.as_bytes().to_vec()).collect();
    let conversation = Conversation::new(&messages, &framing).unwrap();
    let answers =
        conversation.frames().iter().map(|frame| talk(program, std::slice::from_ref(frame))).collect();
    let yardstick = Yardstick::learnt(answers);
    let mut tried = Vec::new();
    for trial in CutFamily::ALL.into_iter().flat_map(|family| trials(&conversation, family, GAP, 4096)) {
        let mut got = talk(program, &writes(&conversation, &trial));
        if let TrialEnd::Abandoned { again } = trial.end {
            got.extend(talk(program, &conversation.frames()[..again]));
        }
        let positions = trial.judged();
        let is_right = yardstick.standing(&positions, &got) == Standing::Complete;
        tried.push(TriedCut {
            family: trial.family,
            number: tried.len() as u64 + 1,
            planned: 0,
            message: trial.messages.start + 1,
            offsets: trial.cuts.clone(),
            gap: trial.gap,
            connection: trial.connection(),
            sent: conversation.joined(trial.messages.clone()).into(),
            writes: Vec::new(),
            result: if is_right { CutResult::Pass } else { CutResult::Fail },
            expected: yardstick.answers(&positions).into(),
            got: got.into(),
            early: 0,
            hung_up: false,
        });
    }
    let charset = Charset::utf8();
    let receiver =
        Receiver { conversation: &conversation, yardstick: &yardstick, framing: &framing, charset };
    judge(&receiver, &tried, 0)
}

#[test]
fn receivers_that_are_right_pass() {
    for (program, spec) in [(right as Program, "len=4"), (right_line, "crlf")] {
        let judgement = checked(program, spec, &["hello", "你好，世界", "!"]);
        assert_eq!(judgement.verdict, CheckVerdict::Pass, "{:?}", judgement.smallest);
        assert!(judgement.advice.is_empty() && judgement.failed == 0 && judgement.tried > 40);
    }
}

#[test]
fn each_bug_has_its_smallest_cut_and_its_advice() {
    use CutFamily::{Glued, Split};
    let (none, second): (&[usize], &[usize]) = (&[], &[2]);
    let rows = [
        (recv_is_message as Program, "crlf", "hello", Glued, none, Advice::RecvIsMessage),
        (delimiter_cut, "crlf", "hello", Split, &[6][..], Advice::DelimiterCut),
        (chunk_decoding, "crlf", "hé!", Split, second, Advice::ChunkDecoding),
        (first_of_glued, "len=4", "hello", Glued, none, Advice::FirstOfGlued),
        (leftover_lost, "len=4", "hello", Glued, none, Advice::LeftoverLost),
        (header_short, "len=4", "hello", Split, &[1][..], Advice::HeaderShort),
        (length_in_characters, "len=4", "你好", Glued, none, Advice::LengthInCharacters),
        (recv_is_message, "line", "hello", Glued, none, Advice::RecvIsMessage),
    ];
    for (program, spec, message, family, offsets, advice) in rows {
        let judgement = checked(program, spec, &[message]);
        let smallest = judgement.smallest.unwrap();
        assert_eq!((smallest.family, smallest.offsets.as_slice()), (family, offsets), "{advice:?}");
        assert_eq!(judgement.advice.first(), Some(&advice), "{:?}", judgement.advice);
    }
}
