//! Rules files, right and wrong, and what they answer.
//! Never about patterns or templates by themselves.

use super::*;
use crate::{charset::Charset, unit::Close};

fn rules(text: &str) -> Rules {
    Rules::parse(text, "rules.toml", Charset::utf8()).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(text: &str) -> String {
    Rules::parse(text, "rules.toml", Charset::utf8()).unwrap_err().to_string()
}

const FILE: &str = r#"
greeting = "welcome {peer}"

[[rule]]
equals = "ping"
reply = "pong"

[[rule]]
reply = "$1 is $2"
regex = '^set (\w+)=(\w+)$'
delay = "250ms"

[[rule]]
hex = "01 03 ?? ??"
reply_hex = "01 83 02"
delay = 1.5
then = "close"

[[rule]]
prefix = "price"
reply = "$5"

[[rule]]
contains = "bye"
then = "reset"
"#;

#[test]
fn the_first_rule_that_matches_answers() {
    let rules = rules(FILE);
    assert_eq!(rules.len(), 5);
    assert!(rules.greeting().is_some() && !rules.is_empty());
    let hits = |message: &'static [u8]| -> Vec<(usize, u64, Option<Close>)> {
        rules
            .answers(message, &Followed::default())
            .map(|hit| (hit.rule, u64::try_from(hit.delay.as_millis()).unwrap(), hit.then))
            .collect()
    };
    assert_eq!(hits(b"ping"), [(0, 0, None)]);
    assert_eq!(hits(b"ping\n"), []);
    assert_eq!(hits(b"set a=b"), [(1, 250, None)]);
    assert_eq!(hits(&[1, 3, 10, 10]), [(2, 1500, Some(Close::Graceful))]);
    assert_eq!(hits(b"price? bye"), [(3, 0, None)]);
    assert_eq!(hits(b"good bye"), [(4, 0, Some(Close::Reset))]);
    assert!(rules.answers(b"good bye", &Followed::default()).all(|hit| hit.reply.is_none()));
    assert_eq!(rules.bound(10), 24, "two groups and a literal are the most");
}

#[test]
fn all_rules_answer_until_one_ends_the_conversation() {
    let rules = rules(
        "all = true\n[[rule]]\ncontains='a'\nreply='1'\n[[rule]]\ncontains='b'\nreply='22'\nthen='close'\n[[rule]]\ncontains='a'\nreply='3'\n",
    );
    let never = Followed::default();
    let hits =
        |message: &'static [u8]| rules.answers(message, &never).map(|hit| hit.rule).collect::<Vec<_>>();
    assert_eq!(hits(b"a"), [0, 2]);
    assert_eq!(hits(b"ab"), [0, 1]);
    assert_eq!(rules.bound(0), 4);
}

#[test]
fn texts_are_in_the_charset() {
    let gbk = Charset::parse("gbk").unwrap();
    let rules = Rules::parse("[[rule]]\nequals='你好'\nreply='好'\n", "r", gbk).unwrap();
    let never = Followed::default();
    let hit = rules.answers(b"\xc4\xe3\xba\xc3", &never).next().unwrap();
    assert_eq!(hit.reply, Some(&Template::parse("好", gbk).unwrap()));
    let e = Rules::parse("[[rule]]\nequals='你好'\nreply='😀'\n", "r", gbk).unwrap_err();
    assert_eq!((e.place.line, e.place.column), (3, 7));
    assert!(e.to_string().contains("does not exist in gbk"));
}

#[test]
fn an_error_shows_its_place() {
    assert_eq!(
        refused("[[rule]]\nequal = \"x\"\nreply = \"y\"\n"),
        "rules.toml:2:1: unknown key \"equal\" (did you mean \"equals\"?); here are known: equals, prefix, contains, \
         regex, hex, at, every, reply, reply_hex, silent, name, delay, then, times, id, after\n2 | equal = \"x\"\n  | ^^^^^"
    );
    assert_eq!(
        refused("greeting = \"你好\"\n[[rule]]\nequals = \"好\" # 好\nreply = \"你好 {txet}\"\n"),
        "rules.toml:4:9: column 4: unknown placeholder {txet} (did you mean \"text\"?); for the text itself write \
         {{txet}}\n4 | reply = \"你好 {txet}\"\n  |         ^^^^^^^^^^^^^"
    );
}

