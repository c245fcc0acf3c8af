//! A question that whoever is at the terminal answers with yes or no.
//! Never asks where nobody could answer.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::encoding;

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assent {
    Yes,
    /// Or nothing, or anything else.
    No,
    /// There is no terminal to ask at.
    Nobody,
}

/// Asks `question` at the terminal.
pub(crate) async fn ask(question: String) -> Assent {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Assent::Nobody;
    }
    let asking = tokio::task::spawn_blocking(move || {
        let words = encoding::for_people(&std::io::stderr(), question.as_bytes());
        let mut err = std::io::stderr().lock();
        let _ = err.write_all(&words).and_then(|()| err.flush());
        drop(err);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        match (read, line.trim().to_ascii_lowercase().as_str()) {
            (Ok(_), "y" | "yes") => Assent::Yes,
            _ => Assent::No,
        }
    });
    asking.await.unwrap_or(Assent::Nobody)
}
