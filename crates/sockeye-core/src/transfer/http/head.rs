//! The head of an HTTP request, as much of it as is answered; `httparse` reads it.
//! Never decodes anything but the percent signs of its path.

use httparse::{EMPTY_HEADER, Error, Request, Status};
use sockeye_text::{Text, text};

use super::{host::host, percent};
use crate::{address::Host, limit::REQUEST};

/// Lines of a head.
const LINES: usize = 64;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The file.
    Get,
    /// What there is to say of it.
    Head,
    /// Another one, which is not done here.
    Other,
}

/// What becomes of the connection afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It is kept for the next request.
    Keep,
    /// It is closed.
    Close,
}

/// A request, without what nobody here looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpHead {
    /// What is to be done.
    pub method: Method,
    /// The same, as it was written.
    pub verb: Vec<u8>,
    /// Whom it calls; only HTTP/1.0 need not say.
    pub host: Option<Host>,
    /// The path, its percent signs decoded, without the slash at its beginning; what it is worth is decided later.
    pub path: Vec<u8>,
    /// What stands behind the path's `?`.
    pub query: Vec<u8>,
    /// What becomes of the connection.
    pub after: After,
    /// `Range`.
    pub range: Option<Vec<u8>>,
    /// `If-Range`.
    pub if_range: Option<Vec<u8>>,
    /// `If-None-Match`.
    pub if_none_match: Option<Vec<u8>>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<Vec<u8>>,
    /// Bytes it took.
    pub length: usize,
}

/// Why a head is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bad {
    /// It breaks the rules; which, in words.
    Malformed(Text),
    /// It is longer than is read.
    TooLong,
}

