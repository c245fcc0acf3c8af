//! Holds the shape of the code: what may use what, how large things grow, and what each crate never touches.
//! Never about what the code does; each finding says file, line, what is wrong and what to do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/proofs.rs"]
mod proofs;
#[path = "tidy/rings.rs"]
mod rings;
#[path = "tidy/scan.rs"]
mod scan;
#[path = "tidy/systems.rs"]
mod systems;
#[path = "tidy/sentences.rs"]
mod sentences;
#[path = "tidy/types.rs"]
mod types;

use std::{collections::BTreeSet, fmt, fs, path::Path};

use scan::Source;

/// The crates, each allowed to depend on those before it.
const CRATES: [&str; 7] = [
    "sockeye-text",
    "sockeye-core",
    "sockeye-study",
    "sockeye-sys",
    "sockeye-net",
    "sockeye-files",
    "sockeye",
];

/// The crates that are told everything.
const PURE: [&str; 3] = ["sockeye-text", "sockeye-core", "sockeye-study"];

/// Where tasks and threads begin: how the paths of the engines begin.
const ENGINES: [&str; 3] =
    ["crates/sockeye-net/src/run/", "crates/sockeye-files/src/serve/mod.rs", "crates/sockeye-files/src/get/"];

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const MODULES: usize = 12;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &str = "util utils helper helpers manager managers common misc imp impls stuff";

/// Crates that wait, open sockets or know the system: core's `[dependencies]` name none of them.
const IMPURE: [&str; 11] = [
    "tokio",
    "tokio-util",
    "mio",
    "socket2",
    "libc",
    "rustix",
    "nix",
    "polling",
    "async-std",
    "smol",
    "futures-util",
];

/// What must not be in core, by the beginning of its path, and what to do instead. `std::net` and `std::time` are
/// told apart by name.
const NOT_IN_CORE: [(&str, &str); 8] = [
    ("std::fs", "let the caller read the file and hand its text in"),
    ("std::thread", "core waits for nothing: return what is to be done"),
    ("std::env", "let the caller read it and put it into the plan"),
    ("std::io", "take and give slices; files and streams are the caller's"),
    ("std::process", "processes are the binary's"),
    ("std::os", "descriptors are sockeye-sys's and sockeye-net's"),
    ("std::*", "name what is used"),
    ("tokio", "core is driven: time and bytes are handed in"),
];

/// The only parts of `std::net` and `std::time` in core: plain data, no socket and no clock.
const DATA_OF_STD: [&str; 8] = [
    "std::net::IpAddr",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::net::SocketAddr",
    "std::net::SocketAddrV4",
    "std::net::SocketAddrV6",
    "std::net::AddrParseError",
    "std::time::Duration",
];

/// What is known to break a rule, and why it may. One that is no longer needed is a finding itself.
const EXCEPTIONS: &[Exception] = &[
    except("print", "crates/sockeye/src/cli/outline.rs", "stdout", "asks whether it is a terminal"),
    except(
        "name",
        "crates/sockeye/src/cli/common.rs",
        "common",
        "groups of options, for want of a better word",
    ),
];

struct Exception {
    rule: &'static str,
    /// How its path begins.
    at: &'static str,
    /// A word of the finding.
    what: &'static str,
    why: &'static str,
}

const fn except(rule: &'static str, at: &'static str, what: &'static str, why: &'static str) -> Exception {
    Exception { rule, at, what, why }
}

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.what)
    }
}

fn finding(rule: &'static str, path: &str, line: usize, what: impl Into<String>) -> Finding {
    Finding { path: path.to_owned(), line, rule, what: what.into() }
}

/// A `Cargo.toml`, by the name of its crate.
struct Manifest {
    name: String,
    text: String,
}

impl Manifest {
    fn path(&self) -> String {
        format!("crates/{}/Cargo.toml", self.name)
    }

    /// Every dependency: its line, whether the built crate has it (not only its tests or build script), its name.
    fn dependencies(&self) -> Vec<(usize, bool, &str)> {
        let (mut found, mut section) = (Vec::new(), "");
        for (line, text) in (1..).zip(self.text.lines()) {
            let text = text.trim();
            if let Some(name) = text.strip_prefix('[') {
                section = name.trim_end_matches(']');
                // [dependencies.name]
                if let Some((kind, name)) = section.rsplit_once("dependencies.") {
                    found.push((line, !kind.ends_with("dev-") && !kind.ends_with("build-"), name));
                }
            } else if section.ends_with("dependencies") && !text.starts_with('#') {
                let name = text.split(['=', '.', ' ']).next().unwrap_or_default();
                if !name.is_empty() {
                    found.push((
                        line,
                        !section.ends_with("dev-dependencies") && !section.ends_with("build-dependencies"),
                        name,
                    ));
                }
            }
        }
        found
    }
}

