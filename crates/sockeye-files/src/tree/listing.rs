//! Folders of the tree, a page at a time.
//! Never holds more of a folder than what one call of the system brings, and never names what could not be asked for.

use std::ops::ControlFlow;

use sockeye_core::transfer::{EntryKind, Name, name};
use sockeye_sys::{FileKind, FileState, FolderReader};

use super::{OpenError, Tree, shut};

/// Entries that are looked at for one page; a folder full of what is not shown takes several empty ones.
const LOOKED_AT: usize = 20_000;

/// A place in a folder, between two entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor(pub(crate) i64);

/// One thing in a folder that can be asked for.
#[derive(Debug)]
pub(crate) struct FolderEntry<'a> {
    pub(crate) kind: EntryKind,
    pub(crate) name: &'a [u8],
    pub(crate) state: FileState,
}

/// A folder of the tree, open.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    tree: &'a Tree,
    reader: FolderReader,
    /// What stands before its entries' names.
    path: Vec<u8>,
    /// The folder itself.
    pub(crate) state: FileState,
}

impl Tree {
    /// Opens a folder; without a name, the one that is offered.
    ///
    /// # Errors
    /// As [`OpenError`] says.
    pub(crate) fn list(&self, folder: Option<&Name>) -> Result<Listing<'_>, OpenError> {
        let path = folder.map_or(b".".as_slice(), Name::as_bytes);
        let reader = self.opener.list(path).map_err(shut)?;
        let mut prefix = Vec::new();
        if let Some(folder) = folder {
            self.shown(folder.as_bytes())?;
            prefix.extend_from_slice(folder.as_bytes());
            prefix.push(b'/');
        }
        Ok(Listing { tree: self, state: reader.state, reader, path: prefix })
    }
}

impl Listing<'_> {
    /// Shows `take` the entries behind `from` until it breaks off because the page is full. Where there may be more, says
    /// where to go on.
    ///
    /// # Errors
    /// There is no such place, or the folder cannot be read any more.
    pub(crate) fn page(
        &mut self,
        from: Cursor,
        mut take: impl FnMut(FolderEntry<'_>) -> ControlFlow<()>,
    ) -> Result<Option<Cursor>, OpenError> {
        if from != Cursor::default() {
            self.reader.seek(from.0).map_err(shut)?;
        }
        let Self { tree, reader, path, .. } = self;
        for _ in 0..LOOKED_AT {
            let here = Cursor(reader.place());
            let seen = reader.next(|name, kind| match look(tree, path, name, kind) {
                Some((kind, state)) => take(FolderEntry { kind, name, state }),
                None => ControlFlow::Continue(()),
            });
            match seen.map_err(shut)? {
                Some(ControlFlow::Continue(())) => {}
                Some(ControlFlow::Break(())) => return Ok(Some(here)),
                None => return Ok(None),
            }
        }
        Ok(Some(Cursor(reader.place())))
    }
}

/// What an entry of the folder at `path` is, if it can be asked for: through its links, and only where they stay inside.
fn look(tree: &Tree, path: &[u8], component: &[u8], kind: FileKind) -> Option<(EntryKind, FileState)> {
    if kind == FileKind::Special || name::check(component).is_err() {
        return None;
    }
    tree.shown(component).ok()?;
    let path = [path, component].concat();
    name::check(&path).ok()?;
    match tree.opener.look(&path).ok()? {
        (FileKind::File, state) => Some((EntryKind::File, state)),
        (FileKind::Folder, state) => Some((EntryKind::Folder, state)),
        _ => None,
    }
}
