//! What rules call each other by: finds the rule that each comes after, and refuses those that never could be followed.

use std::collections::HashMap;

use super::{
    entry::RuleEntry,
    error::RulesProblem,
    reading::{FileFault, shown},
    rules::Rule,
};
use crate::address::nearest::nearest;

/// The rules of `entries`, each with the place of the one it comes after.
///
/// # Errors
/// Two have one name, one comes after none there is, or some come after each other in a circle.
pub(super) fn linked(entries: Vec<RuleEntry>) -> Result<Vec<Rule>, FileFault> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (place, id) in entries.iter().enumerate().filter_map(|(n, entry)| Some((n, entry.id.as_ref()?))) {
        if places.insert(&id.name, place).is_some() {
            return Err((id.place.clone(), RulesProblem::TwoRules { id: shown(&id.name) }));
        }
    }
    let mut before = Vec::with_capacity(entries.len());
    for entry in &entries {
        let found = entry.after.as_ref().map(|after| {
            places.get(after.name.as_str()).copied().ok_or_else(|| {
                let near = nearest(&after.name, places.keys().copied()).map(shown);
                let problem = RulesProblem::NoSuchRule { id: shown(&after.name), nearest: near };
                (after.place.clone(), problem)
            })
        });
        before.push(found.transpose()?);
    }
    if let Some(place) = in_circle(&before)
        && let Some(after) = entries.get(place).and_then(|entry| entry.after.as_ref())
    {
        return Err((after.place.clone(), RulesProblem::Circle { id: shown(&after.name) }));
    }
    let linked = entries.into_iter().zip(before);
    Ok(linked.map(|(entry, after)| Rule { after, ..entry.rule }).collect())
}

/// The first rule that comes, over others or at once, after itself.
fn in_circle(before: &[Option<usize>]) -> Option<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Never,
        On(usize),
    }
    let mut seen = vec![Seen::Never; before.len()];
    for start in 0..before.len() {
        let mut at = Some(start);
        while let Some(place) = at {
            match seen.get_mut(place) {
                Some(Seen::On(way)) if *way == start => return Some(place),
                Some(mark @ Seen::Never) => *mark = Seen::On(start),
                // An earlier way has led from here to an end.
                _ => break,
            }
            at = before.get(place).copied().flatten();
        }
    }
    None
}
