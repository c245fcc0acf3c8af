//! Failures to exit codes: the one place that decides how the program ends.
//! Never words anything: sentences are `say`'s.

use sockeye_core::event::{Failure, Kind, Operation};
use sockeye_sys::StopSignal;

/// Success.
pub(crate) const SUCCESS: u8 = 0;
/// Something else: it cannot be told, for one.
pub(crate) const OTHER: u8 = 1;
/// Something was not sent.
pub(crate) const SEND: u8 = 55;
/// What came could not be received as it should be.
pub(crate) const RECEIVE: u8 = 56;
/// A file at our side cannot be read.
pub(crate) const LOCAL_READ: u8 = 26;
/// A file at our side cannot be written.
pub(crate) const LOCAL_WRITE: u8 = 23;
/// The server has no such file.
pub(crate) const ABSENT: u8 = 78;
/// The command line cannot be followed; clap uses it too.
pub(crate) const USAGE: u8 = 2;

/// The exit code of work left undone because of a signal.
#[must_use]
pub(crate) fn code_of(signal: StopSignal) -> u8 {
    match signal {
        StopSignal::Interrupt => 130,
        StopSignal::Terminate => 143,
        StopSignal::Hangup => 129,
        StopSignal::Quit => 131,
    }
}

/// The exit codes with the keys of what they mean, for help and man pages.
pub(crate) const CODES: &[(u8, &str)] = &[
    (0, "exit-success"),
    (1, "exit-other"),
    (2, "exit-usage"),
    (6, "exit-resolve"),
    (7, "exit-connect"),
    (23, "exit-local-write"),
    (26, "exit-local-read"),
    (28, "exit-timeout"),
    (33, "exit-range"),
    (45, "exit-listen"),
    (55, "exit-send"),
    (56, "exit-receive"),
    (78, "exit-absent"),
    (120, "exit-mismatch"),
    (121, "exit-unexpected"),
    (122, "exit-privilege"),
    (130, "exit-interrupted"),
    (143, "exit-terminated"),
];

/// The exit code of a failure that ends a run.
#[must_use]
pub(crate) fn code(failure: &Failure) -> u8 {
    match failure.kind {
        Kind::Usage => USAGE,
        Kind::NameNotResolved => 6,
        Kind::Refused | Kind::Unreachable => match failure.operation {
            Operation::Send => 55,
            Operation::Receive | Operation::Get => 56,
            _ => 7,
        },
        Kind::SelfConnect => 7,
        Kind::Timeout | Kind::NoAnswer => 28,
        Kind::AddressInUse | Kind::AddressNotAvailable => 45,
        Kind::NotPermitted => match failure.operation {
            Operation::Read => 26,
            Operation::Write => 23,
            _ => 122,
        },
        Kind::Reset | Kind::Broken => broken(failure.operation),
        Kind::Framing => match failure.operation {
            Operation::Send => 55,
            _ => 56,
        },
        Kind::Unexpected => 121,
        Kind::Absent => ABSENT,
        Kind::Range => 33,
        Kind::Mismatch => 120,
        Kind::LocalRead => LOCAL_READ,
        Kind::LocalWrite => LOCAL_WRITE,
        Kind::Exhausted | Kind::Other => broken(failure.operation),
    }
}

/// Something broke: the code says which side of the work it was.
fn broken(operation: Operation) -> u8 {
    match operation {
        Operation::Resolve => 6,
        Operation::Connect => 7,
        Operation::Listen => 45,
        Operation::Send => 55,
        Operation::Receive | Operation::Get => 56,
        Operation::Read => 26,
        Operation::Write => 23,
        Operation::Wait => 28,
        Operation::Prepare => 1,
    }
}

/// Why nothing is begun: the command line is not followed (or asks for help), or what every run needs is missing.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// clap's word: a mistake in the form of the command line, help, or the version.
    Form(Box<clap::Error>),
    /// A mistake in what it means: the text, and the exit code.
    Meaning(String, u8),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(kind: Kind) -> Vec<u8> {
        Operation::ALL
            .iter()
            .map(|&operation| code(&Failure::new(operation, "x", kind, sockeye_text::Text::verbatim("y"))))
            .collect()
    }

    #[test]
    fn kinds_with_one_meaning_have_one_code() {
        for (kind, expected) in [
            (Kind::Usage, 2),
            (Kind::NameNotResolved, 6),
            (Kind::SelfConnect, 7),
            (Kind::Timeout, 28),
            (Kind::NoAnswer, 28),
            (Kind::AddressInUse, 45),
            (Kind::AddressNotAvailable, 45),
            (Kind::Unexpected, 121),
            (Kind::Absent, 78),
            (Kind::Range, 33),
            (Kind::Mismatch, 120),
            (Kind::LocalRead, 26),
            (Kind::LocalWrite, 23),
        ] {
            assert_eq!(codes(kind), [expected; 10], "{kind:?}");
        }
    }

    #[test]
    fn the_others_depend_on_what_was_being_done() {
        //                           resolve connect listen send receive read write wait prepare get
        for (kind, expected) in [
            (Kind::Refused, [7, 7, 7, 55, 56, 7, 7, 7, 7, 56]),
            (Kind::Unreachable, [7, 7, 7, 55, 56, 7, 7, 7, 7, 56]),
            (Kind::NotPermitted, [122, 122, 122, 122, 122, 26, 23, 122, 122, 122]),
            (Kind::Reset, [6, 7, 45, 55, 56, 26, 23, 28, 1, 56]),
            (Kind::Broken, [6, 7, 45, 55, 56, 26, 23, 28, 1, 56]),
            (Kind::Exhausted, [6, 7, 45, 55, 56, 26, 23, 28, 1, 56]),
            (Kind::Other, [6, 7, 45, 55, 56, 26, 23, 28, 1, 56]),
            (Kind::Framing, [56, 56, 56, 55, 56, 56, 56, 56, 56, 56]),
        ] {
            assert_eq!(codes(kind), expected, "{kind:?}");
        }
    }

    #[test]
    fn every_code_is_in_the_table_of_help() {
        let known: Vec<u8> = CODES.iter().map(|(code, _)| *code).collect();
        assert!(known.is_sorted());
        for kind in Kind::ALL {
            for code in codes(kind) {
                assert!(known.contains(&code), "{kind:?} {code}");
            }
        }
        assert_eq!([StopSignal::Interrupt, StopSignal::Terminate].map(code_of), [130, 143]);
    }
}
