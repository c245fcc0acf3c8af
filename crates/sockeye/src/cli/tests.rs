//! Command lines to plans, and command lines that nobody can follow.
//! Never starts anything.

use std::time::Duration;

use sockeye_core::{
    address::{Address, Host},
    behaviour::{Payload, ScriptInput},
    event::Dialect,
    limit::Full,
    plan::{Amplification, Clients, ConnectPlan, Console, DotFiles, Family, ListenPlan},
};

use super::{outline::End, *};
use crate::{
    run::{Plan, ViewKind},
    ui::input::Source,
    view::{Show, raw::Form},
};

const PIPES: Ends = Ends { input: End::Other, output: End::Other };
const TERMINALS: Ends = Ends { input: End::Terminal, output: End::Terminal };

fn read_words(words: &[&str], ends: Ends) -> Result<Task, Refusal> {
    read_with(std::iter::once("sockeye").chain(words.iter().copied()).map(OsString::from), ends)
}

fn job_at(words: &[&str], ends: Ends) -> Job {
    match read_words(words, ends) {
        Ok(Task::Run(mut jobs)) => jobs.remove(0),
        Ok(Task::Guess(plan)) => panic!("{plan:?} is no job"),
        Ok(Task::CannotTell(why)) => panic!("{why} is no job"),
        Ok(Task::Print(text)) => panic!("printed {text}"),
        Err(Refusal::Form(error)) => panic!("{error}"),
        Err(Refusal::Meaning(text, _)) => panic!("{text}"),
    }
}

fn job(words: &[&str]) -> Job {
    job_at(words, PIPES)
}

fn connect(words: &[&str]) -> ConnectPlan {
    match job(&[&["connect"], words].concat()).plan {
        Plan::Connect(plan) => plan,
        _ => panic!("another command"),
    }
}

fn listen(words: &[&str]) -> ListenPlan {
    match job(&[&["listen"], words].concat()).plan {
        Plan::Listen(plan) => plan,
        _ => panic!("another command"),
    }
}

/// Why a command line is refused; always exit code 2.
fn refused(words: &[&str]) -> String {
    match read_words(words, PIPES) {
        Ok(_) => panic!("{words:?} was taken"),
        Err(Refusal::Form(error)) => {
            assert_eq!(error.exit_code(), 2, "{words:?}");
            error.to_string()
        }
        Err(Refusal::Meaning(text, code)) => {
            assert_eq!(code, 2, "{words:?}");
            text
        }
    }
}

