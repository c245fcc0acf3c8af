//! Asks in HTTP/1.1: one GET a connection, with a range where bytes are here already, and a HEAD when all of it came.
//! Never leaves the server it was sent to, and never takes a body that was encoded on the way.
//!
//! This thread drives hyper with `block_on`; a client that blocks by itself (ureq) would do it no better. The connection has
//! to be ours: raced over all addresses, over TCP or Unix, given up after a silence, ended by a stop. hyper takes any stream
//! and does nothing unasked. ureq takes a foreign stream only through its transport traits, which it exempts from semantic
//! versioning, and redirects, pools and retries would have to be switched off. hyper and http are about 110 KiB of the
//! binary (1.3 %), of which ureq would need http too; one copy, from hyper's buffer into a block, is what they cost a body.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    client::conn::http1,
    header::{
        ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_RANGE, ETAG, HOST, HeaderName, IF_RANGE,
        LAST_MODIFIED, LOCATION, RANGE, USER_AGENT,
    },
};
use hyper_util::rt::TokioIo;
use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Kind, Operation},
    transfer::{Blake3, Name, http::percent},
};
use sockeye_text::{Text, text};

use super::{
    remote::{FetchError, Remote, Silence},
    source::{BodyRead, FileRequest, FileSource, RemoteFile},
};

/// Bytes of a head that are read; also what a read of a body brings at most.
const MOST_HEAD: usize = 256 * 1024;
/// Header lines of an answer.
const MOST_LINES: usize = 100;
/// Redirects to other places of the same server.
const REDIRECTS: usize = 5;

/// A web server.
#[derive(Debug)]
pub(super) struct HttpClient {
    remote: Remote,
    /// Where the open file is, behind all redirects.
    path: String,
    body: Option<Incoming>,
    /// Bytes that came and did not fit into the room given.
    left: Bytes,
    silent: Silence,
}

impl HttpClient {
    pub(super) fn new(remote: Remote) -> Self {
        Self { remote, path: String::new(), body: None, left: Bytes::new(), silent: Silence::default() }
    }

    /// The server as `Host` and redirects name it.
    fn authority(&self) -> String {
        match &self.remote.target {
            // Without its zone, which means nothing to the server.
            Address::Tcp { host: Host::Ip(ip, _), port } => SocketAddr::new(*ip, *port).to_string(),
            Address::Tcp { host: Host::Name(name), port } => format!("{name}:{port}"),
            Address::Tcp { port, .. } => format!("localhost:{port}"),
            Address::Udp { .. } | Address::Unix(_) | Address::Stdio => "localhost".to_owned(),
        }
    }

    fn over(&self, kind: Kind, detail: Text) -> FetchError {
        FetchError::Fatal(Failure::new(Operation::Get, self.remote.server(), kind, detail))
    }

    fn lost(&self, why: Text) -> FetchError {
        FetchError::Lost(Failure::new(Operation::Receive, self.remote.server(), Kind::Broken, why))
    }

    /// Lost by an error of hyper, whose words those are.
    fn broken(&self, error: &hyper::Error) -> FetchError {
        self.lost(Text::verbatim(error.to_string()))
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        ask: &FileRequest<'_>,
    ) -> Result<Response<Incoming>, FetchError> {
        let stream = self.remote.connect()?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.authority())
            .header(USER_AGENT, concat!("sockeye/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT_ENCODING, "identity")
            .header(CONNECTION, "close");
        if let Some(mark) = ask.mark.filter(|_| ask.offset > 0) {
            request = request.header(RANGE, format!("bytes={}-", ask.offset)).header(IF_RANGE, mark);
        }
        let request = request.body(Empty::<Bytes>::new());
        let request = request.map_err(|error| self.over(Kind::Usage, Text::verbatim(error.to_string())))?;
        let answered = self.remote.wait(async {
            let mut builder = http1::Builder::new();
            builder.max_buf_size(MOST_HEAD).max_headers(MOST_LINES);
            let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
            // This task ends with the answer's body, or when that is dropped.
            tokio::spawn(connection);
            sender.send_request(request).await
        })?;
        answered.map_err(|error| {
            if error.is_parse() {
                self.over(Kind::Framing, text!("get-no-http", detail = error.to_string()))
            } else {
                self.broken(&error)
            }
        })
    }

    /// Where on this server a redirect leads.
    fn elsewhere(&self, headers: &HeaderMap) -> Result<String, FetchError> {
        let to = text(headers, LOCATION).unwrap_or_default();
        let own = format!("http://{}", self.authority());
        match to.strip_prefix(&own).unwrap_or(to) {
            path if path.starts_with('/') && !path.starts_with("//") => Ok(path.to_owned()),
            "" => Err(self.over(Kind::Framing, text!("get-redirect-nowhere"))),
            _ => Err(self.over(Kind::Framing, text!("get-redirect-away", to = to))),
        }
    }

    /// The redirect of a name to the same with a slash behind it means a folder.
    fn folder(&self, ask: &FileRequest<'_>) -> FetchError {
        let detail = text!("get-folder-http");
        let failed =
            Failure::new(Operation::Get, self.remote.address(ask.name.as_bytes()), Kind::Absent, detail);
        FetchError::Fatal(failed.hint(text!("get-folder-http-hint")))
    }

    fn opened(&self, ask: &FileRequest<'_>, response: &Response<Incoming>) -> Result<RemoteFile, FetchError> {
        let headers = response.headers();
        if let Some(encoding) = text(headers, CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
            return Err(self.over(Kind::Framing, text!("get-encoded", encoding = encoding)));
        }
        let mark = mark(headers);
        let mtime_ns = text(headers, LAST_MODIFIED).and_then(time);
        let length = response.body().size_hint().exact();
        match response.status() {
            StatusCode::OK => Ok(RemoteFile { size: length, mark, mtime_ns, ..RemoteFile::default() }),
            StatusCode::PARTIAL_CONTENT => {
                let range = text(headers, CONTENT_RANGE).unwrap_or_default();
                let (begin, size) =
                    content_range(range).filter(|(begin, _)| *begin == ask.offset).ok_or_else(|| {
                        let why = match range {
                            "" => text!("get-unknown-part"),
                            range => text!("get-other-part", range = range),
                        };
                        self.over(Kind::Range, why)
                    })?;
                let is_other = mark.as_deref().is_some_and(|mark| Some(mark) != ask.mark);
                if is_other || length.is_some_and(|length| begin.checked_add(length) != Some(size)) {
                    return Err(FetchError::Changed);
                }
                let mark = ask.mark.map(<[u8]>::to_vec);
                Ok(RemoteFile { size: Some(size), offset: begin, mark, mtime_ns, ..RemoteFile::default() })
            }
            StatusCode::RANGE_NOT_SATISFIABLE if ask.offset > 0 => Err(FetchError::Changed),
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN | StatusCode::GONE => {
                Err(FetchError::Fatal(self.remote.absent(ask.name.as_bytes())))
            }
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(self.lost(text!("get-status", status = status.to_string())))
            }
            status => {
                let address = self.remote.address(ask.name.as_bytes());
                let detail = text!("get-status", status = status.to_string());
                Err(FetchError::Fatal(Failure::new(Operation::Get, address, Kind::Broken, detail)))
            }
        }
    }
}

