//! What is said: `--send` and its kin, in the order of the command line, as bytes or templates.
//! Never sends; it refuses what could not be sent.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use sockeye_core::{
    behaviour::Payload,
    charset::{self, Charset},
    frame::Framing,
};
use sockeye_text::Text;

use super::{
    common::{LineEnd, in_order},
    outline::Wrong,
};
use crate::{
    payload,
    say::{self, usage, words},
};

#[derive(Debug, Args)]
#[command(next_help_heading = "heading-what-to-say")]
struct Flags {
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    send: Vec<String>,
    #[arg(short = 'e', long = "escapes")]
    escapes: bool,
    #[arg(long, value_name = "HEX", allow_hyphen_values = true)]
    send_hex: Vec<String>,
    #[arg(long, value_name = "FILE")]
    send_file: Vec<String>,
    #[command(flatten)]
    line_end: LineEnd,
}

/// One thing to say, as it was written.
#[derive(Clone, Debug)]
enum Said {
    Text(String),
    Hex(String),
    File(String),
}

/// What is said.
#[derive(Debug)]
pub(crate) struct Payloads {
    said: Vec<Said>,
    escapes: bool,
    // Whether a text is said besides these.
    greets: bool,
    line_end: LineEnd,
}

impl Args for Payloads {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Payloads {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let said = |kind: fn(String) -> Said, texts: Vec<String>| texts.into_iter().map(kind).collect();
        Ok(Self {
            said: in_order(
                matches,
                [
                    ("send", said(Said::Text, flags.send)),
                    ("send_hex", said(Said::Hex, flags.send_hex)),
                    ("send_file", said(Said::File, flags.send_file)),
                ],
            ),
            escapes: flags.escapes,
            greets: matches.try_get_one::<String>("greet").is_ok_and(|greeting| greeting.is_some()),
            line_end: flags.line_end,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Payloads {
    /// Whether anything is said.
    pub(crate) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// What a `--send` or a typed line gets appended.
    pub(crate) fn line_end(&self) -> &LineEnd {
        &self.line_end
    }

    /// Everything that is said, ready to be framed.
    ///
    /// # Errors
    /// The first one that cannot be sent, and why.
    pub(crate) fn ready(&self, charset: Charset, framing: &Framing) -> Result<Vec<Payload>, Wrong> {
        if self.escapes && !self.greets && !self.said.iter().any(|said| matches!(said, Said::Text(_))) {
            return Err(usage::escapes_need_send().into());
        }
        let eol = self.line_end.text(framing)?;
        let flags = ["--send", "--send-hex"];
        self.said.iter().map(|said| self.one(said, flags, charset, framing, eol)).collect()
    }

    /// What is said before all that, ready to be framed.
    ///
    /// # Errors
    /// It cannot be sent.
    pub(crate) fn greeting(
        &self,
        text: Option<&str>,
        hex: Option<&str>,
        charset: Charset,
        framing: &Framing,
    ) -> Result<Option<Payload>, Wrong> {
        let said = match (text, hex) {
            (Some(text), _) => Said::Text(text.to_owned()),
            (None, Some(hex)) => Said::Hex(hex.to_owned()),
            (None, None) => return Ok(None),
        };
        let eol = self.line_end.text(framing)?;
        self.one(&said, ["--greet", "--greet-hex"], charset, framing, eol).map(Some)
    }

    fn one(
        &self,
        said: &Said,
        [text_flag, hex_flag]: [&'static str; 2],
        charset: Charset,
        framing: &Framing,
        eol: &str,
    ) -> Result<Payload, Wrong> {
        let (flag, written, payload) = match said {
            Said::Text(text) => (text_flag, text, self.text(text, charset, eol).map_err(Wrong::Meaning)),
            Said::Hex(text) => {
                let bytes = charset::hex(text).map_err(|e| Wrong::Meaning(words(&e.text())));
                (hex_flag, text, bytes.map(Payload::Bytes))
            }
            Said::File(path) => ("--send-file", path, file(path, framing.max_frame()).map(Payload::Bytes)),
        };
        let named = |why| usage::payload(flag, written, Text::verbatim(why));
        let payload = payload.map_err(|wrong| match wrong {
            Wrong::Meaning(why) => Wrong::Meaning(named(why)),
            Wrong::File(why) => Wrong::File(named(why)),
            other => other,
        })?;
        if let Payload::Bytes(bytes) = &payload {
            framing
                .encode(bytes, &mut Vec::new())
                .map_err(|why| usage::payload(flag, written, why.text()))?;
        }
        Ok(payload)
    }

    fn text(&self, text: &str, charset: Charset, eol: &str) -> Result<Payload, String> {
        if !self.escapes {
            return payload::of(text, eol, charset);
        }
        if payload::has_placeholder(text) {
            return payload::of(&unescaped_text(text)?, eol, charset);
        }
        let mut bytes = charset::unescape(text, charset).map_err(|e| words(&e.text()))?;
        bytes.extend(charset.encode(eol).map_err(|e| words(&e.text()))?);
        Ok(Payload::Bytes(bytes))
    }
}

/// A file's bytes, at most as many as a message may have.
fn file(path: &str, limit: usize) -> Result<Vec<u8>, Wrong> {
    use std::io::Read as _;
    let most = (limit as u64).saturating_add(1);
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|e| Wrong::File(say::words(&say::system(&e))))?;
    if bytes.len() > limit {
        return Err(usage::file_too_large(limit).into());
    }
    Ok(bytes)
}

/// `-e` in a template: the text that is meant.
fn unescaped_text(text: &str) -> Result<String, String> {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('\\') {
        if behind
            .strip_prefix('x')
            .and_then(|digits| digits.chars().next())
            .is_some_and(|c| c.to_digit(16) > Some(7))
        {
            return Err(usage::byte_in_template());
        }
        let escaped = behind.chars().next().map_or(0, char::len_utf8);
        rest = behind.get(escaped..).unwrap_or_default();
    }
    let bytes = charset::unescape(text, Charset::utf8()).map_err(|e| words(&e.text()))?;
    String::from_utf8(bytes).map_err(|_| usage::byte_in_template())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_in_a_template_are_text() {
        assert_eq!(unescaped_text("{counter}\\r\\n\\x41\\\\x80").unwrap(), "{counter}\r\nA\\x80");
        assert!(unescaped_text("\\xff{counter}").unwrap_err().contains("--send-hex"));
    }
}
