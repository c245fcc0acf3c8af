//! What became of fetching a file: begun, under way, begun again, complete.
//! Never holds a byte of a file.

use serde::{Deserialize, Serialize};

use crate::transfer::Blake3;

/// One file on its way to us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// The name that was asked for; any bytes.
    pub name: Box<[u8]>,
    /// What became of it.
    pub step: FetchStep,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FetchStep {
    /// Its bytes come.
    Begun {
        /// The whole file's length in bytes, if the server says.
        size: Option<u64>,
        /// Bytes from before that need not come again.
        kept: u64,
    },
    /// Some of them came.
    Progress {
        /// Bytes that are here.
        done: u64,
        /// The whole file's length in bytes, if the server says.
        size: Option<u64>,
        /// Bytes a second lately.
        rate: u64,
    },
    /// What was here is of no use, and it begins anew.
    Again {
        /// Why.
        why: Anew,
    },
    /// It is complete and durable.
    Complete {
        /// Where, in words.
        to: String,
        /// Its length in bytes.
        size: u64,
        /// Bytes that came in this run.
        came: u64,
        /// The hash of what is here.
        hash: Blake3,
        /// What says that it is right.
        proof: Proof,
    },
    /// It could not be completed; what came lies there for the next run.
    Kept {
        /// Where, in words.
        partial: String,
        /// Bytes that are here.
        done: u64,
    },
}

/// Why a file begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anew {
    /// The server has another one now.
    Changed,
    /// The partial file is not what its sidecar says.
    Damaged,
    /// There is no sidecar beside the partial file that could be understood.
    Unknown,
    /// The partial file is of another server or name.
    Foreign,
    /// The server cannot go on in the middle.
    NoResume,
}

/// What says that a file is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The server's hash of the whole file.
    Server,
    /// The hash on the command line.
    Pinned,
    /// Nothing: the server gives no hash, and none was asked for.
    None,
}

/// One thing in a folder of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its whole name; any bytes.
    pub name: Box<[u8]>,
    /// What it is.
    pub is: Thing,
    /// Its length in bytes.
    pub size: u64,
    /// When it was changed last, nanoseconds since 1970.
    pub mtime_ns: i64,
}

/// What something in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thing {
    /// A regular file.
    File,
    /// A folder.
    Folder,
}
