//! Sentences for faults: what each did, and what it came to.
//! Never prints.

use std::time::Duration;

use sockeye_core::{
    event::{FaultTally, TallyUnit},
    unit::Way,
};
use sockeye_text::text;

use super::{brief_duration, bytes, say};

/// A fault did its work: `amount` is what belongs to that kind of fault.
#[must_use]
pub(crate) fn fault(name: &str, way: Way, offset: u64, amount: u64, bit: Option<u8>) -> String {
    let way = way.name();
    let time = || brief_duration(Duration::from_millis(amount));
    match name {
        "latency" => say!("fault-latency", way = way, offset = offset, late = time()),
        "bandwidth" => say!("fault-bandwidth", way = way, bytes = bytes(amount)),
        "slice" => say!("fault-slice", way = way, offset = offset, bytes = bytes(amount)),
        "glue" => say!("fault-glue", way = way, time = time()),
        "cut" => say!("fault-cut", way = way, bytes = bytes(offset)),
        "reset" => say!("fault-reset", way = way, bytes = bytes(offset)),
        "stall" => say!("fault-stall", way = way, bytes = bytes(offset)),
        "slow-close" => say!("fault-slow-close", way = way, late = time()),
        "refuse" => say!("fault-refuse"),
        "slow-accept" => say!("fault-slow-accept", way = way, time = time()),
        "corrupt" => {
            let before = format!("{amount:02x}");
            let after = format!("{:02x}", amount ^ 1 << bit.unwrap_or_default());
            say!("fault-corrupt", way = way, offset = offset, before = before, after = after)
        }
        "drop" => say!("fault-drop", way = way, number = amount),
        "duplicate" => say!("fault-duplicate", way = way, number = amount),
        "reorder" => say!("fault-reorder", way = way, number = amount),
        "truncate" => say!("fault-truncate", way = way, offset = offset, bytes = bytes(amount)),
        "edit" => say!("fault-edit", way = way, offset = offset, number = amount),
        _ => say!("fault-other", name = name, way = way, offset = offset, amount = amount),
    }
}

/// What a fault came to in one direction of a conversation.
#[must_use]
pub(crate) fn tally(tally: &FaultTally, seed: u64) -> String {
    let FaultTally { fault, way, acts, of, unit } = tally;
    let of = match unit {
        TallyUnit::Bytes => text!("bytes", count = *of),
        TallyUnit::Datagrams => text!("datagrams", count = *of),
        TallyUnit::Ends => text!("ends", count = *of),
        TallyUnit::Conversations => text!("conversations", count = *of),
    };
    let (way, acts) = (way.name(), *acts);
    match fault.as_ref() {
        "drop" => say!("tally-drop", acts = acts, of = of, way = way, seed = seed),
        "duplicate" => say!("tally-duplicate", acts = acts, of = of, way = way, seed = seed),
        "reorder" => say!("tally-reorder", acts = acts, of = of, way = way, seed = seed),
        "truncate" => say!("tally-truncate", acts = acts, of = of, way = way, seed = seed),
        "corrupt" => say!("tally-corrupt", acts = acts, of = of, way = way, seed = seed),
        name => say!("tally-other", name = name, acts = acts, of = of, way = way, seed = seed),
    }
}