#[test]
fn each_mistake_is_named() {
    for (text, place, expected) in [
        ("", "1:1", "there are no rules in it"),
        ("greetings = 'x'", "1:1", "did you mean \"greeting\"?"),
        ("greeting = 5", "1:12", "greeting wants a text in quotes"),
        ("all = 1", "1:7", "all wants true or false"),
        ("[rule]\nequals='x'\nreply='y'", "1:2", "rule wants two brackets: [[rule]]"),
        ("rule = [1]", "1:9", "two brackets"),
        ("[[rule]]\nreply='x'", "1:1", "no condition"),
        ("[[rule]]\nequals='x'\nprefix='y'\nreply='z'", "3:1", "has equals already"),
        ("[[rule]]\nequals='x'", "1:1", "does nothing"),
        ("[[rule]]\nequals='x'\nreply='a'\nreply_hex='00'", "4:1", "both reply and reply_hex"),
        ("[[rule]]\nregex='('\nreply='a'", "2:7", "unclosed group"),
        ("[[rule]]\nregex='(a)'\nreply='$2'", "3:7", "$2 does not exist"),
        ("[[rule]]\nhex='0'\nreply='a'", "2:5", "stands alone"),
        ("[[rule]]\nequals='x'\nreply_hex='0g'", "3:11", "'g' is no hex digit"),
        ("[[rule]]\nequals='x'\nreply='a'\ndelay='soon'", "4:7", "no duration"),
        ("[[rule]]\nequals='x'\nreply='a'\ndelay=-1", "4:7", "no duration"),
        ("[[rule]]\nequals='x'\nreply='a'\ndelay=true", "4:7", "delay wants a duration"),
        ("[[rule]]\nequals='x'\nthen='die'", "3:6", "\"close\" or \"reset\""),
        ("[[rule]]\ncontains=''\nreply='a'", "2:10", "match everything"),
        ("[[rule]]\nequals='x'\nreply_hex='01 {counter}'", "3:11", "{counter} cannot stand among bytes"),
        ("[[rule]]\nequals='x'\nreply='{text:4..2}'", "3:7", "{text:…} wants a range of bytes"),
        ("[[rule]]\nequals='x'\nat=1\nreply='a'", "3:1", "at is the place of the bytes in hex"),
        ("[[rule]]\nhex='0'\nat=1\nreply='a'", "2:5", "stands alone"),
        ("[[rule]]\nhex='01'\nat=1.5\nreply='a'", "3:4", "at wants a whole number"),
        ("[[rule]]\nequals='x'\nreply='a'\ntimes=0", "4:7", "times wants a whole number from 1 on"),
        ("[[rule]]\nequals='x'\nevery='1s'\nreply='a'", "3:1", "has equals already"),
        ("[[rule]]\nevery='0s'\nreply='a'", "2:7", "every wants a time longer than nothing"),
        ("[[rule]]\nevery='soon'\nreply='a'", "2:7", "every: \"soon\" is no duration"),
        ("[[rule]]\nevery='1s'", "1:1", "does nothing"),
        ("[[rule]]\nevery='1s'\nname='x'", "3:1", "has no message to take a name from"),
        ("[[rule]]\nequals='x'\nname='{txet}'", "3:6", "unknown placeholder"),
        ("[[rule]]\nequals='x'\nreply='a'\nid=''", "4:4", "id wants the id of a rule"),
        (
            "[[rule]]\nequals='x'\nreply='a'\nid='a'\n[[rule]]\nequals='y'\nreply='b'\nid='a'",
            "8:4",
            "the id \"a\" already",
        ),
        (
            "[[rule]]\nequals='x'\nreply='a'\nid='login'\n[[rule]]\nequals='y'\nreply='b'\nafter='logni'",
            "8:7",
            "no rule has the id \"logni\" (did you mean \"login\"?)",
        ),
        (
            "[[rule]]\nequals='x'\nreply='a'\nid='a'\nafter='a'",
            "5:7",
            "comes after \"a\", which comes after this one",
        ),
        (
            "[[rule]]\nequals='x'\nreply='a'\nid='a'\nafter='b'\n[[rule]]\nequals='y'\nreply='b'\nid='b'\nafter='a'",
            "5:7",
            "neither would ever be followed",
        ),
        (
            "[[rule]]\nequals='w'\nreply='c'\nafter='a'\n[[rule]]\nequals='x'\nreply='a'\nid='a'\nafter='b'\n[[rule]]\nequals='y'\nreply='b'\nid='b'\nafter='a'",
            "9:7",
            "comes after \"b\"",
        ),
        ("[[rule]\nequals='x'", "1:8", "rules.toml"),
        ("[[rule]]\nequals='x'\nequals='y'", "3:1", "duplicate"),
    ] {
        let message = refused(text);
        assert!(message.starts_with(&format!("rules.toml:{place}: ")), "{text}\n{message}");
        assert!(message.contains(expected), "{text}\n{message}");
        assert!(message.contains('^'), "{message}");
    }
    assert!(refused(&" ".repeat(RULES_TEXT_MAX + 1)).contains("larger than 1 MiB"));
}

