//! Cuts after every N bytes.
//! Never pads: a message of another size is refused.

use sockeye_text::text;

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, put, size};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Fixed> = FramingDef {
    name: "fixed",
    form: "fixed=N",
    about: "about-frame-fixed",
    samples: &["fixed=1", "fixed=7"],
    build: |given| {
        let size = given.number("fixed", 1..=i64::from(u32::MAX))?;
        Ok(Fixed { size: usize::try_from(size).unwrap_or(usize::MAX) })
    },
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Fixed {
    /// Bytes in every message; at least 1.
    size: usize,
}

impl Cut for Fixed {
    #[inline]
    fn next(&self, buf: &[u8], _scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if self.size > max {
            return Err(FrameError::TooLong { announced: self.size as u64, limit: max, hint: None });
        }
        if buf.len() < self.size {
            return Ok(CutStep::Need { least: self.size, total: Some(self.size) });
        }
        Ok(CutStep::Frame { used: self.size, from: 0, to: self.size })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let have = size(message, sum);
        if have != self.size {
            let size = text!("bytes", count = self.size);
            let want = match sum {
                Some(_) => text!("wanted-exactly-sealed", size = size),
                None => text!("wanted-exactly", size = size),
            };
            return Err(FrameError::WrongSize { framing: "fixed", have, want });
        }
        put(message, sum, out);
        Ok(())
    }
}