impl FileSource for HttpClient {
    fn open(&mut self, ask: FileRequest<'_>) -> Result<RemoteFile, FetchError> {
        self.hang_up();
        let mut path = path(ask.name.as_bytes());
        for _ in 0..=REDIRECTS {
            let response = self.send(Method::GET, &path, &ask)?;
            if response.status().is_redirection() {
                let next = self.elsewhere(response.headers())?;
                // Servers differ in which characters they percent-encode.
                let plain = |path: &str| percent::decode(path.as_bytes()).bytes;
                if next.strip_suffix('/').is_some_and(|folder| plain(folder) == plain(&path)) {
                    return Err(self.folder(&ask));
                }
                path = next;
                continue;
            }
            let opened = self.opened(&ask, &response)?;
            self.body = Some(response.into_body());
            self.path = path;
            return Ok(opened);
        }
        Err(self.over(Kind::Framing, text!("get-redirects", most = REDIRECTS)))
    }

    fn read(&mut self, room: &mut [u8]) -> Result<BodyRead, FetchError> {
        if self.left.is_empty() {
            let Some(body) = &mut self.body else { return Ok(BodyRead::End(None)) };
            match self.remote.glance(body.frame(), &mut self.silent)? {
                None => return Ok(BodyRead::Nothing),
                Some(None) => return Ok(BodyRead::End(None)),
                Some(Some(Err(error))) => return Err(self.broken(&error)),
                // Trailers are ignored.
                Some(Some(Ok(frame))) => self.left = frame.into_data().unwrap_or_default(),
            }
        }
        let now = self.left.split_to(self.left.len().min(room.len()));
        room.get_mut(..now.len()).unwrap_or_default().copy_from_slice(&now);
        Ok(BodyRead::Bytes(now.len()))
    }

    /// HTTP has no hash. But if the tag is another by now, what came may be a mix of two states: a server that checks the
    /// file while it sends cannot see a change between its last check and our last read.
    fn hash(&mut self, name: &Name, mark: &[u8]) -> Result<Option<Blake3>, FetchError> {
        self.hang_up();
        match self.send(Method::HEAD, &self.path, &FileRequest { name, offset: 0, mark: None }) {
            Ok(response) if response.status() == StatusCode::OK => match self::mark(response.headers()) {
                Some(now) if now != mark => Err(FetchError::Changed),
                _ => Ok(None),
            },
            Err(FetchError::Stopped) => Err(FetchError::Stopped),
            // No answer to HEAD is no sign of a change.
            _ => Ok(None),
        }
    }

    fn hang_up(&mut self) {
        self.body = None;
        self.left = Bytes::new();
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// What `If-Range` takes: a strong entity tag, or else a date (RFC 9110, section 13.1.5).
fn mark(headers: &HeaderMap) -> Option<Vec<u8>> {
    let tag = text(headers, ETAG).filter(|tag| !tag.starts_with("W/"));
    tag.or_else(|| text(headers, LAST_MODIFIED)).map(|mark| mark.as_bytes().to_vec())
}

/// A time of HTTP (RFC 9110, section 5.6.7), in nanoseconds since 1970.
fn time(text: &str) -> Option<i64> {
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    i64::try_from(time.as_nanosecond()).ok()
}

/// The first byte and the whole length of `bytes 5-9/10` (RFC 9110, section 14.4).
fn content_range(text: &str) -> Option<(u64, u64)> {
    let (range, size) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (begin, end) = range.split_once('-')?;
    let (begin, end, size): (u64, u64, u64) = (begin.parse().ok()?, end.parse().ok()?, size.parse().ok()?);
    (begin <= end && end < size).then_some((begin, size))
}

/// The name as a path.
fn path(name: &[u8]) -> String {
    let mut path = "/".to_owned();
    percent::encode(name, &mut path);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_http_are_read() {
        assert_eq!(time("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000_000_000));
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn paths_and_ranges() {
        assert_eq!(path("a b/报?".as_bytes()), "/a%20b/%E6%8A%A5%3F");
        assert_eq!(content_range("bytes 5-9/10"), Some((5, 10)));
        for wrong in ["bytes 5-10/10", "bytes */10", "bytes 9-5/10", "5-9/10", "bytes 0-9/*", ""] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
    }
}
