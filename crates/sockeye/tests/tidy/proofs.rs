//! Proves that every tidy check can fail, and that the scanner is not fooled by what only looks like code.
//! Never looks at the real sources: what is wrong here was written for it.

use super::*;

/// A workspace of these files alone.
fn tree(files: &[(&str, &str)]) -> Tree {
    Tree { sources: files.iter().map(|(path, text)| Source::new(path, text)).collect(), ..Tree::default() }
}

/// The lines `check` complains of in one file of this text.
fn lines(check: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
    check(&tree(&[(path, text)])).iter().map(|finding| finding.line).collect()
}

fn manifests(check: fn(&Tree) -> Vec<Finding>, name: &str, text: &str) -> Vec<usize> {
    let manifests = vec![Manifest { name: name.to_owned(), text: text.to_owned() }];
    check(&Tree { manifests, ..Tree::default() }).iter().map(|finding| finding.line).collect()
}

const CORE: &str = "crates/sockeye-core/src/frame/mod.rs";
const NET: &str = "crates/sockeye-net/src/drive.rs";
const RUN: &str = "crates/sockeye/src/run.rs";
const VIEW: &str = "crates/sockeye/src/view/raw.rs";

#[test]
fn crates_depend_one_way() {
    let upward = "[dependencies]\nsockeye-core.workspace = true\nsockeye-net.workspace = true\n";
    assert_eq!(manifests(crate_order, "sockeye-sys", upward), [3]);
    assert_eq!(manifests(crate_order, "sockeye", upward), []);
    assert_eq!(
        manifests(crate_order, "sockeye-net", "[dependencies]\nsockeye-files.workspace = true\n"),
        [2]
    );
    assert_eq!(
        manifests(crate_order, "sockeye-core", "[dev-dependencies]\nsockeye-sys = { path = \"x\" }\n"),
        [2]
    );
    assert_eq!(manifests(crate_order, "sockeye-core", "[dependencies.sockeye-net]\nworkspace = true\n"), [1]);
}

#[test]
fn core_depends_on_nothing_that_waits() {
    let tests_only = "[dependencies]\nregex = \"1\"\n[dev-dependencies]\ntokio-util = \"0.7\"\n";
    assert_eq!(manifests(crate_order, "sockeye-core", tests_only), []);
    assert_eq!(manifests(crate_order, "sockeye-core", "[dependencies]\n# tokio\ntokio = \"1\"\n"), [3]);
    assert_eq!(
        manifests(crate_order, "sockeye-core", "[target.'cfg(unix)'.dependencies]\nlibc.workspace = true"),
        [2]
    );
    assert_eq!(manifests(crate_order, "sockeye-net", "[dependencies]\ntokio = \"1\"\n"), []);
}

#[test]
fn modules_use_what_stands_above_them() {
    let root =
        ("crates/sockeye-core/src/lib.rs", "pub mod unit;\n/* mod no; */\npub mod frame;\nmod rule;\n");
    let check = |path: &str, text: &str| -> Vec<(usize, String)> {
        let found = module_order(&tree(&[root, (path, text)]));
        found.into_iter().map(|finding| (finding.line, finding.what)).collect()
    };
    assert!(check(CORE, "use crate::unit::At;\nuse super::unit;\nuse crate::frame::Flow;\n").is_empty());
    assert_eq!(check(CORE, "use crate::{\n    unit::At,\n    rule::{Dice, Rules},\n};\n")[0].0, 3);
    assert_eq!(check(CORE, "fn f() {\n    crate::rule::dice()\n}\n")[0].0, 2);
    assert_eq!(check(CORE, "use super::rule::Dice;\n")[0].0, 1);
    assert_eq!(
        check("crates/sockeye-core/src/frame/raw.rs", "use super::super::rule;\nuse super::cut;\n").len(),
        1
    );
    assert!(check(CORE, "#[cfg(test)]\nmod tests {\n    use crate::rule::Dice;\n}\n").is_empty());
    assert!(check(CORE, "use crate::Everything;\n")[0].1.contains("name the module"));
    assert!(check("crates/sockeye-core/src/lost.rs", "//! x\n")[0].1.contains("no `mod` line"));
}

