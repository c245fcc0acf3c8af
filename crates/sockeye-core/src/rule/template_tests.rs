//! Templates as people write them, and what they become.
//! Never about rules files: those are tested where they are read.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::*;
use crate::rule::pattern::Pattern;

const UTF8: Charset = Charset::utf8();

fn wall() -> Wall {
    // 2026-11-21T02:00:00Z, in China.
    let zone = TimeZone::fixed(jiff::tz::Offset::constant(8));
    Wall::new(Duration::from_secs(1_795_226_400), zone)
}

fn render(template: &Template, message: &[u8]) -> String {
    let wall = wall();
    let ctx = Context {
        message,
        peer: "tcp://127.0.0.1:40123",
        conn: 3,
        client: 4,
        counter: 7,
        at: At(Duration::from_millis(123)),
        wall: &wall,
        captures: None,
        limit: 4096,
    };
    let mut out = Vec::new();
    template.render(&ctx, &mut Dice::new(1, 2), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn filled(src: &str) -> String {
    render(&Template::parse(src, UTF8).unwrap(), b"hi")
}

#[test]
fn placeholders_are_filled_in() {
    assert_eq!(filled("<{text}> {hex} {len}"), "<hi> 6869 2");
    assert_eq!(filled("{peer} {conn} {counter}"), "tcp://127.0.0.1:40123 3 7");
    assert_eq!(filled("[{time}] {date} {unix}"), "[2026-11-21T10:00:00.123+08:00] 2026-11-21 1795226400");
    assert_eq!(filled("[{ctime}]"), "[Sat Nov 21 10:00:00 2026]");
    let random = filled("{random}-{random:12}");
    assert!(random.len() == 17 && random.bytes().all(|b| b.is_ascii_digit() || b == b'-'), "{random}");
    let uuid = filled("{uuid}");
    assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    assert_eq!(uuid, filled("{uuid}"), "same dice, same UUID");
}

#[test]
fn all_in_the_list_exist() {
    for (name, _) in PLACEHOLDERS {
        filled(&format!("{{{name}}}"));
    }
}

#[test]
fn other_braces_are_themselves() {
    for same in [
        "{\"ok\":1}",
        "{\"a\":{\"b\":1}}",
        "{}",
        "{ text }",
        "{Text}",
        "{a-b}",
        "}}",
        "{",
        "{text",
        "{random:}",
        "{:4}",
        "你{好}",
        "costs $5, $$",
    ] {
        assert_eq!(filled(same), same);
    }
    assert_eq!(filled("{{text}}"), "{text}");
    assert_eq!(filled("{{{text}}}"), "{hi}");
    assert_eq!(filled("{{\"a\":{{\"b\":{len}}}}}"), "{\"a\":{\"b\":2}}");
    assert_eq!(filled("{\"text\":\"{text}\",\"n\":{\"c\":{counter}}}"), "{\"text\":\"hi\",\"n\":{\"c\":7}}");
}

#[test]
fn mistakes_have_their_column() {
    let refused = |src: &str| Template::parse(src, UTF8).unwrap_err().to_string();
    assert_eq!(
        refused("你好 {txet}"),
        "column 4: unknown placeholder {txet} (did you mean \"text\"?); for the text itself write {{txet}}"
    );
    assert!(refused("{zzz}").contains("unknown placeholder {zzz}; for the text"));
    assert!(refused("{len:3}").contains("takes no number"));
    assert!(refused("a{random:0}").starts_with("column 2: {random:N} takes 1 to 1024"));
    assert!(refused("{random:99999999999999999999}").contains("1 to 1024"));
    let e = Template::parse("{text} {{ 😀", Charset::parse("gbk").unwrap()).unwrap_err().to_string();
    assert!(e.contains("(character 11) does not exist in gbk"), "{e}");
    let e = Template::parse_with_groups("a $2", UTF8, 1).unwrap_err().to_string();
    assert_eq!(e, "column 3: $2 does not exist, the regex has 1 of them; for the text itself write $$2");
}

#[test]
fn captures_are_inserted() {
    let pattern = Pattern::regex("(\\w+)=(\\w+)?", UTF8).unwrap();
    let template = Template::parse_with_groups("$2/$1 ($0) $$1 $x", UTF8, pattern.groups()).unwrap();
    let wall = wall();
    for (message, expected) in [(&b"set a=b"[..], "b/a (a=b) $1 $x"), (b"c=", "/c (c=) $1 $x")] {
        let captures = pattern.matches(message).unwrap();
        let ctx = Context {
            message,
            peer: "",
            conn: 1,
            client: 1,
            counter: 1,
            at: At::START,
            wall: &wall,
            captures: Some(&captures),
            limit: 100,
        };
        let mut out = Vec::new();
        template.render(&ctx, &mut Dice::new(0, 0), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

#[test]
fn a_rendering_is_bounded_and_all_or_nothing() {
    let template = Template::parse("{text}{hex}", UTF8).unwrap();
    let wall = wall();
    let mut ctx = Context {
        message: b"0123456789",
        peer: "",
        conn: 1,
        client: 1,
        counter: 1,
        at: At::START,
        wall: &wall,
        captures: None,
        limit: 30,
    };
    let mut out = b"before".to_vec();
    assert_eq!(template.bound(10), 30);
    template.render(&ctx, &mut Dice::new(0, 0), &mut out).unwrap();
    assert_eq!(out.len(), 36);
    ctx.limit = 29;
    out.truncate(6);
    let e = template.render(&ctx, &mut Dice::new(0, 0), &mut out).unwrap_err();
    assert_eq!((e, out.as_slice()), (Expansion { limit: 29 }, &b"before"[..]));
}

#[test]
fn what_can_be_known_beforehand() {
    let template = |src: &str| Template::parse(src, UTF8).unwrap();
    assert_eq!(template("ab{random:6}{uuid}").fixed_len(), Some(44));
    assert_eq!(template("{text}").fixed_len(), None);
    assert_eq!(template("ok").bound(9), 2);
    assert!(template("{counter}").has_counter() && !template("x").has_counter());
    let utf16 = Charset::parse("utf-16le").unwrap();
    assert_eq!(Template::parse("a{random:2}", utf16).unwrap().fixed_len(), Some(6));
    assert_eq!(Template::bytes(vec![1, 2, 0xff]).fixed_len(), Some(3));
}
