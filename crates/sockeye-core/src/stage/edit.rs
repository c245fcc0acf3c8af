//! Edits: messages on their way that a file of rules replaces, holds back, drops, follows by another, or ends by.
//! Never touches a byte of a message that no edit is for: it goes on as it came, its framing and checksum too.

use std::{collections::VecDeque, sync::Arc};

use super::fault::{Held, Stage, StageContext, Step};
use crate::{
    frame::{Flow, Framer, Framing},
    rule::{Captures, Context, Edits, Fate, Template},
    unit::{At, Close, Medium, Unit, Wall},
};

/// What edits need besides their file.
#[derive(Clone, Debug)]
pub struct EditSetting {
    /// The file.
    pub edits: Arc<Edits>,
    /// How messages are cut, and put together again.
    pub framing: Framing,
    /// The time of day, for templates.
    pub wall: Wall,
}

/// What goes on, and when.
#[derive(Debug)]
enum Late {
    Unit(Held),
    Kill(Close),
}

/// The edits of one direction.
#[derive(Debug)]
pub(super) struct Editor {
    setting: EditSetting,
    framer: Framer,
    /// What has come of a message that is not whole yet.
    raw: Vec<u8>,
    waiting: VecDeque<(At, Late)>,
    held: usize,
    offset: u64,
    counter: u64,
    /// What comes is no message any more: it goes on as it is.
    is_lost: bool,
}

impl Editor {
    pub(super) fn new(setting: EditSetting) -> Self {
        let framer = Framer::new(setting.framing.clone());
        let (raw, waiting) = (Vec::new(), VecDeque::new());
        Self { setting, framer, raw, waiting, held: 0, offset: 0, counter: 0, is_lost: false }
    }

    /// Puts something behind all that waits, not before `due`.
    fn push(&mut self, what: Late, due: At) {
        let due = self.waiting.back().map_or(due, |(last, _)| due.max(*last));
        if let Late::Unit(unit) = &what {
            self.held += unit.cost();
        }
        self.waiting.push_back((due, what));
    }

    fn pass(&mut self, bytes: &[u8], at: At) {
        if !bytes.is_empty() {
            self.push(Late::Unit(Held::Data(bytes.into())), at);
        }
        self.offset += bytes.len() as u64;
    }

    /// Bytes of a stream: each is handed to the framer alone, so that it is known where a message ends.
    fn stream(&mut self, bytes: &[u8], at: At, context: &mut StageContext) {
        for byte in bytes {
            self.raw.push(*byte);
            if self.is_lost {
                continue;
            }
            let mut message: Option<Option<Vec<u8>>> = None;
            let cut = self.framer.feed(std::slice::from_ref(byte), at, |found| {
                // What is damaged is not what it says it is: it goes on as it came.
                message = Some((!found.check.is_bad()).then(|| found.body.to_vec()));
                Flow::Go
            });
            match (cut, message) {
                (Err(_), _) => self.is_lost = true,
                (Ok(()), None) => {}
                (Ok(()), Some(body)) => {
                    let raw = std::mem::take(&mut self.raw);
                    self.edit(body.as_deref(), &raw, at, context);
                }
            }
        }
        if self.is_lost {
            let raw = std::mem::take(&mut self.raw);
            self.pass(&raw, at);
        }
    }

    fn datagram(&mut self, bytes: &[u8], at: At, context: &mut StageContext) {
        let mut message = None;
        let mut framer = Framer::new(self.setting.framing.clone());
        let mut take = |found: crate::frame::Message<'_>| {
            message = (!found.check.is_bad()).then(|| found.body.to_vec());
            Flow::Go
        };
        let whole = framer.feed(bytes, at, &mut take).is_ok() && framer.finish(at, &mut take).is_ok();
        self.edit(message.filter(|_| whole).as_deref(), bytes, at, context);
    }

    /// What becomes of a message, whose bytes were `raw`.
    fn edit(&mut self, body: Option<&[u8]>, raw: &[u8], at: At, context: &mut StageContext) {
        self.counter += 1;
        let edits = Arc::clone(&self.setting.edits);
        let Some((body, (place, edit, captures))) =
            body.and_then(|body| Some((body, edits.of(body, context.way)?)))
        else {
            return match context.medium {
                Medium::Stream => self.pass(raw, at),
                Medium::Datagram => self.push(Late::Unit(Held::Data(raw.into())), at),
            };
        };
        context.note(self.offset, place as u64 + 1);
        self.offset += raw.len() as u64;
        let due = at.after(edit.delay);
        match &edit.fate {
            Fate::Passes => self.push(Late::Unit(Held::Data(raw.into())), due),
            Fate::Dropped => {}
            Fate::Replaced(template) => self.say(template, body, &captures, due, context),
        }
        if let Some(template) = &edit.inject {
            self.say(template, body, &captures, due, context);
        }
        if let Some(close) = edit.then {
            self.push(Late::Kill(close), due);
        }
    }

    /// A message of ours, framed; one that the framing cannot carry is left out.
    fn say(
        &mut self,
        template: &Template,
        message: &[u8],
        captures: &Captures,
        due: At,
        context: &mut StageContext,
    ) {
        let filling = Context {
            message,
            peer: "",
            conn: context.conn,
            client: context.conn,
            counter: self.counter,
            at: due,
            wall: &self.setting.wall,
            captures: Some(captures),
            limit: self.setting.framing.max_frame(),
        };
        let (mut body, mut framed) = (Vec::new(), Vec::new());
        let is_whole = template.render(&filling, &mut context.dice, &mut body).is_ok()
            && self.setting.framing.encode(&body, &mut framed).is_ok();
        if is_whole {
            self.push(Late::Unit(Held::Data(framed.into())), due);
        }
    }
}

impl Stage for Editor {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        match (unit, context.medium) {
            (Unit::Data(bytes), Medium::Stream) => self.stream(bytes, at, context),
            (Unit::Data(bytes), Medium::Datagram) => self.datagram(bytes, at, context),
            (Unit::End, _) => {
                let raw = std::mem::take(&mut self.raw);
                self.pass(&raw, at);
                self.push(Late::Unit(Held::End), at);
            }
        }
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        match self.waiting.front() {
            None => Step::Idle,
            Some((due, _)) if *due > at => Step::Wait(*due),
            Some(_) => match self.waiting.pop_front() {
                Some((_, Late::Unit(unit))) => {
                    self.held -= unit.cost();
                    Step::Emit(unit)
                }
                Some((_, Late::Kill(close))) => Step::Kill(close),
                None => Step::Idle,
            },
        }
    }

    fn release(&mut self) -> Vec<Held> {
        let raw = std::mem::take(&mut self.raw);
        self.held = 0;
        let units = self.waiting.drain(..).filter_map(|(_, late)| match late {
            Late::Unit(unit) => Some(unit),
            Late::Kill(_) => None,
        });
        units.chain((!raw.is_empty()).then(|| Held::Data(raw.into()))).collect()
    }

    fn held(&self) -> usize {
        self.held
    }
}
