//! Studies: what is concluded from bytes and answers, as plain data, and what monitoring systems are told of it.
//! Never holds a socket, a clock, a file, a terminal or a thread: bytes and time are handed in.
//!
//! Modules in reading order; each uses only those above it.

pub mod guess;
pub mod check;
pub mod zabbix;
pub mod probe;
pub mod bench;
pub mod sum;
