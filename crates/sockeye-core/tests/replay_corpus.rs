//! Replays the fuzzer's corpus as an ordinary test, so that what it once found stays found.
//! Never needs a nightly compiler.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/bodies/frame.rs"]
mod frame;

#[test]
fn the_frame_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/frame");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "the corpus is in the repository");
    for file in files {
        frame::frame(&fs::read(file).unwrap());
    }
}
