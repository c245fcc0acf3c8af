//! Moving files: a folder is offered to whoever asks for a file of it, and files are fetched from whoever offers them.
//! Never prints, never parses arguments, never frames a conversation.

mod speed;
mod tree;
mod serve;
mod get;
#[cfg(test)]
mod tests;

pub use get::get;
pub use serve::serve;
