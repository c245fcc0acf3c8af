//! The banner of a listener: where it listens and who can reach it.
//! Never knows whether anybody is connected.

use sockeye_core::{
    address::{Address, Host},
    transfer::http::HostScope,
};

use super::{Offer, Page, ViewContext};
use crate::say;

/// How the address begins of what is no conversation.
const API: &str = "http://";

/// Who can reach what is bound there.
fn scope(bound: &str) -> HostScope {
    let bound = Address::parse(bound).ok();
    match bound.as_ref().and_then(Address::host) {
        Some(Host::Ip(ip, _)) if !ip.is_loopback() => HostScope::Beyond,
        _ => HostScope::Loopback,
    }
}

/// Says where it listens; who can reach that is said once, however many sockets were bound.
#[derive(Debug)]
pub(crate) struct Banner {
    job: Option<String>,
    admits: say::Admits,
    asked: Address,
    offer: Option<Offer>,
    told: Told,
    /// The same of the API of a relay.
    told_of_api: Told,
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
            told_of_api: Told::Nothing,
        }
    }

    /// Whether everybody may come who reaches this machine, who are more than its own programs.
    fn is_open(&self, bound: &str) -> bool {
        scope(bound) == HostScope::Beyond && self.admits == say::Admits::Everybody
    }

    /// A socket was bound to `addr`: for programs' people, only what is dangerous about that.
    pub(crate) fn warn(&mut self, addr: &str, page: &mut Page) {
        if let Some(place) = addr.strip_prefix(API) {
            if self.is_open(place) && self.told_of_api == Told::Nothing {
                self.told_of_api = Told::Reach;
                page.err_line(&say::relay::api_open_to_all(addr));
            }
            return;
        }
        if self.is_open(addr) && self.told == Told::Nothing {
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
        if let Some(place) = addr.strip_prefix(API) {
            return self.show_api(addr, scope(place), page);
        }
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

    fn show_api(&mut self, addr: &str, scope: HostScope, page: &mut Page) {
        page.err_line(&say::of_job(self.job.as_deref(), &say::relay::api(addr)));
        if self.told_of_api == Told::Nothing {
            self.told_of_api = Told::Reach;
            page.err_line(&say::relay::api_reach(scope, self.admits));
        }
    }
}