/// Everything that is looked at.
#[derive(Default)]
struct Tree {
    /// The `Cargo.toml` of the workspace.
    workspace: String,
    manifests: Vec<Manifest>,
    sources: Vec<Source>,
    /// All Rust of the crates, tests and benches too: paths and texts.
    rust: Vec<(String, String)>,
    /// The documents: their paths and texts.
    documents: Vec<(String, String)>,
    /// The paths of all files there are.
    files: BTreeSet<String>,
}

impl Tree {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let workspace = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let mut tree = Self { workspace, ..Self::default() };
        for name in CRATES {
            let home = root.join("crates").join(name);
            let text = fs::read_to_string(home.join("Cargo.toml")).unwrap();
            tree.manifests.push(Manifest { name: name.to_owned(), text });
        }
        for path in files_under(&root, "") {
            let read = || fs::read_to_string(root.join(&path)).unwrap();
            let in_source = CRATES.iter().any(|name| path.starts_with(&format!("crates/{name}/src/")));
            if path.starts_with("crates/") && path.ends_with(".rs") {
                tree.rust.push((path.clone(), read()));
            }
            if in_source && path.ends_with(".rs") {
                tree.sources.push(Source::new(&path, &read()));
            } else if path.starts_with("docs/") && path.ends_with(".md") {
                tree.documents.push((path.clone(), read()));
            }
            tree.files.insert(path);
        }
        assert!(tree.sources.len() > 50 && !tree.documents.is_empty(), "the files were not found");
        tree
    }

    /// The sources that are not for tests only.
    fn code(&self) -> impl Iterator<Item = &Source> {
        let tests: BTreeSet<&String> = self.sources.iter().flat_map(|source| &source.test_files).collect();
        // `mod tests;` is tests.rs, or all of the folder tests.
        let is_below =
            |path: &str, module: &str| path.starts_with(&format!("{}/", module.trim_end_matches(".rs")));
        self.sources.iter().filter(move |source| {
            !tests.contains(&source.path) && !tests.iter().any(|module| is_below(&source.path, module))
        })
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Source> {
        let home = format!("crates/{name}/src/");
        self.code().filter(move |source| source.path.starts_with(&home))
    }

    fn has_file(&self, end: &str) -> bool {
        self.files.iter().any(|path| path == end || path.ends_with(&format!("/{end}")))
    }

    /// The top-level modules of a crate in reading order, and the file that declares them.
    fn modules(&self, name: &str) -> (String, Vec<String>) {
        let is_root = |path: &str| path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
        match self.of(name).find(|source| is_root(&source.path)) {
            Some(root) => (root.path.clone(), root.modules()),
            None => (String::new(), Vec::new()),
        }
    }
}

/// The files under a folder, from the root and with `/`; what is hidden or built is left out.
fn files_under(root: &Path, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with(['.', '_']) || name == "target" {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_under(root, &path));
        } else {
            found.push(path);
        }
    }
    found
}

fn crate_order(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in &tree.manifests {
        let own = CRATES.iter().position(|name| *name == manifest.name).unwrap_or_default();
        for (line, built, name) in manifest.dependencies() {
            let place = CRATES.iter().position(|other| *other == name);
            if place.is_some_and(|place| place >= own) {
                let what =
                    format!("{} depends on {name}; the order is {}", manifest.name, CRATES.join(" <- "));
                found.push(finding("crate order", &manifest.path(), line, what));
            }
            if PURE.contains(&manifest.name.as_str()) && built && IMPURE.contains(&name) {
                let what = format!("core cannot have {name}: what waits or opens is for sockeye-net");
                found.push(finding("core is pure", &manifest.path(), line, what));
            }
        }
    }
    found
}

fn module_order(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in CRATES {
        let (root, order) = tree.modules(name);
        let home = format!("crates/{name}/src/");
        for source in tree.of(name).filter(|source| source.path != root) {
            let inside = source.path.strip_prefix(&home).unwrap_or_default().trim_end_matches(".rs");
            let own: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
            let Some(place) = order.iter().position(|module| Some(&module.as_str()) == own.first()) else {
                let what = format!("no `mod` line of {root} leads here: delete it or declare it");
                found.push(finding("module order", &source.path, 1, what));
                continue;
            };
            for path in source.paths() {
                let Some(used) = top_level(&path.segments, own.len()) else { continue };
                match order.iter().position(|module| module == used) {
                    Some(other) if other <= place => {}
                    Some(_) => {
                        let what = format!(
                            "{} uses {used}, which stands below it in {root}: move what is shared up, or hand it in",
                            own.first().unwrap_or(&"")
                        );
                        found.push(finding("module order", &source.path, path.line, what));
                    }
                    // `super::super::name` inside a nested module, or a macro of the crate.
                    None if path.segments.first().is_some_and(|first| first == "super") => {}
                    None => {
                        let what =
                            format!("crate::{used} is no module of {root}: name the module it comes from");
                        found.push(finding("module order", &source.path, path.line, what));
                    }
                }
            }
        }
    }
    found
}

