//! Holds that every dependency is used: a built one by the crate's code, one of tests by any source of the crate, and a
//! version of the workspace by a crate.

use super::{Finding, Manifest, Tree, finding};

/// Dependencies that nothing names.
pub(super) fn every_dependency_is_used(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in &tree.manifests {
        for (line, built, name) in manifest.dependencies() {
            if !(if built { code_names(tree, manifest, name) } else { tests_name(tree, manifest, name) }) {
                let kind = if built { "code" } else { "code, test, bench or example" };
                let what = format!("no {kind} of {} names {name}: delete the line", manifest.name);
                found.push(finding("dependency", &manifest.path(), line, what));
            }
        }
    }
    found
}

/// Versions of the workspace that no crate takes.
pub(super) fn every_version_is_used(tree: &Tree) -> Vec<Finding> {
    let shared = Manifest { name: String::new(), text: tree.workspace.clone() };
    let is_taken = |name: &str| {
        let mut taken = tree.manifests.iter().flat_map(Manifest::dependencies);
        taken.any(|(_, _, other)| other == name)
    };
    let unused = shared.dependencies().into_iter().filter(|(_, _, name)| !is_taken(name));
    let what = |name: &str| format!("no crate takes {name}: delete the line");
    unused.map(|(line, _, name)| finding("dependency", "Cargo.toml", line, what(name))).collect()
}

fn code_names(tree: &Tree, manifest: &Manifest, name: &str) -> bool {
    let name = name.replace('-', "_");
    tree.of(&manifest.name).any(|source| !source.lines_with(&name).is_empty())
}

fn tests_name(tree: &Tree, manifest: &Manifest, name: &str) -> bool {
    let (path, used) = (format!("{}::", name.replace('-', "_")), format!("use {};", name.replace('-', "_")));
    let home = format!("crates/{}/", manifest.name);
    let mut texts = tree.rust.iter().filter(|(file, _)| file.starts_with(&home));
    texts.any(|(_, text)| text.contains(&path) || text.contains(&used))
}
