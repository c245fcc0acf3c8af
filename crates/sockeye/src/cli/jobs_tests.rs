//! Command lines to job files and back, and job files that nobody can follow.

use clap::Arg;
use proptest::{prelude::*, sample::select};

use super::*;
use clap::CommandFactory as _;

use crate::cli::{Cli, keep, outline::JOBS, read_with};

const PIPES: Ends = Ends { input: End::Other, output: End::Other };

/// Values that an argument takes, by its id. A flag that is not here fails `every_flag_has_samples`.
fn samples(id: &str) -> &'static [&'static str] {
    match id {
        "address" => &["127.0.0.1:8888", "udp://10.0.0.1:53", "unix:/tmp/我", "host.example:80", "-host:80"],
        "send" => &["hello", "-x", "你好", "a\"b\\n'c", "{counter} {time}", "", "=", "# no comment"],
        "greet" => &["hello", "-x", "{client} {time}", ""],
        "greet_hex" => &["01 02", "ff"],
        "clients" => &["1", "3", "100"],
        "read_size" => &["1", "5", "1KiB"],
        "send_hex" => &["01 02", "ff", "0x0d,0x0a"],
        "eol" => &["none", "lf", "crlf", "cr"],
        "every" | "wait" | "reconnect" | "retry_delay" | "connect_timeout" | "idle_timeout" | "grace"
        | "timeout" | "gap" | "interval" | "duration" | "warm_up" | "ramp" => &["1s", "250ms", "1.5", "2m"],
        "count" | "retry" | "retries" | "max_connections" => &["1", "3", "100"],
        "rate" | "total_rate" | "connect_rate" | "connections" | "depth" => &["1", "1000"],
        "seed" => &["0", "42", "18446744073709551615"],
        "expect" => &["ok", "/^a+$/", "-1"],
        "frame" => &["line", "len=4,le", "delim=0d0a", "modbus-tcp", "head=02,tail=03", "idle=20ms"],
        "checksum" => &["crc16-modbus", "crc32,be"],
        "max_frame" | "log_max" => &["64KiB", "1000", "10MB"],
        "charset" => &["gbk", "utf-8", "utf-16le"],
        "source" => &["127.0.0.1:0", "127.0.0.1"],
        "fault" | "up" | "down" => {
            &["latency=100ms,jitter=20ms", "slice=1..5", "slice=3,chance=0.5", "reset=0,after=1s"]
        }
        "reply" => &["echo", "text:thank you {text}", "chat", "discard"],
        "allow" | "deny" => &["10.0.0.0/8", "::1"],
        "full" => &["wait", "refuse"],
        "color" => &["auto", "always", "never"],
        "stats" => &["1s", "500ms,clients"],
        "log" => &["x.log", "日志/x.log"],
        "log_format" => &["text", "hex", "json"],
        "api" => &["8474", "127.0.0.1:0"],
        "listen" => &["8889", "*:8889", "127.0.0.1:0"],
        "target" => &["127.0.0.1:9001", "unix:/tmp/目标", "host.example:80"],
        "control" => &["unix:/tmp/control"],
        "targets" => &["127.0.0.1:8888", "udp://10.0.0.1:53", "unix:/tmp/我", "host.example:80"],
        "on_change" => &["./tell.sh", "notify 'a b' 中文"],
        "metrics" | "zabbix_agent" | "zabbix_server" => &["9116", "127.0.0.1:0", "zabbix.example:10051"],
        "zabbix_host" => &["web", "数据库"],
        "allow_target" => &["db.example:5432", "10.0.0.0/8:502", "[fd00::/8]:502"],
        "cuts" => &["all", "1", "200"],
        "bulk" => &["up", "both"],
        "size" => &["64", "1KiB"],
        "compare" => &["127.0.0.1:9001", "host.example:80"],
        "hdr" | "svg" => &["x.out", "报告/x.out"],
        "junit" => &["x.xml", "报告/x.xml"],
        "dialect" => &["http", "sockeye"],
        "allow_host" => &["files.example"],
        "folder" | "dir" | "output" => &[".", "a b", "下载"],
        "names" => &["a.txt", "docs/报告.pdf", "-r"],
        "list" => &["", "docs"],
        "sha256" | "blake3" => &["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        _ => &[],
    }
}

/// What is not chosen by chance: the port beside a host, and files that would have to be there.
const LEFT_OUT: [&str; 4] = ["port", "send_file", "edit", "help"];

fn command(name: &str) -> clap::Command {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand(name).unwrap().clone()
}

fn arguments(command: &clap::Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| {
        let id = arg.get_id().as_str();
        !keep::FLAGS.contains(&id) && !LEFT_OUT.contains(&id)
    })
}

