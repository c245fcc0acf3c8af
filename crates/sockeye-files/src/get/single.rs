//! One file: fetched to where it belongs, unless it is here already.
//! Never knows how it is received.

use sockeye_core::{
    event::{Failure, Kind, Operation, Thing},
    plan::{Destination, Existing},
    transfer::Name,
};
use sockeye_text::text;

use super::{
    download::DownloadTarget,
    fetcher::{Fetcher, WishError},
    local::LocalCopy,
    partial::{DestinationFile, Leftover, PartialFile},
    sockeye::SockeyeClient,
    source::FileSource,
};

impl Fetcher {
    /// Fetches one file, unless it is here already. A folder is a failure that says so.
    pub(super) fn single(&mut self, client: &mut SockeyeClient, name: &Name) -> Result<(), WishError> {
        let here = match self.destination(name)? {
            Some(destination) => self.look(client, name, &destination)?,
            None => LocalCopy::Unknown,
        };
        if here == LocalCopy::Same {
            return Ok(());
        }
        let error = match self.file(client, name) {
            Err(WishError::One(failure)) => failure,
            granted => return granted,
        };
        Err(WishError::One(match error.kind {
            Kind::LocalWrite if here == LocalCopy::Other && self.plan.existing == Existing::Keep => {
                Failure { detail: text!("get-exists-other"), ..error }
            }
            Kind::Absent if matches!(client.kind(name.as_bytes()), Ok(Thing::Folder)) => {
                let detail = text!("get-folder");
                Failure::new(Operation::Get, self.remote.address(name.as_bytes()), Kind::Absent, detail)
                    .hint(text!("get-folder-hint"))
            }
            _ => error,
        }))
    }

    /// Fetches one file without comparing the local one with the server's; pinned hashes are compared.
    pub(super) fn file(&mut self, source: &mut dyn FileSource, name: &Name) -> Result<(), WishError> {
        match self.destination(name)? {
            Some(destination) => self.land(source, name, destination),
            None if self.plan.into == Destination::Stdout => {
                self.fetch(source, name, DownloadTarget::Stdout, Leftover::Nothing)
            }
            None => self.fetch(source, name, DownloadTarget::Nothing, Leftover::Nothing),
        }
    }

    /// Fetches a file to its destination, unless one with the pinned hashes is there already.
    pub(super) fn land(
        &mut self,
        source: &mut dyn FileSource,
        name: &Name,
        destination: DestinationFile,
    ) -> Result<(), WishError> {
        if self.is_pinned_here(name, &destination)? {
            return Ok(());
        }
        let (partial, found) = PartialFile::open(destination, self.plan.existing).map_err(WishError::One)?;
        self.fetch(source, name, DownloadTarget::File(Box::new(partial)), found)
    }
}
