//! Which names the file systems of this machine can give to files.
//! Never looks at one: it is the system that decides.

use sockeye_core::transfer::name::Naming;

/// How names are given here.
pub const NAMING: Naming = if cfg!(windows) { Naming::Windows } else { Naming::AsIs };
