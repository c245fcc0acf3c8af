//! `sockeye help [TOPIC|COMMAND]`: what there is of one kind, or a command's own help.
//! Never has a text of its own: they are `say`'s.

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::outline::{JOBS, OTHERS};
use crate::say::topics::TOPICS;

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub(crate) struct Help {
    #[arg(value_name = "TOPIC|COMMAND", value_parser = subjects(), hide_possible_values = true)]
    subject: Option<String>,
}

fn subjects() -> PossibleValuesParser {
    let topics =
        TOPICS.iter().map(|topic| PossibleValue::new(topic.name).alias(topic.chinese).help(topic.about()));
    PossibleValuesParser::new(topics.chain(JOBS.into_iter().chain(OTHERS).map(PossibleValue::new)))
}

impl Help {
    /// The text that was asked for.
    pub(crate) fn text(&self, command: clap::Command) -> String {
        let subject = self.subject.as_deref();
        if let Some(topic) =
            TOPICS.iter().find(|topic| [topic.name, topic.chinese].map(Some).contains(&subject))
        {
            return topic.page();
        }
        let words = ["sockeye"].into_iter().chain(subject).chain(["--help"]);
        let asked = command.try_get_matches_from(words);
        asked.map_or_else(|help| help.render().to_string(), |_| String::new())
    }
}