/// Which name at the top of the crate a path of a module `depth` levels down leads to.
fn top_level(segments: &[String], depth: usize) -> Option<&String> {
    match segments.first()?.as_str() {
        "crate" => segments.get(1),
        "super" => {
            let up = segments.iter().take_while(|segment| *segment == "super").count();
            if up == depth { segments.get(up) } else { None }
        }
        _ => None,
    }
}

fn few_modules(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in CRATES {
        let (root, modules) = tree.modules(name);
        if modules.len() > MODULES {
            let what =
                format!("{} modules (at most {MODULES}): put what belongs together into one", modules.len());
            found.push(finding("modules", &root, 1, what));
        }
    }
    found
}

fn heads(tree: &Tree) -> Vec<Finding> {
    let bare = tree.sources.iter().filter(|source| !source.text.starts_with("//! "));
    let what = "begin it with `//! ` and one sentence of what it does";
    bare.map(|source| finding("head", &source.path, 1, what)).collect()
}

fn file_lengths(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in &tree.sources {
        let lines = source.text.lines().count();
        if lines > FILE_LINES {
            let what = format!("{lines} lines (at most {FILE_LINES}): which part is a thing of its own?");
            found.push(finding("file length", &source.path, FILE_LINES + 1, what));
        }
    }
    found
}

fn function_lengths(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.code() {
        for function in source.functions().iter().filter(|function| function.lines > FUNCTION_LINES) {
            let what = format!(
                "fn {} has {} lines (at most {FUNCTION_LINES}): give its steps names",
                function.name, function.lines
            );
            found.push(finding("function length", &source.path, function.line, what));
        }
    }
    found
}

fn names(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in &tree.sources {
        for part in source.path.trim_end_matches(".rs").split('/') {
            if EMPTY_NAMES.split(' ').any(|name| name == part) {
                let what = format!("'{part}' says nothing: name it after what it holds");
                found.push(finding("name", &source.path, 1, what));
            }
        }
    }
    found
}

fn core_is_pure(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in PURE.into_iter().flat_map(|name| tree.of(name)) {
        for path in source.paths() {
            let name = path.segments.join("::");
            let begins = |beginning: &str| name == beginning || name.starts_with(&format!("{beginning}::"));
            let told =
                NOT_IN_CORE.iter().find(|(beginning, _)| begins(beginning)).map(|(_, instead)| *instead);
            let is_data = DATA_OF_STD.iter().any(|data| begins(data));
            let undivided = (begins("std::net") || begins("std::time")) && !is_data;
            let clock = matches!(
                path.segments.as_slice(),
                [.., kind, call] if call == "now" && kind.starts_with(char::is_uppercase)
                    || kind == "TimeZone" && (call == "system" || call == "try_system" || call == "get")
            );
            let instead = match told {
                Some(instead) => instead,
                None if undivided => "only addresses and durations as plain data, each by its own name",
                None if clock => "time is handed in, as `At` and `Wall`",
                None => continue,
            };
            found.push(finding("core is pure", &source.path, path.line, format!("{name}: {instead}")));
        }
    }
    found
}

fn unsafe_is_apart(tree: &Tree) -> Vec<Finding> {
    let others = tree.code().filter(|source| !source.path.starts_with("crates/sockeye-sys/"));
    let lines =
        others.flat_map(|source| source.lines_with("unsafe").into_iter().map(move |line| (source, line)));
    lines
        .map(|(source, line)| {
            finding("unsafe", &source.path, line, "only sockeye-sys may: put a safe call there")
        })
        .collect()
}

fn main_alone_exits(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.code().filter(|source| source.path != "crates/sockeye/src/main.rs") {
        let ends = |segments: &[String]| match segments {
            [.., kind, call] if kind == "process" => call == "exit" || call == "abort",
            _ => segments.iter().any(|segment| segment == "ExitCode"),
        };
        let mut lines: Vec<usize> =
            source.paths().iter().filter(|path| ends(&path.segments)).map(|path| path.line).collect();
        lines.extend(source.calls_of_method("exit"));
        let what = "only main ends the process: return a failure or a code";
        found.extend(lines.into_iter().map(|line| finding("exit", &source.path, line, what)));
    }
    found
}

