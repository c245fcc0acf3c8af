//! Replays the fuzzer's corpus as an ordinary test, so that what it once found stays found.
//! Never needs a nightly compiler.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/bodies/chain.rs"]
mod chain;
#[path = "../../../fuzz/bodies/frame.rs"]
#[allow(dead_code)]
mod frame;
#[path = "../../../fuzz/bodies/http.rs"]
mod http;
#[path = "../../../fuzz/bodies/transfer.rs"]
mod transfer;

fn replay(target: &str, least: usize, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= least, "the corpus is in the repository");
    for file in files {
        body(&fs::read(file).unwrap());
    }
}

#[test]
fn the_frame_corpus_holds() {
    replay("frame", 20, frame::frame);
}

#[test]
fn the_composed_corpus_holds() {
    replay("composed", 10, frame::composed);
}

#[test]
fn the_request_corpus_holds() {
    replay("request", 15, transfer::request);
}

#[test]
fn the_answer_corpus_holds() {
    replay("answer", 20, transfer::answer);
}

#[test]
fn the_name_corpus_holds() {
    replay("name", 20, transfer::name);
}

#[test]
fn the_sidecar_corpus_holds() {
    replay("sidecar", 5, transfer::sidecar);
}

#[test]
fn the_http_corpus_holds() {
    replay("http", 25, http::http);
}

#[test]
fn the_chain_corpus_holds() {
    replay("chain", 10, chain::chain);
}
