//! Runs the Python tests of `tests/contract` against the binary just built: one test here for each file there.
//! Never knows what the contract says; without `python3` it says aloud that nothing was tested, and fails where `CI` is set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Condvar, Mutex},
    thread,
};

/// One test for each file, so that they run side by side where there are cores enough.
macro_rules! files {
    ($($test:ident: $file:literal,)*) => {
        const FILES: &[&str] = &[$($file),*];

        $(
            #[test]
            fn $test() {
                run($file);
            }
        )*
    };
}

files! {
    changing: "test_changing.py",
    bench: "test_bench.py",
    check: "test_check.py",
    completion: "test_completion.py",
    connect_tty: "test_connect_tty.py",
    consoles: "test_consoles.py",
    devices: "test_devices.py",
    disks: "test_disks.py",
    dtu: "test_dtu.py",
    ends: "test_ends.py",
    events: "test_events.py",
    exact: "test_exact.py",
    explain: "test_explain.py",
    faults: "test_faults.py",
    framing: "test_framing.py",
    get: "test_get.py",
    get_here: "test_get_here.py",
    kills: "test_kills.py",
    language: "test_language.py",
    large: "test_large.py",
    lessons: "test_lessons.py",
    limits: "test_limits.py",
    listen: "test_listen.py",
    monitoring: "test_monitoring.py",
    outside: "test_outside.py",
    peers: "test_peers.py",
    guess: "test_guess.py",
    jobs: "test_jobs.py",
    pipes: "test_pipes.py",
    power: "test_power.py",
    probe: "test_probe.py",
    probe_states: "test_probe_states.py",
    relay: "test_relay.py",
    relay_bulk: "test_relay_bulk.py",
    relay_programs: "test_relay_programs.py",
    sentences: "test_sentences.py",
    serve: "test_serve.py",
    serve_http: "test_serve_http.py",
    serve_limits: "test_serve_limits.py",
    text: "test_text.py",
    told: "test_told.py",
    torture: "test_torture.py",
    toxiproxy: "test_toxiproxy.py",
    tutorials: "test_tutorials.py",
    udp: "test_udp.py",
    udp_words: "test_udp_words.py",
}

/// Load tests whose figures mean something only on a quiet machine and a release build.
const BY_HAND: &[&str] = &["test_crowds.py", "test_relations.py"];

#[test]
fn every_file_has_its_row() {
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("test_") && name.ends_with(".py"))
        .collect();
    let here: BTreeSet<String> = FILES.iter().chain(BY_HAND).map(|&name| name.to_owned()).collect();
    assert_eq!(there, here, "tests/contract (left) and the rows of this file (right) differ");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/contract")
}

/// How many files are being run.
static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// A place among those that run: some tests measure time, and each file keeps two processes busy, its own and sockeye.
struct Place;

impl Place {
    fn wait() -> Self {
        let most = thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        let (running, changed) = &RUNNING;
        let running = running.lock().unwrap();
        *changed.wait_while(running, |running| *running >= most).unwrap() += 1;
        Self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (running, changed) = &RUNNING;
        *running.lock().unwrap() -= 1;
        changed.notify_one();
    }
}

/// Runs one file; its whole output is shown if anything in it fails.
fn run(file: &str) {
    let place = Place::wait();
    let ran = Command::new("python3")
        .args(["-B", "-m", "unittest", "-v", file.trim_end_matches(".py")])
        .current_dir(folder())
        .env("SOCKEYE_BIN", env!("CARGO_BIN_EXE_sockeye"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output();
    drop(place);
    let output = match ran {
        Ok(output) => output,
        Err(error) => {
            assert!(!is_ci(), "python3 cannot be started ({error}), and in CI the contract is to be tested");
            return aloud(&format!("NOT TESTED: {file}, since python3 cannot be started ({error})"));
        }
    };
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{file} failed ({}):\n{said}", output.status);
    assert!(said.contains("\nRan ") && !said.contains("\nRan 0 tests"), "{file} holds no tests:\n{said}");
    for line in said.lines().filter(|line| line.contains(" ... skipped ")) {
        aloud(line);
    }
}

fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Says it even though the test passes, when `eprintln!` would be kept back.
fn aloud(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
