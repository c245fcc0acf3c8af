//! Feeds libFuzzer's bytes to the body of Zabbix's packets.
#![no_main]

#[path = "../bodies/zabbix.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::zabbix(data));
