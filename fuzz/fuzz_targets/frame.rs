//! Feeds libFuzzer's bytes to the framing body.
#![no_main]

#[path = "../bodies/frame.rs"]
#[allow(dead_code)]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::frame(data));
