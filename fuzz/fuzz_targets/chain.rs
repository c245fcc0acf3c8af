//! Chains of faults: random stages, units and times.
#![no_main]

#[path = "../bodies/chain.rs"]
mod chain;

libfuzzer_sys::fuzz_target!(|data: &[u8]| chain::chain(data));
