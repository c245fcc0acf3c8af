//! Our end of `connect` as a device: it follows a script, and beside it a responder answers what comes.
//! Never answers or speaks itself: `talk` and the responders do.

use std::sync::Arc;

use super::{Behaviour, Input, Outbox, Reply, Script, Talk, Verdict};
use crate::{event::Ending, unit::At};

/// A script and, if there is one, a responder in one conversation.
#[derive(Debug)]
pub struct Device {
    client: u64,
    talk: Talk,
    responder: Option<Box<dyn Behaviour>>,
}

impl Device {
    /// Our client of this number, from 1, which follows `script` and answers as `reply` says.
    #[must_use]
    pub fn new(client: u64, script: impl Into<Arc<Script>>, reply: Option<&Reply>) -> Self {
        Self { client, talk: Talk::new(script), responder: reply.map(Reply::start) }
    }
}

impl Behaviour for Device {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        let Some(responder) = &mut self.responder else {
            if input == Input::Opened {
                out.be_client(self.client);
            }
            return self.talk.on(input, at, out);
        };
        match input {
            Input::Opened => {
                out.be_client(self.client);
                self.talk.greet(at, out);
                responder.on(input, at, out);
                self.talk.begin(at, out);
            }
            // The answer comes before whatever the script makes of the message, which may be the end.
            Input::Message(_) | Input::Drained => {
                responder.on(input, at, out);
                self.talk.on(input, at, out);
            }
            Input::Typed(_) | Input::TypedEnd => self.talk.on(input, at, out),
            Input::PeerEnded => {
                responder.on(input, at, out);
                // Answers that are still due are given first; the responder ends our direction behind them.
                if responder.held() == 0 {
                    self.talk.peer_ended(at, out);
                }
            }
            Input::Timer => {
                if responder.wake().is_some_and(|due| due <= at) {
                    responder.on(input, at, out);
                }
                if self.talk.wake().is_some_and(|due| due <= at) {
                    self.talk.on(input, at, out);
                }
            }
        }
    }

    fn wake(&self) -> Option<At> {
        let responder = self.responder.as_ref().and_then(|responder| responder.wake());
        [self.talk.wake(), responder].into_iter().flatten().min()
    }

    fn answers(&self) -> bool {
        self.responder.as_ref().is_some_and(|responder| responder.answers())
    }

    fn held(&self) -> usize {
        self.responder.as_ref().map_or(0, |responder| responder.held())
    }

    fn finish(&mut self, why: Ending, at: At, out: &mut Outbox) {
        if let Some(responder) = &mut self.responder {
            responder.finish(why, at, out);
        }
    }

    fn verdict(&self) -> Verdict {
        self.talk.verdict()
    }
}