#[test]
fn no_ring_of_imports_is_overlooked() {
    let at = |file: &str, text: &str| (format!("crates/sockeye-net/src/{file}"), text.to_owned());
    let rings = |files: &[(String, String)]| -> Vec<(String, usize)> {
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = rings::no_rings(&tree(&files)).into_iter();
        found.map(|finding| (finding.what.split(": move").next().unwrap().to_owned(), finding.line)).collect()
    };
    let root = at("lib.rs", "mod link;\npub use link::tcp::Dial;\n");
    let module =
        |text: &str| at("link/mod.rs", &format!("mod tcp;\nmod unix;\npub(crate) mod deep;\n{text}"));
    let tcp = |text: &str| at("link/tcp.rs", text);
    let unix = |text: &str| at("link/unix.rs", text);

    // Two siblings, whichever way each is named.
    for back in [
        "use super::tcp::Dial;",
        "use crate::link::tcp;",
        "fn f() -> super::tcp::Dial {}",
        "use crate::Dial;",
    ] {
        let found = rings(&[root.clone(), module(""), tcp("\nuse super::unix::Path;\n"), unix(back)]);
        assert_eq!(found, [("in crate::link: tcp uses unix uses tcp".to_owned(), 2)], "{back}");
    }
    // One way is none, nor is what only tests use.
    assert_eq!(rings(&[root.clone(), module(""), tcp("use super::unix::Path;"), unix("use std::fs;")]), []);
    let in_tests = "#[cfg(test)]\nmod tests {\n    use super::super::tcp::Dial;\n}\n";
    assert_eq!(rings(&[root.clone(), module(""), tcp("use super::unix::Path;"), unix(in_tests)]), []);

    // A parent that uses a child which uses it; but one that only gives its children's items on is none of them.
    let parent =
        rings(&[root.clone(), module("use tcp::Dial;\nstruct Link(Dial);"), tcp("use super::Link;")]);
    assert_eq!(parent, [("in crate::link: self uses tcp uses self".to_owned(), 4)]);
    let given_on = module("pub(crate) use tcp::{Dial, Dialled};\npub use unix::Path;\n");
    assert_eq!(rings(&[root.clone(), given_on.clone(), tcp(""), unix("use super::Dial;")]), []);
    let through_it =
        rings(&[root.clone(), given_on, tcp("use super::Path;"), unix("use super::{Dial, tcp};")]);
    assert_eq!(through_it, [("in crate::link: tcp uses unix uses tcp".to_owned(), 1)]);

    // Further down, and over three of them.
    let deep = |file: &str, text: &str| at(&format!("link/deep/{file}.rs"), text);
    let three = [
        root,
        module(""),
        deep("mod", "mod a;\nmod b;\nmod c;\n"),
        deep("a", "use super::b::B;"),
        deep("b", "use crate::link::deep::c::C;"),
        deep("c", "use super::super::deep::a::A;"),
    ];
    assert_eq!(rings(&three), [("in crate::link::deep: a uses b uses c uses a".to_owned(), 1)]);
}

#[test]
fn a_crate_has_few_modules() {
    let many: String = (0..=MODULES).map(|n| format!("mod m{n};\n")).collect();
    let path = "crates/sockeye/src/main.rs";
    assert_eq!(lines(few_modules, path, &many), [1]);
    assert_eq!(lines(few_modules, path, many.split_once('\n').unwrap().1), []);
}

#[test]
fn files_have_heads() {
    assert_eq!(lines(heads, NET, "use std::fmt;\n//! Drives.\n"), [1]);
    assert_eq!(lines(heads, NET, "//! Drives.\n"), []);
}

#[test]
fn files_and_functions_end_somewhere() {
    assert_eq!(lines(file_lengths, NET, &"\n".repeat(FILE_LINES + 1)), [FILE_LINES + 1]);
    assert_eq!(lines(file_lengths, NET, &"\n".repeat(FILE_LINES)), []);
    let function = |inside: usize| {
        format!("\nfn long<T>(x: [u8; 4])\nwhere\n    T: Fn() -> u8,\n{{\n{}}}\n", "x();\n".repeat(inside))
    };
    assert_eq!(lines(function_lengths, NET, &function(FUNCTION_LINES - 4)), [2]);
    assert_eq!(lines(function_lengths, NET, &function(FUNCTION_LINES - 5)), []);
    let test = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(FUNCTION_LINES));
    assert_eq!(lines(function_lengths, NET, &test), []);
}