fn bytes(plan: &ConnectPlan) -> Vec<Vec<u8>> {
    let bytes = |payload: &Payload| match payload {
        Payload::Bytes(bytes) => bytes.clone(),
        Payload::Template(_) => b"<template>".to_vec(),
    };
    plan.script.payloads.iter().map(bytes).collect()
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn speeches_keep_the_order_of_the_command_line() {
    let plan = connect(&["h:1", "--send-hex", "01 03", "--send", "你", "--send-hex=0x0A", "--send", "-e"]);
    assert_eq!(
        bytes(&plan),
        [b"\x01\x03".to_vec(), "你".as_bytes().to_vec(), b"\x0a".to_vec(), b"-e".to_vec()]
    );
    assert_eq!((plan.script.keyboard, plan.script.wait), (ScriptInput::None, Some(Duration::from_secs(2))));
}

#[test]
fn text_is_encoded_escaped_and_ended() {
    assert_eq!(
        bytes(&connect(&["h:1", "--charset", "gbk", "--send", "你好"])),
        [b"\xc4\xe3\xba\xc3".to_vec()]
    );
    assert_eq!(
        bytes(&connect(&["h:1", "-e", "--send", "a\\r\\n\\x00\\u{4f60}"])),
        ["a\r\n\0你".as_bytes().to_vec()]
    );
    assert_eq!(bytes(&connect(&["h:1", "-C", "--send", "a"])), [b"a\r\n".to_vec()]);
    assert_eq!(
        bytes(&connect(&["h:1", "--eol", "lf", "--charset", "utf-16le", "--send", "a"])),
        [b"a\0\n\0".to_vec()]
    );
    assert_eq!(bytes(&connect(&["h:1", "--send", "{\"a\": {text}}"])), [b"{\"a\": {text}}".to_vec()]);
    assert_eq!(bytes(&connect(&["h:1", "--send", "n={counter}"])), [b"<template>".to_vec()]);
}

#[test]
fn addresses_and_families() {
    assert_eq!(connect(&["::1", "80"]).target, Address::parse("[::1]:80").unwrap());
    assert_eq!(connect(&["localhost", "80"]).target, Address::parse("localhost:80").unwrap());
    let plan = connect(&["udp://h:1", "--source", "127.0.0.1", "-4"]);
    assert_eq!(plan.source, Some(Address::parse("udp://127.0.0.1:0").unwrap()));
    assert_eq!(plan.family, Family::V4);
    assert_eq!(connect(&["h:1", "--source", "[::1]:7"]).source, Some(Address::parse("[::1]:7").unwrap()));
}

#[test]
fn how_long_it_waits_by_default() {
    let wait = |words: &[&str]| connect(words).script.wait;
    assert_eq!(wait(&["h:1"]), None);
    assert_eq!(wait(&["udp://h:1"]), Some(Duration::from_secs(1)));
    assert_eq!(wait(&["h:1", "--expect", "ok"]), Some(Duration::from_secs(2)));
    assert_eq!(wait(&["h:1", "--send", "x", "--wait", "250ms"]), Some(Duration::from_millis(250)));
}

#[test]
fn who_types_depends_on_where_the_streams_lead() {
    let source = |words: &[&str], ends| job_at(words, ends).typing.source;
    let half = Ends { input: End::Terminal, output: End::Other };
    assert_eq!(source(&["connect", "h:1"], TERMINALS), Source::Editor);
    assert_eq!(source(&["connect", "h:1", "--json"], TERMINALS), Source::Commands);
    assert_eq!(source(&["connect", "h:1"], half), Source::Commands);
    assert_eq!(source(&["connect", "h:1"], PIPES), Source::Chunks);
    assert_eq!(source(&["connect", "h:1", "--frame", "line"], PIPES), Source::Messages);
    assert_eq!(source(&["connect", "udp://h:1"], PIPES), Source::Messages);
    assert_eq!(source(&["connect", "h:1", "--send", "x"], TERMINALS), Source::None);
    assert_eq!(source(&["listen", "1"], TERMINALS), Source::Editor);
    assert_eq!(source(&["listen", "1"], PIPES), Source::Chunks);
    assert_eq!(source(&["listen", "1"], half), Source::Commands);
    assert_eq!(source(&["listen", "1", "--commands"], PIPES), Source::Commands);
    assert_eq!(source(&["listen", "1", "--frame", "line"], PIPES), Source::Messages);
    assert_eq!(source(&["listen", "1", "--eol", "crlf"], PIPES), Source::Messages);
    assert_eq!(source(&["connect", "h:1", "-C"], PIPES), Source::Messages);
    assert_eq!(source(&["listen", "1", "--reply", "echo"], TERMINALS), Source::None);
}

#[test]
fn what_is_shown_depends_on_where_standard_output_leads() {
    let kind = |words: &[&str], ends| job_at(words, ends).display.kind;
    assert_eq!(kind(&["connect", "h:1"], TERMINALS), ViewKind::Transcript);
    assert_eq!(kind(&["connect", "h:1", "--raw"], TERMINALS), ViewKind::Raw(Form::Bytes));
    assert_eq!(kind(&["connect", "h:1"], PIPES), ViewKind::Raw(Form::Bytes));
    assert_eq!(kind(&["connect", "h:1", "--charset", "utf-8"], PIPES), ViewKind::Raw(Form::Text));
    assert_eq!(kind(&["connect", "h:1", "--hex"], PIPES), ViewKind::Raw(Form::Hex));
    assert_eq!(kind(&["listen", "1", "--json"], PIPES), ViewKind::Json);
    assert_eq!(kind(&["listen", "1", "--quiet"], TERMINALS), ViewKind::Quiet);
    assert_eq!(kind(&["listen", "1", "--quiet", "--json"], PIPES), ViewKind::QuietJson);
    assert_eq!(job(&["connect", "h:1", "--hex", "--text"]).display.show, Show::Both);
}

#[test]
fn faults_keep_their_order_and_show_their_seed() {
    let job = job(&["connect", "h:1", "--down", "slice=1..5", "--fault", "latency=5ms", "--seed", "7"]);
    let Plan::Connect(plan) = &job.plan else { panic!("a listener") };
    let names: Vec<&str> = plan.conduct.faults.iter().map(|fault| fault.name).collect();
    assert_eq!((names, plan.conduct.seed), (vec!["slice", "latency"], 7));
    assert_eq!(
        job.banner.unwrap(),
        "faults on purpose: slice=1..5,dir=down latency=5ms; --seed 7 repeats them"
    );
    assert!(super::read(["sockeye", "connect", "h:1"].map(OsString::from)).is_ok());
}

#[test]
fn a_listener_and_its_limits() {
    let plan = listen(&[
        "8888",
        "--reply",
        "chat",
        "--max-connections",
        "5",
        "--idle-timeout",
        "30s",
        "--rate",
        "9",
    ]);
    assert_eq!((plan.reply.name, plan.console), ("chat", Console::None));
    assert_eq!(plan.conduct.framing.to_string(), "line");
    assert_eq!(plan.conduct.limits.max_connections, 5);
    assert_eq!(plan.conduct.limits.idle_timeout, Some(Duration::from_secs(30)));
    assert_eq!(plan.conduct.limits.rate, Some(9));
    assert_eq!(plan.amplification, Amplification::Refuse);
    let plan = listen(&["8888", "--frame", "len=4", "--max-frame", "64KiB", "--allow", "10.0.0.0/8"]);
    assert_eq!((plan.reply.name, plan.console, plan.clients), ("pipe", Console::Pipe, Clients::All));
    assert_eq!(listen(&["8888", "--once"]).clients, Clients::First);
    assert_eq!(listen(&["8888", "--full", "refuse"]).conduct.limits.full, Full::Refuse);
    assert_eq!((plan.conduct.framing.max_frame(), plan.conduct.limits.max_frame), (65536, 65536));
    assert!(!plan.access.permits("192.168.0.1".parse().unwrap()));
    assert_eq!(listen(&["8888", "--reply", "chat", "--frame", "crlf"]).conduct.framing.to_string(), "crlf");
}

#[test]
fn a_bad_address_is_told_with_the_good_one() {
    for (address, said) in [
        ("tpc://1", "did you mean \"tcp\"?"),
        ("h:70000", "a port is 0 to 65535"),
        ("::1:80", "write [::1]:80"),
        ("tls://h:443", "not available yet"),
    ] {
        for command in ["connect", "listen"] {
            let text = refused(&[command, address]);
            assert!(text.contains(said), "{text}");
            assert!(text.contains(&format!("sockeye {command} --help")), "{text}");
        }
    }
    assert!(refused(&["connect", "h:0"]).contains("port 0"));
    assert!(refused(&["connect", "*:80"]).contains("every interface"));
    assert!(refused(&["connect", "-"]).contains("no peer"));
    assert!(refused(&["connect", "h", "99999"]).contains("0 to 65535"));
    assert!(refused(&["connect", "h:1", "--source", "udp://x:1"]).contains("one kind"));
}

#[test]
fn what_cannot_be_sent_is_refused_before_anything_starts() {
    for (words, said) in [
        (vec!["--send-hex", "01 0g"], "column 5"),
        (vec!["--send-hex", "010"], "column 3"),
        (vec!["--charset", "gkb"], "did you mean \"gbk\"?"),
        (vec!["--charset", "gbk", "--send", "a😀"], "'😀'"),
        (vec!["-e", "--send", "\\q"], "unknown escape"),
        (vec!["-e"], "no --send"),
        (vec!["--send", "{random:0}"], "1 to 1024"),
        (vec!["--frame", "lien", "--send", "x"], "line"),
        (vec!["--frame", "len=4,strip=99"], "strip"),
        (vec!["--frame", "line", "-e", "--send", "a\\nb"], "--send 'a\\nb'"),
        (vec!["--frame", "len=1", "--send-file", "/proc/self/exe"], "--send-file"),
        (vec!["--max-frame", "3", "--frame", "line", "--send", "long"], "3"),
        (vec!["--frame", "line", "-C"], "leave one of them out"),
        (vec!["--checksum", "crc17"], "crc"),
        (vec!["--every", "1s"], "nothing to send"),
        (vec!["--every", "0", "--send", "x"], "1ms"),
        (vec!["--wait", "2 weeks"], "write 250ms"),
        (vec!["--expect", "/(/"], "regex"),
        (vec!["--expect", ""], "empty"),
        (vec!["--fault", "latncy"], "did you mean latency?"),
        (vec!["--max-frame", "0"], "at least 1 byte"),
        (vec!["--raw", "--json"], "cannot be used with"),
    ] {
        let text = refused(&[&["connect", "h:1"], words.as_slice()].concat());
        assert!(text.contains(said), "{words:?}: {text}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused_too() {
    let folder = std::env::temp_dir().join(format!("sockeye-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let rules = folder.join("rules.toml");
    std::fs::write(&rules, "[[rule]]\nequals = \"a\"\nreply = 3\n").unwrap();
    let spec = format!("rules:{}", rules.display());
    let text = refused(&["listen", "1", "--reply", &spec]);
    assert!(text.contains("rules.toml") && text.contains('^'), "{text}");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(refused(&["listen", "1", "--reply", "ehco"]).contains("did you mean echo?"));
    for words in
        [["listen", "1", "--reply", "rules:/nonexistent"], ["connect", "h:1", "--send-file", "/nonexistent"]]
    {
        let refused = read_words(&words, PIPES);
        assert!(
            matches!(&refused, Err(Refusal::Meaning(text, 26)) if text.contains("/nonexistent")),
            "{refused:?}"
        );
    }
    assert!(refused(&["listen", "1", "--allow", "10.0.0.0/40"]).contains("prefix length"));
    assert!(refused(&["listen", "1", "--max-connections", "0"]).contains("at least 1"));
    assert!(refused(&["answer"]).contains("answer"));
    assert!(refused(&["listen"]).contains("<ADDR>"));
}

#[test]
fn a_folder_is_offered_to_this_machine_unless_told_otherwise() {
    let serve = |words: &[&str]| match job(&[&["serve"], words].concat()).plan {
        Plan::Serve(plan) => plan,
        _ => panic!("another command"),
    };
    let plan = serve(&[]);
    assert_eq!((plan.address.to_string(), plan.folder.to_str()), ("tcp://:8889".to_owned(), Some(".")));
    assert_eq!((plan.dot_files, plan.rate), (DotFiles::Hide, None));
    assert_eq!(plan.limits.idle_timeout, Some(Duration::from_secs(60)));
    assert!(Dialect::ALL.iter().all(|dialect| plan.dialects.has(*dialect)));
    let plan = serve(&["/srv", "--listen", "*:1", "--all", "--dialect", "name", "--rate", "10MB"]);
    assert_eq!((plan.dot_files, plan.rate), (DotFiles::Show, Some(10_000_000)));
    assert!(!plan.dialects.has(Dialect::Http));
    let plan = serve(&["--listen", "unix:/x", "--allow-host", "My.example"]);
    assert!(plan.dialects.has(Dialect::Http) && !plan.dialects.has(Dialect::Name));
    assert_eq!(plan.hosts, [Host::Name("my.example".to_owned())]);
    for (words, said) in [
        (["--dialect", "ftp"], "there are sockeye, http and name"),
        (["--rate", "0"], "nothing is ever sent"),
        (["--idle-timeout", "0"], "at once"),
        (["--listen", "udp://1"], "over TCP or a Unix socket"),
        (["--listen=unix:/x", "--dialect=name"], "a Unix socket has none"),
        (["--allow-host", "*"], "no name of a machine"),
    ] {
        assert!(refused(&[&["serve"], words.as_slice()].concat()).contains(said), "{words:?}");
    }
}

#[test]
fn the_other_commands_print() {
    let printed = |words: &[&str]| match read_words(words, PIPES) {
        Ok(Task::Print(text)) => text,
        _ => panic!("{words:?}"),
    };
    assert!(printed(&["limits"]).contains("--max-frame"));
    let first = printed(&["limits", "--json"]).lines().next().map(str::to_owned).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&first).unwrap()["name"], "max-frame");
    assert!(printed(&["completions", "bash"]).contains("_sockeye"));
    let folder = std::env::temp_dir().join(format!("sockeye-man-{}", std::process::id()));
    let said = printed(&["man", "--out", folder.to_str().unwrap()]);
    assert_eq!(said.lines().count(), 18);
    let page = std::fs::read_to_string(folder.join("sockeye-connect.1")).unwrap();
    assert!(page.contains("send\\-hex"), "{page}");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(read_words(&["man", "--out", "/proc/x"], PIPES), Err(Refusal::Meaning(_, 23))));
}
