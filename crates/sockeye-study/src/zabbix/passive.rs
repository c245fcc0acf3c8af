//! Passive checks: what a server asks an agent for, as Zabbix 6.0 (a key) and as Zabbix 7.0 (JSON), and the answers.

use std::time::Duration;

use serde_json::{Value, json};
use sockeye_core::limit::ZABBIX_ITEMS;

use super::packet::packet;

/// The version of the protocol in JSON that is spoken; a server goes by it.
pub const AGENT_PROTOCOL: &str = "7.0.0";
/// Which agent it is to a server: not the second.
const VARIANT: u8 = 1;
/// What stands before the reason why there is no value.
const UNSUPPORTED: &[u8] = b"ZBX_NOTSUPPORTED\0";

/// One item that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedItem {
    /// Its key.
    pub key: String,
    /// How long the server waits for its value, if it says so.
    pub timeout: Option<Duration>,
}

/// What a server asks for, in which protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassiveRequest {
    /// A key.
    Key(AskedItem),
    /// An object of JSON.
    Json(Vec<AskedItem>),
}

/// The value of an item, or why there is none.
pub type ItemAnswer = Result<String, String>;

impl PassiveRequest {
    /// Reads the data of a packet. What is no such object is taken for a key, as agents do: a server that hears that the key
    /// is not supported falls back to the older protocol.
    #[must_use]
    pub fn read(data: &[u8]) -> Self {
        match items(data) {
            Some(asked) => Self::Json(asked),
            None => {
                let key = String::from_utf8_lossy(data).trim_end_matches(['\n', '\r', '\0']).to_owned();
                Self::Key(AskedItem { key, timeout: None })
            }
        }
    }

    /// What is asked for, in order: at least one item, and at most [`ZABBIX_ITEMS`].
    #[must_use]
    pub fn items(&self) -> &[AskedItem] {
        match self {
            Self::Key(item) => std::slice::from_ref(item),
            Self::Json(items) => items,
        }
    }

    /// The packet that answers, with an answer an item.
    #[must_use]
    pub fn answer(&self, answers: &[ItemAnswer]) -> Vec<u8> {
        match self {
            Self::Key(_) => match answers.first() {
                Some(Ok(value)) => packet(value.as_bytes()),
                Some(Err(why)) => packet(&[UNSUPPORTED, why.as_bytes()].concat()),
                None => packet(UNSUPPORTED),
            },
            Self::Json(_) => {
                let data: Vec<Value> = answers
                    .iter()
                    .map(|answer| match answer {
                        Ok(value) => json!({ "value": value }),
                        Err(why) => json!({ "error": why }),
                    })
                    .collect();
                let object = json!({ "version": AGENT_PROTOCOL, "variant": VARIANT, "data": data });
                packet(object.to_string().as_bytes())
            }
        }
    }
}

/// The items of a request in JSON.
fn items(data: &[u8]) -> Option<Vec<AskedItem>> {
    let object: Value = serde_json::from_slice(data).ok()?;
    if object.get("request")?.as_str()? != "passive checks" {
        return None;
    }
    let items = object.get("data")?.as_array()?;
    let item = |item: &Value| {
        let key = item.get("key")?.as_str()?.to_owned();
        Some(AskedItem { key, timeout: item.get("timeout").and_then(seconds) })
    };
    let fits = (1..=ZABBIX_ITEMS).contains(&items.len());
    if fits { items.iter().map(item).collect() } else { None }
}

/// A time as servers write it: a number of seconds, or a text of one with or without its unit.
fn seconds(value: &Value) -> Option<Duration> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => {
            let (digits, factor) = match text.strip_suffix('m') {
                Some(minutes) => (minutes, 60.0),
                None => (text.strip_suffix('s').unwrap_or(text), 1.0),
            };
            digits.parse::<f64>().ok()? * factor
        }
        _ => return None,
    };
    Duration::try_from_secs_f64(number).ok().filter(|time| !time.is_zero())
}
