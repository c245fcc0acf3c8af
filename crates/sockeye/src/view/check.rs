//! The view of `check` for people: how far it is on a terminal, and in the end the verdict, as data.
//! Never shows a byte of a receiver but as hex and ASCII.

use sockeye_core::event::{CheckVerdict, Event, Kind, What};

use super::{Banner, Page, View, ViewContext, bottom::Bottom, download::ProgressStyle};
use crate::say::{self, check};

/// Shows how a receiver is tried.
#[derive(Debug)]
pub(crate) struct Checks {
    manner: ProgressStyle,
    bottom: Bottom,
    banner: Banner,
    /// Whether the verdict has said what failed.
    has_said: bool,
}

impl Checks {
    #[must_use]
    pub(crate) fn new(context: &ViewContext, manner: ProgressStyle) -> Self {
        Self { manner, bottom: Bottom::default(), banner: Banner::new(context), has_said: false }
    }
}

impl View for Checks {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Listening { addr, .. } => {
                page.err_line(&say::check::listening(addr));
                self.banner.warn(addr, page);
            }
            What::Tried(cut) if self.manner == ProgressStyle::Progress => {
                self.bottom.draw(check::progress(cut), page);
            }
            What::Notice(notice) => {
                let line = say::notice(notice);
                self.bottom.above(page, |page| page.err_line(&line));
            }
            What::Judged(judgement) => {
                self.bottom.wipe(page);
                for line in check::report(judgement) {
                    page.out_line(&line);
                }
                self.has_said = judgement.verdict == CheckVerdict::Fail;
            }
            What::Failed(failure) if !(self.has_said && failure.kind == Kind::Unexpected) => {
                self.bottom.wipe(page);
                page.err_line(&say::failure(failure));
            }
            _ => {}
        }
    }
}
