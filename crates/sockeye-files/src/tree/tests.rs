//! What the openers open and what they do not.
//! Never outside of a folder of its own.

use std::{
    collections::HashSet,
    env, fs,
    io::Write as _,
    ops::ControlFlow,
    os::unix::fs::{MetadataExt as _, symlink},
    process::Command,
};

use proptest::prelude::*;

use super::*;
use crate::tests::Folder;

/// Set where these tests run once more, in a process to which openat2 is not there.
const WITHOUT: &str = "SOCKEYE_WITHOUT_OPENAT2";

impl Folder {
    /// One with a few files in it.
    fn new() -> Self {
        let folder = Self::empty();
        let path = &folder.0;
        fs::create_dir_all(path.join("offered/sub")).unwrap();
        fs::write(path.join("secret"), b"secret").unwrap();
        fs::write(path.join("offered/file"), b"content").unwrap();
        fs::write(path.join("offered/.hidden"), b"hidden").unwrap();
        symlink("../file", path.join("offered/sub/in")).unwrap();
        symlink("../secret", path.join("offered/out")).unwrap();
        folder
    }

    /// The tree through either opener.
    fn trees(&self, dot_files: DotFiles) -> [Tree; 2] {
        let tree = Tree::new(&self.0.join("offered"), dot_files).unwrap();
        assert_eq!(tree.opener.is_walked(), env::var_os(WITHOUT).is_some());
        [tree, Tree { opener: Opener::step_by_step(&self.0.join("offered")).unwrap(), dot_files }]
    }
}

fn opened(tree: &Tree, name: &str) -> Option<u64> {
    tree.open(&Name::parse(name.as_bytes()).unwrap()).ok().map(|file| file.state.size)
}

#[test]
fn files_inside_are_opened_and_nothing_else() {
    let folder = Folder::new();
    for tree in folder.trees(DotFiles::Hide) {
        assert_eq!(opened(&tree, "file"), Some(7));
        assert_eq!(opened(&tree, "sub/in"), Some(7));
        for name in ["out", "sub", "absent", ".hidden", "file/x"] {
            assert_eq!(opened(&tree, name), None, "{name}");
        }
    }
    for tree in folder.trees(DotFiles::Show) {
        assert_eq!(opened(&tree, ".hidden"), Some(6));
    }
}

#[test]
fn a_change_of_a_file_is_a_change_of_its_state() {
    let folder = Folder::new();
    let name = Name::parse(b"file").unwrap();
    for (tree, other) in folder.trees(DotFiles::Hide).iter().zip([b"CONTENT", b"Content"]) {
        let file = tree.open(&name).unwrap();
        assert!(file.is_unchanged());
        // The same length and other bytes.
        fs::write(folder.0.join("offered/file"), other).unwrap();
        assert!(!file.is_unchanged());
        let again = tree.open(&name).unwrap();
        assert_ne!(identity_of(&file.state), identity_of(&again.state));
    }
}

#[test]
fn a_folder_is_read_on_from_where_the_page_before_ended() {
    let folder = Folder::new();
    for number in 0..100 {
        fs::write(folder.0.join(format!("offered/sub/{number}")), b"").unwrap();
    }
    // Nobody could ask for it.
    fs::write(folder.0.join("offered/sub/a\nb"), b"").unwrap();
    let sub = Name::parse(b"sub").unwrap();
    for tree in folder.trees(DotFiles::Hide) {
        let (mut names, mut from) = (Vec::new(), Some(Cursor::default()));
        while let Some(place) = from {
            let mut room = 7;
            from = tree
                .list(Some(&sub))
                .unwrap()
                .page(place, |entry| {
                    if room == 0 {
                        return ControlFlow::Break(());
                    }
                    room -= 1;
                    names.push(entry.name.to_vec());
                    ControlFlow::Continue(())
                })
                .unwrap();
        }
        assert_eq!(names.len(), 101);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 101);
    }
}

#[test]
fn what_is_no_folder_is_refused_at_start() {
    let folder = Folder::new();
    for path in ["secret", "absent"] {
        assert!(Tree::new(&folder.0.join(path), DotFiles::Hide).is_err(), "{path}");
    }
}

/// One thing in a random tree.
#[derive(Clone, Debug)]
enum Thing {
    File,
    Folder,
    Link(String),
}

/// Few names, so that they meet.
fn component() -> impl Strategy<Value = String> {
    "[abc]|\\.h|d d"
}

