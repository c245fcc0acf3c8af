//! What people type and what peers send, thrown at everything that reads text: addresses, charsets, escapes, rules.
//! Never about a conversation: nothing here is sent.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::time::Duration;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use regex::Regex;
use sockeye_core::{
    address::Address,
    charset::{self, Charset, Decoder, Piece, hex, unescape, visible, visible_bytes},
    rule::{Context, Dice, Expansion, Followed, Pattern, Rules, Template, quantity},
    unit::{At, Wall},
};

const HOSTILE: &str = include_str!("data/hostile_text.txt");

/// What may never reach a terminal, by the Unicode tables of the regex crate rather than our own.
fn hidden() -> Regex {
    Regex::new(r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]")
        .unwrap()
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    visible(text, &mut out);
    out
}

fn hostile_messages() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let lines = HOSTILE.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| (line, unescape(line, Charset::utf8()).unwrap_or_else(|e| panic!("{line}: {e}"))))
}

#[test]
fn nothing_hostile_reaches_a_terminal() {
    let hidden = hidden();
    let charsets: Vec<Charset> = charset::labels().map(|row| Charset::parse(row.name).unwrap()).collect();
    let mut count = 0;
    for (line, message) in hostile_messages() {
        count += 1;
        for charset in &charsets {
            let shown = visible_bytes(&message, *charset);
            assert!(!hidden.is_match(&shown), "{line} in {charset} is shown as {shown:?}");
        }
        assert_ne!(visible_bytes(&message, Charset::utf8()).as_bytes(), message, "{line} is not hostile");
    }
    assert!(count >= 200, "{count} messages");
}

#[test]
fn exactly_the_hidden_characters_are_escaped() {
    let hidden = hidden();
    for c in (0..=0x10_ffff).filter_map(char::from_u32) {
        let text = c.to_string();
        assert_eq!(shown(&text) != text, hidden.is_match(&text), "U+{:04X}", u32::from(c));
    }
}

/// What a decoder handed out, neighbouring texts joined.
#[derive(Debug, Default, PartialEq)]
struct Decoded(Vec<Part>);

#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    Bad(Vec<u8>),
}

impl Decoded {
    fn of<'a>(charset: Charset, chunks: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut found = Self::default();
        let mut decoder = Decoder::new(charset);
        for chunk in chunks {
            decoder.push(chunk, &mut |piece| found.add(piece));
        }
        decoder.finish(&mut |piece| found.add(piece));
        found
    }

    fn add(&mut self, piece: Piece<'_>) {
        match (piece, self.0.last_mut()) {
            (Piece::Text(more), Some(Part::Text(text))) => text.push_str(more),
            (Piece::Text(text), _) => self.0.push(Part::Text(text.to_owned())),
            (Piece::Bad(bytes), _) => self.0.push(Part::Bad(bytes.to_vec())),
        }
    }

    fn bytes(&self, charset: Charset) -> Vec<u8> {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => charset.encode(text).unwrap(),
            Part::Bad(bytes) => bytes.clone(),
        });
        parts.collect::<Vec<_>>().concat()
    }
}

fn any_charset() -> impl Strategy<Value = Charset> {
    let all: Vec<&str> = charset::labels().map(|row| row.name).collect();
    proptest::sample::select(all).prop_map(|name| Charset::parse(name).unwrap())
}

/// Charsets in which a text has one spelling, so that it can be had back byte for byte.
fn reversible() -> impl Strategy<Value = Charset> {
    let names = vec!["utf-8", "utf-16le", "utf-16be", "latin1", "ascii"];
    proptest::sample::select(names).prop_map(|name| Charset::parse(name).unwrap())
}

