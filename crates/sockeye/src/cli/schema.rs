//! `sockeye schema`: what one line of `--json` may be, as JSON Schema.
//! Never makes it: it lies beside the view that it describes.

use crate::view::json::SCHEMA;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(crate) struct Schema {}

impl Schema {
    /// The schema.
    pub(crate) fn text() -> String {
        SCHEMA.to_owned()
    }
}
