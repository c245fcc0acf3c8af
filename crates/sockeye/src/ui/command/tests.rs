//! Lines of a console, and what they are read as.
//! Never carries one out.

use proptest::prelude::*;
use sockeye_core::unit::Medium;
use sockeye_net::{To, Whom};
use sockeye_text::Language;

use super::*;
use crate::say::{console, page::columns, speaking};

fn read(line: &str, role: ConsoleRole) -> Result<Command, String> {
    let quick = |name: &str| match name {
        "ask" => Some("/hex 01 03".to_owned()),
        "loop" => Some("/quick loop".to_owned()),
        _ => None,
    };
    CommandContext { role, quick: &quick }.read(line)
}

fn connect(line: &str) -> Result<Command, String> {
    read(line, ConsoleRole::Connect)
}

fn listen(line: &str) -> Result<Command, String> {
    read(line, ConsoleRole::Listen)
}

fn text(text: &str) -> Words {
    Words::Text(text.to_owned())
}

fn named(name: &str) -> Whom {
    Whom::Name(name.to_owned())
}

const CONSOLES: [ConsoleRole; 3] = [ConsoleRole::Connect, ConsoleRole::Listen, ConsoleRole::Relay];
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_line_is_a_message_and_two_slashes_are_one() {
    let say = |said: &str| Ok(Command::Say(To::Default, text(said)));
    assert_eq!(connect("hello  "), say("hello  "));
    assert_eq!(connect(""), say(""));
    assert_eq!(connect("//etc"), say("/etc"));
    assert_eq!(connect(" /help"), say(" /help"));
}

#[test]
fn conversations_are_numbers_and_names() {
    assert_eq!(listen("/to 3 hello there"), Ok(Command::Say(To::conn(3), text("hello there"))));
    assert_eq!(listen("/to #3 x"), Ok(Command::Say(To::conn(3), text("x"))));
    let both = To::Some(vec![Whom::Conn(1), named("DTU002")]);
    assert_eq!(listen("/to 1,DTU002 x"), Ok(Command::Say(both.clone(), text("x"))));
    assert_eq!(listen("/close 1, DTU002"), Ok(Command::Close(both)));
    assert_eq!(listen("/all 大家好"), Ok(Command::Say(To::All, text("大家好"))));
    assert_eq!(listen("/kick 3"), Ok(Command::Close(To::conn(3))));
    assert_eq!(listen("/info 泵站"), Ok(Command::Info(To::Some(vec![named("泵站")]))));
    assert_eq!(listen("/list"), Ok(Command::List));
    assert_eq!(listen("/use 3"), Ok(Command::Use(To::conn(3))));
    assert_eq!(listen("/use last"), Ok(Command::Use(To::Default)));
    assert_eq!(listen("/use all"), Ok(Command::Use(To::All)));
    assert_eq!(listen("/name 2 boiler"), Ok(Command::Name(To::conn(2), "boiler".to_owned())));
    assert_eq!(connect("/name boiler"), Ok(Command::Name(To::Default, "boiler".to_owned())));
    assert!(listen("/close").unwrap_err().contains("/close 3"));
    assert!(listen("/to a/b x").unwrap_err().contains("'a/b'"));
    assert!(listen("/to 99999999999999999999 x").unwrap_err().contains("'99999999999999999999'"));
    assert!(listen("/to 3").unwrap_err().contains("/to 2,DTU TEXT"));
    assert!(listen("/name 2").unwrap_err().contains("/name 2 NAME"));
    assert!(connect("/kick 3").is_err());
}

