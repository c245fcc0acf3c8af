//! What passes, in a line.
//! Never prints.

use sockeye_core::{
    event::{Stats, StatsFlow},
    rule::quantity::human_size,
};
use sockeye_text::{Text, text};

use super::{Pieces, bench::per_second, say};

/// What passed since the last time.
#[must_use]
pub(crate) fn stats(stats: &Stats, pieces: Pieces) -> String {
    let flow = |flow: &StatsFlow| {
        let count = per_second(flow.messages, stats.lasted);
        text!(
            "stats-flow",
            rate = format!("{}/s", human_size(per_second(flow.bytes, stats.lasted))),
            messages = match pieces {
                Pieces::Messages => text!("messages", count = count),
                Pieces::Reads => text!("reads", count = count),
                Pieces::Datagrams => text!("datagrams", count = count),
            },
            errors = text!("stats-errors", count = flow.errors),
        )
    };
    let (inward, outward): (Text, Text) = (flow(&stats.passed.inward), flow(&stats.passed.outward));
    say!("stats", inward = inward, outward = outward, open = stats.open)
}