#[test]
fn braces_that_are_no_code_do_not_count() {
    let tricky = r####"
fn one() {
    let _ = ("}", '}', b'}', b"}", r#"}"}"#, '\'', "\"}", '\u{7d}', '"');
    // }
    /* } /* } */ } */
    let _: &'static str = match x { 'a'..='}' => "", _ => r"\" };
}
trait Two { fn declared(&self) -> [u8; 2]; fn given<'a>(&'a self, f: fn(&'a u8) -> u8) {} }
"####;
    let source = Source::new(NET, tricky);
    let found: Vec<_> = source.functions().iter().map(|f| (f.name.clone(), f.line, f.lines)).collect();
    assert_eq!(found, [("one".to_owned(), 2, 6), ("given".to_owned(), 8, 1)]);
    assert_eq!(source.code.len(), tricky.len());
}

#[test]
fn names_say_something() {
    assert_eq!(lines(names, "crates/sockeye-net/src/utils.rs", ""), [1]);
    assert_eq!(lines(names, "crates/sockeye-net/src/imp/linux.rs", ""), [1]);
    assert_eq!(lines(names, "crates/sockeye-net/src/simple.rs", ""), []);
}

#[test]
fn core_reaches_nothing() {
    for impure in [
        "use std::net::TcpStream;",
        "use std::{fmt, net::{IpAddr, UdpSocket}};",
        "use std::net;",
        "use std::net::*;",
        "fn f() { ::std::fs::read(\"x\"); }",
        "use std::time::{Duration, Instant};",
        "use std::{time, fmt};",
        "fn f() { std::thread::sleep(x) }",
        "fn f() { std::env::var(\"X\"); }",
        "use std::io::Read as _;",
        "use tokio::net::TcpStream;",
        "fn f() { jiff::Timestamp::now(); }",
        "fn f() { TimeZone::system() }",
        "use std::*;",
    ] {
        assert_eq!(lines(core_is_pure, CORE, &format!("\n{impure}\n")), [2], "{impure}");
        assert_eq!(lines(core_is_pure, NET, impure), [], "{impure}");
    }
    let pure = "use std::{fmt, net::{IpAddr, SocketAddr}, time::Duration};\n\
                // std::fs::read\nconst A: &str = \"std::fs\";\nfn f(now: At) { now.since(at.now()); }\n\
                #[cfg(test)]\nmod tests { use std::fs; }\n";
    assert_eq!(lines(core_is_pure, CORE, pure), []);
}

#[test]
fn unsafe_exits_prints_and_spawns_stay_where_they_belong() {
    assert_eq!(
        lines(unsafe_is_apart, NET, "#![deny(unsafe_code)]\n// unsafe\nfn f() { unsafe { g() } }\n"),
        [3]
    );
    assert_eq!(lines(unsafe_is_apart, "crates/sockeye-sys/src/limits.rs", "unsafe fn f() {}"), []);

    for exit in ["std::process::exit(1)", "process::abort()", "ExitCode::from(2)", "error.exit()"] {
        assert_eq!(lines(main_alone_exits, RUN, &format!("fn f() {{\n{exit}\n}}")), [2], "{exit}");
    }
    assert_eq!(lines(main_alone_exits, "crates/sockeye/src/main.rs", "use std::process::ExitCode;"), []);

    for print in ["println!(\"x\")", "eprint!(\"x\")", "dbg!(x)", "std::io::stdout().lock()", "io::stderr()"]
    {
        assert_eq!(lines(ui_alone_prints, RUN, &format!("fn f() {{\n{print};\n}}")), [2], "{print}");
    }
    assert_eq!(lines(ui_alone_prints, "crates/sockeye/src/ui/sink.rs", "use std::io::stdout;"), []);
    assert_eq!(lines(ui_alone_prints, RUN, "fn print() -> bool { print != 3 }\n// println!()"), []);

    assert_eq!(
        lines(engines_alone_spawn, NET, "fn f() {\n    tokio::spawn(x);\n    set.spawn(y);\n}"),
        [2, 3]
    );
    assert_eq!(
        lines(engines_alone_spawn, "crates/sockeye-net/src/run/dial.rs", "fn f() { tokio::spawn(x) }"),
        []
    );
    assert_eq!(
        lines(engines_alone_spawn, "crates/sockeye-files/src/tree/mod.rs", "fn f() { thread::spawn(x) }"),
        [1]
    );

    assert_eq!(
        lines(views_see_events_alone, VIEW, "use sockeye_core::event;\nuse sockeye_net::Order;\n"),
        [2]
    );
}

#[test]
fn what_is_for_tests_is_found_wherever_it_stands() {
    let text = "#[cfg(test)]\n#[path = \"far.rs\"]\nmod tests;\n#[cfg(all(test, unix))]\npub(crate) mod samples;\n\
                enum Way {\n    #[cfg(test)]\n    Nobody,\n    Somebody(unsafe_type),\n}\n\
                fn f() {\n    match way {\n        #[cfg(test)]\n        Way::Nobody => { unsafe {} }\n        x => unsafe {},\n    }\n}\n\
                #[cfg(not(test))]\nunsafe fn g() {}\n#[test]\nfn t<A, B>() { unsafe {} }\n";
    let source = Source::new("crates/sockeye/src/ui/typist.rs", text);
    assert_eq!(
        source.test_files,
        ["crates/sockeye/src/ui/far.rs", "crates/sockeye/src/ui/typist/samples.rs"]
    );
    assert_eq!(source.lines_with("unsafe"), [15, 19]);
    assert_eq!(source.lines_with("Somebody"), [9]);
}

#[test]
fn paths_are_spelled_out() {
    let source =
        Source::new(NET, "use a::{self, b::{c, d as e}, f::*};\nlet x = g::<h::I>::j(k.l, ..m::n);\n");
    let named: Vec<String> = source.paths().iter().map(|path| path.segments.join("::")).collect();
    for whole in ["a", "a::b::c", "a::b::d", "a::f::*", "g", "h::I", "k", "m::n"] {
        assert!(named.iter().any(|path| path == whole), "{whole} is missing in {named:?}");
    }
    for part in ["b::c", "c", "e", "l", "n"] {
        assert!(!named.iter().any(|path| path == part), "{part} is no path of its own in {named:?}");
    }
}

#[test]
fn an_exception_covers_one_thing_and_dies_with_it() {
    let rows = || [except("spawn", "crates/a/", "one", "why")];
    let is = |path: &str, what: &str| finding("spawn", path, 1, what);
    let left =
        without_exceptions(vec![is("crates/a/x.rs", "of one kind"), is("crates/b/x.rs", "one")], &rows());
    assert_eq!(left.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["crates/b/x.rs"]);
    let unused = without_exceptions(vec![is("crates/a/x.rs", "none")], &rows());
    assert_eq!(unused.len(), 2);
    assert!(report(&unused).contains("delete its row"));
}

#[test]
fn a_finding_says_file_line_what_and_what_to_do() {
    let found = unsafe_is_apart(&tree(&[(NET, "\nunsafe fn f() {}\n")]));
    let said = "crates/sockeye-net/src/drive.rs:2: unsafe: only sockeye-sys may: put a safe call there\n";
    assert_eq!(report(&found), said);
}

#[test]
fn documents_are_true_about_files() {
    let text = "`drive.rs` and `net/src/drive.rs`,\n```\n`example.rs`\n```\n`lost.rs`, `a.b`, `ive.rs`\n";
    let documents = vec![("docs/X.md".to_owned(), text.to_owned())];
    let files = BTreeSet::from(["crates/sockeye-net/src/drive.rs".to_owned(), "net/src/drive.rs".to_owned()]);
    let found = documents_name_files_that_exist(&Tree { documents, files, ..Tree::default() });
    assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [5, 5]);
}