/// Text in the charset, garbage, and beginnings of characters, in any order.
fn message(charset: Charset) -> impl Strategy<Value = Vec<u8>> {
    let text = "[a-z 你好世界日本語한글éñЖ\u{1f600}\u{feff}]{0,12}".prop_map(move |text| {
        let mut out = Vec::new();
        charset.encode_lossy(&text, &mut out);
        out
    });
    let cut = text.clone().prop_map(|mut bytes| {
        bytes.pop();
        bytes
    });
    // The bytes that matter to decoders with states and four-byte forms come up often.
    let odd =
        proptest::sample::select(b"\x1b$B(BJI\x0e\x0f\x81\x30\xff\xfe\xd8\x00\xdc\xe4\xf0\x9f\x80".to_vec());
    let part = prop_oneof![
        text,
        cut,
        proptest::collection::vec(any::<u8>(), 0..12),
        proptest::collection::vec(odd, 0..12)
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn pieces<'a>(message: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (message.len() + 1)).collect();
    cuts.push(message.len());
    cuts.sort_unstable();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(&cuts).map(|(start, &end)| &message[start..end]).collect()
}

#[test]
fn long_messages_are_decoded_whole() {
    for row in charset::labels() {
        let charset = Charset::parse(row.name).unwrap();
        let text = "hello, ".repeat(5000);
        let bytes = charset.encode(&text).unwrap();
        let whole = Decoded::of(charset, [&bytes[..]]);
        assert_eq!(whole, Decoded(vec![Part::Text(text)]), "{charset}");
        let garbage: Vec<u8> =
            (0..50_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let whole = Decoded::of(charset, [&garbage[..]]);
        assert_eq!(whole, Decoded::of(charset, garbage.chunks(7)), "{charset}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn decoding_does_not_depend_on_the_cuts(
        (charset, message) in any_charset().prop_flat_map(|c| (Just(c), message(c))),
        cuts in proptest::collection::vec(any::<usize>(), 0..6),
    ) {
        let whole = Decoded::of(charset, [&message[..]]);
        prop_assert_eq!(&whole, &Decoded::of(charset, message.chunks(1)));
        prop_assert_eq!(&whole, &Decoded::of(charset, pieces(&message, &cuts)));
        // Each bad sequence is a stretch of the message, in order.
        let mut rest = &message[..];
        for part in &whole.0 {
            if let Part::Bad(bytes) = part {
                let at = rest.windows(bytes.len()).position(|window| window == &bytes[..]);
                prop_assert!(at.is_some(), "{:02x?} is not in {:02x?}", bytes, rest);
                rest = &rest[at.unwrap_or(0) + bytes.len()..];
            }
        }
    }

    #[test]
    fn every_byte_can_be_had_back(
        (charset, message) in reversible().prop_flat_map(|c| (Just(c), message(c))),
    ) {
        prop_assert_eq!(Decoded::of(charset, message.chunks(3)).bytes(charset), message);
    }

    #[test]
    fn a_decoder_that_finished_is_as_new(
        (charset, first, second) in any_charset().prop_flat_map(|c| (Just(c), message(c), message(c))),
    ) {
        let mut decoder = Decoder::new(charset);
        decoder.push(&first, &mut |_| {});
        decoder.finish(&mut |_| {});
        let mut found = Decoded::default();
        decoder.push(&second, &mut |piece| found.add(piece));
        decoder.finish(&mut |piece| found.add(piece));
        prop_assert_eq!(found, Decoded::of(charset, [&second[..]]));
    }

    #[test]
    fn text_is_encoded_and_decoded(charset in any_charset(), text in "\\PC{0,20}") {
        let mut lossy = Vec::new();
        charset.encode_lossy(&text, &mut lossy);
        match charset.encode(&text) {
            Ok(bytes) => prop_assert_eq!(bytes, lossy),
            Err(e) => {
                let first = text.chars().nth(e.position - 1);
                prop_assert_eq!(first, Some(e.char));
            }
        }
    }

    #[test]
    fn chinese_survives_its_charsets(text in "[一-龥，。！？ a-z0-9]{0,40}") {
        for name in ["gbk", "gb18030", "utf-8", "utf-16le", "utf-16be"] {
            let charset = Charset::parse(name).unwrap();
            let bytes = charset.encode(&text).unwrap();
            prop_assert_eq!(visible_bytes(&bytes, charset), text.clone());
        }
    }

    #[test]
    fn what_is_shown_is_safe_and_stays_as_it_is(text in any::<String>()) {
        let once = shown(&text);
        prop_assert!(!hidden().is_match(&once));
        prop_assert_eq!(shown(&once), once);
    }

    #[test]
    fn bytes_are_typed_in_hex_and_in_escapes(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let join = |prefix: &str, between: &str| {
            bytes.iter().map(|b| format!("{prefix}{b:02x}")).collect::<Vec<_>>().join(between)
        };
        for text in [join("", ""), join("", " "), join("0x", ", "), join("\\x", ""), join("", ":"), join("", "-\n")] {
            prop_assert_eq!(hex(&text).unwrap(), bytes.clone(), "{}", text);
            prop_assert_eq!(hex(&text.to_uppercase()).unwrap(), bytes.clone());
        }
        prop_assert_eq!(unescape(&join("\\x", ""), Charset::utf8()).unwrap(), bytes.clone());
        let mut lines = Vec::new();
        charset::dump(&bytes, 0, &mut |line| lines.push(line[10..58].to_owned()));
        prop_assert_eq!(hex(&lines.join(" ")).unwrap(), bytes);
    }

    #[test]
    fn text_is_typed_with_doubled_backslashes(text in any::<String>()) {
        let bytes = unescape(&text.replace('\\', "\\\\"), Charset::utf8()).unwrap();
        prop_assert_eq!(bytes, text.as_bytes());
    }

    #[test]
    fn any_input_is_read_or_refused_with_a_column(text in "[0-9a-fxu\\\\{}, :;\\-你rnt?*/]{0,16}") {
        let columns = 1..=text.chars().count() + 1;
        for charset in [Charset::utf8(), Charset::parse("ascii").unwrap()] {
            if let Err(e) = unescape(&text, charset) {
                prop_assert!(columns.contains(&e.column()), "{}", e);
            }
        }
        if let Err(e) = hex(&text) {
            prop_assert!(columns.contains(&e.column()), "{}", e);
        }
        let _ = (Pattern::hex(&text), Pattern::expect(&text, Charset::utf8()));
    }

    #[test]
    fn any_address_is_refused_or_prints_as_itself(
        text in prop_oneof![
            any::<String>(),
            "(tcp://|udp://|unix:|unix://|tls://|)[a-z0-9.:@*%/\\[\\]你-]{0,16}(\\?[a-z0-9&=]{0,12}|)",
            "udp://(239.1.2.3|\\[ff02::1%eth0\\]):[0-9]{1,5}\\?(iface=[a-z]{1,4}|join|broadcast|ttl=[0-9]{1,3})(&join)?",
            "(udp://|)(\\[(::1|fe80::1%[a-z0-9]{1,4}|::ffff:1.2.3.4)\\]|[0-9]{1,3}.0.0.1|[a-z-]{1,8}|\\*|):[0-9]{1,6}",
        ],
        port in "[0-9]{1,6}",
    ) {
        for parsed in [Address::parse(&text), Address::parse_pair(&text, &port)] {
            match parsed {
                Ok(address) => {
                    let printed = address.to_string();
                    let again = Address::parse(&printed);
 prop_assert_eq!(again, Ok(address), "{}", printed);
                }
                Err(e) => prop_assert!(!e.to_string().contains(char::is_control)),
            }
        }
    }

    #[test]
    fn durations_print_as_they_are_read(nanos in prop_oneof![0..3_000_000_000_u64, 0..315_576_000_000_000_000_u64]) {
        let duration = Duration::from_nanos(nanos);
        prop_assert_eq!(quantity::duration(&quantity::human_duration(duration)), Ok(duration));
    }

    #[test]
    fn any_quantity_is_read_or_refused(text in prop_oneof![any::<String>(), "[0-9.]{0,25}[a-zµKMGTiB]{0,3}[0-9]{0,3}[a-z]{0,2}"]) {
        let _ = (quantity::duration(&text), quantity::size(&text));
    }
}

fn any_template() -> impl Strategy<Value = String> {
    let names = "(text|hex|text:1..3|hex:-2..|text:..-1|len|client|peer|conn|time|ctime|date|unix|counter|random|random:9|uuid)";
    proptest::collection::vec(
        prop_oneof![
            names.prop_map(|name: String| format!("{{{name}}}")),
            "[a-z{}:$0-9\" ]{0,6}",
            "\\$[0-2]",
            "[你好é]{0,2}"
        ],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_rendering_keeps_to_its_limit_and_its_bound(
        src in any_template(),
        charset in any_charset(),
        message in proptest::collection::vec(any::<u8>(), 0..60),
        peer in any::<String>(),
        limit in 0..400_usize,
        seconds in any::<u32>(),
    ) {
        let Ok(pattern) = Pattern::regex("(?s)(.)(.*)", charset) else { panic!("a plain regex") };
        let Ok(template) = Template::parse_with_groups(&src, charset, pattern.groups()) else { return Ok(()) };
        let wall = Wall::new(Duration::from_secs(u64::from(seconds)), TimeZone::UTC);
        let captures = pattern.matches(&message);
        let context = |limit| Context {
            message: &message,
            peer: &peer,
            client: 1,
            conn: u64::MAX,
            counter: u64::MAX,
            at: At::START,
            wall: &wall,
            captures: captures.as_ref(),
            limit,
        };
        let mut out = b"kept".to_vec();
        match template.render(&context(limit), &mut Dice::new(1, 1), &mut out) {
            Ok(()) => prop_assert!(out.len() <= limit + 4),
            Err(e) => prop_assert_eq!((e, &out[..]), (Expansion { limit }, &b"kept"[..])),
        }
        let mut whole = Vec::new();
        let bound = template.bound(message.len());
        prop_assert!(template.render(&context(bound), &mut Dice::new(1, 1), &mut whole).is_ok());
        prop_assert!(whole.len() <= bound);
        if let Some(len) = template.fixed_len() {
            prop_assert_eq!(whole.len(), len);
        }
    }

    #[test]
    fn any_template_is_read_or_refused(src in prop_oneof![any::<String>(), any_template(), "[{}$a-z0-9:]{0,20}"]) {
        let _ = Template::parse(&src, Charset::utf8());
        let _ = Template::parse_with_groups(&src, Charset::parse("gbk").unwrap(), 1);
        let _ = Template::spliced(&src);
    }

    #[test]
    fn rules_come_after_each_other_but_never_in_a_circle(
        before in proptest::collection::vec(proptest::option::of(0_usize..8), 1..8),
        spoken in proptest::collection::vec(0_usize..8, 0..30),
    ) {
        let rule = |(n, before): (usize, &Option<usize>)| {
            let after = before.map_or_else(String::new, |before| format!("after = 'r{before}'\n"));
            format!("[[rule]]\nequals = '{n}'\nid = 'r{n}'\nreply = 'x'\ntimes = 2\n{after}")
        };
        let text: String = before.iter().enumerate().map(rule).collect();
        let ends = |mut at: usize| (0..=before.len()).any(|_| match before.get(at) {
            Some(Some(next)) => { at = *next; false }
            found => found.is_some(),
        });
        let Ok(rules) = Rules::parse(&text, "r.toml", Charset::utf8()) else {
            prop_assert!(!(0..before.len()).all(ends), "refused: {}", text);
            return Ok(());
        };
        prop_assert!((0..before.len()).all(ends), "taken: {}", text);
        let (mut followed, mut times) = (Followed::default(), vec![0; before.len()]);
        for said in spoken {
            let message = said.to_string();
            let hit = rules.answers(message.as_bytes(), &followed).next().map(|hit| hit.rule);
            let may = before.get(said).is_some_and(|b| b.is_none_or(|b| times[b] > 0)) && times[said] < 2;
            prop_assert_eq!(hit, may.then_some(said));
            if let Some(hit) = hit {
                times[hit] += 1;
                prop_assert_eq!(rules.follow(hit, &mut followed), times[hit] == 1);
            }
        }
    }

    #[test]
    fn any_rules_file_is_read_or_refused_safely(
        text in prop_oneof![
            any::<String>(),
            "(greeting|all|rule|regex|x) ?= ?(true|'[a-z{}]{0,5}'|\"[\\\\a-z]{0,4}\"|1|\\[\\])\n(\\[\\[rule\\]\\]|\\[rule\\])?",
            proptest::collection::vec(
                prop_oneof![
                    Just("[[rule]]\n".to_owned()),
                    "(equals|prefix|contains|regex|hex|reply|reply_hex|delay|then|at|every|name|times|id|after|repyl|你) = \
                     ('[a-z0-9(){}$?*.\u{202e} 你]{0,8}'|[0-9._e-]{1,4}|true|\"close\"|\\{a=1\\})\r?\n",
                ],
                0..12,
            ).prop_map(|lines| lines.concat()),
        ],
        message in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        match Rules::parse(&text, "a\u{1b}.toml", Charset::utf8()) {
            Ok(rules) => prop_assert!(rules.answers(&message, &Followed::default()).count() <= rules.len()),
            Err(e) => {
                let printed = e.to_string();
                prop_assert!(printed.lines().all(|line| !hidden().is_match(line)), "{:?}", printed);
                prop_assert!(printed.starts_with("a\\x1b.toml:"));
            }
        }
    }

    #[test]
    fn regexes_are_read_or_refused(text in "[a-z(){}\\[\\]?*+|.^$\\\\0-9-]{0,20}", message in any::<Vec<u8>>()) {
        for charset in [Charset::utf8(), Charset::parse("gbk").unwrap()] {
            if let Ok(pattern) = Pattern::regex(&text, charset)
                && let Some(found) = pattern.matches(&message)
            {
                prop_assert!(found.get(0, &message).is_some());
            }
        }
    }
}
