//! Heads of HTTP answers.
//! Never holds a body but that of a refusal, which is its own reason.

use std::fmt::Write as _;

use sockeye_core::{
    transfer::http::After,
    unit::{At, Wall},
};
use sockeye_text::{Text, text};

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Partial,
    Moved,
    NotModified,
    BadRequest,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Timeout,
    OutOfRange,
    TooLong,
    Busy,
}

impl Status {
    /// The status code and its phrase.
    pub(super) fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::Partial => "206 Partial Content",
            Self::Moved => "301 Moved Permanently",
            Self::NotModified => "304 Not Modified",
            Self::BadRequest => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::Timeout => "408 Request Timeout",
            Self::OutOfRange => "416 Range Not Satisfiable",
            Self::TooLong => "431 Request Header Fields Too Large",
            Self::Busy => "503 Service Unavailable",
        }
    }

    /// The same for people.
    pub(super) fn text(self) -> Text {
        match self {
            Self::BadRequest => text!("http-bad-request"),
            Self::Forbidden => text!("http-forbidden"),
            Self::NotFound => text!("http-not-found"),
            Self::MethodNotAllowed => text!("http-method-not-allowed"),
            Self::Timeout => text!("http-request-timeout"),
            Self::TooLong => text!("http-head-too-large"),
            Self::Busy => text!("http-unavailable"),
            Self::Ok | Self::Partial | Self::Moved | Self::NotModified | Self::OutOfRange => {
                Text::verbatim(self.line())
            }
        }
    }
}

/// A head that is being written.
#[derive(Debug)]
pub(super) struct HeadWriter(String);

impl HeadWriter {
    /// Begins one.
    pub(super) fn new(status: Status, after: After, date: &str) -> Self {
        let mut out = Self(String::with_capacity(400));
        // Writing to a string cannot fail.
        let _ = write!(out.0, "HTTP/1.1 {}\r\n", status.line());
        out.field("Date", date);
        out.field(
            "Connection",
            match after {
                After::Keep => "keep-alive",
                After::Close => "close",
            },
        );
        out
    }

    /// One more line.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "{name}: {value}\r\n");
    }

    /// The whole head.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.0.push_str("\r\n");
        self.0.into_bytes()
    }
}

/// A time of HTTP (RFC 9110, section 5.6.7).
pub(super) fn date(nanos: i64) -> String {
    let time = jiff::Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Now, as a time of HTTP.
pub(super) fn now(wall: &Wall, at: At) -> String {
    wall.timestamp(at).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_standard() {
        assert_eq!(date(784_111_777_000_000_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
    }

    #[test]
    fn a_head_ends_in_a_blank_line() {
        let mut head = HeadWriter::new(Status::NotFound, After::Close, "now");
        head.field("Content-Length", "0");
        assert_eq!(
            head.end(),
            b"HTTP/1.1 404 Not Found\r\nDate: now\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
    }
}
