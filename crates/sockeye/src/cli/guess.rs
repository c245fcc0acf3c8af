//! `sockeye guess`: arguments to what is to be studied.
//! Never reads it.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use sockeye_core::address::Address;
use sockeye_net::run::Captured;

use super::{
    common::patience,
    outline::{End, Ends, Wrong},
    service::address,
};
use crate::{
    run::{Digits, GuessPlan, GuessReader, GuessSource},
    say::{say, usage},
};

/// The most proposals unless another number is given.
const TOP: &str = "3";

/// Arguments of `guess`.
#[derive(Debug, Args)]
pub(crate) struct GuessArgs {
    #[arg(value_name = "FILE", conflicts_with_all = ["listen", "connect"])]
    file: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["listen", "connect"])]
    hex: bool,
    #[arg(long, value_name = "ADDR", conflicts_with = "connect")]
    listen: Option<String>,
    #[arg(long, value_name = "ADDR")]
    connect: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = patience)]
    wait: Option<Duration>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20), default_value = TOP)]
    top: u8,
    #[arg(long)]
    json: bool,
}

impl GuessArgs {
    /// What is to be done.
    ///
    /// # Errors
    /// There is nothing to study, or it is no stream.
    pub(crate) fn plan(self, ends: Ends) -> Result<GuessPlan, Wrong> {
        let live = |text: &str, from| match address(text, None)? {
            address @ (Address::Tcp { .. } | Address::Unix(_)) => {
                Ok(GuessSource::Live(address, from, self.wait))
            }
            Address::Udp { .. } | Address::Stdio => {
                Err(Wrong::Meaning(usage::not_for(text, say!("guess-takes-streams"))))
            }
        };
        let digits = if self.hex { Digits::Told } else { Digits::Recognised };
        let source = match (&self.listen, &self.connect, self.file) {
            (Some(text), ..) => live(text, Captured::Clients)?,
            (_, Some(text), _) => live(text, Captured::Server)?,
            (_, _, Some(file)) if file.as_os_str() != "-" => GuessSource::File(Some(file), digits),
            (_, _, None) if ends.input == End::Terminal => {
                return Err(Wrong::Meaning(say!("guess-of-what")));
            }
            _ => GuessSource::File(None, digits),
        };
        let is_live = matches!(source, GuessSource::Live(..));
        if self.wait.is_some() && !is_live {
            return Err(Wrong::Meaning(say!("guess-wait-is-for-peers")));
        }
        let reader = if self.json { GuessReader::Program } else { GuessReader::Person };
        Ok(GuessPlan { source, top: usize::from(self.top), reader })
    }
}
