//! The tutorials' dialect: a bare name, and then its bytes and a close, or the single byte `1` and a close.
//! Never sends the `1` for a file that is there, and never resets but to say that what was sent is not the whole file.

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{NAME, NAME_PAUSE},
    transfer::Name,
};
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Asked, Connection, Got},
    offer::Offer,
    send::{AGAIN, Broke, Then},
};
use crate::tree::Shut;

/// Whether a bare name may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// More may come.
    Some,
    /// That was all of it.
    All,
}

/// What says that there is no such file.
const ABSENT: &[u8] = b"1";

/// Hears the rest of the name, which a pause, a newline or a FIN ends, and answers it.
pub(super) async fn answer(
    connection: &mut Connection,
    offer: &Offer,
    deadline: Instant,
    heard: Heard,
) -> CloseMode {
    let mut heard = heard;
    let mut late = false;
    while heard == Heard::Some && !connection.held.contains(&b'\n') && connection.held.len() <= NAME {
        match connection.read(deadline.min(Instant::now() + NAME_PAUSE)).await {
            Got::More => {}
            Got::End => heard = Heard::All,
            Got::Late => {
                late = Instant::now() >= deadline;
                heard = Heard::All;
            }
            Got::Gone(why) => return CloseMode::Gone(why),
        }
    }
    let held = std::mem::take(&mut connection.held);
    let line = held.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut asked = connection.asked(Dialect::Name, Ask::Get, line.get(..NAME).unwrap_or(line));
    if late {
        return refuse(connection, asked, Outcome::Late).await;
    }
    match Name::parse(line) {
        Ok(name) => send(connection, offer, asked, &name).await,
        Err(error) => {
            asked.detail = Some(error.to_string().into());
            refuse(connection, asked, Outcome::Malformed).await
        }
    }
}

async fn send(connection: &mut Connection, offer: &Offer, asked: Asked, name: &Name) -> CloseMode {
    let mut left = AGAIN;
    loop {
        let file = match offer.tree.open(name) {
            Ok(file) => file,
            Err(Shut::Absent) => return refuse(connection, asked, Outcome::Absent).await,
            // `1` would say that it is not there.
            Err(Shut::Busy) => {
                connection.over(asked, Outcome::Busy).await;
                return CloseMode::Reset(Ending::Refused);
            }
        };
        connection.begin(name.as_bytes(), file.state.size);
        match connection.send_file(b"", &file, 0, file.state.size).await {
            Ok(()) => {
                connection.over(asked, Outcome::Done).await;
                return CloseMode::Lingering(Ending::Closed);
            }
            // None of it was sent, so there is nothing to take back.
            Err(Broke::Changed) if connection.counters.bytes_out == 0 && left > 0 => left -= 1,
            // A close says that it is whole, so there is none.
            Err(broke) => {
                connection.over(asked, broke.outcome()).await;
                return broke.leave();
            }
        }
    }
}

async fn refuse(connection: &mut Connection, asked: Asked, outcome: Outcome) -> CloseMode {
    match connection.send(ABSENT, Then::Nothing).await {
        Ok(()) => {
            connection.over(asked, outcome).await;
            CloseMode::Lingering(Ending::Closed)
        }
        Err(broke) => {
            connection.over(asked, broke.outcome()).await;
            broke.leave()
        }
    }
}
