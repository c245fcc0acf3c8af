//! The quiet view: nothing but what failed.
//! Never writes to standard output, but for programs (`--quiet --json`).

use sockeye_core::event::{Event, What};

use super::{Page, View, json::Json, raw::Raw};
use crate::say::{self, Pieces};

/// Shows failures to people.
#[derive(Debug)]
pub(crate) struct Quiet {
    /// What the job is called in its file.
    pub job: Option<String>,
}

impl View for Quiet {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Failed(failure) => {
                page.err_line(&say::of_job(self.job.as_deref(), &say::failure(failure)));
            }
            // Somebody asked for them.
            What::Stats(stats) => {
                let line = say::about(event.conn) + &say::stats(stats, Pieces::Messages);
                page.err_line(&say::of_job(self.job.as_deref(), &line));
            }
            _ => {}
        }
    }
}

/// Writes what was received, and nothing else but failures.
#[derive(Debug)]
pub(crate) struct QuietRaw(pub Raw);

impl View for QuietRaw {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Recv { data, .. } => self.0.message(event.conn.unwrap_or_default(), data, page),
            What::Failed(failure) => page.err_line(&say::failure(failure)),
            What::Stats(stats) => {
                page.err_line(&(say::about(event.conn) + &say::stats(stats, Pieces::Messages)));
            }
            _ => {}
        }
    }
}

/// Shows programs where it listens, what failed, and the summary.
#[derive(Debug)]
pub(crate) struct QuietJson(pub Json);

impl View for QuietJson {
    fn show(&mut self, event: &Event, page: &mut Page) {
        if matches!(
            event.what,
            What::Listening { .. }
                | What::Failed(_)
                | What::Judged(_)
                | What::ProbeTotal(_)
                | What::Loaded(_)
                | What::Stats(_)
                | What::Summary(_)
        ) {
            self.0.show(event, page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples::*;

    #[test]
    fn only_failures_are_said() {
        let mut events = others();
        events.extend([recv(1, b"x"), summary()]);
        let (out, err) = shown(&mut Quiet { job: None }, &events);
        assert_eq!(out, b"");
        assert_eq!(err.lines().next(), Some("error: receive from tcp://10.0.0.7:5: too long"));
        assert_eq!(err.lines().count(), 2);
    }

    #[test]
    fn programs_still_learn_the_port_and_the_summary() {
        let mut events = others();
        events.extend([recv(1, b"x"), closed(1, sockeye_core::event::Ending::PeerClosed), summary()]);
        let (out, _) = shown(&mut QuietJson(Json::new(context())), &events);
        let out = String::from_utf8(out).unwrap();
        let types: Vec<&str> = out.lines().filter_map(|l| l.split('"').nth(5)).collect();
        assert_eq!(types, ["listening", "failed", "summary"]);
    }
}
