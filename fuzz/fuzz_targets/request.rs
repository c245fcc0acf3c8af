//! Feeds libFuzzer's bytes to the request body.
#![no_main]

#[path = "../bodies/transfer.rs"]
#[allow(dead_code, reason = "each target takes one of the bodies")]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::request(data));
