//! Feeds libFuzzer's bytes to the body of guesses and hex dumps.
#![no_main]

#[path = "../bodies/guess.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::guess(data));
