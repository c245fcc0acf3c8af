//! Delivers every read as it came.
//! Never joins or cuts: where a read begins and ends proves nothing about messages.

use super::checksum::Checksum;
use super::cut::{Cut, Kind, Scan, Step, Tail, put};
use super::error::FrameError;
use super::spec::Row;

/// The table's row.
pub(super) const ROW: Row = Row {
    name: "raw",
    form: "raw",
    about: "no framing: every read is shown as it came",
    samples: &["raw"],
    build: |_| Ok(Kind::Raw(Raw)),
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Raw;

impl Cut for Raw {
    fn next(&self, buf: &[u8], _scan: &mut Scan, _max: usize) -> Result<Step, FrameError> {
        Ok(Step::Frame { used: buf.len(), from: 0, to: buf.len() })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        put(message, sum, out);
        Ok(())
    }

    fn tail(&self) -> Tail {
        Tail::Message
    }
}
