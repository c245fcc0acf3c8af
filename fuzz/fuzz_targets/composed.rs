//! Feeds libFuzzer's bytes to the body of composed framings.
#![no_main]

#[path = "../bodies/frame.rs"]
#[allow(dead_code)]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::composed(data));
