//! What is here already: whether what lies at a destination is the file that is asked for, byte for byte.
//! Never changes it, and never takes equal lengths or times for equal files.

use std::{
    fs::File,
    io::Read as _,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use sha2::Digest as _;
use sockeye_core::{
    event::{Fetched, Proof, Step, Thing, What},
    plan::Destination,
    transfer::{Blake3, Name, Sha256},
};

use super::{
    block::BLOCK,
    fetcher::{Fetcher, Trouble},
    partial::{self, Spot},
    sockeye::Asker,
    source::Source as _,
};

/// What is known of a file that lies at a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// It is the one that is asked for.
    Same,
    /// It is another one.
    Other,
    /// There is none that may be read, or nobody can say what it is.
    Unknown,
}

impl Fetcher {
    /// Whether the file at `spot` is that of the server; tells so where it is.
    pub(super) fn look(&mut self, asker: &mut Asker, name: &Name, spot: &Spot) -> Result<Here, Trouble> {
        let Some((file, size)) = spot.lies_there() else { return Ok(Here::Unknown) };
        if self.plan.pins.blake3.is_some() || self.plan.pins.sha256.is_some() {
            // What it has to be decides, and that is looked at where the file is granted.
            return Ok(Here::Unknown);
        }
        let stat = self.insist(asker, |asker| asker.stat(name.as_bytes()));
        match stat.map_err(Trouble::from) {
            Ok((Thing::File, there)) if there == size => {}
            Ok((Thing::File, _)) => return Ok(Here::Other),
            Ok((Thing::Folder, _)) => return Ok(Here::Unknown),
            Err(Trouble::This(_)) => return Ok(Here::Unknown),
            Err(fatal) => return Err(fatal),
        }
        self.compare(asker, name, (&file, size), spot)
    }

    /// Whether a file of the same length is that of the server; tells so where it is.
    pub(super) fn compare(
        &mut self,
        asker: &mut Asker,
        name: &Name,
        (file, size): (&File, u64),
        spot: &Spot,
    ) -> Result<Here, Trouble> {
        let Some(there) = self.insist(asker, |asker| asker.hash(name, b""))? else {
            return Ok(Here::Unknown);
        };
        let Some((here, _)) = self.hashes(file)? else { return Ok(Here::Unknown) };
        if here != there {
            return Ok(Here::Other);
        }
        self.tell_same(name, spot, size, (here, Proof::Server));
        Ok(Here::Same)
    }

    /// Whether the file at the destination is what the command line says it has to be; tells so where it is.
    pub(super) fn is_pinned_here(&mut self, name: &Name, spot: &Spot) -> Result<bool, Trouble> {
        let pins = self.plan.pins;
        if pins.blake3.is_none() && pins.sha256.is_none() {
            return Ok(false);
        }
        let Some((file, size)) = spot.lies_there() else { return Ok(false) };
        let Some((blake3, sha256)) = self.hashes(&file)? else { return Ok(false) };
        let is_it =
            pins.blake3.is_none_or(|pin| pin == blake3) && pins.sha256.is_none_or(|pin| Some(pin) == sha256);
        if is_it {
            self.tell_same(name, spot, size, (blake3, Proof::Pinned));
        }
        Ok(is_it)
    }

    fn tell_same(&mut self, name: &Name, spot: &Spot, size: u64, (hash, proof): (Blake3, Proof)) {
        let step = Step::Complete { to: spot.seen(), size, came: 0, hash, proof };
        self.teller.tell(What::Fetched(Fetched { name: name.as_bytes().into(), step }));
        self.fetched += 1;
    }

    /// The hashes of what lies here; SHA-256 where it is asked for. What cannot be read has none.
    fn hashes(&self, mut file: &File) -> Result<Option<(Blake3, Option<Sha256>)>, Trouble> {
        let mut hasher = blake3::Hasher::new();
        let mut other = self.plan.pins.sha256.map(|_| sha2::Sha256::new());
        let mut bytes = vec![0; BLOCK];
        loop {
            if self.way.stop.is_cancelled() {
                return Err(Trouble::Stopped);
            }
            match file.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => {
                    let piece = bytes.get(..count).unwrap_or_default();
                    hasher.update(piece);
                    if let Some(other) = &mut other {
                        other.update(piece);
                    }
                }
                Err(_) => return Ok(None),
            }
        }
        let other = other.map(|other| Sha256(other.finalize().into()));
        Ok(Some((Blake3(hasher.finalize().into()), other)))
    }

    /// Where the one file goes; nothing, where that is no place in a folder.
    pub(super) fn spot(&self, name: &Name) -> Result<Option<Spot>, Trouble> {
        let (folder, last) = match &self.plan.into {
            Destination::Folder(folder) => (folder.clone(), name.last()),
            Destination::File(path) if !is_null(path) => {
                let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
                let last = path.file_name().unwrap_or_default();
                let place = partial::folder(&folder).map_err(Trouble::This)?;
                return Ok(Some(Spot { folder: place, shown: folder, last: last.to_owned() }));
            }
            Destination::File(_) | Destination::Stdout => return Ok(None),
        };
        let place = partial::folder(&folder).map_err(Trouble::This)?;
        Spot::new(place, &folder, last).map(Some).map_err(Trouble::This)
    }
}

/// Whether what is written there is meant to be lost.
fn is_null(path: &Path) -> bool {
    let is_null = |found: std::fs::Metadata| found.file_type().is_char_device() && found.rdev() == 0x0103;
    std::fs::metadata(path).is_ok_and(is_null)
}
