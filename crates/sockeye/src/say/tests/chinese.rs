//! Everything in Chinese: whole sentences of it, with nothing of English but names.

use sockeye_core::{
    charset::Charset,
    event::{
        Anew, Ask, Dialect, Failure, FaultTally, Kind, Member, Notice, Operation, Outcome, Proof, Served,
        Show, Speaker, TallyUnit, UnderWay, Unsent,
    },
    frame::{ByteOrder, Framing, Layout},
    stage::FAULTS,
    transfer::Blake3,
    unit::Way,
};
use sockeye_text::{Language, Text};

use super::super::{fetch::Tally, language::speaking, *};

/// What Chinese engineers call so too; commands, their placeholders, and what is typed.
const NAMES: &str = "limits false quick FIN RST TCP UDP ICMP RTT RTO MSS Unix IP TIME_WAIT UTF-8 BLAKE3 SIGINT SIGTERM EOF
    sockeye connect listen serve get run help nc curl curl -O host name http udp tcp unix latency slice bandwidth glue chat cut reset stall slow-close slow accept accept-slow corrupt drop duplicate reorder truncate up down dist normal uniform jitter gap after D P N toxiproxy equals raw lf crlf
    cwnd root ip addr route job command true text hello world thank you info every off close half reset quit to all hex
    file list HOST PORT NAME TEXT PATH FILE HEX DIR CIDR Ctrl-C Ctrl-D Enter THIS-MACHINE dev null etc services path
    use gbk last name kick stop view charset log version send-hex refuse be le x n r xNN x80 xff xs ms s counter time both any bench probe sum";

