//! One file: fetched to where it belongs, unless it is here already.
//! Never knows how it is received.

use sockeye_core::{
    event::{Failure, Kind, Operation, Thing},
    plan::{Destination, Existing},
    transfer::Name,
};

use super::{
    download::Landing,
    fetcher::{Fetcher, Trouble},
    local::Here,
    partial::{Found, Partial, Spot},
    sockeye::Asker,
    source::Source,
};

impl Fetcher {
    /// Fetches one file, unless it is here already; says where it is none but a folder.
    pub(super) fn single(&mut self, asker: &mut Asker, name: &Name) -> Result<(), Trouble> {
        let here = match self.spot(name)? {
            Some(spot) => self.look(asker, name, &spot)?,
            None => Here::Unknown,
        };
        if here == Here::Same {
            return Ok(());
        }
        let trouble = match self.file(asker, name) {
            Err(Trouble::This(failure)) => failure,
            granted => return granted,
        };
        Err(Trouble::This(match trouble.kind {
            Kind::LocalWrite if here == Here::Other && self.plan.existing == Existing::Keep => Failure {
                detail: "it exists, is not the same as the server's, and is not replaced".to_owned(),
                ..trouble
            },
            Kind::Absent if matches!(asker.kind(name.as_bytes()), Ok(Thing::Folder)) => {
                let detail = "that is a folder";
                Failure::new(Operation::Get, self.way.address(name.as_bytes()), Kind::Absent, detail)
                    .hint("-r fetches it with all that is in it, --list shows what that is")
            }
            _ => trouble,
        }))
    }

    /// Fetches one file without asking whether it is here, but for what the command line says of it.
    pub(super) fn file(&mut self, source: &mut dyn Source, name: &Name) -> Result<(), Trouble> {
        match self.spot(name)? {
            Some(spot) => self.land(source, name, spot),
            None if self.plan.into == Destination::Stdout => {
                self.fetch(source, name, Landing::Stdout, Found::Nothing)
            }
            None => self.fetch(source, name, Landing::Nothing, Found::Nothing),
        }
    }

    /// Fetches a file to where it belongs, unless one that it may be is there already.
    pub(super) fn land(&mut self, source: &mut dyn Source, name: &Name, spot: Spot) -> Result<(), Trouble> {
        if self.is_pinned_here(name, &spot)? {
            return Ok(());
        }
        let (partial, found) = Partial::open(spot, self.plan.existing).map_err(Trouble::This)?;
        self.fetch(source, name, Landing::File(Box::new(partial)), found)
    }
}
