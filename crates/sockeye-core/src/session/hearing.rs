//! What becomes of each message that is cut: told, counted, answered, and whether the next may follow at once.
//! Never cuts one.

use super::{observe::Observer, pacing::Pacing};
use crate::{
    behaviour::{Behaviour, Input, Outbox},
    event::What,
    frame::{Flow, Message},
    limit::DELAY_HOLD,
    unit::At,
};

/// What cutting one unit needs of the session, apart from the framer that is being driven.
pub(super) struct Hearing<'a> {
    pub(super) behaviour: &'a mut dyn Behaviour,
    pub(super) out: &'a mut Outbox,
    pub(super) pacing: Option<&'a mut Pacing>,
    pub(super) observer: Option<&'a mut Observer>,
    pub(super) at: At,
    pub(super) messages: u64,
}

impl Hearing<'_> {
    #[inline]
    pub(super) fn take(&mut self, message: Message<'_>) -> Flow {
        self.messages += 1;
        self.out.counters.messages_in += 1;
        if self.out.looked_at() {
            let from = self.observer.as_ref().and_then(|observer| observer.sender());
            let mut notices = Vec::new();
            let observer = self.observer.as_mut();
            let joined =
                observer.map_or(0, |observer| observer.see(message.body, &mut |notice| notices.push(notice)));
            self.out.event(What::Recv { data: message.body.into(), check: message.check, from, joined });
            for notice in notices {
                self.out.event(What::Notice(notice));
            }
        }
        if message.check.is_bad() {
            // Shown and counted, but nobody should act on damaged words.
            self.out.counters.bad_checksums += 1;
        } else {
            self.behaviour.on(Input::Message(message.body), self.at, self.out);
        }
        if self.pacing.as_mut().is_some_and(|pacing| pacing.take(self.at)) {
            return Flow::Stop;
        }
        let is_full = self.out.full() && self.behaviour.answers();
        if is_full || self.out.closing().is_some() || self.behaviour.held() >= DELAY_HOLD {
            Flow::Stop
        } else {
            Flow::Go
        }
    }
}