#[test]
fn every_flag_has_samples() {
    for name in JOBS {
        for arg in arguments(&command(name)).filter(|arg| arg.get_action().takes_values()) {
            assert!(!samples(arg.get_id().as_str()).is_empty(), "{name}: {}", arg.get_id());
        }
    }
}

/// One argument with its values, as command lines have it.
fn words(arg: &Arg, values: &[&str]) -> Vec<String> {
    let flag = match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => return values.iter().map(|&value| value.to_owned()).collect(),
    };
    match arg.get_action().takes_values() {
        true => values.iter().map(|value| format!("{flag}={value}")).collect(),
        false => vec![flag],
    }
}

/// A command line: a command, some of its flags in any order with values that each takes, its other arguments behind them.
fn lines() -> impl Strategy<Value = Vec<String>> {
    select(&JOBS[..]).prop_flat_map(|name| {
        let command = command(name);
        let mut flags = Vec::new();
        let mut others = Vec::new();
        for arg in arguments(&command) {
            let arg = arg.clone();
            let id = arg.get_id().as_str().to_owned();
            let most = if matches!(arg.get_action(), clap::ArgAction::Append) { 3 } else { 1 };
            let values = match samples(&id) {
                [] => Just(vec![""]).boxed(),
                all => prop::collection::vec(select(all), 1..=most).boxed(),
            };
            let is_positional = arg.is_positional();
            let is_always = id == "seed" || is_positional;
            let some = match is_always {
                true => values.prop_map(Some).boxed(),
                false => prop::option::weighted(0.12, values).boxed(),
            };
            let said =
                some.prop_map(move |values| values.map_or_else(Vec::new, |values| words(&arg, &values)));
            if is_positional { others.push(said.boxed()) } else { flags.push(said.boxed()) }
        }
        let shuffled = flags.prop_map(|flags| flags.into_iter().flatten().collect::<Vec<_>>()).prop_shuffle();
        (shuffled, others).prop_map(move |(flags, others)| {
            let head = ["sockeye".to_owned(), name.to_owned()];
            let behind = std::iter::once("--".to_owned()).chain(others.into_iter().flatten());
            head.into_iter().chain(flags).chain(behind).collect()
        })
    })
}

fn run(jobs: &[&str]) -> Run {
    let watching = Watching { json: false, quiet: false, color: ColorChoice::Auto };
    Run { file: "jobs.toml".into(), jobs: jobs.iter().map(|&name| name.to_owned()).collect(), watching }
}

fn read(text: &str) -> Result<Vec<Job>, String> {
    run(&[]).read(text, PIPES, &Cli::command(), &read_with).map_err(|refusal| match refusal {
        Refusal::Meaning(why, _) => why,
        Refusal::Form(error) => error.to_string(),
    })
}

fn all_but_the_name(job: &Job) -> String {
    let Job { plan, display, typing, banner, logs, .. } = job;
    format!("{plan:#?} {display:#?} {typing:#?} {banner:#?} {logs:#?}")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_print_plan_prints_is_the_same_plan(line in lines()) {
        let args: Vec<OsString> = line.iter().map(OsString::from).collect();
        let Ok(Task::Run(jobs)) = read_with(args, PIPES) else { return Ok(()) };
        let mut printing: Vec<OsString> = line.iter().map(OsString::from).collect();
        printing.insert(2, "--print-plan".into());
        let Ok(Task::Print(text)) = read_with(printing, PIPES) else { panic!("{line:?} has no plan") };
        let again = read(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        prop_assert_eq!(all_but_the_name(&again[0]), all_but_the_name(&jobs[0]), "{}", text);
        prop_assert_eq!(again[0].name.as_deref(), Some(line[1].as_str()));
    }
}

#[test]
fn most_of_the_lines_by_chance_are_valid() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let valid = (0..200).filter(|_| {
        let line = lines().new_tree(&mut runner).unwrap().current();
        matches!(read_with(line.iter().map(OsString::from), PIPES), Ok(Task::Run(_)))
    });
    assert!(valid.count() > 50);
}

