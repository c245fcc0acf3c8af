//! Replays the fuzzer's corpus as an ordinary test, so that what it once found stays found.
//! Never needs a nightly compiler.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::{fs, path::Path};

#[path = "../../../fuzz/bodies/guess.rs"]
mod guess;
#[path = "../../../fuzz/bodies/zabbix.rs"]
mod zabbix;

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
fn the_guess_corpus_holds() {
    replay("guess", 10, guess::guess);
}

#[test]
fn the_zabbix_corpus_holds() {
    replay("zabbix", 25, zabbix::zabbix);
}