#[test]
fn a_name_of_two_types_is_found() {
    let other = "pub struct Held;\nstruct Way;\n";
    let one = "pub(crate) enum Held {\n    A,\n}\nenum Way {}\npub fn held() {}\n";
    let found = types::one_name_a_type(&tree(&[(CORE, one), (NET, other)]));
    assert_eq!(found.iter().map(|found| (found.path.as_str(), found.line)).collect::<Vec<_>>(), [(NET, 1)]);
    assert!(types::one_name_a_type(&tree(&[(CORE, one)])).is_empty());
    let [linux, windows] = ["linux", "windows"].map(|system| format!("crates/sockeye-sys/src/{system}/a.rs"));
    assert!(types::one_name_a_type(&tree(&[(&linux, one), (&windows, one)])).is_empty());
    assert_eq!(types::one_name_a_type(&tree(&[(&linux, one), (CORE, one)])).len(), 1);
}

#[test]
fn a_dependency_that_nothing_names_is_found() {
    let text = "[dependencies]\nused-here = \"1\"\ntold = \"1\"\n[dev-dependencies]\nin-bench = \"1\"\ngone = \"1\"\n";
    let mut tree =
        tree(&[(CORE, "use used_here::A;\n// told\n#[cfg(test)]\nmod tests {\n    use told::B;\n}\n")]);
    tree.manifests.push(Manifest { name: "sockeye-core".to_owned(), text: text.to_owned() });
    tree.rust.push(("crates/sockeye-core/benches/a.rs".to_owned(), "in_bench::run();".to_owned()));
    let lines: Vec<usize> =
        dependencies::every_dependency_is_used(&tree).iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [3, 6]);
    tree.workspace = "[workspace.dependencies]\nused-here = \"1\"\nnobodys = \"1\"\n".to_owned();
    let lines: Vec<usize> =
        dependencies::every_version_is_used(&tree).iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [3]);
}

#[test]
fn a_choice_by_system_outside_of_sys_is_found() {
    let text = "use std::os::fd::OwnedFd;\n#[cfg(target_os = \"linux\")]\nfn f() {}\n#[cfg(feature = \"x\")]\nfn g() {\n    \
                if cfg!(windows) {}\n}\n#[cfg(test)]\nmod tests { use std::os::unix::fs::symlink; }\n";
    assert_eq!(lines(systems::systems_are_apart, NET, text), [1, 2, 6]);
    assert_eq!(lines(systems::systems_are_apart, "crates/sockeye-sys/src/a.rs", text), [0; 0]);
}
