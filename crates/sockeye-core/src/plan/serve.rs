//! `serve`: offer a folder for download.
//! Never opens it.

use std::{path::PathBuf, time::Duration};

use sockeye_text::{Language, Text, text};

use super::{Access, Family};
use crate::{
    address::{Address, Host},
    event::Dialect,
    limit::Limits,
    stage::FaultSpec,
};

/// Which dialects are answered; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialects {
    // In the order of `Dialect::ALL`.
    spoken: [bool; 3],
}

impl Default for Dialects {
    fn default() -> Self {
        Self { spoken: [true; 3] }
    }
}

impl Dialects {
    /// Reads `sockeye,http,name`, or some of them.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn parse(text: &str) -> Result<Self, Text> {
        let mut spoken = [false; 3];
        for word in text.split(',') {
            let found = Dialect::ALL.iter().zip(&mut spoken).find(|(dialect, _)| dialect.name() == word);
            let (_, is_spoken) = found.ok_or_else(|| text!("dialect-none", word = word))?;
            *is_spoken = true;
        }
        Ok(Self { spoken })
    }

    /// Whether this one is answered.
    #[must_use]
    pub fn has(self, dialect: Dialect) -> bool {
        self.iter().any(|spoken| spoken == dialect)
    }

    /// The same but for this one.
    #[must_use]
    pub fn without(mut self, dialect: Dialect) -> Self {
        for (other, spoken) in Dialect::ALL.iter().zip(&mut self.spoken) {
            *spoken &= *other != dialect;
        }
        self
    }

    /// Those that are answered, the richest first.
    pub fn iter(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().zip(self.spoken).filter(|(_, spoken)| *spoken).map(|(dialect, _)| dialect)
    }
}

/// What becomes of names that begin with a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DotFiles {
    /// They answer as absent, and so does everything in a folder of such a name.
    Hide,
    /// They are names like others.
    Show,
}

/// `serve`: offer a folder for download.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     event::Dialect,
///     limit::Limits,
///     plan::{Access, Dialects, DotFiles, Family, ServePlan},
/// };
/// use sockeye_text::Language;
///
/// let plan = ServePlan {
///     address: Address::parse("8889")?,
///     family: Family::Any,
///     folder: "/srv/files".into(),
///     dot_files: DotFiles::Hide,
///     dialects: Dialects::parse("http,name")?,
///     access: Access::default(),
///     hosts: Vec::new(),
///     language: Language::English,
///     pulse: None,
///     rate: Some(1_000_000),
///     total_rate: None,
///     faults: Vec::new(),
///     seed: 0,
///     limits: Limits::default(),
/// };
/// assert!(plan.dialects.has(Dialect::Http) && !plan.dialects.has(Dialect::Sockeye));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServePlan {
    /// Where.
    pub address: Address,
    /// Which families a bare port binds.
    pub family: Family,
    /// The folder.
    pub folder: PathBuf,
    /// Whether its dot-files are offered too.
    pub dot_files: DotFiles,
    /// How it may be asked. A bare name is told by a reset that its file changed, which a Unix socket has not.
    pub dialects: Dialects,
    /// Who may connect.
    pub access: Access,
    /// Names besides its own that HTTP may call it by; `transfer::http::Hosts` says what they mean.
    pub hosts: Vec<Host>,
    /// The language of pages and refusals in HTTP.
    pub language: Language,
    /// Bytes of files a second that one connection gets; no limit where there is none.
    pub rate: Option<u64>,
    /// Bytes of files a second that all connections get together; no limit where there is none.
    pub total_rate: Option<u64>,
    /// How often it tells what is being sent, while something is; without it never.
    pub pulse: Option<Duration>,
    /// Damage on purpose between it and its clients, in the order asked for.
    pub faults: Vec<FaultSpec>,
    /// What all chance derives from.
    pub seed: u64,
    /// Every other bound. `idle_timeout` is the longest silence between requests and the longest standstill of a
    /// transfer; without one, `limit::SERVE_IDLE`.
    pub limits: Limits,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_named_or_refused() {
        assert!(Dialect::ALL.iter().all(|dialect| Dialects::default().has(*dialect)));
        let two: Vec<Dialect> = Dialects::parse("name,http,name").unwrap().iter().collect();
        assert_eq!(two, [Dialect::Http, Dialect::Name]);
        let one: Vec<Dialect> = Dialects::parse("name,http").unwrap().without(Dialect::Name).iter().collect();
        assert_eq!(one, [Dialect::Http]);
        for text in ["", "ftp", "http,", "HTTP", "http, name"] {
            assert!(Dialects::parse(text).is_err(), "{text}");
        }
    }
}
