//! The banner of a listener: where it listens and who can reach it.
//! Never knows whether anybody is connected.

use sockeye_core::address::{Address, Host};

use super::{Offer, Page, ViewContext};
use crate::say;

/// Says where it listens; who can reach that is said once, however many sockets were bound.
#[derive(Debug)]
pub(crate) struct Banner {
    job: Option<String>,
    admits: say::Admits,
    asked: Address,
    offer: Option<Offer>,
    told: Told,
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Reach,
}

impl Banner {
    /// The banner of a listener in this context.
    #[must_use]
    pub(crate) fn new(context: &ViewContext) -> Self {
        Self {
            job: context.job.clone(),
            admits: context.admits,
            asked: context.address.clone(),
            offer: context.offer.clone(),
            told: Told::Nothing,
        }
    }

    /// A socket was bound to `addr`: for programs' people, only what is dangerous about that.
    pub(crate) fn warn(&mut self, addr: &str, page: &mut Page) {
        let bound = Address::parse(addr).ok();
        let is_open =
            matches!(bound.as_ref().and_then(Address::host), Some(Host::Ip(ip, _)) if !ip.is_loopback());
        if is_open && self.admits == say::Admits::Everybody && self.told == Told::Nothing {
            self.told = Told::Reach;
            let offers = match self.offer {
                Some(_) => say::Offers::Files,
                None => say::Offers::Conversations,
            };
            page.err_line(&say::open_to_all(addr, offers));
        }
    }

    /// A socket was bound to `addr`.
    pub(crate) fn show(&mut self, addr: &str, target: Option<&str>, page: &mut Page) {
        page.err_line(&say::of_job(self.job.as_deref(), &say::listening(addr, target)));
        if self.told == Told::Reach {
            return;
        }
        self.told = Told::Reach;
        let Ok(bound) = Address::parse(addr) else { return };
        let lines = match (&self.offer, bound.port()) {
            (Some(Offer { folder, dialects }), _) => {
                say::offer::offer(folder, *dialects, &self.asked, &bound, self.admits)
            }
            (None, Some(port)) => say::reach(&self.asked, port, target, self.admits),
            (None, None) => Vec::new(),
        };
        for line in lines {
            page.err_line(&line);
        }
    }
}
