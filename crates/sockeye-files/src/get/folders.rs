//! Whole folders and patterns: finds the files they mean in listings, and fetches each to its place.
//! Never makes a folder or file whose name the grammar refuses, and never goes through a link here.

use std::path::{Path, PathBuf};

use sockeye_core::{
    event::{Failure, Kind, Operation, Thing},
    limit::TREE,
    plan::Destination,
    transfer::{
        Name,
        glob::{is_pattern, matches},
    },
};
use sockeye_sys::{LandingFolder, words};
use sockeye_text::{Text, text};

use super::{
    fetcher::{Fetcher, WishError},
    local::LocalCopy,
    partial::{self, DestinationFile},
    sockeye::{RemoteEntry, SockeyeClient},
};

/// A remote folder, and the local one that receives its files.
struct FolderPair {
    there: Vec<u8>,
    here: LandingFolder,
    shown: PathBuf,
}

impl Fetcher {
    /// Fetches a folder and all that is in it, or a single file.
    pub(super) fn tree(&mut self, client: &mut SockeyeClient, name: &Name) -> Result<(), WishError> {
        if self.insist(client, |client| client.kind(name.as_bytes()))? == Thing::File {
            return self.single(client, name);
        }
        let (root, place) = self.folder()?;
        let first = pair(&root, &place, name.as_bytes().to_vec(), name.last()).map_err(WishError::One)?;
        self.below(client, first)
    }

    /// Fetches all that is offered.
    pub(super) fn everything(&mut self, client: &mut SockeyeClient) -> Result<(), WishError> {
        let (here, shown) = self.folder()?;
        self.below(client, FolderPair { there: Vec::new(), here, shown })
    }

    /// The folder that takes what is fetched.
    fn folder(&self) -> Result<(LandingFolder, PathBuf), WishError> {
        let Destination::Folder(place) = &self.plan.into else {
            let detail = text!("get-needs-folder");
            let failure = Failure::new(Operation::Get, self.remote.server(), Kind::Usage, detail);
            return Err(WishError::All(failure.hint(text!("get-needs-folder-hint"))));
        };
        Ok((partial::folder(place).map_err(WishError::One)?, place.clone()))
    }

    fn below(&mut self, client: &mut SockeyeClient, first: FolderPair) -> Result<(), WishError> {
        let top = first.there.clone();
        let (mut folders, mut seen) = (vec![first], 0);
        while let Some(pair) = folders.pop() {
            let mut cursor = Vec::new();
            loop {
                let (items, next) = self.insist(client, |client| client.page(&pair.there, &cursor))?;
                seen += items.len();
                if seen > TREE {
                    let detail = text!("get-many-entries", most = TREE);
                    let failure =
                        Failure::new(Operation::Get, self.remote.address(&top), Kind::Broken, detail);
                    return Err(WishError::All(failure));
                }
                for item in items {
                    let there = joined(&pair.there, &item.name);
                    let step = match item.is {
                        Thing::File => self.into(client, &there, item.size, (&pair.here, &pair.shown)),
                        Thing::Folder => self::pair(&pair.here, &pair.shown, there, &item.name)
                            .map(|below| folders.push(below))
                            .map_err(WishError::One),
                    };
                    self.go_on(step)?;
                }
                match next {
                    Some(next) => cursor = next,
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// Fetches every file that a pattern means.
    pub(super) fn pattern(&mut self, client: &mut SockeyeClient, pattern: &Name) -> Result<(), WishError> {
        let (root, place) = self.folder()?;
        let parts: Vec<&[u8]> = pattern.components().collect();
        let (mut found, mut seen) = (Vec::new(), 0);
        let mut open = vec![(Vec::new(), parts.as_slice())];
        while let Some((path, parts)) = open.pop() {
            let Some((part, rest)) = parts.split_first() else { continue };
            if !is_pattern(part) && !rest.is_empty() {
                open.push((joined(&path, part), rest));
                continue;
            }
            let is_meant =
                |item: &RemoteEntry| matches(part, &item.name) && (item.is == Thing::File) == rest.is_empty();
            let mut cursor = Vec::new();
            loop {
                let page = self.insist(client, |client| client.page(&path, &cursor));
                let (items, next) = match page.map_err(WishError::from) {
                    // `*/sub/x`: not every folder has a `sub`.
                    Err(WishError::One(failure)) if failure.kind == Kind::Absent => break,
                    page => page?,
                };
                seen += items.len();
                for item in items.iter().filter(|item| is_meant(item)) {
                    let path = joined(&path, &item.name);
                    if rest.is_empty() { found.push((path, item.size)) } else { open.push((path, rest)) }
                }
                match next {
                    Some(next) if seen <= TREE => cursor = next,
                    _ => break,
                }
            }
        }
        if found.is_empty() {
            return Err(WishError::One(self.remote.absent(pattern.as_bytes())));
        }
        found.sort();
        for (name, size) in found {
            let step = self.into(client, &name, size, (&root, &place));
            self.go_on(step)?;
        }
        Ok(())
    }

    /// Fetches one file of so many bytes into an open folder, under the last component of its name; unless it is there
    /// already, as it is where an earlier run fetched some of many.
    fn into(
        &mut self,
        client: &mut SockeyeClient,
        name: &[u8],
        size: u64,
        (here, shown): (&LandingFolder, &Path),
    ) -> Result<(), WishError> {
        let refused =
            |why: Text| WishError::One(Failure::new(Operation::Write, lossy(name), Kind::LocalWrite, why));
        let name = Name::parse(name).map_err(|error| refused(error.text()))?;
        let here = here.try_clone().map_err(|error| refused(words(&error)))?;
        let destination = DestinationFile::new(here, shown, name.last()).map_err(WishError::One)?;
        if let Some((file, length)) = destination.lies_there()
            && length == size
            && self.compare(client, &name, (&file, size), &destination)? == LocalCopy::Same
        {
            return Ok(());
        }
        self.land(client, &name, destination)
    }

    /// One of many files that failed does not stop the others.
    fn go_on(&mut self, step: Result<(), WishError>) -> Result<(), WishError> {
        match step {
            Err(WishError::One(failure)) => self.record(failure),
            Ok(()) => {}
            fatal => return fatal,
        }
        if self.remote.stop.is_cancelled() { Err(WishError::Stopped) } else { Ok(()) }
    }
}

/// Makes the local folder for a remote one.
fn pair(here: &LandingFolder, shown: &Path, there: Vec<u8>, name: &[u8]) -> Result<FolderPair, Failure> {
    let name = partial::local_name(name)?;
    let shown = shown.join(&name);
    Ok(FolderPair { there, here: partial::below(here, &name, &shown)?, shown })
}

fn joined(path: &[u8], name: &[u8]) -> Vec<u8> {
    if path.is_empty() { name.to_vec() } else { [path, b"/", name].concat() }
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