#[test]
fn a_command_may_stand_in_a_command() {
    let bytes = |to| Ok(Command::Say(to, Words::Bytes(vec![1, 3])));
    assert_eq!(listen("/to 2 /hex 01 03"), bytes(To::conn(2)));
    assert_eq!(listen("/all /hex 01 03"), bytes(To::All));
    let every = |to, words| Ok(Command::Every(to, SECOND, words));
    assert_eq!(listen("/every 1s /hex 01 03"), every(To::Default, Words::Bytes(vec![1, 3])));
    assert_eq!(listen("/to 2 /every 1s x"), every(To::conn(2), text("x")));
    assert_eq!(listen("/every 1s /to 2 x"), every(To::conn(2), text("x")));
    assert_eq!(listen("/every 1s /to 2 /raw 7e"), every(To::conn(2), Words::Raw(vec![0x7e])));
    assert_eq!(listen("/every 1s /all /file x"), every(To::All, Words::File("x".to_owned())));
    for twice in ["/every 1s /every 2s x", "/to 2 /to 3 x", "/all /to 3 x"] {
        assert!(listen(twice).is_err(), "{twice}");
    }
    assert_eq!(listen("/all //etc"), Ok(Command::Say(To::All, text("/etc"))));
    assert!(listen("/to 2 /info").unwrap_err().contains("//info"), "never sent as a text");
    assert!(connect("/every 1s /quit").is_err());
}

#[test]
fn saved_messages_are_what_they_say() {
    let ask = Words::Bytes(vec![1, 3]);
    assert_eq!(connect("/quick"), Ok(Command::Quicks));
    assert_eq!(connect("/quick ask"), Ok(Command::Say(To::Default, ask.clone())));
    assert_eq!(listen("/to 2 /every 1s /quick ask"), Ok(Command::Every(To::conn(2), SECOND, ask)));
    assert!(connect("/quick nothing").unwrap_err().contains("'nothing'"));
    assert!(connect("/quick loop").is_err(), "one that is itself");
    let save = |name: &str, text: &str| Ok(Command::Save(name.to_owned(), text.to_owned()));
    assert_eq!(connect("/quick ask = /hex 01 04"), save("ask", "/hex 01 04"));
    assert_eq!(connect("/quick ask=a=b "), save("ask", "a=b"));
    assert_eq!(connect("/quick ask ="), save("ask", ""));
    assert!(connect("/quick a b = x").unwrap_err().contains("'a b'"));
}

#[test]
fn what_is_shown_and_logged_can_be_changed() {
    assert_eq!(connect("/view both"), Ok(Command::View(Show::Both)));
    assert!(connect("/view pictures").unwrap_err().contains("/view hex"));
    assert_eq!(listen("/charset GBK"), Ok(Command::Charset(Charset::parse("gbk").unwrap())));
    assert!(listen("/charset klingon").unwrap_err().contains("klingon"));
    assert_eq!(connect("/log a b.log"), Ok(Command::Log(Some("a b.log".into()))));
    assert_eq!(connect("/log off"), Ok(Command::Log(None)));
    assert_eq!(read("/view hex", ConsoleRole::Relay), Ok(Command::View(Show::Hex)));
    assert!(read("/hex 01", ConsoleRole::Relay).is_err() && read("hello", ConsoleRole::Relay).is_err());
    assert_eq!(read("/faults", ConsoleRole::Relay), Ok(Command::Faults(FaultOrder::Tell)));
}

#[test]
fn commands_of_connect() {
    assert_eq!(connect("/hex 01 0x03,0A"), Ok(Command::Say(To::Default, Words::Bytes(vec![1, 3, 10]))));
    assert_eq!(connect("/file /tmp/a b"), Ok(Command::Say(To::Default, Words::File("/tmp/a b".to_owned()))));
    let quarter = Duration::from_millis(250);
    assert_eq!(
        connect("/every 250ms n={counter}"),
        Ok(Command::Every(To::Default, quarter, text("n={counter}")))
    );
    assert_eq!(connect("/every off"), Ok(Command::Stop(None)));
    assert_eq!(connect("/stop 2"), Ok(Command::Stop(Some(vec![Whom::Conn(2)]))));
    assert_eq!(connect("/half"), Ok(Command::Half(To::Default)));
    assert_eq!(connect("/quit"), Ok(Command::Quit));
    assert!(connect("/hex 1").unwrap_err().contains("column 1"));
    assert!(connect("/hex").unwrap_err().contains("/hex 01"));
    assert!(connect("/every 0s x").unwrap_err().contains("1ms"));
    assert!(connect("/hlep").unwrap_err().contains("/help"));
}

