//! Saved messages of the console: the `[quick]` table of the job file that a run came from, or of the user's own file.
//! Never leaves a half-written file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sockeye_sys::make_private_folder;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::say::usage;

/// Longest file of saved messages, in bytes.
const LONGEST: u64 = 1 << 20;
/// The table they stand in.
const TABLE: &str = "quick";

/// The saved messages of a console.
#[derive(Clone, Debug)]
pub(crate) struct Quicks {
    // None where there is no place to keep them: no home folder.
    file: Option<PathBuf>,
    messages: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Quicks {
    /// Those of `job_file`, or of the user's own file where there is none; a file that cannot be read has none.
    #[must_use]
    pub(crate) fn open(job_file: Option<PathBuf>) -> Self {
        let file = job_file.or_else(own_file);
        let messages = file.as_deref().and_then(|file| document(file).ok()).map(|found| messages(&found));
        Self { file, messages: Arc::new(Mutex::new(messages.unwrap_or_default())) }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one of that name.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.all().get(name).cloned()
    }

    /// All of them, by name.
    #[must_use]
    pub(crate) fn list(&self) -> Vec<(String, String)> {
        self.all().iter().map(|(name, text)| (name.clone(), text.clone())).collect()
    }

    /// Saves a message under a name; one without words is forgotten. Gives back the file it stands in, and stays where it was
    /// when that fails.
    ///
    /// # Errors
    /// The file cannot be read or written, or is not TOML: a sentence.
    pub(crate) fn save(&self, name: &str, text: &str) -> Result<PathBuf, (PathBuf, String)> {
        let Some(file) = &self.file else {
            return Err((
                PathBuf::from("~"),
                crate::say::words(&crate::say::system(&io::ErrorKind::NotFound.into())),
            ));
        };
        let failed = |why: String| (file.clone(), why);
        // Read anew: another session may have saved something meanwhile.
        let mut found = document(file).map_err(failed)?;
        let mut table = Table::new();
        table.set_implicit(false);
        let quick = found.entry(TABLE).or_insert(Item::Table(table));
        let Some(quick) = quick.as_table_like_mut() else {
            return Err(failed(usage::wants(TABLE, usage::JobValue::Table)));
        };
        match text {
            "" => drop(quick.remove(name)),
            text => drop(quick.insert(name, value(text))),
        }
        let system = |error: io::Error| failed(crate::say::words(&crate::say::system(&error)));
        replace(file, &found.to_string()).map_err(system)?;
        *self.all() = messages(&found);
        Ok(file.clone())
    }
}

/// The user's own file, by the XDG base directory specification.
fn own_file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    Some(config.or_else(|| Some(set("HOME")?.join(".config")))?.join("sockeye/quick.toml"))
}

/// What is in a file; nothing, where there is none.
fn document(file: &Path) -> Result<DocumentMut, String> {
    let system = |error: io::Error| crate::say::words(&crate::say::system(&error));
    let mut text = String::new();
    match File::open(file) {
        Ok(opened) => {
            let len = opened.take(LONGEST + 1).read_to_string(&mut text).map_err(system)?;
            // What was not read would be lost when it is saved.
            if len as u64 > LONGEST {
                return Err(system(io::ErrorKind::FileTooLarge.into()));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(system(error)),
    }
    text.parse().map_err(|error: toml_edit::TomlError| usage::toml(error.message()))
}

fn messages(found: &DocumentMut) -> BTreeMap<String, String> {
    let quick = found.get(TABLE).and_then(Item::as_table_like);
    let texts = quick.into_iter().flat_map(|table| table.iter());
    texts.filter_map(|(name, item)| Some((name.to_owned(), item.as_str()?.to_owned()))).collect()
}

/// Replaces a file at once, so that a crash leaves the old one or the new one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    // Where it is a link, what it leads to is replaced.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        make_private_folder(folder)?;
    }
    let mut beside = file.clone().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let written = (|| {
        let mut new = File::create_new(&beside)?;
        if let Ok(before) = fs::metadata(&file) {
            new.set_permissions(before.permissions())?;
        }
        new.write_all(text.as_bytes())?;
        new.sync_all()?;
        fs::rename(&beside, &file)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("sockeye-quick-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_saved_is_there_the_next_time_and_the_rest_of_the_file_stays() {
        let folder = folder("kept");
        let file = folder.join("jobs.toml");
        fs::write(&file, "# ours\n[job.a]\ncommand = \"listen\"\n").unwrap();
        let quicks = Quicks::open(Some(file.clone()));
        quicks.save("ask", "/hex 01 03").unwrap();
        quicks.save("问好", "你好").unwrap();
        quicks.save("ask", "/hex 01 04").unwrap();
        let again = Quicks::open(Some(file.clone()));
        assert_eq!(again.get("ask").as_deref(), Some("/hex 01 04"));
        again.save("ask", "").unwrap();
        assert_eq!(again.list(), [("问好".to_owned(), "你好".to_owned())]);
        assert!(fs::read_to_string(&file).unwrap().starts_with("# ours\n[job.a]\n"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_is_none_is_left_as_it_is() {
        let folder = folder("none");
        let file = folder.join("jobs.toml");
        fs::write(&file, "quick = 3\n").unwrap();
        let quicks = Quicks::open(Some(file.clone()));
        assert!(quicks.list().is_empty() && quicks.save("a", "b").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "quick = 3\n");
        let long = "# long\n".repeat(200_000);
        fs::write(&file, &long).unwrap();
        assert!(quicks.save("a", "b").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), long);
        fs::remove_dir_all(folder).unwrap();
    }
}
