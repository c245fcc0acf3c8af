//! HTTP/1.1, as much of it as curl, wget and browsers need to fetch files: GET and HEAD.
//! Never decodes a name twice, and never sends a byte behind one that may be of another state of the file.

mod answer;
mod media;
mod page;

use std::ops::ControlFlow;

use sockeye_core::{
    address::Host,
    event::{Ask, Dialect, Ending, Outcome},
    limit::{LISTING, REQUEST, REQUEST_TIME},
    transfer::{
        Name,
        http::{After, Bad, HttpHead, Method, Part, has_already, is_same, parse, part},
    },
};
use sockeye_sys::Flush;
use sockeye_text::{Text, text};
use tokio::time::Instant;

use self::{
    answer::{HeadWriter, Status, date},
    page::ListingPage,
};
use super::{
    close::CloseMode,
    connection::{Connection, ReadOutcome, RequestRecord},
    offering::Offering,
    send::{AGAIN, SendError},
};
use crate::tree::{Cursor, Offered, OpenError, Tree, identity_of};

/// What a listing may do in a browser: nothing but be read. Files get no policy of ours: they are the pages of whoever
/// offers them, and a sandbox would take away their scripts, their storage and what they fetch from beside them. A page
/// can so read what is offered beside it, and nothing else of this machine.
const STRICT: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The type of our own words.
const TEXT: &str = "text/plain; charset=utf-8";

/// Answers requests until the connection is over.
pub(super) async fn answer(connection: &mut Connection, offering: &Offering, deadline: Instant) -> CloseMode {
    let mut deadline = deadline;
    loop {
        let head = match hear(connection, deadline).await {
            Ok(head) => head,
            Err(how) => return how,
        };
        if let Some(host) = head.host.as_ref().filter(|host| !offering.hosts.answer(host)) {
            return turn_out(connection, &head, host).await;
        }
        let after = head.after;
        if let Err(error) = follow(connection, offering, head).await {
            return error.close_mode();
        }
        if after == After::Close {
            return CloseMode::Lingering(Ending::Closed);
        }
        if connection.held.is_empty() {
            match connection.read(Instant::now() + connection.shared.idle).await {
                ReadOutcome::More => {}
                ReadOutcome::End => return CloseMode::Lingering(Ending::PeerClosed),
                ReadOutcome::Late => return CloseMode::Lingering(Ending::Idle),
                ReadOutcome::Gone(why) => return CloseMode::Gone(why),
            }
        }
        deadline = Instant::now() + REQUEST_TIME;
    }
}

/// Reads until a request head is complete; refuses what cannot become one.
async fn hear(connection: &mut Connection, deadline: Instant) -> Result<HttpHead, CloseMode> {
    let mut looked_at = 0;
    loop {
        // Parse only when a line has ended, so that a head that comes byte by byte costs no more.
        let news = connection.held.get(looked_at..).unwrap_or_default().contains(&b'\n');
        let is_long = connection.held.len() >= REQUEST;
        looked_at = connection.held.len();
        if news || is_long {
            match parse(&connection.held) {
                Ok(Some(head)) => {
                    connection.held.drain(..head.length);
                    connection.held.shrink_to(0);
                    return Ok(head);
                }
                Ok(None) => {}
                Err(Bad::Malformed(why)) => {
                    return Err(dismiss(connection, Status::BadRequest, Outcome::Malformed, Some(why)).await);
                }
                Err(Bad::TooLong) => {
                    return Err(dismiss(connection, Status::TooLong, Outcome::TooLong, None).await);
                }
            }
        }
        match connection.read(deadline).await {
            ReadOutcome::More => {}
            ReadOutcome::End if connection.held.is_empty() => {
                return Err(CloseMode::Lingering(Ending::PeerClosed));
            }
            ReadOutcome::End => return Err(dismiss(connection, Status::BadRequest, Outcome::Cut, None).await),
            ReadOutcome::Late => return Err(dismiss(connection, Status::Timeout, Outcome::Late, None).await),
            ReadOutcome::Gone(why) => return Err(CloseMode::Gone(why)),
        }
    }
}

/// Refuses what is no request, and closes: nothing behind it can be trusted to be one.
async fn dismiss(
    connection: &mut Connection,
    status: Status,
    outcome: Outcome,
    why: Option<Text>,
) -> CloseMode {
    let line = connection.held.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let line = line.get(..line.len().min(200)).unwrap_or_default().to_vec();
    let mut record = connection.begin_request(Dialect::Http, Ask::Unclear, &line);
    record.detail = why.clone().map(Box::new);
    connection.held = Vec::new();
    let words = match why {
        Some(why) => text!("labelled", what = status.text(), detail = why),
        None => status.text(),
    };
    let refusal = HttpRefusal { status, outcome, words };
    match refuse(connection, record, (Method::Get, After::Close), refusal).await {
        Ok(()) => CloseMode::Lingering(Ending::Refused),
        Err(error) => error.close_mode(),
    }
}