#[test]
fn tab_completes_what_a_command_takes() {
    let known = Completion {
        whom: ["1", "12", "DTU002"].map(str::to_owned).into(),
        quick: ["ask".to_owned()].into(),
    };
    let completed = |text: &str| {
        let (begin, words) = complete(text, ConsoleRole::Listen, &known);
        (text[..begin].to_owned(), words)
    };
    let found =
        |before: &str, words: &[&str]| (before.to_owned(), words.iter().map(|w| (*w).to_owned()).collect());
    assert_eq!(completed("/ki"), found("", &["/kick"]));
    assert_eq!(completed("/h"), found("", &["/hex", "/half", "/help"]));
    assert_eq!(completed("/to D"), found("/to ", &["DTU002"]));
    assert_eq!(completed("/to 12,D"), found("/to 12,", &["DTU002"]));
    assert_eq!(completed("/to 12 /h"), found("/to 12 ", &["/hex"]));
    assert_eq!(completed("/every 1s /to 1"), found("/every 1s /to ", &["1", "12"]));
    assert_eq!(completed("/to 1 /quick a"), found("/to 1 /quick ", &["ask"]));
    assert_eq!(completed("/use l"), found("/use ", &["last"]));
    assert_eq!(completed("/view h"), found("/view ", &["hex"]));
    assert_eq!(completed("/charset gb2"), found("/charset ", &[]));
    assert!(completed("/charset gb").1.contains(&"gbk".to_owned()));
    for nothing in ["hello", "//h", "/to 1 hello", "/list ", "/nonsense x", ""] {
        assert_eq!(completed(nothing).1, Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn every_row_can_be_typed_as_its_form_says() {
    for row in COMMANDS {
        let whole = row.form.replace(['[', ']'], "").replace("TEXT", "x").replace("2,DTU", "2");
        let typed = whole.split('|').next().unwrap();
        let typed = if row.verb == Verb::Quick { "/quick ask" } else { typed };
        assert!(read(typed, row.roles[0]).is_ok(), "{typed}: {:?}", read(typed, row.roles[0]));
        assert!(row.form.starts_with(&format!("/{}", row.word)));
    }
}

#[test]
fn help_of_every_console_fits_a_terminal_in_both_languages() {
    for (language, role) in [Language::English, Language::Chinese]
        .into_iter()
        .flat_map(|language| CONSOLES.map(|console| (language, console)))
    {
        let said = speaking(language, || console::help(role, Medium::Stream));
        for line in said.lines() {
            assert!(columns(line) <= 80, "{line}");
        }
        assert!(COMMANDS.iter().filter(|row| row.is_at(role)).all(|row| said.contains(row.form)), "{said}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_with_words(line in "\\PC{0,60}") {
        for role in [ConsoleRole::Connect, ConsoleRole::Listen, ConsoleRole::Relay] {
            if let Err(why) = read(&line, role) {
                prop_assert!(!why.is_empty() && !why.contains('\n'));
            }
            complete(&line, role, &Completion::default());
        }
    }

    #[test]
    fn an_unknown_word_is_named(word in "[a-z]{3,12}", rest in "[ -~]{0,20}") {
        prop_assume!(COMMANDS.iter().all(|row| row.word != word));
        for line in [format!("/{word} {rest}"), format!("/to 2 /{word} {rest}")] {
            let named = format!("/{}", word);
            prop_assert!(listen(&line).unwrap_err().contains(&named));
        }
    }

    #[test]
    fn what_is_put_around_a_text_is_taken_off_again(
        said in "[^/]\\PC{0,30}",
        conn in 1u64..1000,
        seconds in 1u64..100,
    ) {
        let line = format!("/every {seconds}s /to {conn} {said}");
        let expected = Command::Every(To::conn(conn), Duration::from_secs(seconds), text(&said));
        prop_assert_eq!(listen(&line), Ok(expected));
    }
}