fn ui_alone_prints(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.code() {
        for name in ["print", "println", "eprint", "eprintln", "dbg"] {
            for line in source.calls_of_macro(name) {
                let what = format!("{name}! panics on a closed pipe: tell an event, or write through ui");
                found.push(finding("print", &source.path, line, what));
            }
        }
        if source.path.starts_with("crates/sockeye/src/ui/") {
            continue;
        }
        for path in source.paths() {
            let last = path.segments.last().map(String::as_str);
            if let Some(stream @ ("stdout" | "stderr")) = last.filter(|_| path.segments.len() > 1) {
                let what = format!("only ui writes to {stream}: fill a page, or hand the text to ui");
                found.push(finding("print", &source.path, path.line, what));
            }
        }
    }
    found
}

fn engines_alone_spawn(tree: &Tree) -> Vec<Finding> {
    let libraries = CRATES.iter().filter(|name| **name != "sockeye").flat_map(|name| tree.of(name));
    let others = libraries.filter(|source| !ENGINES.iter().any(|engine| source.path.starts_with(engine)));
    let what = "only the engines spawn: return the future to one of them";
    others
        .flat_map(|source| {
            source.lines_with("spawn").into_iter().map(|line| finding("spawn", &source.path, line, what))
        })
        .collect()
}

fn views_see_events_alone(tree: &Tree) -> Vec<Finding> {
    let views = tree.code().filter(|source| source.path.starts_with("crates/sockeye/src/view/"));
    let what = "a view sees events and nothing else: put what it needs into an event or into ViewContext";
    let mut found = Vec::new();
    for source in views {
        let below = ["sockeye_files", "sockeye_net", "sockeye_sys", "tokio"];
        let reaches = |first: &String| below.contains(&first.as_str());
        let paths = source.paths();
        let bad = paths.iter().filter(|path| path.segments.first().is_some_and(reaches));
        found.extend(bad.map(|path| finding("views", &source.path, path.line, what)));
    }
    found
}

/// In documents, `name.rs` and `name.py` outside of examples are the ends of paths that exist.
fn documents_name_files_that_exist(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in &tree.documents {
        let mut in_example = false;
        for (line, text) in (1..).zip(text.lines()) {
            in_example ^= text.starts_with("```");
            let named = text.split('`').skip(1).step_by(2).filter(|_| !in_example);
            let files = named.filter(|name| name.ends_with(".rs") || name.ends_with(".py"));
            for name in files.filter(|name| !tree.has_file(name)) {
                let what = format!("there is no {name}: say where it went");
                found.push(finding("documents", path, line, what));
            }
        }
    }
    found
}

/// Every check there is.
const CHECKS: [fn(&Tree) -> Vec<Finding>; 20] = [
    crate_order,
    dependencies::every_dependency_is_used,
    dependencies::every_version_is_used,
    module_order,
    rings::no_rings,
    types::one_name_a_type,
    sentences::every_sentence_is_in_every_language,
    few_modules,
    heads,
    file_lengths,
    function_lengths,
    names,
    core_is_pure,
    unsafe_is_apart,
    systems::systems_are_apart,
    main_alone_exits,
    ui_alone_prints,
    engines_alone_spawn,
    views_see_events_alone,
    documents_name_files_that_exist,
];

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        let mut words = finding.what.split(|c: char| !c.is_alphanumeric() && c != '_');
        finding.rule == self.rule && finding.path.starts_with(self.at) && words.any(|word| word == self.what)
    }
}

/// What is left of the findings, and exceptions that nothing needs.
fn without_exceptions(mut found: Vec<Finding>, exceptions: &[Exception]) -> Vec<Finding> {
    for exception in exceptions {
        let before = found.len();
        found.retain(|finding| !exception.covers(finding));
        if found.len() == before {
            let what = format!(
                "'{}' is excepted ({}) and need not be: delete its row",
                exception.what, exception.why
            );
            found.push(finding(exception.rule, exception.at, 1, what));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn report(found: &[Finding]) -> String {
    found.iter().map(|finding| format!("{finding}\n")).collect()
}

#[test]
fn the_code_has_its_shape() {
    let tree = Tree::read();
    let found = CHECKS.iter().flat_map(|check| check(&tree)).collect();
    let left = without_exceptions(found, EXCEPTIONS);
    assert!(left.is_empty(), "{} findings:\n{}", left.len(), report(&left));
}
