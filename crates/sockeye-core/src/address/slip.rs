//! What somebody meant whose address does not parse: full-width characters of an input method, a Python tuple, host and
//! port that changed places. Never decides for them: it only finds what to write instead.

use super::{Address, AddressError, Host, host};

impl Address {
    /// Reads an address as people write it (the table at the head of this module).
    ///
    /// # Errors
    /// [`AddressError`], which quotes the text and says what to write instead. A usage error.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match Self::parse_exactly(text) {
            Ok(found) if found.is_narrow() => Ok(found),
            Ok(found) => better(text).map_or(Ok(found), Err),
            Err(error) => Err(better(text).unwrap_or(error)),
        }
    }

    /// Whether its name, if it has one, is free of the characters that input methods put for dots and digits.
    fn is_narrow(&self) -> bool {
        !matches!(self.host(), Some(Host::Name(name)) if wide_in(name).is_some())
    }

    /// Reads `HOST PORT`: a host (an IPv6 address needs no brackets here; `udp://HOST` is UDP) and a port.
    ///
    /// # Errors
    /// [`AddressError`], as for [`Address::parse`].
    pub fn parse_pair(host: &str, port: &str) -> Result<Self, AddressError> {
        match Self::parse_pair_exactly(host, port) {
            Ok(found) if found.is_narrow() && scheme_apart(host, port).is_none() => Ok(found),
            Ok(found) => better_pair(host, port).map_or(Ok(found), Err),
            Err(error) => Err(better_pair(host, port).unwrap_or(error)),
        }
    }
}

/// A better error for `text`, where what was meant can be told.
fn better(text: &str) -> Option<AddressError> {
    let plain = narrow(text);
    if let Some(wide) = wide_in(text) {
        let write = rewritten(&plain).unwrap_or(plain);
        return Some(AddressError::FullWidth { text: text.into(), wide, write });
    }
    if let Some(write) = swapped(text) {
        return Some(AddressError::Swapped { text: text.into(), write });
    }
    let write = rewritten(text).filter(|write| write != text)?;
    Some(AddressError::Form { text: text.into(), write })
}

/// The same for a host and a port that stand apart.
fn better_pair(host: &str, port: &str) -> Option<AddressError> {
    let text = format!("{host} {port}");
    let (plain_host, plain_port) = (narrow(host), narrow(port));
    if let Some(wide) = wide_in(&text) {
        let write = format!("{plain_host} {plain_port}");
        return Some(AddressError::FullWidth { text, wide, write });
    }
    if let Some(write) = scheme_apart(host, port) {
        return Some(AddressError::Form { text, write });
    }
    // A host with digits alone is a port, and nobody's port has letters or dots.
    host::port(host, &text).ok()?;
    is_host(port).then(|| AddressError::Swapped { text, write: format!("{port} {host}") })
}

/// `udp 8888` as an address: nobody means a host of that name, and who does writes `udp:8888`.
fn scheme_apart(scheme: &str, place: &str) -> Option<String> {
    let write = format!("{scheme}://{place}");
    (["tcp", "udp", "unix"].contains(&scheme) && Address::parse_exactly(&write).is_ok()).then_some(write)
}

/// The first full-width character in `text`.
fn wide_in(text: &str) -> Option<char> {
    text.chars().find(|c| narrow_one(*c) != *c)
}

/// `text` with the ASCII characters that its full-width ones stand for.
#[must_use]
pub fn narrow(text: &str) -> String {
    text.chars().map(narrow_one).collect()
}

fn narrow_one(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '。' => '.',
        '、' => ',',
        '\u{3000}' => ' ',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        c => c,
    }
}

/// `text` in a form that parses: without brackets, quotes and spaces, a colon where a comma or space stands for it.
fn rewritten(text: &str) -> Option<String> {
    let bare = |text: &str| -> String { text.chars().filter(|c| !"()'\" ".contains(*c)).collect() };
    let parsed = |text: &str| Address::parse_exactly(text).is_ok().then(|| text.to_owned());
    if let Some(same) = parsed(text) {
        return Some(same);
    }
    let split = text.rsplit_once([',', ' ']).map(|(host, port)| (bare(host), bare(port)));
    if let Some((host, port)) = split
        && !host.is_empty()
    {
        let host = host.trim_end_matches(',');
        let host =
            if host.contains(':') && !host.contains("://") { format!("[{host}]") } else { host.to_owned() };
        return parsed(&format!("{host}:{port}"));
    }
    parsed(&bare(text)).or_else(|| swapped(text))
}

/// `8888:127.0.0.1` the right way round.
fn swapped(text: &str) -> Option<String> {
    let (scheme, place) = match text.split_once("://") {
        Some((scheme, place)) => (format!("{scheme}://"), place),
        None => (String::new(), text),
    };
    let (port, host) = place.split_once(':')?;
    host::port(port, text).ok()?;
    let write = format!("{scheme}{host}:{port}");
    (is_host(host) && Address::parse_exactly(&write).is_ok()).then_some(write)
}

/// Whether nobody would take this for a port.
fn is_host(text: &str) -> bool {
    text.contains(|c: char| !c.is_ascii_digit())
        && matches!(host::alone(text, text), Ok(Host::Ip(..) | Host::Name(_) | Host::Any))
}
