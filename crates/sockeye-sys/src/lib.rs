//! What the kernel knows about a socket and no safe crate tells.
//! Never decides anything: no policy, no waiting, no printing.
