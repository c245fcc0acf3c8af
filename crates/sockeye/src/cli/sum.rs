//! `sockeye sum`: the checksum of bytes, or which checksum frames carry.
//! Never connects.

use std::{fs::File, io::Read as _, path::PathBuf};

use clap::Args;
use sockeye_core::{charset, frame::Checksum};
use sockeye_study::sum::{FoundSum, find};
use sockeye_text::text;

use super::outline::{Task, Wrong};
use crate::say::{self, page, say, usage, words};

/// The most bytes of a file that are summed.
const MOST: u64 = 256 * 1024 * 1024;
/// The most answers of `--find` that are shown.
const SHOWN: usize = 3;

/// Arguments of `sum`.
#[derive(Debug, Args)]
pub(crate) struct SumArgs {
    #[arg(value_name = "NAME", required_unless_present_any = ["all", "find"], conflicts_with = "find")]
    name: Option<String>,
    #[arg(value_name = "TEXT", conflicts_with_all = ["find", "hex", "file"])]
    text: Option<String>,
    #[arg(long, value_name = "HEX", conflicts_with_all = ["file", "find"])]
    hex: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "find")]
    file: Option<PathBuf>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "HEX", num_args = 1.., conflicts_with = "all")]
    find: Vec<String>,
}

impl SumArgs {
    /// What is printed.
    ///
    /// # Errors
    /// There is no such checksum, there is nothing to sum, or a file cannot be read.
    pub(crate) fn task(self) -> Result<Task, Wrong> {
        if !self.find.is_empty() {
            let frames = self.find.iter().map(|text| digits(text)).collect::<Result<Vec<_>, _>>()?;
            let found = find(&frames);
            return Ok(match found.is_empty() {
                true => Task::CannotTell(cannot_tell(frames.len())),
                false => Task::Print(found.iter().take(SHOWN).map(told).collect()),
            });
        }
        if self.all {
            // There is one word, and that is what is summed.
            let text = match (self.name.clone(), &self.text) {
                (Some(_), Some(_)) => return Err(Wrong::Meaning(say!("sum-all-or-name"))),
                (name, _) => name,
            };
            let bytes = self.bytes(text)?;
            let sums = Checksum::names().filter_map(|name| Checksum::parse(name).ok());
            let rows: Vec<_> = sums.map(|sum| (sum.name().to_owned(), line(&sum, &bytes))).collect();
            return Ok(Task::Print(format!("{}\n", page::table(&rows, page::PAGE_WIDTH))));
        }
        let name = self.name.clone().unwrap_or_default();
        let sum = Checksum::parse(&name).map_err(|error| words(&error.text()))?;
        let bytes = self.bytes(self.text.clone())?;
        Ok(Task::Print(format!("{}\n", line(&sum, &bytes))))
    }

    /// What is to be summed.
    fn bytes(&self, text: Option<String>) -> Result<Vec<u8>, Wrong> {
        match (&self.hex, &self.file, text) {
            (Some(hex), _, None) => digits(hex),
            (_, Some(file), None) => read(file),
            (None, None, Some(text)) => Ok(text.into_bytes()),
            (None, None, None) => Err(Wrong::Meaning(say!("sum-of-what"))),
            _ => Err(Wrong::Meaning(say!("sum-one-of"))),
        }
    }
}

fn digits(text: &str) -> Result<Vec<u8>, Wrong> {
    charset::hex(text).map_err(|error| Wrong::Meaning(words(&error.text())))
}

fn read(file: &PathBuf) -> Result<Vec<u8>, Wrong> {
    let failed = |error: std::io::Error| {
        let (file, why) = (say::safe(&file.display().to_string()), say::system(&error));
        Wrong::File(words(&text!("labelled", what = file, detail = why)))
    };
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST {
        return Err(Wrong::File(usage::not_for(
            &file.display().to_string(),
            say!("sum-too-long", most = MOST),
        )));
    }
    Ok(bytes)
}

/// The bytes as they travel, and the number they are.
fn line(sum: &Checksum, bytes: &[u8]) -> String {
    let travels: Vec<String> = match sum.stored() == sum.len() {
        true => sum.written_of(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        false => vec![String::from_utf8_lossy(&sum.written_of(bytes)).into_owned()],
    };
    format!("{}  0x{:0width$x}", travels.join(" "), sum.compute(bytes), width = sum.len() * 2)
}

/// One answer, for people.
fn told(found: &FoundSum) -> String {
    let tail = match found.tail.is_empty() {
        true => say!("sum-found-at-end", size = text!("bytes", count = found.size)),
        false => {
            let tail: Vec<String> = found.tail.iter().map(|byte| format!("{byte:02x}")).collect();
            say!("sum-found-before-tail", size = text!("bytes", count = found.size), tail = tail.join(" "))
        }
    };
    let covers = say!("sum-found-covers", from = found.from, behind = text!("bytes", count = found.behind));
    let fits = say!("sum-found-fits", frames = found.frames, bits = found.bits);
    format!("--checksum {}\n   {covers}\n   {tail}\n   {fits}\n", found.spec)
}

fn cannot_tell(frames: usize) -> String {
    match frames {
        1 => say!("sum-cannot-tell-one"),
        _ => say!("sum-cannot-tell"),
    }
}
