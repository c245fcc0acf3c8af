//! Asks as the tutorials do: a bare name and a half-close; then the bytes and a close, or the single byte `1`.
//! Never resumes and never verifies: there is nothing in this dialect to do either with.

use sockeye_core::transfer::{Blake3, Name};

use super::{
    remote::{Line, Stumble, Way},
    source::{Ask, Brought, Opened, Source},
};

/// A server that takes bare names.
#[derive(Debug)]
pub(super) struct Plain {
    way: Way,
    line: Option<Line>,
    /// The first two bytes, or the one that is all.
    first: Vec<u8>,
}

impl Plain {
    pub(super) fn new(way: Way) -> Self {
        Self { way, line: None, first: Vec::new() }
    }
}

impl Source for Plain {
    fn open(&mut self, ask: Ask<'_>) -> Result<Opened, Stumble> {
        let mut line = self.way.dial()?;
        line.write(ask.name.as_bytes())?;
        // The tutorials' servers read once; those that read to the end need this.
        line.half_close()?;
        self.first.clear();
        let mut byte = [0; 2];
        while self.first.len() < 2 {
            let room = byte.get_mut(self.first.len()..).unwrap_or_default();
            let count = line.read(room)?;
            if count == 0 {
                break;
            }
            self.first.extend_from_slice(room.get(..count).unwrap_or_default());
        }
        if self.first == b"1" {
            return Err(Stumble::Over(self.way.absent(ask.name.as_bytes())));
        }
        self.line = Some(line);
        Ok(Opened::default())
    }

    fn read(&mut self, room: &mut [u8]) -> Result<Brought, Stumble> {
        if !self.first.is_empty() {
            let count = self.first.len().min(room.len());
            room.get_mut(..count)
                .unwrap_or_default()
                .copy_from_slice(self.first.get(..count).unwrap_or_default());
            self.first.drain(..count);
            return Ok(Brought::Bytes(count));
        }
        let Some(line) = &mut self.line else { return Ok(Brought::End(None)) };
        match line.try_read(room)? {
            None => Ok(Brought::Nothing),
            Some(0) => {
                self.line = None;
                Ok(Brought::End(None))
            }
            Some(count) => Ok(Brought::Bytes(count)),
        }
    }

    fn hash(&mut self, _: &Name, _: &[u8]) -> Result<Option<Blake3>, Stumble> {
        Ok(None)
    }

    fn hang_up(&mut self) {
        self.line = None;
    }
}
