//! `sockeye limits`: every bound of a run.
//! Never keeps a number of its own: they are core's.

use sockeye_core::limit::LIMITS;

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
                    "about": row.about,
                });
                out.push_str(&format!("{value}\n"));
            }
            return out;
        }
        let width = |of: fn(&sockeye_core::limit::Limit) -> usize| LIMITS.iter().map(of).max().unwrap_or(0);
        let default = width(|row| row.default.to_string().len());
        let (name, flag) = (width(|row| row.name.len()), width(|row| row.flag.len()));
        for row in LIMITS {
            out.push_str(&format!(
                "{:<name$}  {:<default$}  {:<flag$}  {}\n",
                row.name, row.default, row.flag, row.about
            ));
        }
        out
    }
}
