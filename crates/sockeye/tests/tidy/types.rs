//! Holds that a type's name means one thing in the workspace.

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
        for (path, line) in others {
            let what = format!("{name} is a type of {first} too: give one of the two another name");
            found.push(finding("type", path, *line, what));
        }
    }
    found
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
