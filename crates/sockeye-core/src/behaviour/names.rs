//! What the conversations of a run are called besides their numbers: by a rule, which read it off a registration, or by
//! the operator.
//! Never keeps a name that could be taken for a number, drives a terminal, or is borne by two.

use std::{collections::BTreeMap, sync::Arc};

use sockeye_text::{Text, text};
use thiserror::Error;

use crate::{
    charset::{self, Charset, Decoder, Piece},
    event::Conn,
    limit::CONVERSATION_NAME,
};

/// Words that mean something else where a conversation's name may stand.
const RESERVED: [&str; 4] = ["all", "last", "off", "none"];

/// Who gave a name: what the operator says holds against what a device registers as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedBy {
    Rule,
    Operator,
}

/// What the conversations of a run are called; each has one name at most, and no two the same.
#[derive(Debug, Default)]
pub struct Names {
    conns: BTreeMap<Arc<str>, Conn>,
    names: BTreeMap<Conn, (Arc<str>, NamedBy)>,
}

/// A conversation has a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName {
    /// The name.
    pub name: Arc<str>,
    /// Which conversation was called so until now: it has none any more.
    pub from: Option<Conn>,
}

/// Why the operator cannot give a name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub enum NamingError {
    /// There is nothing in it.
    Empty,
    /// It is a number, or a word that commands use.
    Reserved {
        /// What was written.
        name: String,
    },
    /// It has a character that could not be typed in a command, or not be seen.
    Character {
        /// What was written.
        name: String,
        /// The character.
        character: char,
    },
    /// It is longer than [`CONVERSATION_NAME`].
    Long {
        /// How many characters it has.
        len: usize,
    },
    /// Another conversation is called so.
    Taken {
        /// What was written.
        name: String,
        /// Which.
        by: Conn,
    },
}

impl NamingError {
    /// What is wrong, and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => text!("calling-empty"),
            Self::Reserved { name } => text!("calling-reserved", name = name.as_str()),
            Self::Character { name, character } => {
                text!(
                    "calling-character",
                    name = name.as_str(),
                    character = format!("U+{:04X}", u32::from(*character))
                )
            }
            Self::Long { len } => text!("calling-long", len = *len, most = CONVERSATION_NAME),
            Self::Taken { name, by } => text!("calling-taken", name = name.as_str(), conn = *by),
        }
    }
}

impl Names {
    /// The conversation that is called `name`.
    #[must_use]
    pub fn conn(&self, name: &str) -> Option<Conn> {
        self.conns.get(name).copied()
    }

    /// What conversation `conn` is called.
    #[must_use]
    pub fn of(&self, conn: Conn) -> Option<Arc<str>> {
        self.names.get(&conn).map(|(name, _)| Arc::clone(name))
    }

    /// Conversation `conn` registers under `name`, as [`registered`] made it. Another that is called so loses the name: a device that came back has a
    /// new conversation. Nothing changes where the operator has named `conn`.
    pub fn register(&mut self, conn: Conn, name: &str) -> Option<NewName> {
        match self.names.get(&conn) {
            Some((_, NamedBy::Operator)) => None,
            Some((before, _)) if **before == *name => None,
            _ => Some(self.put(conn, name, NamedBy::Rule)),
        }
    }

    /// The operator calls conversation `conn` `name`.
    ///
    /// # Errors
    /// It is no name, or another conversation's.
    pub fn give(&mut self, conn: Conn, name: &str) -> Result<NewName, NamingError> {
        check(name)?;
        match self.conn(name) {
            Some(by) if by != conn => Err(NamingError::Taken { name: name.to_owned(), by }),
            _ => Ok(self.put(conn, name, NamedBy::Operator)),
        }
    }

    /// Conversation `conn` is over: its name is free.
    pub fn forget(&mut self, conn: Conn) {
        if let Some((name, _)) = self.names.remove(&conn) {
            self.conns.remove(&name);
        }
    }

    fn put(&mut self, conn: Conn, name: &str, by: NamedBy) -> NewName {
        self.forget(conn);
        let name: Arc<str> = name.into();
        let from = self.conns.insert(Arc::clone(&name), conn);
        if let Some(from) = from {
            self.names.remove(&from);
        }
        self.names.insert(conn, (Arc::clone(&name), by));
        NewName { name, from }
    }
}

/// Whether a command would take `name` for something else.
fn is_reserved(name: &str) -> bool {
    let digits = name.trim_start_matches('#');
    RESERVED.contains(&name) || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `c` would end a name in a command, or begin another thing.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '#' | '/')
}

