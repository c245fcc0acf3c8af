//! The one grammar of names that are asked for and offered: relative, `/`-separated, bytes that nothing decodes.
//! Never looks at a file system: whether a name leads anywhere is decided by who opens it.

use sockeye_text::{Text, text};
use thiserror::Error;

use crate::limit::{COMPONENT, NAME};

/// A name that can be asked for: at least one component, none of them empty, `.` or `..`.
///
/// ```
/// use sockeye_core::transfer::{Name, NameError};
///
/// let name = Name::parse("docs/报告.pdf".as_bytes())?;
/// assert_eq!(name.last(), "报告.pdf".as_bytes());
/// assert_eq!(Name::parse(b"../secret"), Err(NameError::Dots));
/// assert_eq!(Name::parse(b"/etc/passwd"), Err(NameError::Absolute));
/// # Ok::<(), NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<[u8]>);

/// Why some bytes are no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub enum NameError {
    /// Nothing.
    Empty,
    /// More than [`NAME`] bytes.
    Long,
    /// A component of more than [`COMPONENT`] bytes.
    LongComponent,
    /// It begins with a slash.
    Absolute,
    /// Two slashes in a row, or one at the end.
    EmptyComponent,
    /// A component `.` or `..`.
    Dots,
    /// A backslash: a separator elsewhere.
    Backslash,
    /// A NUL, a control character or DEL.
    Control(u8),
    /// A device of the system here, such as `CON`.
    Reserved,
    /// What the system here would change or refuse: `a?`, a dot at the end.
    Unkept,
}

impl NameError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => text!("name-empty"),
            Self::Long => text!("name-long", most = NAME),
            Self::LongComponent => text!("name-long-part", most = COMPONENT),
            Self::Absolute => text!("name-absolute"),
            Self::EmptyComponent => text!("name-empty-part"),
            Self::Dots => text!("name-dots"),
            Self::Backslash => text!("name-backslash"),
            Self::Control(byte) => text!("name-control", byte = format!("{byte:02x}")),
            Self::Reserved => text!("name-device"),
            Self::Unkept => text!("name-unkept"),
        }
    }
}

/// Which names the system here can give to files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Every component is a name, and stays as it is.
    AsIs,
    /// Some are devices, some are changed, some mean something else.
    Windows,
}

impl Name {
    /// Takes `bytes` as a name.
    ///
    /// # Errors
    /// The first rule they break.
    pub fn parse(bytes: &[u8]) -> Result<Self, NameError> {
        check(bytes).map(|()| Self(bytes.into()))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The components, first to last.
    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'/')
    }

    /// The last component.
    #[must_use]
    pub fn last(&self) -> &[u8] {
        self.0.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }
}

/// Whether `bytes` are a name, without copying them.
///
/// # Errors
/// The first rule they break.
pub fn check(bytes: &[u8]) -> Result<(), NameError> {
    if bytes.is_empty() {
        return Err(NameError::Empty);
    }
    if bytes.len() > NAME {
        return Err(NameError::Long);
    }
    if bytes.first() == Some(&b'/') {
        return Err(NameError::Absolute);
    }
    for byte in bytes {
        match byte {
            b'\\' => return Err(NameError::Backslash),
            0..0x20 | 0x7f => return Err(NameError::Control(*byte)),
            _ => {}
        }
    }
    bytes.split(|byte| *byte == b'/').try_for_each(|component| match component {
        b"" => Err(NameError::EmptyComponent),
        b"." | b".." => Err(NameError::Dots),
        _ if component.len() > COMPONENT => Err(NameError::LongComponent),
        _ => Ok(()),
    })
}

/// Whether `bytes` name a folder: as [`check`], but nothing at all is the folder that is served.
///
/// # Errors
/// The first rule they break.
pub fn check_folder(bytes: &[u8]) -> Result<(), NameError> {
    if bytes.is_empty() { Ok(()) } else { check(bytes) }
}

/// Whether `component` may become the name of a file on a system of this naming: it is one component, and no device.
///
/// # Errors
/// The first rule it breaks; on Windows [`NameError::Reserved`] for what is a device there, with any extension, and
/// [`NameError::Unkept`] for what it would make another name of, or a stream of another file.
pub fn check_local(component: &[u8], naming: Naming) -> Result<(), NameError> {
    check(component)?;
    if component.contains(&b'/') {
        return Err(NameError::EmptyComponent);
    }
    match naming {
        Naming::AsIs => Ok(()),
        Naming::Windows if is_reserved(component) => Err(NameError::Reserved),
        Naming::Windows if is_unkept(component) => Err(NameError::Unkept),
        Naming::Windows => Ok(()),
    }
}