fn is_chinese(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// The words of `said` that are English: what is neither a name nor a part of a flag, a number or an address.
fn english(said: &str) -> Vec<String> {
    let names: Vec<&str> = NAMES.split_whitespace().collect();
    let parts = said.split(|c: char| !c.is_ascii_graphic() || "/()'`[]{}|<>,\"".contains(c));
    let bare = parts.map(|part| part.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    bare.filter(|part| part.len() > 1 && !names.contains(part))
        .filter(|part| part.chars().all(|c| c.is_ascii_alphabetic() || c == '\''))
        .map(str::to_owned)
        .collect()
}

/// `said` without the flags that stand in it.
fn without_flags(said: &str) -> String {
    let mut out = String::new();
    let mut in_flag = false;
    for c in said.chars() {
        in_flag = c == '-' && !out.ends_with(|before: char| before.is_ascii_alphanumeric())
            || in_flag && (c.is_ascii_alphanumeric() || c == '-');
        if !in_flag {
            out.push(c);
        }
    }
    out
}

fn check(said: &str) {
    assert!(said.chars().any(is_chinese), "{said}");
    assert_eq!(english(&without_flags(said)), Vec::<String>::new(), "{said}");
}

fn chinese(say: impl FnOnce() -> String) {
    check(&speaking(Language::Chinese, say));
}

#[test]
fn every_failure_and_what_to_try() {
    for operation in Operation::ALL {
        for kind in Kind::ALL {
            chinese(|| failure(&Failure::new(operation, "tcp://127.0.0.1:1", kind, peer_reset())));
        }
    }
    let unix = Failure::new(Operation::Connect, "unix:/x", Kind::Refused, unsent(3));
    chinese(|| failure(&unix));
    for question in [
        Question::None,
        Question::Datagram,
        Question::Backslashes,
        Question::Framed,
        Question::Line,
        Question::Bare,
    ] {
        let failed = Failure::new(Operation::Wait, "x:1", Kind::NoAnswer, no_answer(0, &Framing::raw()));
        chinese(|| failure(&failed.hint(no_answer_hint(question, None))));
    }
    let framing = Framing::raw();
    for detail in [
        cut_short(1, None),
        cut_short(1, Some(3)),
        half_said(1, 3),
        unanswered(1, 3),
        damaged(&framing),
        no_answer(7, &framing),
        unmet("1", empty()),
        unmet("1", came_instead(b"2", Charset::utf8())),
        not_begun("1"),
        log_is_stuck(),
        system_refuses(),
    ] {
        chinese(|| words(&detail));
    }
}

fn notices() -> Vec<Notice> {
    let peer = || "tcp://10.0.0.7:5".to_owned();
    let failure = Failure::new(Operation::Connect, "10.0.0.7:5", Kind::Refused, text!("errno-connrefused"));
    vec![
        Notice::Stranger { from: peer(), len: 1 },
        Notice::AtLimit { open: 2 },
        Notice::Full { peer: peer(), open: 1 },
        Notice::Denied { peer: peer() },
        Notice::AcceptFailed { detail: text!("errno-mfile") },
        Notice::Retry { attempt: 1, failure },
        Notice::Members(Vec::new()),
        Notice::Members(vec![Member { conn: 1, peer: peer(), name: None }]),
        Notice::NoSuchConn(3),
        Notice::NoSuchName("泵".to_owned()),
        Notice::Using { to: "all".to_owned() },
        Notice::Using { to: "last".to_owned() },
        Notice::Using { to: "2".to_owned() },
        Notice::CharsetIs { charset: "gbk".into() },
        Notice::Showing { show: Show::Text },
        Notice::Showing { show: Show::Hex },
        Notice::Showing { show: Show::Both },
        Notice::NotNamed { detail: text!("calling-empty") },
        Notice::Unfinished { len: 2, data: b"12".as_slice().into() },
        Notice::Skipped { bytes: 4, at: 9 },
        Notice::Unreachable { peer: peer() },
        Notice::NoFin,
        Notice::NoReset,
        Notice::Unsent { len: 1, why: Unsent::Nobody },
        Notice::Unsent { len: 1, why: Unsent::Ended },
        Notice::Unread,
        Notice::CutCharacter { text: "你".to_owned(), before: 1, after: 2 },
        Notice::Glued { len: 3 },
        Notice::GaveUp { waited: 1_000, whom: Speaker::Pipe },
        Notice::GaveUp { waited: 1_000, whom: Speaker::Operator },
        Notice::NoRule,
        Notice::ReadsAs { charset: "gb18030".into() },
    ]
}

#[test]
fn every_notice_and_everything_that_happens() {
    for said in notices() {
        chinese(|| notice(&said));
    }
    let counters = Counters { bad_checksums: 1, suppressed: 2, dropped: 3, unsent: 4, ..Counters::default() };
    for pieces in [Pieces::Messages, Pieces::Reads, Pieces::Datagrams] {
        for why in [
            Ending::PeerClosed,
            Ending::Closed,
            Ending::PeerReset,
            Ending::Reset,
            Ending::Idle,
            Ending::Displaced,
            Ending::Refused,
            Ending::TooSlow,
            Ending::Stopped,
            Ending::Failed,
        ] {
            chinese(|| closed(why, &counters, 1_234, pieces));
        }
        let run = Summary {
            accepted: 2,
            refused: 1,
            reset: 1,
            totals: counters,
            lasted: 1_500,
            ..Summary::default()
        };
        chinese(|| summary(&run, pieces));
    }
    for (messages, left) in [(0, 1), (1, 1), (2, 0), (2, 1)] {
        chinese(|| sticky(9, messages, left));
    }
    for how in [Beginning::Connection, Beginning::Ready, Beginning::Heard] {
        chinese(|| opened(how, "10.0.0.1:1", "10.0.0.2:2"));
    }
    for dir in [Dir::In, Dir::Out] {
        chinese(|| ended(dir));
    }
    for (name, way) in FAULTS.iter().map(|row| row.name).flat_map(|name| [(name, Way::Up), (name, Way::Down)])
    {
        for unit in [TallyUnit::Bytes, TallyUnit::Datagrams, TallyUnit::Ends, TallyUnit::Conversations] {
            chinese(|| fault(name, way, 7, 8, Some(1)));
            chinese(|| tally(&FaultTally { fault: name.into(), way, acts: 1, of: 2, unit }, 42));
        }
    }
    for why in [Suppression::Rate, Suppression::OwnAddress, Suppression::ServicePort] {
        chinese(|| suppressed("1.2.3.4:5", why, 2));
    }
    let layout = Layout { size: 2, order: ByteOrder::Big };
    for check in [Check::Short { size: 2 }, Check::Bad { found: 1, expected: 2, layout }] {
        chinese(|| bad_checksum(check).unwrap());
    }
    chinese(|| sender("1.2.3.4:5", 3));
    chinese(|| more(3));
    chinese(|| missed(1, 2));
    chinese(|| listening("1.2.3.4:5", Some("6.7.8.9:10")));
    chinese(|| faults("latency=1ms", 7));
}

#[test]
fn everything_of_files() {
    for dialect in Dialect::ALL {
        for ask in [Ask::Get, Ask::Stat, Ask::List, Ask::Hash, Ask::Unclear] {
            for (outcome, name) in [
                Outcome::Done,
                Outcome::Unchanged,
                Outcome::Absent,
                Outcome::Malformed,
                Outcome::Cut,
                Outcome::TooLong,
                Outcome::NotOffered,
                Outcome::Moved,
                Outcome::Refused,
                Outcome::Late,
                Outcome::OutOfRange,
                Outcome::Changed,
                Outcome::Busy,
                Outcome::Stalled,
                Outcome::Gone,
                Outcome::Unread,
                Outcome::Stopped,
            ]
            .into_iter()
            .flat_map(|outcome| [(outcome, b"".as_slice()), (outcome, b"1.txt")])
            {
                let served = Served {
                    dialect,
                    ask,
                    name: name.into(),
                    offset: 1,
                    bytes: 1,
                    outcome,
                    detail: None,
                    lasted: 2_000,
                };
                chinese(|| offer::served(&served));
            }
        }
    }
    chinese(|| offer::under_way(&UnderWay { files: 2, rate: 0, only: None }));
    for why in [Anew::Changed, Anew::Damaged, Anew::Unknown, Anew::Foreign, Anew::NoResume] {
        chinese(|| fetch::again(b"1", why));
    }
    let hash = Blake3::parse(&"0".repeat(64)).unwrap();
    for proof in [Proof::Server, Proof::Pinned, Proof::None] {
        chinese(|| fetch::complete("1", 2, 0, hash, proof));
    }
    chinese(|| fetch::all(&Tally { fetched: 1, here: 2, came: 3, failed: 4 }, 5));
    for (whole, rate) in [(Some(9), 1), (Some(9), 0), (None, 1)] {
        chinese(|| fetch::progress(b"1", 1, whole, rate));
    }
    let widest = speaking(Language::Chinese, || {
        fetch::progress("报".repeat(80).as_bytes(), u64::MAX, Some(u64::MAX), 1)
    });
    assert!(page::columns(&widest) < 79, "{widest}");
}

#[test]
fn every_sentence_of_the_catalogue() {
    for file in ["say", "usage"] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../sockeye-text/locales/zh");
        let source = std::fs::read_to_string(format!("{folder}/{file}.ftl")).unwrap();
        let keys = source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        for key in keys.filter_map(|line| line.split_once(" =")).map(|(key, _)| key) {
            let said = Text::of_key(key).to(Language::Chinese);
            // What is not filled in stands there by its name.
            let bare: String =
                said.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
            assert_eq!(english(&without_flags(&bare)), Vec::<String>::new(), "{file}: {key}: {said}");
        }
    }
}

#[test]
fn columns_are_straight() {
    let known = SocketInfo { rtt_us: Some(1500), cwnd: Some(10), mss: Some(1448), ..SocketInfo::default() };
    let said = speaking(Language::Chinese, || info(&known));
    let values = ["1.5ms", "10 个报文段", "1448 字节"];
    let columns = said
        .lines()
        .skip(1)
        .zip(values)
        .map(|(line, value)| page::columns(line.strip_suffix(value).unwrap()));
    let columns: Vec<usize> = columns.collect();
    assert!(columns.iter().all(|column| *column == columns[0] && *column > 0), "{said}");
}

#[test]
fn in_english_it_is_what_it_was() {
    assert_eq!(words(&Text::verbatim("1").and(bytes(1))), "1; 1 byte");
}