fn thing() -> impl Strategy<Value = (String, Thing)> {
    let path = prop::collection::vec(component(), 1..4).prop_map(|parts| parts.join("/"));
    let up = prop::collection::vec(Just("..".to_owned()), 0..5);
    let down =
        prop::collection::vec(prop_oneof![component(), Just(".".to_owned()), Just("..".to_owned())], 0..4);
    // ROOT stands for the folder around, so that a link can be absolute and lead inside or beside it.
    let begin =
        prop::sample::select(vec!["", "", "", "ROOT/offered/", "ROOT/beside/", "/", "/proc/self/cwd/"]);
    let end = prop::sample::select(vec!["", "", "/"]);
    let target = (begin, up, down, end).prop_map(|(begin, up, down, end)| {
        let path = up.into_iter().chain(down).collect::<Vec<_>>().join("/");
        if path.is_empty() { format!("{begin}.") } else { format!("{begin}{path}{end}") }
    });
    let what = prop_oneof![Just(Thing::File), Just(Thing::Folder), target.prop_map(Thing::Link)];
    (path, what)
}

/// Makes a random tree; what cannot be made is left out. Links come last and the deepest first, so that no link stands
/// on the way to what is made: nothing is ever written through one.
fn make(folder: &Folder, things: &[(String, Thing)]) {
    let root = folder.0.display().to_string();
    for beside in ["offered", "beside"].map(|name| folder.0.join(name)) {
        fs::create_dir_all(&beside).unwrap();
        for (path, what) in things {
            let _ = match what {
                Thing::File => fs::write(beside.join(path), b"x"),
                Thing::Folder => fs::create_dir_all(beside.join(path)),
                Thing::Link(_) => Ok(()),
            };
        }
    }
    let mut links: Vec<_> = things
        .iter()
        .filter_map(|(path, what)| match what {
            Thing::Link(target) => Some((path, target.replace("ROOT", &root))),
            Thing::File | Thing::Folder => None,
        })
        .collect();
    links.sort_by_key(|(path, _)| std::cmp::Reverse(path.matches('/').count()));
    for (path, target) in links {
        let _ = symlink(target, folder.0.join("offered").join(path));
    }
}

/// Device and number of all that is really inside.
fn inside(folder: &std::path::Path, found: &mut HashSet<(u64, u64)>) {
    let own = fs::metadata(folder).unwrap();
    found.insert((own.dev(), own.ino()));
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let what = entry.metadata().unwrap();
        if what.is_dir() {
            inside(&entry.path(), found);
        } else if what.is_file() {
            found.insert((what.dev(), what.ino()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever links there are: what a name opens is inside, through either opener, and the same through both.
    #[test]
    fn no_name_leads_out_of_any_tree(
        things in prop::collection::vec(thing(), 1..16),
        names in prop::collection::vec(prop::collection::vec(component(), 1..5), 1..12),
    ) {
        let folder = Folder::empty();
        make(&folder, &things);
        let mut real = HashSet::new();
        inside(&folder.0.join("offered"), &mut real);
        let trees = folder.trees(DotFiles::Show);
        let asked = names.iter().map(|parts| parts.join("/")).chain(things.into_iter().map(|(path, _)| path));
        for name in asked.map(|name| Name::parse(name.as_bytes()).unwrap()) {
            let found = trees.each_ref().map(|tree| {
                let file = tree.open(&name).ok().map(|file| file.state);
                let mut listed = Vec::new();
                let mut list = tree.list(Some(&name)).ok();
                if let Some(list) = &mut list {
                    list.page(Cursor::default(), |entry| {
                        listed.push((entry.name.to_vec(), entry.state));
                        ControlFlow::Continue(())
                    }).unwrap();
                }
                listed.sort_by(|one, other| one.0.cmp(&other.0));
                (file, list.map(|list| list.state), listed)
            });
            for (file, folder, listed) in &found {
                for state in file.iter().chain(folder).chain(listed.iter().map(|(_, state)| state)) {
                    prop_assert!(real.contains(&(state.dev, state.ino)), "{name:?} leads outside");
                }
            }
            prop_assert_eq!(&found[0], &found[1], "{:?}", name);
        }
    }
}

/// What opens step by step asks openat2 first itself, so on a kernel that has it these tests see it do its work only
/// where the call fails.
#[test]
fn all_of_this_holds_without_openat2() {
    if env::var_os(WITHOUT).is_some() {
        return;
    }
    for error in ["ENOSYS", "EPERM"] {
        let inject = format!("inject=openat2:error={error}");
        let mut command = Command::new("strace");
        command.args([
            "-D",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=openat2",
            "-e",
            &inject,
        ]);
        command.arg(env::current_exe().unwrap()).args(["--quiet", "tree::tests::"]).env(WITHOUT, error);
        match command.output() {
            Ok(ran) => {
                let said = String::from_utf8_lossy(&ran.stdout);
                assert!(
                    ran.status.success() && said.contains("test result: ok. 6 passed"),
                    "{error}: {said}"
                );
            }
            Err(missing) if env::var_os("CI").is_none() => {
                let _ = writeln!(std::io::stderr(), "NOT TESTED without openat2: strace: {missing}");
            }
            Err(missing) => panic!("strace has to be here in CI: {missing}"),
        }
    }
}
