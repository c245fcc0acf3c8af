//! Edits of messages on their way: those that fit are changed, all others go on as they came, however the bytes are cut.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    charset::Charset,
    event::EventDetail,
    frame::{Checksum, Framing},
    rule::Edits,
    stage::{Chain, ChainConfig, Drawn, EditSetting, FaultSpec, Held},
    unit::{At, Close, Medium, Unit, Wall, Way},
};

use crate::rig::ms;

fn chain(rules: &str, framing: Framing, medium: Medium, way: Way) -> Chain {
    let edits = Arc::new(Edits::parse(rules, "edits.toml", Charset::utf8()).unwrap());
    let wall = Wall::new(ms(0), jiff::tz::TimeZone::UTC);
    let spec = FaultSpec::edits("edits.toml", EditSetting { edits, framing, wall });
    let opened = At::START;
    Chain::new(&[spec], ChainConfig { way, medium, detail: EventDetail::Messages, seed: 1, conn: 1, opened })
}

/// What comes out of `chain` for `parts`, and how it ends.
fn through(chain: &mut Chain, parts: &[&[u8]], at: At) -> (Vec<Vec<u8>>, Option<Close>) {
    let (mut notes, mut out) = (Vec::new(), Vec::new());
    for part in parts {
        chain.offer(Unit::Data(part), at, &mut notes);
    }
    while let Some(drawn) = chain.draw(at, &mut notes) {
        match drawn {
            Drawn::Unit(Held::Data(bytes)) => out.push(bytes.into()),
            Drawn::Unit(Held::End) => break,
            Drawn::Kill(close) => return (out, Some(close)),
        }
    }
    (out, None)
}

fn edited(rules: &str, frame: &str, way: Way, input: &[u8]) -> Vec<u8> {
    let mut chain = chain(rules, Framing::parse(frame).unwrap(), Medium::Stream, way);
    through(&mut chain, &[input], At::START).0.concat()
}

const RULES: &str = r#"
[[rule]]
dir = "up"
regex = "^SET (\\w+) (\\d+)$"
replace = "SET $1 0"

[[rule]]
equals = "noise"
drop = true

[[rule]]
prefix = "GET"
inject = "and {counter}"
"#;

#[test]
fn what_fits_is_replaced_dropped_or_followed_and_the_rest_goes_on_as_it_came() {
    let input = b"SET a 17\nother\r\nnoise\nGET x\n";
    assert_eq!(edited(RULES, "line", Way::Up, input), b"SET a 0\nother\r\nGET x\nand 4\n");
    assert_eq!(edited(RULES, "line", Way::Down, input), b"SET a 17\nother\r\nGET x\nand 4\n");
}

#[test]
fn lengths_and_checksums_are_made_again() {
    let framing =
        || Framing::parse("len=2").unwrap().with_checksum(Checksum::parse("crc16-modbus").unwrap()).unwrap();
    let (mut input, mut expected) = (Vec::new(), Vec::new());
    for (to, message) in [(&mut input, &b"old"[..]), (&mut expected, b"longer")] {
        framing().encode(message, to).unwrap();
    }
    framing().encode(b"kept", &mut input).unwrap();
    framing().encode(b"kept", &mut expected).unwrap();
    let rules = "[[rule]]\nequals = \"old\"\nreplace = \"longer\"";
    let mut chain = chain(rules, framing(), Medium::Stream, Way::Up);
    assert_eq!(through(&mut chain, &[&input], At::START).0.concat(), expected);
}

