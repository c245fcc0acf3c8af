//! Feeds libFuzzer's bytes to the body of HTTP heads.
#![no_main]

#[path = "../bodies/http.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::http(data));
