//! What the opener opens and what it does not.
//! Never outside of a folder of its own.

use std::{
    fs,
    os::unix::fs::symlink,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sockeye-tree-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("offered/sub")).unwrap();
        fs::write(path.join("secret"), b"secret").unwrap();
        fs::write(path.join("offered/file"), b"content").unwrap();
        fs::write(path.join("offered/.hidden"), b"hidden").unwrap();
        symlink("../file", path.join("offered/sub/in")).unwrap();
        symlink("../secret", path.join("offered/out")).unwrap();
        Self(path)
    }

    fn tree(&self, dot_files: DotFiles) -> Tree {
        Tree::new(&self.0.join("offered"), dot_files).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn opened(tree: &Tree, name: &str) -> Option<u64> {
    tree.open(&Name::parse(name.as_bytes()).unwrap()).ok().map(|file| file.state.size)
}

#[test]
fn files_inside_are_opened_and_nothing_else() {
    let folder = Folder::new();
    let tree = folder.tree(DotFiles::Hide);
    assert_eq!(opened(&tree, "file"), Some(7));
    assert_eq!(opened(&tree, "sub/in"), Some(7));
    for name in ["out", "sub", "absent", ".hidden", "file/x"] {
        assert_eq!(opened(&tree, name), None, "{name}");
    }
    assert_eq!(opened(&folder.tree(DotFiles::Show), ".hidden"), Some(6));
}

#[test]
fn a_change_of_a_file_is_a_change_of_its_state() {
    let folder = Folder::new();
    let tree = folder.tree(DotFiles::Hide);
    let name = Name::parse(b"file").unwrap();
    let file = tree.open(&name).unwrap();
    assert!(file.is_unchanged());
    // The same length and other bytes.
    fs::write(folder.0.join("offered/file"), b"CONTENT").unwrap();
    assert!(!file.is_unchanged());
    let again = tree.open(&name).unwrap();
    assert_ne!(file.state.identity(), again.state.identity());
}

#[test]
fn a_folder_is_read_on_from_where_the_page_before_ended() {
    let folder = Folder::new();
    for number in 0..100 {
        fs::write(folder.0.join(format!("offered/sub/{number}")), b"").unwrap();
    }
    // Nobody could ask for it.
    fs::write(folder.0.join("offered/sub/a\nb"), b"").unwrap();
    let tree = folder.tree(DotFiles::Hide);
    let sub = Name::parse(b"sub").unwrap();
    let (mut names, mut from) = (Vec::new(), Some(Place::default()));
    while let Some(place) = from {
        let mut room = 7;
        from = tree
            .list(Some(&sub))
            .unwrap()
            .page(place, |entry| {
                if room == 0 {
                    return Taken::Full;
                }
                room -= 1;
                names.push(entry.name.to_vec());
                Taken::Yes
            })
            .unwrap();
    }
    assert_eq!(names.len(), 101);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 101);
}

#[test]
fn what_is_no_folder_is_refused_at_start() {
    let folder = Folder::new();
    for path in ["secret", "absent"] {
        assert!(Tree::new(&folder.0.join(path), DotFiles::Hide).is_err(), "{path}");
    }
}
