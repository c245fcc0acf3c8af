//! Replays the fuzzer's corpus as an ordinary test, so that what it once found stays found.
//! Never needs a nightly compiler.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::{fs, path::Path};

#[path = "../../../fuzz/bodies/guess.rs"]
mod guess;

#[test]
fn the_guess_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/guess");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "the corpus is in the repository");
    for file in files {
        guess::guess(&fs::read(file).unwrap());
    }
}
