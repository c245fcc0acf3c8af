//! The view of `get` for people: a line that shows progress where there is a terminal, and what came of each file.
//! Never puts anything on standard output but data and listings.

use sockeye_core::event::{Event, FetchStep, Fetched, What};

use super::{Page, View, bottom::Bottom};
use crate::say::{self, fetch::Tally};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgressStyle {
    /// Progress, redrawn in place.
    Progress,
    /// Whole lines only.
    Lines,
    /// Only failures.
    Quiet,
}

/// Shows files on their way.
#[derive(Debug)]
pub(crate) struct Downloads {
    manner: ProgressStyle,
    bottom: Bottom,
    tally: Tally,
}

impl Downloads {
    #[must_use]
    pub(crate) fn new(manner: ProgressStyle) -> Self {
        Self { manner, bottom: Bottom::default(), tally: Tally::default() }
    }

    /// A whole line, in place of the progress.
    fn line(&mut self, text: &str, page: &mut Page) {
        if self.manner != ProgressStyle::Quiet {
            self.bottom.wipe(page);
            page.err_line(text);
        }
    }

    fn fetched(&mut self, fetched: &Fetched, page: &mut Page) {
        let name = &fetched.name;
        match &fetched.step {
            FetchStep::Progress { done, size, rate } if self.manner == ProgressStyle::Progress => {
                self.bottom.draw(say::fetch::progress(name, *done, *size, *rate), page);
            }
            FetchStep::Progress { .. } | FetchStep::Begun { kept: 0, .. } => {}
            FetchStep::Begun { kept, .. } => self.line(&say::fetch::resumed(name, *kept), page),
            FetchStep::Again { why } => self.line(&say::fetch::again(name, *why), page),
            FetchStep::Complete { to, size, came, hash, proof } => {
                self.tally.came += came;
                match (came, size) {
                    (0, 1..) => self.tally.here += 1,
                    _ => self.tally.fetched += 1,
                }
                self.line(&say::fetch::complete(to, *size, *came, *hash, *proof), page);
            }
            FetchStep::Kept { partial, done } => self.line(&say::fetch::kept(partial, *done), page),
        }
    }
}

impl View for Downloads {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Recv { data, .. } => page.out(data),
            What::Listed(listed) => {
                self.bottom.wipe(page);
                page.out_line(&say::fetch::listed(listed));
            }
            What::Fetched(fetched) => self.fetched(fetched, page),
            What::Notice(notice) => self.line(&say::notice(notice), page),
            What::Failed(failure) => {
                self.tally.failed += 1;
                self.bottom.wipe(page);
                page.err_line(&say::failure(failure));
            }
            // Of a single file everything has been said.
            What::Summary(summary) if self.tally.fetched + self.tally.here > 1 => {
                self.line(&say::fetch::all(&self.tally, summary.lasted), page);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples::{event, shown};
    use sockeye_core::{
        event::{Proof, Thing},
        transfer::Blake3,
    };

    fn step(step: FetchStep) -> Event {
        event(None, What::Fetched(Fetched { name: b"a\x1b[2J".as_slice().into(), step }))
    }

    #[test]
    fn progress_is_redrawn_and_wiped() {
        let events = [
            step(FetchStep::Progress { done: 512, size: Some(1024), rate: 256 }),
            step(FetchStep::Complete {
                to: "a".to_owned(),
                size: 1024,
                came: 1024,
                hash: Blake3([0xab; 32]),
                proof: Proof::None,
            }),
        ];
        let (out, err) = shown(&mut Downloads::new(ProgressStyle::Progress), &events);
        assert!(out.is_empty() && !err.contains('\x1b'), "{err:?}");
        assert!(err.starts_with("\ra\\x1b[2J") && err.contains("50%") && err.contains("2s"), "{err:?}");
        assert!(err.contains("not verified by the server") && err.contains(&"ab".repeat(32)), "{err:?}");
        let (_, err) = shown(&mut Downloads::new(ProgressStyle::Lines), &events);
        assert!(!err.contains('\r'));
        assert_eq!(shown(&mut Downloads::new(ProgressStyle::Quiet), &events).1, "");
    }

    #[test]
    fn listings_are_data_without_escapes() {
        let listed = sockeye_core::event::Listed {
            name: b"x\x07".as_slice().into(),
            is: Thing::Folder,
            size: 0,
            mtime_ns: 0,
        };
        let (out, _) = shown(&mut Downloads::new(ProgressStyle::Quiet), &[event(None, What::Listed(listed))]);
        assert_eq!(out, b"               -  x\\x07/\n");
    }
}
