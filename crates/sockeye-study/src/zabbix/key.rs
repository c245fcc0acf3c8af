//! Keys of items: `name[one,"two, quoted",three]`, by Zabbix's rules of quoting.

use std::fmt;

/// One parameter of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyParameter {
    /// Its text, without quotes.
    Text(String),
    /// A list, `[a,b]`, as it stands: no item here takes one.
    List(String),
}

/// A key, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZabbixKey {
    /// What stands before the brackets.
    pub name: String,
    /// What stands in them; nothing where there are none.
    pub parameters: Vec<KeyParameter>,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing stands before the brackets, or something that no name has.
    Name,
    /// A quote, a list or the brackets are not closed.
    Unclosed,
    /// Something stands behind a closing quote or bracket.
    Behind,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "Invalid item key format: no name before the parameters.",
            Self::Unclosed => "Invalid item key format: a quote or bracket is not closed.",
            Self::Behind => "Invalid item key format: something stands behind a closing quote or bracket.",
        })
    }
}

impl std::error::Error for KeyError {}

impl ZabbixKey {
    /// Takes a key apart. Blanks before a parameter do not count; `\"` is a quote inside quotes, and a backslash anywhere
    /// else is one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let (name, rest) = text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
        if name.is_empty() {
            return Err(KeyError::Name);
        }
        let name = name.to_owned();
        if rest.is_empty() {
            return Ok(Self { name, parameters: Vec::new() });
        }
        let mut rest = rest.strip_prefix('[').ok_or(KeyError::Name)?;
        let mut parameters = Vec::new();
        loop {
            let (parameter, behind) = parameter(rest.trim_start_matches(' '))?;
            parameters.push(parameter);
            rest = match behind.strip_prefix(',') {
                Some(next) => next,
                None if behind == "]" => return Ok(Self { name, parameters }),
                None if behind.is_empty() => return Err(KeyError::Unclosed),
                None => return Err(KeyError::Behind),
            };
        }
    }

    /// The parameter in place `place`, from 0; empty where there is none.
    #[must_use]
    pub fn text(&self, place: usize) -> Option<&str> {
        match self.parameters.get(place) {
            None => Some(""),
            Some(KeyParameter::Text(text)) => Some(text),
            Some(KeyParameter::List(_)) => None,
        }
    }
}

impl fmt::Display for ZabbixKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (place, parameter) in self.parameters.iter().enumerate() {
            f.write_str(if place == 0 { "[" } else { "," })?;
            match parameter {
                KeyParameter::Text(text) => f.write_str(&quoted(text))?,
                KeyParameter::List(list) => write!(f, "[{list}]")?,
            }
        }
        f.write_str(if self.parameters.is_empty() { "" } else { "]" })
    }
}

/// A parameter, with quotes where it needs them. One that ends with a backslash cannot be quoted; such names nothing has.
#[must_use]
pub fn quoted(text: &str) -> String {
    let needs = text.starts_with([' ', '"', '[']) || text.contains([',', ']']);
    if needs { format!("\"{}\"", text.replace('"', "\\\"")) } else { text.to_owned() }
}

/// The parameter at the beginning of `text`, and what comes behind it: a comma, the closing bracket, or what should not.
fn parameter(text: &str) -> Result<(KeyParameter, &str), KeyError> {
    if let Some(inside) = text.strip_prefix('"') {
        let (value, behind) = unquoted(inside)?;
        return Ok((KeyParameter::Text(value), behind.trim_start_matches(' ')));
    }
    if let Some(inside) = text.strip_prefix('[') {
        let (list, behind) = list(inside)?;
        return Ok((KeyParameter::List(list.to_owned()), behind.trim_start_matches(' ')));
    }
    let end = text.find([',', ']']).ok_or(KeyError::Unclosed)?;
    let (value, behind) = text.split_at(end);
    Ok((KeyParameter::Text(value.to_owned()), behind))
}

/// What stands before the closing quote, and what behind it.
fn unquoted(inside: &str) -> Result<(String, &str), KeyError> {
    let mut before = ' ';
    for (at, c) in inside.char_indices() {
        if c == '"' && before != '\\' {
            let (value, behind) = inside.split_at(at);
            return Ok((value.replace("\\\"", "\""), behind.get(1..).unwrap_or_default()));
        }
        before = c;
    }
    Err(KeyError::Unclosed)
}

/// What stands in a list, and what behind it. Lists hold no lists.
fn list(inside: &str) -> Result<(&str, &str), KeyError> {
    let mut rest = inside;
    loop {
        let start = rest.trim_start_matches(' ');
        let behind = match start.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?.1.trim_start_matches(' '),
            None if start.starts_with('[') => return Err(KeyError::Behind),
            None => start.get(start.find([',', ']']).ok_or(KeyError::Unclosed)?..).unwrap_or_default(),
        };
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => {
                let after = behind.strip_prefix(']').ok_or(match behind {
                    "" => KeyError::Unclosed,
                    _ => KeyError::Behind,
                })?;
                let length = inside.len() - behind.len();
                return Ok((inside.get(..length).unwrap_or_default(), after));
            }
        }
    }
}