/// Dots and blanks at the end are dropped there; the others are refused or mean something.
fn is_unkept(component: &[u8]) -> bool {
    matches!(component.last(), Some(b'.' | b' ')) || component.iter().any(|byte| b"<>:\"|?*".contains(byte))
}

/// CON, PRN, AUX, NUL, CONIN$, CONOUT$, COM and LPT with a digit or one of ¹²³, before the first dot; blanks do not
/// count (Microsoft, "Naming Files, Paths, and Namespaces"; RUSTSEC-2024-0445 for the superscripts).
fn is_reserved(component: &[u8]) -> bool {
    let stem = component.split(|byte| *byte == b'.').next().unwrap_or_default().trim_ascii();
    let stem = stem.to_ascii_uppercase();
    if matches!(stem.as_slice(), b"CON" | b"PRN" | b"AUX" | b"NUL" | b"CONIN$" | b"CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix(b"COM").or_else(|| stem.strip_prefix(b"LPT"));
    let superscripts = ["¹".as_bytes(), "²".as_bytes(), "³".as_bytes()];
    number.is_some_and(|number| matches!(number, [b'0'..=b'9']) || superscripts.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_is_no_name() {
        let cases: [(&[u8], NameError); 14] = [
            (b"", NameError::Empty),
            (b"/", NameError::Absolute),
            (b"/etc/passwd", NameError::Absolute),
            (b"//server/share", NameError::Absolute),
            (b"..", NameError::Dots),
            (b"../x", NameError::Dots),
            (b"a/../../x", NameError::Dots),
            (b"a/./x", NameError::Dots),
            (b"a//x", NameError::EmptyComponent),
            (b"a/", NameError::EmptyComponent),
            (b"..\\x", NameError::Backslash),
            (b"a\0b", NameError::Control(0)),
            (b"a\x1b[2J", NameError::Control(0x1b)),
            (b"a\x7f", NameError::Control(0x7f)),
        ];
        for (bytes, error) in cases {
            assert_eq!(Name::parse(bytes), Err(error), "{bytes:?}");
        }
        assert_eq!(check(&[b'a'; 256]), Err(NameError::LongComponent));
        assert_eq!(check(&b"a/".repeat(2049)), Err(NameError::Long));
    }

    #[test]
    fn everything_else_is_one_and_nothing_is_decoded() {
        let names: [&[u8]; 8] =
            [b"a", b"...", b".git", b"%2e%2e/x", b"\xc0\xae\xc0\xae", b"C:", b" a ", b"CON"];
        for name in names {
            assert_eq!(Name::parse(name).map(|name| name.as_bytes().to_vec()), Ok(name.to_vec()));
        }
        let deep = Name::parse(b"a/b/c").unwrap();
        assert_eq!(deep.components().collect::<Vec<_>>(), [b"a", b"b", b"c"]);
        assert_eq!(deep.last(), b"c");
        assert_eq!(check(&[b'a'; 255]), Ok(()));
        assert_eq!(check_folder(b""), Ok(()));
        assert_eq!(check_folder(b".."), Err(NameError::Dots));
    }

    #[test]
    fn what_is_special_on_windows_is_a_name_elsewhere() {
        for device in ["CON", "con", "nul.txt", "Aux .c", "COM1", "LPT9.log", "COM¹", "lpt³.x", "CONIN$"] {
            assert_eq!(check_local(device.as_bytes(), Naming::Windows), Err(NameError::Reserved), "{device}");
            assert_eq!(check_local(device.as_bytes(), Naming::AsIs), Ok(()), "{device}");
        }
        for changed in ["a.", "a ", "a:b", "what?", "a*", "<a>"] {
            assert_eq!(check_local(changed.as_bytes(), Naming::Windows), Err(NameError::Unkept), "{changed}");
            assert_eq!(check_local(changed.as_bytes(), Naming::AsIs), Ok(()), "{changed}");
        }
        for plain in ["console", "COM", "COM10", "NULL", "a.con", "LPTX"] {
            assert_eq!(check_local(plain.as_bytes(), Naming::Windows), Ok(()), "{plain}");
        }
        for naming in [Naming::AsIs, Naming::Windows] {
            assert!(check_local(b"a/b", naming).is_err() && check_local(b"..", naming).is_err());
        }
    }
}