/// Refuses a request for a host name that is not ours: most likely a web page made its own name resolve to this machine,
/// to read what only this machine may read.
async fn turn_out(connection: &mut Connection, head: &HttpHead, host: &Host) -> CloseMode {
    let path = head.path.strip_prefix(b"/").unwrap_or(&head.path);
    let called = [b"http://", host.to_string().as_bytes(), b"/", path].concat();
    let record = connection.begin_request(Dialect::Http, Ask::Unclear, &called);
    let words = text!("http-other-name", host = host.to_string());
    let refusal = HttpRefusal { status: Status::Forbidden, outcome: Outcome::Refused, words };
    match refuse(connection, record, (head.method, After::Close), refusal).await {
        Ok(()) => CloseMode::Lingering(Ending::Refused),
        Err(error) => error.close_mode(),
    }
}

/// Does what a request asks for.
async fn follow(connection: &mut Connection, offering: &Offering, head: HttpHead) -> Result<(), SendError> {
    let manner = (head.method, head.after);
    let folder = match head.path.as_slice() {
        b"" => Some(b"".as_slice()),
        path => path.strip_suffix(b"/").filter(|name| !name.is_empty()),
    };
    let ask = match (head.method, folder) {
        (Method::Other, _) => Ask::Unclear,
        (Method::Head, _) => Ask::Stat,
        (Method::Get, Some(_)) => Ask::List,
        (Method::Get, None) => Ask::Get,
    };
    if head.method == Method::Other {
        let mut record =
            connection.begin_request(Dialect::Http, ask, &[&head.verb, b" ".as_slice(), &head.path].concat());
        let allowed = text!("http-only-fetching");
        record.detail = Some(Box::new(allowed.clone()));
        let words = text!("labelled", what = Status::MethodNotAllowed.text(), detail = allowed);
        let refusal = HttpRefusal { status: Status::MethodNotAllowed, outcome: Outcome::NotOffered, words };
        return refuse(connection, record, manner, refusal).await;
    }
    let mut record = connection.begin_request(Dialect::Http, ask, &head.path);
    if let Some(folder) = folder {
        return list(connection, offering, record, manner, folder, &head.query).await;
    }
    let Ok(name) = Name::parse(&head.path) else {
        return turn_away(connection, record, manner, &OpenError::Absent).await;
    };
    let (before, mut left) = (connection.counters.bytes_out, AGAIN);
    loop {
        let file = match offering.tree.open(&name) {
            Ok(file) => file,
            Err(OpenError::Absent) if offering.tree.list(Some(&name)).is_ok() => {
                return lead_on(connection, record, manner, &head).await;
            }
            Err(shut) => return turn_away(connection, record, manner, &shut).await,
        };
        match give(connection, &mut record, &head, &file).await {
            // Nothing was sent yet, so the new state can be sent instead.
            Err(SendError::Changed) if connection.counters.bytes_out == before && left > 0 => left -= 1,
            given => {
                let outcome = given.unwrap_or_else(SendError::outcome);
                connection.end_request(record, outcome).await;
                return given.map(|_| ());
            }
        }
    }
}

/// Sends a file or a part of it, or the status that stands for it (304, 416).
async fn give(
    connection: &mut Connection,
    record: &mut RequestRecord,
    head: &HttpHead,
    file: &Offered,
) -> Result<Outcome, SendError> {
    let size = file.state.size;
    let (tag, modified) = (format!("\"{}\"", identity_of(&file.state)), date(file.state.mtime_ns));
    let has_it = match (&head.if_none_match, &head.if_modified_since) {
        (Some(tags), _) => has_already(tags, &tag),
        (None, Some(time)) => time.trim_ascii() == modified.as_bytes(),
        (None, None) => false,
    };
    let is_the_same = head.if_range.as_ref().is_none_or(|known| is_same(known, &tag, &modified));
    let wanted = match &head.range {
        _ if has_it => Part::Whole,
        Some(range) if is_the_same && head.method == Method::Get => part(range, size),
        _ => Part::Whole,
    };
    let (status, from, length) = match wanted {
        _ if has_it => (Status::NotModified, 0, 0),
        Part::Whole => (Status::Ok, 0, size),
        Part::Of { from, length } => (Status::Partial, from, length),
        Part::Beyond => (Status::OutOfRange, 0, 0),
    };
    record.offset = from;
    let mut out = begin(connection, status, head.after);
    out.field("ETag", &tag);
    out.field("Last-Modified", &modified);
    out.field("Accept-Ranges", "bytes");
    match status {
        Status::NotModified => {}
        Status::OutOfRange => {
            out.field("Content-Range", &format!("bytes */{size}"));
            out.field("Content-Length", "0");
        }
        _ => {
            out.field("Content-Type", &media::of(&head.path, file));
            out.field("Content-Length", &length.to_string());
        }
    }
    if status == Status::Partial {
        let last = from + length.saturating_sub(1);
        out.field("Content-Range", &format!("bytes {from}-{last}/{size}"));
    }
    let out = out.end();
    match head.method {
        Method::Get if length > 0 => {
            connection.begin_file(&head.path, length);
            connection.send_file(&out, file, from, length).await?;
        }
        _ => connection.send(&out, Flush::Now).await?,
    }
    Ok(match status {
        Status::NotModified => Outcome::Unchanged,
        Status::OutOfRange => Outcome::OutOfRange,
        _ => Outcome::Done,
    })
}