#[test]
fn rules_remember_what_was_followed() {
    let rules = rules(
        "[[rule]]\nprefix='login '\nreply='welcome'\nid='login'\ntimes=1\n\
         [[rule]]\nequals='get'\nreply='21'\nafter='login'\ntimes=2\n\
         [[rule]]\nequals='get'\nreply='no'\n\
         [[rule]]\nevery='5s'\nreply='poll'\nafter='login'\n[[rule]]\nevery='1m'\nthen='close'\n",
    );
    let mut followed = Followed::default();
    let mut say = |message: &'static [u8]| -> Vec<usize> {
        let hits: Vec<usize> = rules.answers(message, &followed).map(|hit| hit.rule).collect();
        hits.iter().for_each(|&hit| {
            rules.follow(hit, &mut followed);
        });
        hits
    };
    assert_eq!([say(b"get"), say(b"login a"), say(b"login b")], [vec![2], vec![0], vec![]]);
    assert_eq!([say(b"get"), say(b"get"), say(b"get")], [[1], [1], [2]]);
    let seconds =
        |after| rules.clocks(after).map(|(rule, every)| (rule, every.as_secs())).collect::<Vec<_>>();
    assert_eq!((seconds(None), seconds(Some(0)), seconds(Some(1))), (vec![(4, 60)], vec![(3, 5)], vec![]));
    assert!(rules.by_clock(3, &followed).is_some() && rules.by_clock(3, &Followed::default()).is_none());
}

#[test]
fn a_message_that_a_rule_was_waiting_for_is_not_its_own_first() {
    let rules = rules(
        "all=true\n[[rule]]\ncontains='a'\nreply='1'\nid='a'\n[[rule]]\ncontains='a'\nreply='2'\nafter='a'\n",
    );
    let mut followed = Followed::default();
    assert_eq!(rules.answers(b"a", &followed).count(), 1);
    assert!(rules.follow(0, &mut followed) && !rules.follow(0, &mut followed));
    assert_eq!(rules.answers(b"a", &followed).count(), 2);
}

#[test]
fn an_excerpt_is_short_and_safe() {
    let message = refused(&format!("x = 'a'; y = \"{}\x1b[2J\u{202e}\"", "a".repeat(1000)));
    assert!(message.len() < 400 && !message.contains(['\x1b', '\u{202e}']), "{message}");
    let long = format!("greeting = '{}{{nope}}'", "x".repeat(500));
    let message = refused(&long);
    assert!(message.lines().all(|line| line.chars().count() < 160), "{message}");
}

#[test]
fn files_from_windows_are_read() {
    assert_eq!(rules("\u{feff}[[rule]]\r\nequals = 'x'\r\nreply = 'y'\r\n").len(), 1);
    let message = refused("[[rule]]\r\nequal = 'x'\r\n");
    assert!(message.ends_with("2 | equal = 'x'\n  | ^^^^^"), "{message}");
}
