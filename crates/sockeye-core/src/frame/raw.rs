//! Delivers every read as it came.
//! Never joins or cuts: where a read begins and ends proves nothing about messages.

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, Tail, put};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<RawCut> = FramingDef {
    name: "raw",
    form: "raw",
    about: "about-frame-raw",
    samples: &["raw"],
    build: |_| Ok(RawCut),
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct RawCut;

impl Cut for RawCut {
    fn next(&self, buf: &[u8], _scan: &mut Scan, _max: usize) -> Result<CutStep, FrameError> {
        Ok(CutStep::Frame { used: buf.len(), from: 0, to: buf.len() })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        put(message, sum, out);
        Ok(())
    }

    fn tail(&self, _rest: &[u8]) -> Tail {
        Tail::Message
    }
}
