//! Whole folders and patterns: finds the files they mean in listings, and lands each in its place.
//! Never makes a folder or file whose name the grammar refuses, and never goes through a link here.

use std::{
    ffi::OsStr,
    os::{fd::OwnedFd, unix::ffi::OsStrExt as _},
    path::{Path, PathBuf},
};

use sockeye_core::{
    event::{Failure, Kind, Operation, Thing},
    limit::TREE,
    plan::Destination,
    transfer::{
        Name,
        glob::{is_pattern, matches},
        name::check_local,
    },
};
use sockeye_sys::NAMING;

use super::{
    fetcher::{Fetcher, Trouble},
    local::Here,
    partial::{self, Spot},
    sockeye::{Asker, Item},
};

/// A folder there, and the one here that takes what is in it.
struct Pair {
    there: Vec<u8>,
    here: OwnedFd,
    shown: PathBuf,
}

impl Fetcher {
    /// Fetches a folder and all that is in it, or a single file.
    pub(super) fn tree(&mut self, asker: &mut Asker, name: &Name) -> Result<(), Trouble> {
        if self.insist(asker, |asker| asker.kind(name.as_bytes()))? == Thing::File {
            return self.single(asker, name);
        }
        let (root, place) = self.folder()?;
        let first = pair(&root, &place, name.as_bytes().to_vec(), name.last()).map_err(Trouble::This)?;
        self.below(asker, first)
    }

    /// Fetches all that is offered.
    pub(super) fn everything(&mut self, asker: &mut Asker) -> Result<(), Trouble> {
        let (here, shown) = self.folder()?;
        self.below(asker, Pair { there: Vec::new(), here, shown })
    }

    /// The folder that takes what is fetched.
    fn folder(&self) -> Result<(OwnedFd, PathBuf), Trouble> {
        let Destination::Folder(place) = &self.plan.into else {
            let detail = "several files need a folder to go into";
            let failure = Failure::new(Operation::Get, self.way.server(), Kind::Usage, detail);
            return Err(Trouble::All(failure.hint("use --dir DIR")));
        };
        Ok((partial::folder(place).map_err(Trouble::This)?, place.clone()))
    }

    fn below(&mut self, asker: &mut Asker, first: Pair) -> Result<(), Trouble> {
        let top = first.there.clone();
        let (mut folders, mut seen) = (vec![first], 0);
        while let Some(pair) = folders.pop() {
            let mut cursor = Vec::new();
            loop {
                let (items, next) = self.insist(asker, |asker| asker.page(&pair.there, &cursor))?;
                seen += items.len();
                if seen > TREE {
                    let detail = format!("there are more than {TREE} entries in it");
                    let failure = Failure::new(Operation::Get, self.way.address(&top), Kind::Broken, detail);
                    return Err(Trouble::All(failure));
                }
                for item in items {
                    let there = joined(&pair.there, &item.name);
                    let step = match item.is {
                        Thing::File => self.into(asker, &there, item.size, (&pair.here, &pair.shown)),
                        Thing::Folder => self::pair(&pair.here, &pair.shown, there, &item.name)
                            .map(|below| folders.push(below))
                            .map_err(Trouble::This),
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
    pub(super) fn pattern(&mut self, asker: &mut Asker, pattern: &Name) -> Result<(), Trouble> {
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
                |item: &Item| matches(part, &item.name) && (item.is == Thing::File) == rest.is_empty();
            let mut cursor = Vec::new();
            loop {
                let page = self.insist(asker, |asker| asker.page(&path, &cursor));
                let (items, next) = match page.map_err(Trouble::from) {
                    // A folder that a part in the middle names need not be everywhere.
                    Err(Trouble::This(failure)) if failure.kind == Kind::Absent => break,
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
            return Err(Trouble::This(self.way.absent(pattern.as_bytes())));
        }
        found.sort();
        for (name, size) in found {
            let step = self.into(asker, &name, size, (&root, &place));
            self.go_on(step)?;
        }
        Ok(())
    }

    /// Fetches one file of so many bytes into an open folder, under the last component of its name; unless it is there
    /// already, as it is where an earlier run fetched some of many.
    fn into(
        &mut self,
        asker: &mut Asker,
        name: &[u8],
        size: u64,
        (here, shown): (&OwnedFd, &Path),
    ) -> Result<(), Trouble> {
        let refused =
            |why: String| Trouble::This(Failure::new(Operation::Write, lossy(name), Kind::LocalWrite, why));
        let name = Name::parse(name).map_err(|error| refused(error.to_string()))?;
        let here = here.try_clone().map_err(|error| refused(error.to_string()))?;
        let spot = Spot::new(here, shown, name.last()).map_err(Trouble::This)?;
        if let Some((file, length)) = spot.lies_there()
            && length == size
            && self.compare(asker, &name, (&file, size), &spot)? == Here::Same
        {
            return Ok(());
        }
        self.land(asker, &name, spot)
    }

    /// One of many that failed does not keep the others away.
    fn go_on(&mut self, step: Result<(), Trouble>) -> Result<(), Trouble> {
        match step {
            Err(Trouble::This(failure)) => self.record(failure),
            Ok(()) => {}
            fatal => return fatal,
        }
        if self.way.stop.is_cancelled() { Err(Trouble::Stopped) } else { Ok(()) }
    }
}

/// Makes the folder here that stands for the one there.
fn pair(here: &OwnedFd, shown: &Path, there: Vec<u8>, name: &[u8]) -> Result<Pair, Failure> {
    check_local(name, NAMING)
        .map_err(|error| Failure::new(Operation::Write, lossy(name), Kind::LocalWrite, error.to_string()))?;
    let name = OsStr::from_bytes(name);
    let shown = shown.join(name);
    Ok(Pair { there, here: partial::below(here, name, &shown)?, shown })
}

fn joined(path: &[u8], name: &[u8]) -> Vec<u8> {
    if path.is_empty() { name.to_vec() } else { [path, b"/", name].concat() }
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
