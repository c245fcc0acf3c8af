//! How long a message of PostgreSQL is: a type byte and a length behind it, but that a client's first message has no type.
//! Never keeps a state: a type is never zero, and the high byte of such a length always is.
//!
//! PostgreSQL documentation, "Message Formats". The answer to a request for encryption is one byte alone.

/// What can be said of the message at the front of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TypedLength {
    /// Its length stands in bytes `at..at + 4`, and it has so many bytes.
    Known {
        /// Where its length stands; none where it is one byte alone.
        at: Option<usize>,
        /// Its size in bytes.
        total: usize,
    },
    /// So many bytes must come first.
    Need(usize),
    /// No message has this length.
    Wrong {
        /// What the length says.
        announced: u32,
    },
}

/// The bytes of a length.
const WIDTH: usize = 4;

/// How long the message is that begins so.
pub(super) fn length(frame: &[u8]) -> TypedLength {
    let Some(&kind) = frame.first() else { return TypedLength::Need(1) };
    let at = usize::from(kind != 0);
    let alone = matches!(kind, b'S' | b'N' | b'G');
    match frame.get(1) {
        Some(high) if alone && *high != 0 => return TypedLength::Known { at: None, total: 1 },
        None if alone => return TypedLength::Need(2),
        _ => {}
    }
    let Some(field) = frame.get(at..).and_then(<[u8]>::first_chunk::<WIDTH>) else {
        return TypedLength::Need(at + WIDTH);
    };
    let announced = u32::from_be_bytes(*field);
    match usize::try_from(announced) {
        Ok(len) if len >= WIDTH => TypedLength::Known { at: Some(at), total: at.saturating_add(len) },
        _ => TypedLength::Wrong { announced },
    }
}

/// Writes the length of a message that has a place for it.
pub(super) fn write(frame: &mut [u8]) {
    let Some(&kind) = frame.first() else { return };
    let at = usize::from(kind != 0);
    let len = u32::try_from(frame.len().saturating_sub(at)).unwrap_or(u32::MAX);
    if let Some(field) = frame.get_mut(at..at + WIDTH) {
        field.copy_from_slice(&len.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_of_the_documentation() {
        // SSLRequest; the server's N to it, with AuthenticationOk behind it; a query.
        assert_eq!(length(b"\0\0\0\x08\x04\xd2\x16\x2f"), TypedLength::Known { at: Some(0), total: 8 });
        assert_eq!(length(b"NR\0\0\0\x08"), TypedLength::Known { at: None, total: 1 });
        assert_eq!(length(b"R\0\0\0\x08\0\0\0\0"), TypedLength::Known { at: Some(1), total: 9 });
        assert_eq!(length(b"N\0\0\0\x70S"), TypedLength::Known { at: Some(1), total: 113 });
        assert_eq!(
            (length(b"N"), length(b"Q\0\0"), length(b"\0\0")),
            (TypedLength::Need(2), TypedLength::Need(5), TypedLength::Need(4))
        );
        assert_eq!(length(b"Q\0\0\0\x03"), TypedLength::Wrong { announced: 3 });
        let mut query = *b"Q\0\0\0\0select 1\0";
        write(&mut query);
        assert_eq!(query, *b"Q\0\0\0\x0dselect 1\0");
    }
}
