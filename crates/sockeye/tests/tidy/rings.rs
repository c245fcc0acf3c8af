//! Finds import rings: modules of which each uses the next and the last the first, at every depth of a crate.
//! Never traces what a method call leads to, nor a name that was given with `as`.

use std::collections::{BTreeMap, BTreeSet};

use super::{CRATES, Finding, Tree, finding, scan::Source};

/// A module by its names from the root of its crate, which has none.
type Module = Vec<String>;

/// Which of the modules of one parent uses which: where it is said. The parent's own code is a module too, called `self`.
type Uses = BTreeMap<(String, String), (String, usize)>;

/// The parent's own code among its children.
const SELF: &str = "self";

/// The modules of one crate: their files, and what they give out under another module's name.
struct Modules<'a> {
    files: BTreeMap<Module, &'a Source>,
    /// What `pub use` in a module gives a name to.
    exports: BTreeMap<Module, BTreeMap<String, Vec<String>>>,
}

impl<'a> Modules<'a> {
    fn of(tree: &'a Tree, name: &str) -> Self {
        let home = format!("crates/{name}/src/");
        let files: BTreeMap<Module, &Source> =
            tree.of(name).map(|source| (module_of(source, &home), source)).collect();
        let exports = files.iter().map(|(module, source)| (module.clone(), exports_of(source))).collect();
        Self { files, exports }
    }

    /// The module that a path named in `module` leads to; none where that is no module of this crate.
    fn target(&self, module: &Module, segments: &[String]) -> Option<Module> {
        let mut at = module.clone();
        let mut rest = segments;
        match rest.first()?.as_str() {
            "crate" => (at, rest) = (Module::new(), rest.get(1..)?),
            "self" => rest = rest.get(1..)?,
            "super" => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    at.pop()?;
                    rest = rest.get(1..)?;
                }
            }
            child => {
                // A name by itself is declared here, or somebody else's.
                if rest.len() < 2
                    || !self.files.contains_key(&[module.as_slice(), &[child.to_owned()]].concat())
                {
                    return None;
                }
            }
        }
        // `pub(super)` and the like.
        rest.first()?;
        // As often as a name is given on: it is a ring itself if that does not end.
        for _ in 0..segments.len() + 8 {
            let Some(next) = rest.first() else { return Some(at) };
            let below = [at.as_slice(), std::slice::from_ref(next)].concat();
            if self.files.contains_key(&below) {
                (at, rest) = (below, rest.get(1..)?);
                continue;
            }
            match self.exports.get(&at).and_then(|exports| exports.get(next)) {
                Some(path) if at != *module => return self.target(&at, path).or(Some(at)),
                _ => return Some(at),
            }
        }
        Some(at)
    }

    /// Who uses whom below `parent`.
    fn uses_below(&self, parent: &Module) -> Uses {
        let mut uses = Uses::new();
        for (module, source) in self.files.iter().filter(|(module, _)| module.starts_with(parent)) {
            let exported: BTreeSet<&Vec<String>> =
                self.exports.get(module).into_iter().flat_map(BTreeMap::values).collect();
            for path in source.paths() {
                // What is only given on is not used.
                if exported.contains(&path.segments) {
                    continue;
                }
                let Some(target) = self.target(module, &path.segments) else { continue };
                if !target.starts_with(parent) {
                    continue;
                }
                let name = |of: &Module| of.get(parent.len()).map_or(SELF.to_owned(), String::clone);
                let (from, to) = (name(module), name(&target));
                if from != to {
                    uses.entry((from, to)).or_insert((source.path.clone(), path.line));
                }
            }
        }
        uses
    }
}

/// `serve::http` of `…/src/serve/http/mod.rs`; the root of the crate has no name.
fn module_of(source: &Source, home: &str) -> Module {
    let inside = source.path.strip_prefix(home).unwrap_or_default().trim_end_matches(".rs");
    let mut module: Module = inside.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

fn exports_of(source: &Source) -> BTreeMap<String, Vec<String>> {
    let paths = source.exports().into_iter();
    paths.filter_map(|path| path.segments.last().cloned().map(|name| (name, path.segments))).collect()
}

/// The shortest way from `from` back to itself, if there is one: the modules on it, `from` first.
fn ring(uses: &Uses, from: &str) -> Option<Vec<String>> {
    let mut ways = vec![vec![from.to_owned()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for (_, to) in uses.keys().filter(|(user, _)| Some(user) == way.last()) {
                if to == from {
                    return Some(way);
                }
                if seen.insert(to.clone()) {
                    longer.push([way.as_slice(), std::slice::from_ref(to)].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Modules of one parent, the parent's own code among them, of which each uses the next and the last the first. One finding
/// for each that no other finding of the same parent names.
pub(crate) fn no_rings(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in CRATES {
        let modules = Modules::of(tree, name);
        for parent in modules.files.keys() {
            let uses = modules.uses_below(parent);
            let mut told = BTreeSet::new();
            for (from, _) in uses.keys() {
                let Some(ring) = ring(&uses, from).filter(|ring| ring.iter().all(|one| !told.contains(one)))
                else {
                    continue;
                };
                let first = (from.clone(), ring.get(1).unwrap_or(from).clone());
                let Some((path, line)) = uses.get(&first) else { continue };
                let parent = [&["crate".to_owned()], parent.as_slice()].concat().join("::");
                let what = format!(
                    "in {parent}: {} uses {from}: move what is shared into a module of its own",
                    ring.join(" uses ")
                );
                found.push(finding("ring", path, *line, what));
                told.extend(ring);
            }
        }
    }
    found
}
