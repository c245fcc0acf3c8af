//! A table of targets that is redrawn where it stands: a row a target, as many as the terminal has room for.
//! Never uses the terminal's other screen: what was said above stays. Standard output is that terminal: what is for people may
//! lose the signs that move the cursor (`NO_COLOR`).

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use sockeye_core::{
    event::{Attempt, ProbeState, Probed},
    unit::At,
};
use sockeye_study::probe::TargetRecord;
use unicode_width::UnicodeWidthStr as _;

use super::{Colours, Page};
use crate::say::{probe, words};

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const PLAIN: &str = "\x1b[0m";

/// Attempts that a row shows.
const SHOWN: usize = 60;
/// Fewest of them, where there is little room.
const LEAST: usize = 8;
/// Rows that are drawn for every attempt; more are drawn at most once in [`PAUSE`].
const FEW: usize = 32;
const PAUSE: Duration = Duration::from_millis(100);
/// From a short time to a long one.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The size of a terminal that does not tell it.
const USUAL: (usize, usize) = (80, 24);
/// Lines of the terminal that are left to what is said above.
const ABOVE: usize = 4;

/// How it is drawn.
#[derive(Clone, Copy)]
pub(super) struct TableLook<'a> {
    /// The time of day.
    pub(super) time: &'a dyn Fn(At) -> String,
    pub(super) colours: Colours,
    /// Columns and lines of the terminal.
    pub(super) size: Option<(usize, usize)>,
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct ProbeTable {
    rows: BTreeMap<usize, Row>,
    /// Lines that stand on the terminal.
    standing: usize,
    drawn: Option<At>,
}

#[derive(Debug)]
struct Row {
    target: Arc<str>,
    record: TargetRecord,
    last: Attempt,
    since: At,
    /// The last attempts: how long each took, if it was up.
    attempts: VecDeque<(ProbeState, Option<Duration>)>,
}

impl ProbeTable {
    /// Takes an attempt.
    pub(super) fn take(&mut self, probed: &Probed) {
        let row = self.rows.entry(probed.index).or_insert_with(|| Row {
            target: Arc::clone(&probed.target),
            record: TargetRecord::default(),
            last: probed.attempt.clone(),
            since: probed.since,
            attempts: VecDeque::new(),
        });
        row.record.take(&probed.attempt, probed.begun);
        row.last = probed.attempt.clone();
        row.since = probed.since;
        if row.attempts.len() == SHOWN {
            row.attempts.pop_front();
        }
        row.attempts.push_back((probed.attempt.state, probed.attempt.time()));
    }

    /// Takes it away, so that lines can be written where it stood.
    pub(super) fn wipe(&mut self, page: &mut Page) {
        if self.standing > 0 {
            page.out(format!("\x1b[{}A\x1b[J", self.standing).as_bytes());
            self.standing = 0;
            self.drawn = None;
        }
    }

    /// Leaves it standing for good.
    pub(super) fn leave(&mut self) {
        self.standing = 0;
    }

    /// Puts it in place of what stands there, unless that was drawn a moment ago.
    pub(super) fn draw(&mut self, at: At, look: TableLook<'_>, page: &mut Page) {
        let is_soon = self.drawn.is_some_and(|drawn| at.since(drawn) < PAUSE);
        if is_soon && self.rows.len() > FEW {
            return;
        }
        self.wipe(page);
        let lines = self.lines(at, look);
        self.standing = lines.len();
        self.drawn = Some(at);
        for line in lines {
            page.out_line(&line);
        }
    }

    fn lines(&self, at: At, look: TableLook<'_>) -> Vec<String> {
        let TableLook { time, colours, size } = look;
        let (width, height) = size.unwrap_or(USUAL);
        let room = height.saturating_sub(ABOVE).max(1);
        let mut rows: Vec<&Row> = self.rows.values().collect();
        let all = rows.len();
        if all > room {
            // Those that are down are what people look for.
            rows.sort_by_key(|row| row.last.state.is_up());
        }
        let left = rows.split_off(rows.len().min(room));
        let names = rows.iter().map(|row| row.target.width()).max().unwrap_or_default();
        let mut cells: Vec<(Option<&Row>, [String; 7])> = vec![(None, probe::columns())];
        cells.extend(rows.iter().map(|row| (Some(*row), row.cells(at, time))));
        let widths: Vec<usize> = (0..7)
            .map(|column| cells.iter().map(|(_, cells)| cell(cells, column).width()).max().unwrap_or(0))
            .collect();
        let fixed: usize = widths.iter().take(6).map(|width| width + 1).sum();
        let spark = width.saturating_sub(fixed + names.min(width / 3) + 2).clamp(LEAST, SHOWN);
        let mut lines: Vec<String> = cells
            .iter()
            .map(|(row, cells)| line(*row, cells, &widths, Space { spark, width }, colours))
            .collect();
        if !left.is_empty() {
            let up = left.iter().filter(|row| row.last.state.is_up()).count();
            lines.push(probe::more(up, left.len() - up));
        }
        lines
    }
}

