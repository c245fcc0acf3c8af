//! What is here already: whether what lies at a destination is the file that is asked for, byte for byte.
//! Never changes it, and never takes equal lengths or times for equal files.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use sha2::Digest as _;
use sockeye_core::{
    event::{FetchStep, Fetched, Proof, Thing, What},
    plan::Destination,
    transfer::{Blake3, Name, Sha256},
};

use sockeye_sys::is_null_device;

use super::{
    block::BLOCK,
    fetcher::{Fetcher, WishError},
    partial::{self, DestinationFile},
    sockeye::SockeyeClient,
    source::FileSource as _,
};

/// What is known of a file that lies at a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LocalCopy {
    /// It is the one that is asked for.
    Same,
    /// It is another one.
    Other,
    /// There is none that may be read, or nobody can say what it is.
    Unknown,
}

impl Fetcher {
    /// Whether the file at `destination` equals the server's; if so, tells that it is complete.
    pub(super) fn look(
        &mut self,
        client: &mut SockeyeClient,
        name: &Name,
        destination: &DestinationFile,
    ) -> Result<LocalCopy, WishError> {
        let Some((file, size)) = destination.lies_there() else { return Ok(LocalCopy::Unknown) };
        if self.plan.pins.blake3.is_some() || self.plan.pins.sha256.is_some() {
            // The pinned hash decides, and `land` compares it.
            return Ok(LocalCopy::Unknown);
        }
        let stat = self.insist(client, |client| client.stat(name.as_bytes()));
        match stat.map_err(WishError::from) {
            Ok((Thing::File, there)) if there == size => {}
            Ok((Thing::File, _)) => return Ok(LocalCopy::Other),
            Ok((Thing::Folder, _)) => return Ok(LocalCopy::Unknown),
            Err(WishError::One(_)) => return Ok(LocalCopy::Unknown),
            Err(fatal) => return Err(fatal),
        }
        self.compare(client, name, (&file, size), destination)
    }

    /// Whether a file of the same length equals the server's; if so, tells that it is complete.
    pub(super) fn compare(
        &mut self,
        client: &mut SockeyeClient,
        name: &Name,
        (file, size): (&File, u64),
        destination: &DestinationFile,
    ) -> Result<LocalCopy, WishError> {
        let Some(there) = self.insist(client, |client| client.hash(name, b""))? else {
            return Ok(LocalCopy::Unknown);
        };
        let Some((here, _)) = self.hashes(file)? else { return Ok(LocalCopy::Unknown) };
        if here != there {
            return Ok(LocalCopy::Other);
        }
        self.tell_same(name, destination, size, (here, Proof::Server));
        Ok(LocalCopy::Same)
    }

    /// Whether the file at the destination has the pinned hashes; if so, tells that it is complete.
    pub(super) fn is_pinned_here(
        &mut self,
        name: &Name,
        destination: &DestinationFile,
    ) -> Result<bool, WishError> {
        let pins = self.plan.pins;
        if pins.blake3.is_none() && pins.sha256.is_none() {
            return Ok(false);
        }
        let Some((file, size)) = destination.lies_there() else { return Ok(false) };
        let Some((blake3, sha256)) = self.hashes(&file)? else { return Ok(false) };
        let is_it =
            pins.blake3.is_none_or(|pin| pin == blake3) && pins.sha256.is_none_or(|pin| Some(pin) == sha256);
        if is_it {
            self.tell_same(name, destination, size, (blake3, Proof::Pinned));
        }
        Ok(is_it)
    }

    fn tell_same(
        &mut self,
        name: &Name,
        destination: &DestinationFile,
        size: u64,
        (hash, proof): (Blake3, Proof),
    ) {
        let step = FetchStep::Complete { to: destination.seen(), size, came: 0, hash, proof };
        self.events_out.tell(What::Fetched(Fetched { name: name.as_bytes().into(), step }));
        self.fetched += 1;
    }

    /// The hashes of what lies here; SHA-256 where it is asked for. What cannot be read has none.
    fn hashes(&self, mut file: &File) -> Result<Option<(Blake3, Option<Sha256>)>, WishError> {
        let mut hasher = blake3::Hasher::new();
        let mut other = self.plan.pins.sha256.map(|_| sha2::Sha256::new());
        let mut bytes = vec![0; BLOCK];
        loop {
            if self.remote.stop.is_cancelled() {
                return Err(WishError::Stopped);
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

    /// Where the one file goes; `None` for standard output and `/dev/null`.
    pub(super) fn destination(&self, name: &Name) -> Result<Option<DestinationFile>, WishError> {
        let (folder, last) = match &self.plan.into {
            Destination::Folder(folder) => (folder.clone(), name.last()),
            Destination::File(path) if !is_null_device(path) => {
                let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
                let last = path.file_name().unwrap_or_default();
                let place = partial::folder(&folder).map_err(WishError::One)?;
                return Ok(Some(DestinationFile { folder: place, shown: folder, last: last.to_owned() }));
            }
            Destination::File(_) | Destination::Stdout => return Ok(None),
        };
        let place = partial::folder(&folder).map_err(WishError::One)?;
        DestinationFile::new(place, &folder, last).map(Some).map_err(WishError::One)
    }
}
