//! Writes the log of a job: events as a view shows them, appended to a file that keeps to its size.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::mpsc;

use super::job::{LogFormat, LogPlan};
use crate::{
    events::Batch,
    say,
    view::{Page, View},
};

/// Batches of events that may wait for the file.
pub(super) const QUEUE: usize = 64;

/// A log file. Jobs that name the same one share it.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    max: Option<u64>,
    // Opened at the first write where it is no regular file: a pipe that nobody reads would keep everything waiting.
    file: Option<File>,
    len: u64,
}

impl LogFile {
    /// Opens the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn open(plan: &LogPlan) -> io::Result<Arc<Mutex<Self>>> {
        let mut log = Self { path: plan.file.clone(), max: plan.max, file: None, len: 0 };
        if fs::metadata(&plan.file).map_or(true, |found| found.is_file()) {
            log.file()?;
            if matches!(plan.format, LogFormat::Junit | LogFormat::Hdr | LogFormat::Svg) {
                // One report a run, whole: nothing of an earlier one stays.
                log.file()?.set_len(0)?;
            }
        } else if plan.file.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Arc::new(Mutex::new(log)))
    }

    /// Whether it is the file that `plan` names.
    pub(super) fn is_of(&self, plan: &LogPlan) -> bool {
        self.path == plan.file
    }

    fn file(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => {
                let file = OpenOptions::new().append(true).create(true).open(&self.path)?;
                self.len = file.metadata()?.len();
                file
            }
        };
        Ok(self.file.insert(file))
    }

    /// Appends what one event looks like; begins anew where it would be too much.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let is_regular = self.file.is_some();
        if is_regular && self.len > 0 && self.max.is_some_and(|max| self.len + bytes.len() as u64 > max) {
            self.file = None;
            fs::rename(&self.path, older(&self.path))?;
            self.len = 0;
        }
        self.file()?.write_all(bytes)?;
        self.len += bytes.len() as u64;
        Ok(())
    }
}

/// `FILE.1`
fn older(path: &Path) -> PathBuf {
    let mut older = path.as_os_str().to_owned();
    older.push(".1");
    older.into()
}

/// Writes events as `view` shows them until there are no more, or the file cannot be written. Blocks.
///
/// # Errors
/// The file could not be written: what came from then on is not in it.
pub(super) fn write(
    file: &Mutex<LogFile>,
    mut view: Box<dyn View>,
    mut batches: mpsc::Receiver<Batch>,
) -> io::Result<()> {
    let mut page = Page::default();
    while let Some(batch) = batches.blocking_recv() {
        if batch.missed > 0 {
            page.err_line(&say::missed(batch.first - batch.missed, batch.missed));
        }
        for event in batch.events.iter() {
            view.show(event, &mut page);
            let bytes: Vec<u8> = page.take().into_iter().flat_map(|(_, bytes)| bytes).collect();
            if !bytes.is_empty() {
                file.lock().unwrap_or_else(PoisonError::into_inner).append(&bytes)?;
            }
        }
    }
    Ok(())
}
