//! Holds that sockeye-sys alone knows which operating system it is.

use super::{Finding, Tree, finding};

/// Code outside of sockeye-sys that chooses by system, or uses what only some have. Tests may.
pub(super) fn systems_are_apart(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let instead = "put it behind a function that sockeye-sys has for every system";
    for source in tree.code().filter(|source| !source.path.starts_with("crates/sockeye-sys/")) {
        for path in source.paths() {
            let name = path.segments.join("::");
            if ["std::os", "tokio::signal::unix", "rustix", "libc"].iter().any(|own| name.starts_with(own)) {
                found.push(finding("system", &source.path, path.line, format!("{name}: {instead}")));
            }
        }
        for (line, text) in (1..).zip(source.code.lines()) {
            let is_choice = text.contains("cfg(") || text.contains("cfg!(");
            if is_choice && ["unix", "windows", "target_"].iter().any(|system| text.contains(system)) {
                found.push(finding("system", &source.path, line, format!("{}: {instead}", text.trim())));
            }
        }
    }
    found
}
