//! The banner of a listener: where it listens and who can reach it.
//! Never knows whether anybody is connected.

use sockeye_core::address::Address;

use super::Page;
use crate::say;

/// Says where it listens; who can reach that is said once, however many sockets were bound.
#[derive(Debug)]
pub(crate) struct Banner {
    asked: Address,
    told: Told,
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Reach,
}

impl Banner {
    /// The banner of a listener on `asked`.
    #[must_use]
    pub(crate) fn new(asked: Address) -> Self {
        Self { asked, told: Told::Nothing }
    }

    /// A socket was bound to `addr`.
    pub(crate) fn show(&mut self, addr: &str, page: &mut Page) {
        page.err_line(&say::listening(addr));
        let port = Address::parse(addr).ok().and_then(|addr| addr.port());
        if let Some(port) = port
            && self.told == Told::Nothing
        {
            self.told = Told::Reach;
            for line in say::reach(&self.asked, port) {
                page.err_line(&line);
            }
        }
    }
}
