//! Holds that a type's name means one thing in the workspace.
//! What two systems' folders of sockeye-sys call so is one thing: only one of the two is ever built.

use std::collections::BTreeMap;

use super::{Finding, Tree, finding};

/// Types that other modules can see, each name but once.
pub(super) fn one_name_a_type(tree: &Tree) -> Vec<Finding> {
    let mut places: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for source in tree.code() {
        for (number, line) in source.code.lines().enumerate() {
            if let Some(name) = declared(line) {
                places.entry(name.to_owned()).or_default().push((source.path.clone(), number + 1));
            }
        }
    }
    let mut found = Vec::new();
    for (name, places) in places {
        let [(first, _), others @ ..] = places.as_slice() else { continue };
        for (path, line) in others.iter().filter(|(path, _)| !stands_in(path, first)) {
            let what = format!("{name} is a type of {first} too: give one of the two another name");
            found.push(finding("type", path, *line, what));
        }
    }
    found
}

/// Whether a type in one of these files stands in for that of the other on another system.
fn stands_in(one: &str, other: &str) -> bool {
    let system = |path: &str| {
        let folder = path.strip_prefix("crates/sockeye-sys/src/")?.split_once('/')?.0;
        Some(folder.to_owned())
    };
    matches!((system(one), system(other)), (Some(one), Some(other)) if one != other)
}

/// The name of the type that this line gives to other modules.
fn declared(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub")?;
    let rest = match rest.strip_prefix('(') {
        Some(scoped) => scoped.split_once(')')?.1,
        None => rest,
    };
    let mut words = rest.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let kind = words.next()?;
    let name = words.next()?;
    (rest.starts_with(' ') && ["struct", "enum", "trait", "type"].contains(&kind)).then_some(name)
}
