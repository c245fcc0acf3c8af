//! What a half-typed command can become: commands, conversations, saved messages, charsets.
//! Never completes a message: a tab in one is a part of it.

use sockeye_core::charset::labels;

use crate::say::console::{Argument, COMMANDS, CommandRow, ConsoleRole, Stands};

/// What can be filled in, as it is when Tab is pressed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Completion {
    /// Numbers and names of conversations.
    pub whom: Vec<String>,
    /// Names of saved messages.
    pub quick: Vec<String>,
}

/// Where the word begins that is being typed at the end of `text`, and what it can become.
pub(crate) fn complete(text: &str, role: ConsoleRole, known: &Completion) -> (usize, Vec<String>) {
    let mut rest = text;
    let mut stands = Stands::First;
    while let Some(command) = rest.strip_prefix('/').filter(|command| !command.starts_with('/')) {
        let fits =
            |row: &&CommandRow| row.is_at(role) && (stands == Stands::First || row.stands == Stands::Within);
        let Some((word, arguments)) = command.split_once(' ') else {
            let words = COMMANDS.iter().filter(fits).map(|row| format!("/{}", row.word));
            return beginning(text, rest, words);
        };
        let Some(row) = COMMANDS.iter().filter(fits).find(|row| row.word == word) else { break };
        rest = arguments;
        for argument in row.arguments {
            if *argument == Argument::Speech {
                stands = Stands::Within;
                break;
            }
            match rest.split_once(' ') {
                Some((_, behind)) => rest = behind,
                None => return argument_of(*argument, text, rest, known),
            }
        }
        if row.arguments.last() != Some(&Argument::Speech) {
            break;
        }
    }
    (text.len(), Vec::new())
}

fn argument_of(argument: Argument, text: &str, typed: &str, known: &Completion) -> (usize, Vec<String>) {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    // Behind a comma another one is typed.
    let last = typed.rsplit_once(',').map_or(typed, |(_, last)| last);
    match argument {
        Argument::Whom => beginning(text, last, known.whom.iter().cloned()),
        Argument::Choice => beginning(text, last, known.whom.iter().cloned().chain(own(&["all", "last"]))),
        Argument::Quick => beginning(text, typed, known.quick.iter().cloned()),
        Argument::Show => beginning(text, typed, own(&["text", "hex", "both"]).into_iter()),
        Argument::Charset => beginning(text, typed, labels().map(|row| row.name.to_owned())),
        Argument::Period | Argument::Speech | Argument::Other => (text.len(), Vec::new()),
    }
}

/// Those that begin with `typed`, the end of `text`.
fn beginning(text: &str, typed: &str, words: impl Iterator<Item = String>) -> (usize, Vec<String>) {
    let mut all: Vec<String> = words.filter(|word| word.starts_with(typed)).collect();
    all.dedup();
    (text.len() - typed.len(), all)
}