/// Room of a line: for the last attempts, and for all of it.
#[derive(Clone, Copy)]
struct Space {
    spark: usize,
    width: usize,
}

fn cell(cells: &[String; 7], column: usize) -> &str {
    cells.get(column).map_or("", String::as_str)
}

fn line(row: Option<&Row>, cells: &[String; 7], widths: &[usize], space: Space, colours: Colours) -> String {
    let pad = |column: usize| {
        let text = cell(cells, column);
        let left = widths.get(column).copied().unwrap_or_default().saturating_sub(text.width());
        (text, " ".repeat(left))
    };
    let (state, blanks) = pad(0);
    let mut out = match row {
        Some(row) => format!("{}{blanks} ", coloured(state, row.last.state, colours)),
        None => format!("{state}{blanks} "),
    };
    let mut used = state.width() + blanks.len() + 1;
    let spark = row.map_or_else(String::new, |row| row.spark(space.spark));
    out.push_str(&format!("{spark}{} ", " ".repeat(space.spark.saturating_sub(spark.width()))));
    used += space.spark + 1;
    for column in 1..6 {
        let (text, blanks) = pad(column);
        out.push_str(&format!("{blanks}{text} "));
        used += blanks.len() + text.width() + 1;
    }
    out.push_str(&cut(cell(cells, 6), space.width.saturating_sub(used + 1)));
    out
}

/// At most so many columns of a text; what is left of its beginning is marked.
fn cut(text: &str, width: usize) -> String {
    use unicode_width::UnicodeWidthChar as _;
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

impl Row {
    fn cells(&self, at: At, time: &dyn Fn(At) -> String) -> [String; 7] {
        let total = self.record.total(Arc::clone(&self.target), 0, at);
        let brief = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), probe::brief);
        let target = crate::say::safe(&self.target);
        [
            words(&probe::state(self.last.state)),
            brief(self.last.time()),
            brief(total.p50),
            brief(total.p99),
            format!("{:.0}%", total.loss() * 100.0),
            time(self.since),
            target,
        ]
    }

    /// The last attempts, oldest first, at most so many.
    fn spark(&self, most: usize) -> String {
        let skipped = self.attempts.len().saturating_sub(most);
        let times = self.attempts.iter().filter_map(|(_, time)| *time);
        let (low, high) = (times.clone().min().unwrap_or_default(), times.max().unwrap_or_default());
        let range = high.saturating_sub(low).as_nanos().max(1);
        let one = |(state, time): &(ProbeState, Option<Duration>)| match time {
            // All the same is the lowest: what stands out is what took longer.
            Some(time) => {
                let level = time.saturating_sub(low).as_nanos() * (LEVELS.len() as u128 - 1) / range;
                usize::try_from(level).ok().and_then(|level| LEVELS.get(level)).copied().unwrap_or('█')
            }
            None if *state == ProbeState::Local => '?',
            None => '×',
        };
        self.attempts.iter().skip(skipped).map(one).collect()
    }
}

/// A state in words, in its colour.
pub(super) fn painted(state: ProbeState, colours: Colours) -> String {
    coloured(&words(&probe::state(state)), state, colours)
}

/// Words about a state, in its colour.
pub(super) fn coloured(text: &str, state: ProbeState, colours: Colours) -> String {
    let colour = match state {
        state if state.is_up() => GREEN,
        ProbeState::Local => YELLOW,
        _ => RED,
    };
    match colours {
        Colours::On => format!("{colour}{text}{PLAIN}"),
        Colours::Off => text.to_owned(),
    }
}
