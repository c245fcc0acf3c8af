//! Sentences about where results are reported: to Prometheus, to Zabbix.
//! Never prints.

use sockeye_core::event::TrapperStanding;

use super::say;

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
