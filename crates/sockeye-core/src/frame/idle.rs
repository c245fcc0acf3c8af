//! Cuts where nothing came for a while, as serial tools do, and where the limit is reached.
//! Never calls what it cuts a message: on a network a pause proves nothing.

use std::time::Duration;

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, Tail, put};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Idle> = FramingDef {
    name: "idle",
    form: "idle=MS",
    about: "about-frame-idle",
    samples: &["idle=20"],
    build: |given| {
        let ms = given.number("idle", 1..=86_400_000)?;
        Ok(Idle { gap: Duration::from_millis(ms.unsigned_abs()) })
    },
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Idle {
    /// How long nothing must come.
    pub(super) gap: Duration,
}

impl Cut for Idle {
    fn next(&self, buf: &[u8], _scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        let most = max.max(1);
        if buf.len() < most {
            return Ok(CutStep::Need { least: most, total: None });
        }
        Ok(CutStep::Frame { used: most, from: 0, to: most })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        put(message, sum, out);
        Ok(())
    }

    fn tail(&self, _rest: &[u8]) -> Tail {
        Tail::Message
    }
}