#[test]
fn what_is_damaged_unfinished_or_no_message_goes_on_as_it_came() {
    let framing =
        || Framing::parse("len=2").unwrap().with_checksum(Checksum::parse("crc16-modbus").unwrap()).unwrap();
    let mut damaged = Vec::new();
    framing().encode(b"old", &mut damaged).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    let rules = "[[rule]]\nregex = \".*\"\ndrop = true";
    let mut one = chain(rules, framing(), Medium::Stream, Way::Up);
    assert_eq!(through(&mut one, &[&damaged], At::START).0.concat(), damaged);
    let mut one = chain(rules, Framing::parse("netstring").unwrap(), Medium::Stream, Way::Up);
    let (out, _) = through(&mut one, &[b"3:abc,no netstring", b" at all"], At::START);
    assert_eq!(out.concat(), b"no netstring at all");
    // The end lets go what was never finished.
    let mut one = chain(rules, Framing::parse("line").unwrap(), Medium::Stream, Way::Up);
    let mut notes = Vec::new();
    one.offer(Unit::Data(b"half"), At::START, &mut notes);
    assert_eq!(one.draw(At::START, &mut notes), None);
    one.offer(Unit::End, At::START, &mut notes);
    assert_eq!(one.draw(At::START, &mut notes), Some(Drawn::Unit(Held::Data(b"half".as_slice().into()))));
    assert_eq!(one.draw(At::START, &mut notes), Some(Drawn::Unit(Held::End)));
}

#[test]
fn a_delay_keeps_the_order_and_an_end_comes_behind_the_message() {
    let rules = "[[rule]]\nequals = \"slow\"\ndelay = \"1s\"\n[[rule]]\nequals = \"bye\"\nthen = \"reset\"";
    let mut chain = chain(rules, Framing::parse("line").unwrap(), Medium::Stream, Way::Up);
    let (out, end) = through(&mut chain, &[b"a\nslow\nb\nbye\nnever\n"], At::START);
    assert_eq!((out.concat(), end), (b"a\n".to_vec(), None));
    assert_eq!(chain.wake(), Some(At(ms(1000))));
    let (out, end) = through(&mut chain, &[], At(ms(1000)));
    assert_eq!((out.concat(), end), (b"slow\nb\nbye\n".to_vec(), Some(Close::Reset)));
}

#[test]
fn a_datagram_is_a_message() {
    let rules = "[[rule]]\nhex = \"01 ??\"\nreplace_hex = \"ff\"";
    let mut chain = chain(rules, Framing::raw(), Medium::Datagram, Way::Down);
    let (out, _) = through(&mut chain, &[b"\x01\x02", b"", b"\x02\x02"], At::START);
    assert_eq!(out, [b"\xff".to_vec(), b"".to_vec(), b"\x02\x02".to_vec()]);
}

#[test]
fn mistakes_in_the_file_have_their_place() {
    for (rules, said) in [
        ("[[rule]]\nequals = \"a\"", "does nothing"),
        ("[[rule]]\nequals = \"a\"\ndrop = true\nreplace = \"b\"", "says something else"),
        ("[[rule]]\nequals = \"a\"\ndir = \"sideways\"\ndrop = true", "\"up\" or \"down\""),
        ("[[rule]]\nequals = \"a\"\nreply = \"b\"", "unknown key"),
        ("[[rule]]\nequals = \"a\"\nreplace = \"{peer}\"", "two peers"),
        ("[[rule]]\ndrop = true", "no condition"),
        ("greeting = \"x\"", "unknown key"),
    ] {
        let error = Edits::parse(rules, "e.toml", Charset::utf8()).unwrap_err().to_string();
        assert!(error.contains(said) && error.starts_with("e.toml:"), "{error}");
    }
}

proptest! {
    #[test]
    fn however_it_is_cut_the_same_comes_out(
        words in vec(prop::sample::select(vec!["SET a 1", "noise", "GET", "x", "", "SET b"]), 0..12),
        edges in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut input: Vec<u8> = words.iter().flat_map(|word| [word.as_bytes(), b"\n"].concat()).collect();
        input.extend_from_slice(b"tail");
        let mut places: Vec<usize> = edges.iter().map(|edge| edge.index(input.len() + 1)).collect();
        places.extend([0, input.len()]);
        places.sort_unstable();
        let parts: Vec<&[u8]> = places.windows(2).map(|two| &input[two[0]..two[1]]).collect();
        let new = || chain(RULES, Framing::parse("line").unwrap(), Medium::Stream, Way::Up);
        let whole = through(&mut new(), &[&input], At::START).0.concat();
        prop_assert_eq!(through(&mut new(), &parts, At::START).0.concat(), whole);
    }
}
