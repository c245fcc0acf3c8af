//! Folders of the tree, a page at a time.
//! Never holds more of a folder than what one call of the system brings, and never names what could not be asked for.

use std::ops::ControlFlow;

use rustix::fs::{Dir, FileType, OFlags, fstat};
use sockeye_core::transfer::{EntryKind, Name, name};

use super::{FileState, OpenError, Tree, shut};

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
    dir: Dir,
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
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK;
        let fd = self.opener.open(path, flags).map_err(shut)?;
        let mut prefix = Vec::new();
        if let Some(folder) = folder {
            self.shown(folder.as_bytes())?;
            prefix.extend_from_slice(folder.as_bytes());
            prefix.push(b'/');
        }
        let state = FileState::of(&fstat(&fd).map_err(shut)?);
        let dir = Dir::new(fd).map_err(shut)?;
        Ok(Listing { tree: self, dir, path: prefix, state })
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
            self.dir.seek(from.0).map_err(shut)?;
        }
        let mut here = from;
        for _ in 0..LOOKED_AT {
            let Some(entry) = self.dir.read() else { return Ok(None) };
            let entry = entry.map_err(shut)?;
            let bytes = entry.file_name().to_bytes();
            if let Some((kind, state)) = self.look(bytes, entry.file_type())
                && take(FolderEntry { kind, name: bytes, state }).is_break()
            {
                return Ok(Some(here));
            }
            here = Cursor(entry.offset());
        }
        Ok(Some(here))
    }

    /// What an entry is, if it can be asked for: through its links, and only where they stay inside.
    fn look(&self, component: &[u8], kind: FileType) -> Option<(EntryKind, FileState)> {
        let may_be_offered = matches!(
            kind,
            FileType::RegularFile | FileType::Directory | FileType::Symlink | FileType::Unknown
        );
        if !may_be_offered || name::check(component).is_err() {
            return None;
        }
        self.tree.shown(component).ok()?;
        let path = [self.path.as_slice(), component].concat();
        name::check(&path).ok()?;
        let found = self.tree.opener.open(&path, OFlags::PATH).ok()?;
        let stat = fstat(&found).ok()?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            _ => return None,
        };
        Some((kind, FileState::of(&stat)))
    }
}
