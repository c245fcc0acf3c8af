//! Orders of the person or pipe at our side: for whom each is, and what becomes of those that reach nobody.
//! Never waits for a peer, but where a pipe has to.

use sockeye_core::{
    event::{Conn, Failure, Kind, Member, Notice, Operation, Unsent, What},
    unit::Close,
};
use sockeye_text::text;
use tokio::sync::mpsc::error::{SendError, TrySendError};

use super::{Arc, Hub, Mail, NewName, Post, locked};
use crate::context::{Action, Anchor, Order, To, Whom};

impl Hub {
    /// Does what somebody at our side ordered.
    pub(crate) async fn order(&self, order: Order) {
        let (to, mut anchor) = (order.to, None);
        let mail = match order.what {
            Action::List => return self.tell_members().await,
            Action::Use => return self.choose(to).await,
            Action::Name(name) => return self.name(&to, &name).await,
            Action::Tell(notice) => return self.run.tell(What::Notice(notice)).await,
            Action::Again(spoken, kept) => {
                anchor = Some(kept);
                Mail::Say(spoken)
            }
            Action::Say(spoken) => Mail::Say(spoken),
            Action::Half => Mail::Half,
            Action::Close => Mail::Close(Close::Graceful),
            Action::Reset => Mail::Close(Close::Reset),
            Action::Info => Mail::Info,
            Action::SayNoMore => Mail::SayNoMore,
            Action::Faults(_) => return,
        };
        let was_chosen = to == To::Default;
        let to = anchor.as_ref().and_then(Anchor::to).cloned().unwrap_or_else(|| self.meant(to));
        let was_chosen = was_chosen && matches!(to, To::Some(_));
        let addressees = self.addressees_of(&mail, &to).await;
        if let Some(anchor) = anchor
            && !holds(&anchor, to, &addressees)
        {
            return;
        }
        if addressees.is_empty() {
            return self.unsent(&mail, Unsent::Nobody).await;
        }
        for addressee in addressees {
            match addressee {
                Ok(conn) => self.deliver(conn, mail.clone()).await,
                Err(_) if was_chosen && matches!(mail, Mail::Say(_)) => {
                    self.unsent(&mail, Unsent::Gone).await
                }
                Err(nobody) => self.tell_nobody(nobody).await,
            }
        }
    }

    /// Tells who is there.
    async fn tell_members(&self) {
        let members = {
            let (entries, names) = (locked(&self.entries), locked(&self.names));
            let member = |(conn, entry): (&Conn, &super::Entry)| {
                let name = names.of(*conn).map(|name| name.to_string());
                Member { conn: *conn, peer: entry.peer.to_string(), name }
            };
            entries.iter().map(member).collect()
        };
        self.run.tell(What::Notice(Notice::Members(members))).await;
    }

    /// Lines that name nobody go to these from now on.
    async fn choose(&self, to: To) {
        let nobody = self.addressees(&to).into_iter().find_map(Result::err);
        if let (Some(nobody), To::Some(_)) = (nobody, &to) {
            return self.tell_nobody(nobody).await;
        }
        let chosen = to.to_string();
        *locked(&self.chosen) = to;
        self.run.tell(What::Notice(Notice::Using { to: chosen })).await;
    }

    /// Calls a conversation something.
    async fn name(&self, to: &To, name: &str) {
        let conn = match self.addressees(to).as_slice() {
            [Ok(conn)] => *conn,
            [Err(nobody)] => return self.tell_nobody(nobody.clone()).await,
            _ => return self.run.tell(What::Notice(Notice::NotNamed { detail: text!("calling-one") })).await,
        };
        let given = locked(&self.names).give(conn, name);
        match given {
            Ok(NewName { name, from }) => self.run.tell_of(conn, None, What::Named { name, from }).await,
            Err(error) => self.run.tell(What::Notice(Notice::NotNamed { detail: error.text() })).await,
        }
    }

    async fn tell_nobody(&self, nobody: Whom) {
        let notice = match nobody {
            Whom::Conn(conn) => Notice::NoSuchConn(conn),
            Whom::Name(name) => Notice::NoSuchName(name),
        };
        self.run.tell(What::Notice(notice)).await;
    }

