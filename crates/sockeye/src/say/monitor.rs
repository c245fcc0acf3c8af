//! Sentences about where results are reported: to Prometheus, to Zabbix.
//! Never prints.

use sockeye_core::event::TrapperStanding;

use super::say;

/// Targets are allowed to those who ask, and nobody can.
#[must_use]
pub(crate) fn nobody_asks() -> String {
    say!("allowed-nobody-asks")
}

/// An address that has to be one of TCP.
#[must_use]
pub(crate) fn not_tcp(flag: &str, address: &str) -> String {
    say!("monitor-not-tcp", flag = flag, address = address)
}

/// What a Zabbix server does with what it is sent; `detail` says why, where there is something to say.
#[must_use]
pub(crate) fn trapper(server: &str, standing: TrapperStanding, detail: &str) -> String {
    match standing {
        TrapperStanding::Taken => say!("trapper-taken", server = server),
        TrapperStanding::Partly => say!("trapper-partly", server = server, detail = detail),
        TrapperStanding::Refused => say!("trapper-refused", server = server, detail = detail),
        TrapperStanding::Unreadable => say!("trapper-unreadable", server = server, detail = detail),
        TrapperStanding::Unreachable => say!("trapper-unreachable", server = server, detail = detail),
    }
}