/// Reads the head at the beginning of `bytes`; nothing where it is not there to its end.
///
/// # Errors
/// It never will be one.
pub fn parse(bytes: &[u8]) -> Result<Option<HttpHead>, Bad> {
    // Of what is longer only this much counts, so that it is refused in the same way however it comes.
    let bytes = bytes.get(..REQUEST).unwrap_or(bytes);
    let mut lines = [EMPTY_HEADER; LINES];
    let mut request = Request::new(&mut lines);
    let length = match request.parse(bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) if bytes.len() < REQUEST => return Ok(None),
        Ok(Status::Partial) | Err(Error::TooManyHeaders) => return Err(Bad::TooLong),
        Err(error) => return Err(Bad::Malformed(wrong(error))),
    };
    let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else {
        return Err(Bad::Malformed(text!("http-no-request")));
    };
    let verb = method.as_bytes().to_vec();
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        _ => Method::Other,
    };
    let field = |name: &str| {
        let mut found = request.headers.iter().filter(|line| line.name.eq_ignore_ascii_case(name));
        let value = found.next().map(|line| line.value.to_vec());
        // Said twice it says nothing.
        if found.next().is_some() { None } else { value }
    };
    let count =
        |name: &str| request.headers.iter().filter(|line| line.name.eq_ignore_ascii_case(name)).count();
    // RFC 9112, section 3.2.
    match count("host") {
        0 if version == 1 => return Err(Bad::Malformed(text!("http-no-host"))),
        0 | 1 => {}
        _ => return Err(Bad::Malformed(text!("http-hosts"))),
    }
    let called = |text: &[u8]| host(text).ok_or_else(|| Bad::Malformed(text!("http-bad-host")));
    let said = field("host").map(|value| called(&value)).transpose()?;
    let (authority, local) = split(target);
    // A whole address says whom it calls, whatever the line says (RFC 9112, section 3.2.2).
    let host = authority.map(|text| called(text.as_bytes())).transpose()?.or(said);
    let (path, query) = match method {
        Method::Other => (local.as_bytes().to_vec(), Vec::new()),
        Method::Get | Method::Head => path(local)?,
    };
    let has_body = count("transfer-encoding") > 0
        || request
            .headers
            .iter()
            .any(|line| line.name.eq_ignore_ascii_case("content-length") && line.value != b"0");
    let says = |word: &str| {
        let lines = request.headers.iter().filter(|line| line.name.eq_ignore_ascii_case("connection"));
        let mut words = lines.flat_map(|line| line.value.split(|byte| *byte == b','));
        words.any(|said| said.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    // A body is nothing to us, and what follows it could be anything: there is no next request on this connection.
    let keep = !has_body && method != Method::Other && !says("close") && (version == 1 || says("keep-alive"));
    Ok(Some(HttpHead {
        method,
        verb,
        host,
        path,
        query,
        after: if keep { After::Keep } else { After::Close },
        range: field("range"),
        if_range: field("if-range"),
        if_none_match: field("if-none-match"),
        if_modified_since: field("if-modified-since"),
        length,
    }))
}

/// What is wrong with a head, in words.
fn wrong(error: Error) -> Text {
    match error {
        Error::HeaderName => text!("http-header-name"),
        Error::HeaderValue => text!("http-header-value"),
        Error::NewLine => text!("http-new-line"),
        Error::Token => text!("http-token"),
        Error::Version => text!("http-version"),
        Error::Status | Error::TooManyHeaders => text!("http-no-request"),
    }
}

/// A target's authority, if it is a whole address (`http://host/a%20b?c`), and what follows it.
fn split(target: &str) -> (Option<&str>, &str) {
    let absolute = target.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let Some(rest) = absolute.and_then(|_| target.get(7..)) else { return (None, target) };
    let (authority, local) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    (Some(authority), if local.is_empty() { "/" } else { local })
}

/// Path and query of a target.
fn path(local: &str) -> Result<(Vec<u8>, Vec<u8>), Bad> {
    let (path, query) = local.split_once('?').unwrap_or((local, ""));
    let path = path.strip_prefix('/').ok_or_else(|| Bad::Malformed(text!("http-path")))?;
    let decoded = percent::decode(path.as_bytes());
    if decoded.strays > 0 {
        return Err(Bad::Malformed(text!("http-percent")));
    }
    Ok((decoded.bytes, query.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> HttpHead {
        parse(text.as_bytes()).unwrap().unwrap()
    }

    fn get(target: &str) -> Result<Option<HttpHead>, Bad> {
        parse(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
    }

    #[test]
    fn paths_are_decoded_once() {
        let path = |target: &str| get(target).unwrap().unwrap().path;
        assert_eq!(path("/a%20b"), b"a b");
        assert_eq!(path("/%252e%252e/x"), b"%2e%2e/x");
        assert_eq!(path("/%2e%2e/x"), b"../x");
        assert_eq!(path("/%e6%8a%a5"), "报".as_bytes());
        assert_eq!(path("//x"), b"/x");
        assert_eq!(path("http://host:1/x?y"), b"x");
        assert_eq!(path("http://host"), b"");
        assert_eq!(get("/x?json&after=1").unwrap().unwrap().query, b"json&after=1");
        for bad in ["/%", "/%2", "/%zz", "x", "*"] {
            assert!(matches!(get(bad), Err(Bad::Malformed(_))), "{bad}");
        }
    }

    #[test]
    fn a_whole_address_says_whom_it_calls() {
        for (head, host) in [
            ("GET / HTTP/1.1\r\nHost: A.example:80\r\n\r\n", Some("a.example")),
            ("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", Some("b")),
            ("PUT HTTP://[::1]:80 HTTP/1.1\r\nHost: a\r\n\r\n", Some("[::1]")),
            ("GET http://b HTTP/1.0\r\n\r\n", Some("b")),
            ("GET / HTTP/1.0\r\n\r\n", None),
        ] {
            assert_eq!(of(head).host.map(|host| host.to_string()).as_deref(), host, "{head}");
        }
    }

    #[test]
    fn connections_are_kept_where_both_can_tell_where_a_request_ends() {
        for (head, after) in [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", After::Keep),
            ("GET / HTTP/1.1\r\nHost: x\r\nConnection: te, Close\r\n\r\n", After::Close),
            ("GET / HTTP/1.0\r\n\r\n", After::Close),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", After::Keep),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", After::Keep),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", After::Close),
            ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", After::Close),
            ("POST / HTTP/1.1\r\nHost: x\r\n\r\n", After::Close),
        ] {
            assert_eq!(of(head).after, after, "{head}");
        }
    }

    #[test]
    fn what_breaks_the_rules_is_refused() {
        for bad in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a:b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\n\r\n",
            "GET http://me@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/3.1\r\nHost: a\r\n\r\n",
            "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        ] {
            assert!(matches!(parse(bad.as_bytes()), Err(Bad::Malformed(_))), "{bad}");
        }
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(LINES + 1));
        assert_eq!(parse(many.as_bytes()), Err(Bad::TooLong));
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(REQUEST));
        assert_eq!(parse(long.as_bytes()), Err(Bad::TooLong));
        assert_eq!(parse(&long.as_bytes()[..REQUEST]), Err(Bad::TooLong));
        let twice = of("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n");
        assert_eq!(twice.range, None);
    }

    proptest! {
        /// However a head is cut, it is read when its last byte is there and not before, and in the same way.
        #[test]
        fn any_split_gives_the_same(
            method in "(GET|HEAD|PUT)",
            path in "/[a-z%/.]{0,20}",
            lines in prop::collection::vec("(Range|If-Range|X-Other|Connection): [a-z=0-9\", -]{0,12}", 0..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
            let whole = parse(head.as_bytes());
            let part = parse(&head.as_bytes()[..cut.index(head.len())]);
            prop_assert!(part == Ok(None) || part == whole, "{part:?} {whole:?}");
            // What follows it does not change it.
            prop_assert_eq!(parse(format!("{head}GET / HTTP/1.1").as_bytes()), whole);
        }

        #[test]
        fn no_bytes_make_it_stumble(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
            let _ = parse(&[b"GET /".as_slice(), &bytes, b" HTTP/1.1\r\nHost: x\r\n\r\n"].concat());
        }
    }
}
