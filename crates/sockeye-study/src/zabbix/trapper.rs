//! What a server's trapper is sent, as `zabbix_sender` does, and what it says to that.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

use super::packet::packet;

/// A value for an item of type trapper.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// The key of the item.
    pub key: String,
    /// Its value.
    pub value: String,
    /// When it was found, since 1970.
    pub since_epoch: Duration,
}

/// What a trapper did with what it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Values that it has taken.
    pub taken: u64,
    /// Values that it has not: it knows no such host, or no such item of type trapper.
    pub refused: u64,
}

/// Why an answer is no receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrapperError {
    /// The server says no, in these words.
    Failed(String),
    /// The host belongs to a proxy, at this address.
    Elsewhere(String),
    /// It is no answer of a Zabbix server.
    Unreadable,
}

/// The longest word of a server that is passed on, characters.
const WORDS: usize = 200;

impl fmt::Display for TrapperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(words) => write!(f, "the server says no: {words}"),
            Self::Elsewhere(address) => write!(f, "the host belongs to a proxy at {address}"),
            Self::Unreadable => f.write_str("no answer of a Zabbix server"),
        }
    }
}

impl std::error::Error for TrapperError {}

/// The packet that reports these values of one host.
#[must_use]
pub fn report(host: &str, values: &[Reported]) -> Vec<u8> {
    let data: Vec<Value> = values
        .iter()
        .map(|one| {
            json!({
                "host": host,
                "key": one.key,
                "value": one.value,
                "clock": one.since_epoch.as_secs(),
                "ns": one.since_epoch.subsec_nanos(),
            })
        })
        .collect();
    packet(json!({ "request": "sender data", "data": data }).to_string().as_bytes())
}

/// What the data of an answering packet says.
///
/// # Errors
/// It is no receipt.
pub fn taken(data: &[u8]) -> Result<Taken, TrapperError> {
    let answer: Value = serde_json::from_slice(data).map_err(|_| TrapperError::Unreadable)?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let short = |text: &str| text.chars().take(WORDS).collect::<String>();
    let info = text("info").unwrap_or_default();
    match text("response") {
        Some("success") => Ok(Taken {
            taken: count(info, "processed").ok_or(TrapperError::Unreadable)?,
            refused: count(info, "failed").ok_or(TrapperError::Unreadable)?,
        }),
        Some(_) => Err(match answer.get("redirect").and_then(|to| to.get("address")?.as_str()) {
            Some(address) => TrapperError::Elsewhere(short(address)),
            None => TrapperError::Failed(short(info)),
        }),
        None => Err(TrapperError::Unreadable),
    }
}

/// The number behind a word: `processed: 2; failed: 0; total: 2; seconds spent: 0.000070`.
fn count(info: &str, word: &str) -> Option<u64> {
    let behind = info.split(';').find_map(|part| part.trim().strip_prefix(word))?;
    behind.trim_start_matches([':', ' ']).parse().ok()
}