/// Whether `name` can be a conversation's.
///
/// # Errors
/// What is wrong with it.
pub fn check(name: &str) -> Result<(), NamingError> {
    let len = name.chars().count();
    let mut shown = String::new();
    let wrong = name.chars().find(|c| {
        let mut utf8 = [0; 4];
        shown.clear();
        charset::visible(c.encode_utf8(&mut utf8), &mut shown);
        parts(*c) || shown.chars().ne([*c])
    });
    match wrong {
        _ if name.is_empty() => Err(NamingError::Empty),
        _ if is_reserved(name) => Err(NamingError::Reserved { name: name.to_owned() }),
        Some(character) => Err(NamingError::Character { name: name.to_owned(), character }),
        None if len > CONVERSATION_NAME => Err(NamingError::Long { len }),
        None => Ok(()),
    }
}

/// The name of whoever registers with these bytes: text in `charset`, what could not be typed or seen replaced, cut at
/// [`CONVERSATION_NAME`] characters, `@` before a number. Nothing, where nothing is left of it.
#[must_use]
pub fn registered(bytes: &[u8], charset: Charset) -> Option<String> {
    // A character has four bytes at most; what is cut off here would be cut off below.
    let bytes = bytes.get(..CONVERSATION_NAME * 4).unwrap_or(bytes);
    let mut text = String::new();
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(more) => text.push_str(more),
        Piece::Bad(bytes) => charset::bad(bytes, &mut text),
    };
    let mut decoder = Decoder::new(charset);
    decoder.push(bytes, &mut take);
    decoder.finish(&mut take);
    let mut shown = String::new();
    charset::visible(text.trim_matches(|c: char| c.is_whitespace() || c == '\0'), &mut shown);
    let plain: String =
        shown.chars().map(|c| if parts(c) { '_' } else { c }).take(CONVERSATION_NAME).collect();
    match plain.as_str() {
        "" => None,
        number if is_reserved(number) => Some(format!("@{number}").chars().take(CONVERSATION_NAME).collect()),
        _ => Some(plain),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn called(bytes: &[u8]) -> Option<String> {
        registered(bytes, Charset::utf8())
    }

    #[test]
    fn a_registration_is_a_name_that_can_be_typed_and_seen() {
        assert_eq!(called(b"DTU002\r\n").as_deref(), Some("DTU002"));
        assert_eq!(called("泵站 3\0\0".as_bytes()).as_deref(), Some("泵站_3"));
        assert_eq!(called(b"a,b\x1b[2J\xff").as_deref(), Some("a_b\\x1b[2J\\xff"));
        assert_eq!(called(b"013812345678").as_deref(), Some("@013812345678"));
        assert_eq!(called(b"all").as_deref(), Some("@all"));
        assert_eq!((called(b""), called(b" \r\n\0")), (None, None));
        assert_eq!(registered(b"\xb1\xc3", Charset::parse("gbk").unwrap()).as_deref(), Some("泵"));
        assert_eq!(called(&[b'x'; 5000]).unwrap().len(), CONVERSATION_NAME);
    }

    #[test]
    fn the_newest_registration_has_the_name() {
        let mut names = Names::default();
        assert_eq!(names.register(1, "DTU"), Some(NewName { name: "DTU".into(), from: None }));
        assert_eq!(names.register(1, "DTU"), None, "a beat that registers again is nothing new");
        assert_eq!(names.register(2, "DTU"), Some(NewName { name: "DTU".into(), from: Some(1) }));
        assert_eq!((names.conn("DTU"), names.of(1)), (Some(2), None));
        names.forget(1);
        assert_eq!(names.conn("DTU"), Some(2), "who lost it takes it with it no more");
        names.forget(2);
        assert_eq!(names.conn("DTU"), None);
    }

    #[test]
    fn what_the_operator_says_holds() {
        let mut names = Names::default();
        names.register(1, "DTU");
        assert_eq!(names.give(2, "DTU"), Err(NamingError::Taken { name: "DTU".into(), by: 1 }));
        assert!(names.give(1, "boiler").is_ok() && names.give(2, "DTU").is_ok());
        assert_eq!(names.register(1, "DTU"), None, "named by the operator");
        assert_eq!(names.conn("boiler"), Some(1));
        for wrong in
            ["", "3", "#3", "all", "a b", "a,b", "a\u{202e}", "/x", &"x".repeat(CONVERSATION_NAME + 1)]
        {
            assert!(names.give(1, wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_registers_can_be_named_in_a_command(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(name) = called(&bytes) {
                prop_assert_eq!(check(&name), Ok(()));
            }
        }

        #[test]
        fn no_two_have_one_name(acts in prop::collection::vec((1u64..6, 0u8..4, any::<bool>()), 0..60)) {
            let mut names = Names::default();
            for (conn, name, by_rule) in acts {
                let name = ["a", "b", "c", "d"][usize::from(name)];
                if by_rule {
                    names.register(conn, name);
                } else if names.give(conn, name).is_err() {
                    names.forget(conn);
                }
                for (name, conn) in &names.conns {
                    prop_assert_eq!(names.of(*conn), Some(Arc::clone(name)));
                }
                prop_assert_eq!(names.conns.len(), names.names.len());
            }
        }
    }
}
