//! The tutorials' dialect: a bare name, and then its bytes and a close, or the single byte `1` and a close.
//! Never sends the `1` for a file that is there, and never resets but to say that what was sent is not the whole file.

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{NAME, NAME_PAUSE},
    transfer::Name,
};
use sockeye_sys::Flush;
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Connection, ReadOutcome, RequestRecord},
    offering::Offering,
    send::{AGAIN, SendError},
};
use crate::tree::OpenError;

/// Whether more bytes of a bare name may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameInput {
    /// The name may go on.
    Open,
    /// The client has paused or ended its direction: the name is whole.
    Complete,
}

/// The answer for a file that does not exist.
const ABSENT: &[u8] = b"1";

/// Reads the rest of the name, which ends at a pause, a newline or a FIN, and answers it.
pub(super) async fn answer(
    connection: &mut Connection,
    offering: &Offering,
    deadline: Instant,
    heard: NameInput,
) -> CloseMode {
    let mut heard = heard;
    let mut late = false;
    while heard == NameInput::Open && !connection.held.contains(&b'\n') && connection.held.len() <= NAME {
        match connection.read(deadline.min(Instant::now() + NAME_PAUSE)).await {
            ReadOutcome::More => {}
            ReadOutcome::End => heard = NameInput::Complete,
            ReadOutcome::Late => {
                late = Instant::now() >= deadline;
                heard = NameInput::Complete;
            }
            ReadOutcome::Gone(why) => return CloseMode::Gone(why),
        }
    }
    let held = std::mem::take(&mut connection.held);
    let line = held.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut record = connection.begin_request(Dialect::Name, Ask::Get, line.get(..NAME).unwrap_or(line));
    if late {
        return refuse(connection, record, Outcome::Late).await;
    }
    match Name::parse(line) {
        Ok(name) => send(connection, offering, record, &name).await,
        Err(error) => {
            record.detail = Some(Box::new(error.text()));
            refuse(connection, record, Outcome::Malformed).await
        }
    }
}

async fn send(
    connection: &mut Connection,
    offering: &Offering,
    record: RequestRecord,
    name: &Name,
) -> CloseMode {
    let mut left = AGAIN;
    loop {
        let file = match offering.tree.open(name) {
            Ok(file) => file,
            Err(OpenError::Absent) => return refuse(connection, record, Outcome::Absent).await,
            // `1` would say that the file does not exist.
            Err(OpenError::Busy) => {
                connection.end_request(record, Outcome::Busy).await;
                return CloseMode::Reset(Ending::Refused);
            }
        };
        connection.begin_file(name.as_bytes(), file.state.size);
        match connection.send_file(b"", &file, 0, file.state.size).await {
            Ok(()) => {
                connection.end_request(record, Outcome::Done).await;
                return CloseMode::Lingering(Ending::Closed);
            }
            // Nothing was sent yet, so the new state can be sent instead.
            Err(SendError::Changed) if connection.counters.bytes_out == 0 && left > 0 => left -= 1,
            // An orderly close would say that the file is whole.
            Err(error) => {
                connection.end_request(record, error.outcome()).await;
                return error.close_mode();
            }
        }
    }
}

async fn refuse(connection: &mut Connection, record: RequestRecord, outcome: Outcome) -> CloseMode {
    match connection.send(ABSENT, Flush::Now).await {
        Ok(()) => {
            connection.end_request(record, outcome).await;
            CloseMode::Lingering(Ending::Closed)
        }
        Err(error) => {
            connection.end_request(record, error.outcome()).await;
            error.close_mode()
        }
    }
}
