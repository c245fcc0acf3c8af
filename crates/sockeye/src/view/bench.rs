//! The view of `bench` for people: a line a second, the distribution below on a terminal, and in the end the report, as data.
//! Never adds anything up.

use sockeye_core::event::{Event, Kind, What};

use super::{Page, View, bottom::Bottom, download::ProgressStyle};
use crate::say::{self, bench};

/// A second, nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// Shows what a load comes to.
#[derive(Debug)]
pub(crate) struct Benches {
    manner: ProgressStyle,
    bottom: Bottom,
}

impl Benches {
    #[must_use]
    pub(crate) fn new(manner: ProgressStyle) -> Self {
        Self { manner, bottom: Bottom::default() }
    }
}

impl View for Benches {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            // What came back after a stop makes no rate worth telling.
            What::LoadProgress(progress) if progress.lasted < SECOND / 10 => {}
            What::LoadProgress(progress) if self.manner != ProgressStyle::Quiet => {
                let line = bench::second(progress);
                if self.manner != ProgressStyle::Progress {
                    return page.err_line(&line);
                }
                self.bottom.wipe(page);
                page.err_line(&line);
                if let Some(line) = bench::live(progress) {
                    self.bottom.draw(line, page);
                }
            }
            What::Loaded(report) => {
                self.bottom.wipe(page);
                for line in bench::report(report) {
                    page.out_line(&line);
                }
            }
            What::Notice(notice) => {
                let line = say::notice(notice);
                self.bottom.above(page, |page| page.err_line(&line));
            }
            What::Failed(failure) if failure.kind != Kind::Framing => {
                self.bottom.wipe(page);
                page.err_line(&say::failure(failure));
            }
            _ => {}
        }
    }
}
