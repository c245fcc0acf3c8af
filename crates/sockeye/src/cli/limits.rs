//! `sockeye limits`: every bound of a run.
//! Never keeps a number of its own: they are core's.

use sockeye_core::limit::{LIMITS, Limit};
use sockeye_text::Text;

use crate::say::{self, page};

/// Arguments of `limits`.
#[derive(Debug, clap::Args)]
pub(crate) struct LimitsArgs {
    #[arg(long)]
    json: bool,
}

impl LimitsArgs {
    /// The table.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        if self.json {
            for row in LIMITS {
                let value = serde_json::json!({
                    "v": 1, "type": "limit", "name": row.name, "flag": row.flag, "default": row.default.to_string(),
                    "about": Text::of_key(row.about).to_string(),
                });
                out.push_str(&format!("{value}\n"));
            }
            return out;
        }
        let width = |of: fn(&Limit) -> usize| LIMITS.iter().map(of).max().unwrap_or(0);
        let shown = |row: &Limit| say::words(&row.default.text());
        let default = LIMITS.iter().map(|row| page::columns(&shown(row))).max().unwrap_or(0);
        let (name, flag) = (width(|row| row.name.len()), width(|row| row.flag.len()));
        for row in LIMITS {
            out.push_str(&format!(
                "{:<name$}  {}  {:<flag$}  {}\n",
                row.name,
                page::padded(&shown(row), default),
                row.flag,
                say::keyed(row.about)
            ));
        }
        out
    }
}
