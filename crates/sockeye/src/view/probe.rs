//! The views of `probe` for people and for tables: a line an attempt, CSV, or a table that is redrawn in place.
//! Never shows a byte of a target but escaped.

use std::time::Duration;

use sockeye_core::{
    event::{Aftermath, Event, Failure, Kind, ProbeTotal, Probed, What},
    unit::At,
};

use super::{
    Page, View, ViewContext,
    probe_table::{ProbeTable, TableLook, painted},
};
use crate::say::{self, probe, words};

/// How targets are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeForm {
    /// A line an attempt.
    Lines,
    /// A table with a row a target.
    Table,
    /// Comma-separated values, a line an attempt.
    Csv,
}

/// Shows how targets are.
#[derive(Debug)]
pub(crate) struct Probing {
    context: ViewContext,
    form: ProbeForm,
    size: fn() -> Option<(usize, usize)>,
    table: ProbeTable,
    has_head: bool,
    has_totals: bool,
}

impl Probing {
    /// `size` tells the columns and lines of the terminal, if there is one.
    #[must_use]
    pub(crate) fn new(context: ViewContext, form: ProbeForm, size: fn() -> Option<(usize, usize)>) -> Self {
        Self { context, form, size, table: ProbeTable::default(), has_head: false, has_totals: false }
    }

    fn probed(&mut self, probed: &Probed, at: At, page: &mut Page) {
        match self.form {
            ProbeForm::Csv => return self.csv(probed, page),
            ProbeForm::Table => self.table.wipe(page),
            ProbeForm::Lines => {
                let time = self.context.wall.local(probed.begun).strftime("%H:%M:%S%.3f").to_string();
                let target = say::safe(&probed.target);
                let state = painted(probed.attempt.state, self.context.colours);
                let found = probe::found(&probed.attempt, &probed.target);
                page.out_line(&format!("{time} {target} {state} {found}"));
            }
        }
        if let Some(line) = probe::change(probed, &self.time(probed.since)) {
            page.err_line(&line);
        }
        if let Some(found) = &probed.diagnosis {
            if probed.change.is_none() && self.form == ProbeForm::Table {
                let state = words(&probe::state(probed.attempt.state));
                page.err_line(&format!("{} {state}", say::safe(&probed.target)));
            }
            for line in probe::diagnosis(found) {
                page.err_line(&line);
            }
        }
        if self.form == ProbeForm::Table {
            self.table.take(probed);
            let wall = &self.context.wall;
            let time = |at: At| wall.local(at).strftime("%H:%M:%S").to_string();
            let look = TableLook { time: &time, colours: self.context.colours, size: (self.size)() };
            self.table.draw(at, look, page);
        }
    }

    /// The time of day, with the date where that was another day.
    fn time(&self, at: At) -> String {
        self.context.wall.local(at).strftime("%H:%M:%S").to_string()
    }

    fn csv(&mut self, probed: &Probed, page: &mut Page) {
        if !std::mem::replace(&mut self.has_head, true) {
            page.out_line("time,target,state,address,connect_us,answer_us,lookup_us,took_us,then,cause");
        }
        let micros =
            |time: Option<Duration>| time.map_or_else(String::new, |time| time.as_micros().to_string());
        let attempt = &probed.attempt;
        let time = self.context.wall.timestamp(probed.begun).strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
        let cause = probed.diagnosis.as_ref().map_or("", |found| found.cause.name());
        let fields = [
            time,
            quoted(&say::safe(&probed.target)),
            attempt.state.name().to_owned(),
            attempt.address.map_or_else(String::new, |address| address.to_string()),
            micros(attempt.connect),
            micros(attempt.answer),
            micros(attempt.lookup),
            micros(Some(attempt.took)),
            attempt.then.map_or("", Aftermath::name).to_owned(),
            cause.to_owned(),
        ];
        page.out_line(&fields.join(","));
    }

    fn total(&mut self, total: &ProbeTotal, page: &mut Page) {
        if self.form == ProbeForm::Table && !self.has_totals {
            self.table.leave();
        }
        self.has_totals = true;
        let since = total.down_since.map(|since| self.time(since));
        let line = probe::total(total, since.as_deref());
        match self.form {
            // Whoever reads a table of values wants no words in it.
            ProbeForm::Csv => page.err_line(&line),
            ProbeForm::Lines | ProbeForm::Table => page.out_line(&line),
        }
    }

    /// Whether the totals have told it.
    fn was_told(&self, failure: &Failure) -> bool {
        self.has_totals && matches!(failure.kind, Kind::Unexpected | Kind::NameNotResolved | Kind::Other)
    }
}

impl View for Probing {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Probed(probed) => self.probed(probed, event.at, page),
            What::ProbeTotal(total) => self.total(total, page),
            What::Listening { addr, .. } => page.err_line(&say::listening(addr, None)),
            What::Notice(notice) => {
                self.table.wipe(page);
                page.err_line(&say::notice(notice));
            }
            What::Failed(failure) if !self.was_told(failure) => {
                self.table.wipe(page);
                page.err_line(&say::failure(failure));
            }
            _ => {}
        }
    }
}

/// A field of CSV (RFC 4180).
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
