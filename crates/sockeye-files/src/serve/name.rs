//! The tutorials' dialect: a bare name, and then its bytes and a close, or the single byte `1` and a close.
//! Never sends the `1` for a file that is there, and never resets but to say that what was sent is not the whole file.

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{NAME, NAME_PAUSE},
    transfer::Name,
};
use tokio::time::Instant;

use super::{
    connection::{Asked, Got, Heard, Leave, Talk},
    send::{AGAIN, Broke, Then},
};
use crate::tree::Shut;

/// What says that there is no such file.
const ABSENT: &[u8] = b"1";

/// Hears the rest of the name, which a pause, a newline or a FIN ends, and answers it.
pub(super) async fn answer(talk: &mut Talk, deadline: Instant, heard: Heard) -> Leave {
    let mut heard = heard;
    let mut late = false;
    while heard == Heard::Some && !talk.held.contains(&b'\n') && talk.held.len() <= NAME {
        match talk.read(deadline.min(Instant::now() + NAME_PAUSE)).await {
            Got::More => {}
            Got::End => heard = Heard::All,
            Got::Late => {
                late = Instant::now() >= deadline;
                heard = Heard::All;
            }
            Got::Gone(why) => return Leave::Gone(why),
        }
    }
    let held = std::mem::take(&mut talk.held);
    let line = held.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut asked = talk.asked(Dialect::Name, Ask::Get, line.get(..NAME).unwrap_or(line));
    if late {
        return refuse(talk, asked, Outcome::Late).await;
    }
    match Name::parse(line) {
        Ok(name) => send(talk, asked, &name).await,
        Err(error) => {
            asked.detail = Some(error.to_string().into());
            refuse(talk, asked, Outcome::Malformed).await
        }
    }
}

async fn send(talk: &mut Talk, asked: Asked, name: &Name) -> Leave {
    let mut left = AGAIN;
    loop {
        let file = match talk.service.tree.open(name) {
            Ok(file) => file,
            Err(Shut::Absent) => return refuse(talk, asked, Outcome::Absent).await,
            // `1` would say that it is not there.
            Err(Shut::Busy) => {
                talk.over(asked, Outcome::Busy).await;
                return Leave::Reset(Ending::Refused);
            }
        };
        talk.begin(name.as_bytes(), file.state.size);
        match talk.send_file(b"", &file, 0, file.state.size).await {
            Ok(()) => {
                talk.over(asked, Outcome::Done).await;
                return Leave::Lingering(Ending::Closed);
            }
            // None of it was sent, so there is nothing to take back.
            Err(Broke::Changed) if talk.counters.bytes_out == 0 && left > 0 => left -= 1,
            // A close says that it is whole, so there is none.
            Err(broke) => {
                talk.over(asked, broke.outcome()).await;
                return broke.leave();
            }
        }
    }
}

async fn refuse(talk: &mut Talk, asked: Asked, outcome: Outcome) -> Leave {
    match talk.send(ABSENT, Then::Nothing).await {
        Ok(()) => {
            talk.over(asked, outcome).await;
            Leave::Lingering(Ending::Closed)
        }
        Err(broke) => {
            talk.over(asked, broke.outcome()).await;
            broke.leave()
        }
    }
}
