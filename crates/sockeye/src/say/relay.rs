//! What a relay says: which leg of a conversation something happened on, and what passed.

use sockeye_core::{
    event::{Counters, Ending, Leg},
    transfer::http::HostScope,
    unit::Dir,
};
use sockeye_text::{Text, text};

use super::{Admits, bytes, lasted, listener, safe, say, words};

/// Whether bytes are told as they came, or as they left behind faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sighting {
    /// As they came.
    Came,
    /// As they were passed on.
    PassedOn,
}

/// Which way something went between the two ends; `Dir::In` is up, from the client.
#[must_use]
pub(crate) fn way(dir: Dir, sighting: Sighting) -> String {
    match (dir, sighting) {
        (Dir::In, Sighting::Came) => say!("relay-up"),
        (Dir::Out, Sighting::Came) => say!("relay-down"),
        (Dir::In, Sighting::PassedOn) => say!("relay-up-passed"),
        (Dir::Out, Sighting::PassedOn) => say!("relay-down-passed"),
    }
}

/// The target was connected to.
#[must_use]
pub(crate) fn reached(peer: &str, local: &str, took: Option<u64>) -> String {
    say!("relay-reached", peer = safe(peer), local = safe(local), time = lasted(took.unwrap_or_default()))
}

/// One end says no more.
#[must_use]
pub(crate) fn ended(leg: Leg) -> String {
    match leg {
        Leg::Client => say!("relay-ended-client"),
        Leg::Target => say!("relay-ended-target"),
    }
}

/// A relayed conversation is over; `leg` is where that began.
#[must_use]
pub(crate) fn closed(why: Ending, leg: Leg, client: &Counters, target: &Counters, nanos: u64) -> String {
    let why = match (why, leg) {
        (Ending::PeerClosed, Leg::Client) => text!("relay-closed-client"),
        (Ending::PeerClosed, Leg::Target) => text!("relay-closed-target"),
        (Ending::PeerReset, Leg::Client) => text!("relay-reset-client"),
        (Ending::PeerReset, Leg::Target) => text!("relay-reset-target"),
        (Ending::TooSlow, Leg::Client) => text!("relay-slow-client"),
        (Ending::TooSlow, Leg::Target) => text!("relay-slow-target"),
        (Ending::Failed, Leg::Client) => text!("relay-failed-client"),
        (Ending::Failed, Leg::Target) => text!("relay-failed-target"),
        (Ending::Closed | Ending::Refused, _) => text!("relay-closed-fault"),
        (Ending::Reset, _) => text!("relay-closed-reset"),
        (Ending::Idle, _) => text!("relay-idle"),
        (Ending::Displaced, _) => text!("closed-displaced"),
        (Ending::Stopped, _) => text!("closed-stopped"),
    };
    let passed = text!(
        "relay-passed",
        why = why,
        up = bytes(target.bytes_out),
        down = bytes(client.bytes_out),
        time = lasted(nanos)
    );
    let unsent = client.unsent + target.unsent;
    words(&if unsent > 0 { text!("relay-lost", passed = passed, unsent = bytes(unsent)) } else { passed })
}

/// The faults of a relay.
#[must_use]
pub(crate) fn faults(list: &[String]) -> Text {
    match list {
        [] => text!("relay-faults-none"),
        list => text!("relay-faults", list = safe(&list.join(" "))),
    }
}

/// A line that is no command.
#[must_use]
pub(crate) fn says_nothing() -> String {
    say!("relay-says-nothing")
}

/// Neither end was given.
#[must_use]
pub(crate) fn needs_ends() -> String {
    say!("relay-needs-ends")
}

/// Only one end was given.
#[must_use]
pub(crate) fn needs_target(address: &str) -> String {
    say!("relay-needs-target", address = safe(address))
}

/// A flag that is about the relay of the command line, where there is none.
#[must_use]
pub(crate) fn needs_relay(flag: &str) -> String {
    say!("relay-needs-relay", flag = flag)
}

/// The API can be called.
#[must_use]
pub(crate) fn api(addr: &str) -> String {
    say!("relay-api", address = safe(addr))
}

/// Who can call it.
#[must_use]
pub(crate) fn api_reach(scope: HostScope, admits: Admits) -> String {
    match (scope, admits) {
        (HostScope::Loopback, _) => listener::only_this_machine(),
        (HostScope::Beyond, Admits::Listed) => listener::only_listed(),
        (HostScope::Beyond, Admits::Everybody) => say!("relay-api-open"),
    }
}

/// Everybody can call it, in one line.
#[must_use]
pub(crate) fn api_open_to_all(addr: &str) -> String {
    say!("relay-api-warning", address = safe(addr))
}

/// The API is offered over TCP alone.
#[must_use]
pub(crate) fn api_not_tcp(address: &str) -> String {
    say!("relay-api-not-tcp", address = safe(address))
}

/// The control socket is none.
#[must_use]
pub(crate) fn control_not_unix(address: &str) -> String {
    say!("relay-control-not-unix", address = safe(address))
}

/// Edits where nothing is a message.
#[must_use]
pub(crate) fn edits_need_messages() -> String {
    say!("relay-edits-need-messages")
}