#[test]
fn order_between_flags_is_kept() {
    let line = ["sockeye", "connect", "1", "--send", "a", "--send-hex", "02", "--send", "b", "--print-plan"];
    let Ok(Task::Print(text)) = read_with(line.map(OsString::from), PIPES) else { panic!() };
    assert!(text.contains("send = [\"a\", { send-hex = \"02\" }, \"b\"]"), "{text}");
}

#[test]
fn a_mistake_has_its_place() {
    let job = |lines: &str| format!("[job.a]\ncommand = \"listen\"\naddr = \"1\"\n{lines}\n");
    for (text, place, why) in [
        (job("frame = \"lin\""), "4:9: ", "did you mean `line`?"),
        (job("fram = \"line\""), "4:1: ", "listen has no 'fram'; did you mean frame?"),
        (job("json = \"yes\""), "4:8: ", "json wants true or false"),
        (job("grace = [\"1s\", true]"), "4:16: ", "grace wants a text in quotes or a number"),
        (job("reply = \"ech\""), "4:9: ", "did you mean echo?"),
        (job("after = \"b\""), "4:9: ", "jobs.toml has no job 'b'; there are a"),
        (job("after = \"a\""), "4:9: ", "a comes after itself"),
        (job("[jobs]"), "4:2: ", "'jobs' means nothing here"),
        (job("[quick]\nhi = 3"), "5:6: ", "hi wants a text in quotes"),
        (job("send = \"x\""), "4:1: ", "listen has no 'send'"),
        ("[job.a]\naddr = \"1\"\n".into(), "1:1: ", "this job has no command"),
        ("[job.a]\ncommand = \"lisen\"\n".into(), "2:11: ", "did you mean listen?"),
        ("[job.a\n".into(), "1:7: ", ""),
    ] {
        let said = read(&text).err().unwrap_or_else(|| panic!("{text} was taken"));
        assert!(said.starts_with(&format!("error: jobs.toml:{place}")), "{said}");
        assert!(said.contains(why), "{said}");
        assert!(said.contains("| ") && said.ends_with('^'), "{said}");
    }
    for (text, why) in [("", "has no job"), ("[quick]\nhi = \"there\"\n", "has no job")] {
        assert!(read(text).err().unwrap().contains(why));
    }
}

#[test]
fn jobs_come_behind_those_they_wait_for() {
    let text = "[job.c]\ncommand = \"connect\"\naddr = \"2\"\nsend = \"x\"\nafter = \"b\"\n\
                [job.b]\ncommand = \"listen\"\naddr = \"2\"\nafter = \"a\"\n\
                [job.a]\ncommand = \"serve\"\n[job.d]\ncommand = \"listen\"\naddr = \"3\"\n";
    let named = |jobs: &[&str]| -> Vec<(String, Option<usize>)> {
        let jobs = run(jobs).read(text, PIPES, &Cli::command(), &read_with).unwrap();
        jobs.into_iter().map(|job| (job.name.unwrap(), job.after)).collect()
    };
    let job = |name: &str, after| (name.to_owned(), after);
    assert_eq!(named(&["c"]), [job("a", None), job("b", Some(0)), job("c", Some(1))]);
    assert_eq!(named(&[]).len(), 4);
    assert_eq!(named(&["d"]), [job("d", None)]);
    let waits = "[job.a]\ncommand = \"connect\"\naddr = \"2\"\nsend = \"x\"\n\
                 [job.b]\ncommand = \"listen\"\naddr = \"2\"\nafter = \"a\"\n";
    assert!(read(waits).err().unwrap().contains("a is a connect, which never listens"));
}