    /// What somebody at our side had to say has nobody to hear it.
    async fn unsent(&self, mail: &Mail, why: Unsent) {
        let Mail::Say(spoken) = mail else { return };
        let len = spoken.bytes().len();
        self.run.count(|summary| summary.totals.unsent += len as u64);
        self.run.tell(What::Notice(Notice::Unsent { len, why })).await;
    }

    /// For whom `mail` is. The words of a pipe wait until somebody is there; so does its end, if nobody has come yet.
    async fn addressees_of(&self, mail: &Mail, to: &To) -> Vec<Result<Conn, Whom>> {
        loop {
            let came = self.came.notified();
            tokio::pin!(came);
            came.as_mut().enable();
            let addressees = self.addressees(to);
            let waits = self.post == Post::Patient
                && match mail {
                    Mail::Say(_) => true,
                    Mail::SayNoMore => !self.run.has_begun(),
                    _ => false,
                };
            if !addressees.is_empty() || !waits {
                return addressees;
            }
            came.await;
        }
    }

    /// Whom an order is for that names nobody.
    fn meant(&self, to: To) -> To {
        if to == To::Default { locked(&self.chosen).clone() } else { to }
    }

    fn addressees(&self, to: &To) -> Vec<Result<Conn, Whom>> {
        let entries = locked(&self.entries);
        let all = || entries.keys().copied().map(Ok).collect::<Vec<_>>();
        match to {
            To::Some(list) => {
                let names = locked(&self.names);
                let mut found: Vec<Result<Conn, Whom>> = Vec::new();
                for whom in list {
                    let conn = match whom {
                        Whom::Conn(conn) => Some(*conn),
                        Whom::Name(name) => names.conn(name),
                    };
                    let one = conn.filter(|conn| entries.contains_key(conn)).ok_or_else(|| whom.clone());
                    // Who is named twice hears it once.
                    if !found.contains(&one) {
                        found.push(one);
                    }
                }
                found
            }
            To::All => all(),
            // Of those who are still there.
            To::Default => match entries.iter().max_by_key(|(_, entry)| entry.wrote) {
                Some((conn, entry)) if entry.wrote > 0 => vec![Ok(*conn)],
                _ => all(),
            },
        }
    }

    async fn deliver(&self, to: Conn, mail: Mail) {
        let Some((sender, peer)) =
            locked(&self.entries).get(&to).map(|entry| (entry.mail.clone(), Arc::clone(&entry.peer)))
        else {
            return self.unsent(&mail, Unsent::Nobody).await;
        };
        if self.post == Post::Patient {
            // A pipe is to wait for its peer; the mailbox's end is the conversation's.
            if let Err(SendError((_, mail))) = sender.send((to, mail)).await {
                self.unsent(&mail, Unsent::Nobody).await;
            }
            return;
        }
        match sender.try_send((to, mail)) {
            Ok(()) => {}
            Err(TrySendError::Closed((_, mail))) => self.unsent(&mail, Unsent::Nobody).await,
            Err(TrySendError::Full(_)) => {
                let failure =
                    Failure::new(Operation::Send, peer.to_string(), Kind::Timeout, text!("mailbox-full"));
                self.run.tell(What::Failed(failure)).await;
            }
        }
    }
}

/// Holds what is sent again and again to those it went to first; says whether it is sent, or told, this time.
fn holds(anchor: &Anchor, to: To, addressees: &[Result<Conn, Whom>]) -> bool {
    // Whoever has a name may come back with it, and somebody else may come.
    let can_come = match &to {
        To::All => true,
        To::Some(list) => list.iter().any(|whom| matches!(whom, Whom::Name(_))),
        To::Default => false,
    };
    if can_come {
        anchor.drop_at(to);
        let is_missed = !addressees.iter().any(Result::is_ok);
        // That they are not there is told once.
        return !(anchor.miss(is_missed) && is_missed);
    }
    match addressees {
        [Ok(conn)] => anchor.drop_at(To::conn(*conn)),
        [Err(_)] => {
            anchor.lose();
            return false;
        }
        [] => return !anchor.miss(true),
        _ => anchor.drop_at(To::All),
    }
    anchor.miss(false);
    true
}