/// Redirects to the folder's name with a slash: without it, relative links of its page lead to the folder above.
async fn lead_on(
    connection: &mut Connection,
    record: RequestRecord,
    (method, after): (Method, After),
    head: &HttpHead,
) -> Result<(), SendError> {
    let mut to = page::address(&head.path);
    if !head.query.is_empty() {
        to.push('?');
        to.push_str(&String::from_utf8_lossy(&head.query));
    }
    let words = text!("http-is-folder", to = to.clone()).to(connection.shared.language);
    let body = format!("{words}\n");
    let mut out = begin(connection, Status::Moved, after);
    out.field("Location", &to);
    out.field("Content-Type", TEXT);
    out.field("Content-Length", &body.len().to_string());
    let mut out = out.end();
    if method == Method::Get {
        out.extend_from_slice(body.as_bytes());
    }
    let sent = connection.send(&out, Flush::Now).await;
    connection.end_request(record, sent.map_or_else(SendError::outcome, |()| Outcome::Moved)).await;
    sent
}

/// Sends a page of a folder.
async fn list(
    connection: &mut Connection,
    offering: &Offering,
    record: RequestRecord,
    manner: (Method, After),
    folder: &[u8],
    query: &[u8],
) -> Result<(), SendError> {
    let (form, from) = page::wanted(query);
    let page = ListingPage::new(form, connection.shared.language, folder);
    let name = folder.to_vec();
    let body = match offering.list(move |tree| read(tree, &name, page, from)).await {
        Ok(body) => body,
        Err(shut) => return turn_away(connection, record, manner, &shut).await,
    };
    let mut out = begin(connection, Status::Ok, manner.1);
    out.field("Content-Type", form.media());
    out.field("Content-Length", &body.len().to_string());
    out.field("Cache-Control", "no-cache");
    out.field("Content-Security-Policy", STRICT);
    let mut out = out.end();
    if manner.0 == Method::Get {
        out.extend_from_slice(&body);
        connection.sent += body.len() as u64;
    }
    let sent = connection.send(&out, Flush::Now).await;
    connection.end_request(record, sent.map_or_else(SendError::outcome, |()| Outcome::Done)).await;
    sent
}

fn read(tree: &Tree, folder: &[u8], mut page: ListingPage, from: Cursor) -> Result<Vec<u8>, OpenError> {
    let name = match folder {
        b"" => None,
        name => Some(Name::parse(name).map_err(|_| OpenError::Absent)?),
    };
    let next = tree.list(name.as_ref())?.page(from, |entry| {
        if page.len() >= LISTING {
            return ControlFlow::Break(());
        }
        page.push(&entry);
        ControlFlow::Continue(())
    })?;
    Ok(page.end(next))
}

async fn turn_away(
    connection: &mut Connection,
    record: RequestRecord,
    manner: (Method, After),
    shut: &OpenError,
) -> Result<(), SendError> {
    let refusal = match shut {
        OpenError::Absent => HttpRefusal::new(Status::NotFound, Outcome::Absent),
        OpenError::Busy => HttpRefusal::new(Status::Busy, Outcome::Busy),
    };
    refuse(connection, record, manner, refusal).await
}

/// An answer in place of what was asked for.
#[derive(Clone, Debug)]
struct HttpRefusal {
    status: Status,
    outcome: Outcome,
    words: Text,
}

impl HttpRefusal {
    /// One that says no more than its status.
    fn new(status: Status, outcome: Outcome) -> Self {
        Self { status, outcome, words: status.text() }
    }
}

async fn refuse(
    connection: &mut Connection,
    record: RequestRecord,
    (method, after): (Method, After),
    HttpRefusal { status, outcome, words }: HttpRefusal,
) -> Result<(), SendError> {
    let body = format!("{}\n", words.to(connection.shared.language));
    let mut out = begin(connection, status, after);
    match status {
        Status::MethodNotAllowed => out.field("Allow", "GET, HEAD"),
        Status::Busy => out.field("Retry-After", "1"),
        _ => {}
    }
    out.field("Content-Type", TEXT);
    out.field("Content-Length", &body.len().to_string());
    let mut out = out.end();
    if method != Method::Head {
        out.extend_from_slice(body.as_bytes());
    }
    let sent = connection.send(&out, Flush::Now).await;
    connection.end_request(record, sent.map_or_else(SendError::outcome, |()| outcome)).await;
    sent
}

fn begin(connection: &Connection, status: Status, after: After) -> HeadWriter {
    let run = &connection.shared.run;
    let mut out = HeadWriter::new(status, after, &answer::now(run.clock.wall(), run.clock.now()));
    out.field("X-Content-Type-Options", "nosniff");
    out
}
