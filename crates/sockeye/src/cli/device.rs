//! What makes a device of the end that connects: it answers, greets, comes back, and may be one of many.
//! Never connects and never answers.

use std::{cell::Cell, time::Duration};

use clap::Args;
use sockeye_core::{
    behaviour::{Payload, Reply},
    charset::Charset,
    frame::Framing,
    limit::default_of,
    plan::DevicePlan,
    unit::Medium,
};
use sockeye_text::Text;

use super::{
    common::{duration, positive, size},
    outline::Wrong,
    payload::Payloads,
};
use crate::say::{self, usage, words};

/// How our end behaves besides saying things.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-device")]
pub(crate) struct Acting {
    #[arg(long, value_name = "REPLY")]
    reply: Option<String>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    greet: Option<String>,
    #[arg(long, value_name = "HEX", allow_hyphen_values = true, conflicts_with = "greet")]
    greet_hex: Option<String>,
    #[arg(
        long,
        value_name = "TIME",
        value_parser = duration,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = default_of("retry-delay"),
        conflicts_with = "retry"
    )]
    reconnect: Option<Duration>,
    #[arg(long, value_name = "N", value_parser = positive)]
    clients: Option<u64>,
    #[arg(long, value_name = "SIZE", value_parser = size)]
    read_size: Option<usize>,
}

impl Acting {
    /// The plan of it.
    ///
    /// # Errors
    /// There is no such reply, or its file is wrong.
    pub(crate) fn plan(&self, charset: Charset) -> Result<DevicePlan, Wrong> {
        let reply = self.reply.as_deref().map(|spec| reply_by(spec, charset)).transpose()?;
        if reply.as_ref().is_some_and(Reply::is_shared) {
            return Err(say::device::chat_is_for_listen().into());
        }
        Ok(DevicePlan { reply, reconnect: self.reconnect, clients: self.clients.unwrap_or(1) })
    }

    /// Whether it answers.
    pub(crate) fn replies(&self) -> bool {
        self.reply.is_some()
    }

    /// Whether it stays until it is stopped or the peer goes, unless something else is asked for.
    pub(crate) fn stays(&self) -> bool {
        self.reply.is_some() || self.reconnect.is_some()
    }

    /// What is said first on each connection.
    ///
    /// # Errors
    /// It cannot be sent.
    pub(crate) fn greeting(
        &self,
        payloads: &Payloads,
        charset: Charset,
        framing: &Framing,
    ) -> Result<Option<Payload>, Wrong> {
        payloads.greeting(self.greet.as_deref(), self.greet_hex.as_deref(), charset, framing)
    }

    /// The most bytes read at once, or `otherwise`.
    ///
    /// # Errors
    /// Datagrams come whole.
    pub(crate) fn read_size(&self, medium: Medium, otherwise: usize) -> Result<usize, String> {
        match (self.read_size, medium) {
            (Some(_), Medium::Datagram) => Err(say::device::datagrams_are_read_whole()),
            (size, _) => Ok(size.unwrap_or(otherwise).min(otherwise)),
        }
    }
}

/// What a `--reply` is.
///
/// # Errors
/// There is none of that name, or its file cannot be read or followed.
pub(super) fn reply_by(spec: &str, charset: Charset) -> Result<Reply, Wrong> {
    let unread = Cell::new(false);
    let load = |path: &str| {
        std::fs::read_to_string(path).map_err(|error| {
            unread.set(true);
            Text::verbatim(usage::file(path, &error))
        })
    };
    Reply::parse(spec, charset, &load).map_err(|error| {
        let plain = spec.replacen('：', ":", 1);
        if plain != spec && Reply::parse(&plain, charset, &load).is_ok() {
            return Wrong::Meaning(usage::full_width(&plain));
        }
        let wrong = if unread.get() { Wrong::File } else { Wrong::Meaning };
        wrong(words(&error.text()))
    })
}
