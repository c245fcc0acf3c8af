//! From single cuts to what all of them came to.
//! Never tries one.

use sockeye_core::event::{CheckVerdict, CutResult, Judgement, TriedCut};

use super::{advice, receiver::Receiver};

/// What the cuts that were tried come to; `skipped` others were not.
#[must_use]
pub fn judge(receiver: &Receiver<'_>, tried: &[TriedCut], skipped: u64) -> Judgement {
    let failed = || tried.iter().filter(|cut| cut.result == CutResult::Fail);
    // Of equals the first.
    let smallest = failed().min_by_key(|cut| cut.pieces()).cloned().map(Box::new);
    Judgement {
        verdict: if smallest.is_some() { CheckVerdict::Fail } else { CheckVerdict::Pass },
        tried: tried.len() as u64,
        failed: failed().count() as u64,
        skipped,
        advice: if smallest.is_some() { advice::advice(receiver, tried) } else { Vec::new() },
        smallest,
    }
}
