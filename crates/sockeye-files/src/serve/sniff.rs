//! Which dialect a client speaks, by its first bytes.
//! Never reads them itself.

use sockeye_core::{event::Dialect, plan::Dialects, transfer::wire::MAGIC};

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// It is this one.
    Is(Dialect),
    /// More bytes are needed to tell.
    NotYet,
}

/// All methods of HTTP: one that is not supported is still answered in HTTP.
const METHODS: [&[u8]; 9] =
    [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"CONNECT"];

/// Which of those `spoken` begins with `bytes`. A file whose name begins like a request of HTTP (`GET /`) cannot be
/// asked for by its bare name.
pub(super) fn sniff(bytes: &[u8], spoken: Dialects) -> Sniffed {
    let mut undecided = bytes.is_empty();
    if spoken.has(Dialect::Sockeye) {
        if bytes.starts_with(&MAGIC) {
            return Sniffed::Is(Dialect::Sockeye);
        }
        undecided |= MAGIC.starts_with(bytes);
    }
    if spoken.has(Dialect::Http) {
        match is_http(bytes) {
            Some(true) => return Sniffed::Is(Dialect::Http),
            Some(false) => {}
            None => undecided = true,
        }
    }
    // Anything else is a name. Without that dialect it is an error, answered in the dialect that explains errors best.
    let otherwise = [Dialect::Name, Dialect::Http, Dialect::Sockeye];
    match otherwise.into_iter().find(|dialect| spoken.has(*dialect)) {
        Some(dialect) if !undecided => Sniffed::Is(dialect),
        _ => Sniffed::NotYet,
    }
}

/// Whether `bytes` begin a request of HTTP; `None` where more are needed to tell.
fn is_http(bytes: &[u8]) -> Option<bool> {
    // Blank lines before a request are tolerated (RFC 9112, section 2.2), but they could begin a name as well.
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    if blank > 0 {
        return Some(false);
    }
    let mut possible = false;
    for method in METHODS {
        match bytes.strip_prefix(method) {
            Some([b' ', b'/' | b'*', ..]) => return Some(true),
            Some([b' ', rest @ ..]) if !rest.is_empty() => {
                let scheme = b"http://";
                if rest.starts_with(scheme) || method == b"CONNECT" {
                    return Some(true);
                }
                possible |= scheme.starts_with(rest);
            }
            Some([] | [b' ']) => possible = true,
            Some(_) => {}
            None => possible |= method.starts_with(bytes),
        }
    }
    if possible { None } else { Some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Sniffed {
        sniff(bytes, Dialects::default())
    }

    #[test]
    fn the_first_bytes_tell() {
        for (bytes, dialect) in [
            (b"GET / HTTP/1.1".as_slice(), Dialect::Http),
            (b"HEAD /x", Dialect::Http),
            (b"OPTIONS * HTTP/1.1", Dialect::Http),
            (b"GET http://x/", Dialect::Http),
            (b"CONNECT x:1", Dialect::Http),
            (b"\xf5SKY", Dialect::Sockeye),
            (b"GETTING", Dialect::Name),
            (b"GET help.txt", Dialect::Name),
            (b"readme.txt", Dialect::Name),
            (b"\xf5SKI", Dialect::Name),
            (b"\n", Dialect::Name),
            (b"\x16\x03\x01", Dialect::Name),
        ] {
            assert_eq!(all(bytes), Sniffed::Is(dialect), "{bytes:?}");
        }
        for bytes in
            [b"".as_slice(), b"G", b"GET", b"GET ", b"GET h", b"GET http:/", b"\xf5", b"\xf5SK", b"P"]
        {
            assert_eq!(all(bytes), Sniffed::NotYet, "{bytes:?}");
        }
    }

    #[test]
    fn more_bytes_never_unsay_what_was_told() {
        for whole in [b"GET /index.html".as_slice(), b"\xf5SKY\x01\0\0\0", b"PUTTY.exe\n", b"DELETE /", b"x"]
        {
            let end = all(whole);
            for cut in 0..whole.len() {
                assert!([Sniffed::NotYet, end].contains(&all(&whole[..cut])), "{whole:?} {cut}");
            }
        }
    }

    #[test]
    fn what_is_not_spoken_is_not_told() {
        let told = |bytes: &[u8], spoken: &str| sniff(bytes, Dialects::parse(spoken).unwrap());
        assert_eq!(told(b"GET / HTTP/1.1", "name"), Sniffed::Is(Dialect::Name));
        assert_eq!(told(b"\xf5", "http,name"), Sniffed::Is(Dialect::Name));
        assert_eq!(told(b"readme", "http"), Sniffed::Is(Dialect::Http));
        assert_eq!(told(b"readme", "sockeye,http"), Sniffed::Is(Dialect::Http));
        assert_eq!(told(b"readme", "sockeye"), Sniffed::Is(Dialect::Sockeye));
        assert_eq!(told(b"", "name"), Sniffed::NotYet);
    }
}
