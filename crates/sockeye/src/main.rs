//! The `sockeye` program: parse, run, exit code.
//! Never holds protocol logic.

fn main() {}
