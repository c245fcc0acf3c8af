//! One connection from its first byte to its close: which dialect it is, and who answers it.
//! Never reads a request itself.

use sockeye_core::{
    event::{Dialect, Ending},
    limit::{NAME_PAUSE, REQUEST_TIME},
};
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Connection, ReadOutcome},
    http,
    name::{self, NameInput},
    offering::Offering,
    sniff::{Sniffed, sniff},
    sockeye,
};

/// Answers a connection until it is closed. `local` is our end's address, given only where events are shown.
pub(super) async fn hold(
    mut connection: Connection,
    offering: &Offering,
    peer: String,
    local: Option<String>,
) {
    if let Some(local) = local {
        connection.opened(peer, local).await;
    }
    let how = answer(&mut connection, offering).await;
    connection.close(how).await;
}

/// Recognises the dialect and answers in it.
async fn answer(connection: &mut Connection, offering: &Offering) -> CloseMode {
    let deadline = Instant::now() + REQUEST_TIME;
    let names = offering.dialects.has(Dialect::Name);
    loop {
        match sniff(&connection.held, offering.dialects) {
            Sniffed::Is(Dialect::Http) => return http::answer(connection, offering, deadline).await,
            Sniffed::Is(Dialect::Name) => {
                return name::answer(connection, offering, deadline, NameInput::Open).await;
            }
            Sniffed::Is(Dialect::Sockeye) => return sockeye::answer(connection, offering, deadline).await,
            Sniffed::NotYet => {}
        }
        let may_be_name = names && !connection.held.is_empty();
        let until = if may_be_name { deadline.min(Instant::now() + NAME_PAUSE) } else { deadline };
        match connection.read(until).await {
            ReadOutcome::More => {}
            ReadOutcome::End | ReadOutcome::Late if may_be_name => {
                return name::answer(connection, offering, deadline, NameInput::Complete).await;
            }
            ReadOutcome::End => return CloseMode::Lingering(Ending::PeerClosed),
            ReadOutcome::Late => return CloseMode::Lingering(Ending::Idle),
            ReadOutcome::Gone(why) => return CloseMode::Gone(why),
        }
    }
}
