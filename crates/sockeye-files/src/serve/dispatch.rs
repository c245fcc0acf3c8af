//! One connection from its first byte to its close: which dialect it is, and who answers it.
//! Never reads a request itself.

use sockeye_core::{
    event::{Dialect, Ending},
    limit::{NAME_PAUSE, REQUEST_TIME},
};
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Connection, Got},
    http,
    name::{self, Heard},
    offer::Offer,
    sniff::{Told, tell},
    sockeye,
};

/// Holds a connection to its end; `local` is our end of it, where somebody looks.
pub(super) async fn hold(mut connection: Connection, offer: &Offer, peer: String, local: Option<String>) {
    if let Some(local) = local {
        connection.opened(peer, local).await;
    }
    let how = answer(&mut connection, offer).await;
    connection.close(how).await;
}

/// Finds out which dialect it is, and speaks it.
async fn answer(connection: &mut Connection, offer: &Offer) -> CloseMode {
    let deadline = Instant::now() + REQUEST_TIME;
    let names = offer.dialects.has(Dialect::Name);
    loop {
        match tell(&connection.held, offer.dialects) {
            Told::Is(Dialect::Http) => return http::answer(connection, offer, deadline).await,
            Told::Is(Dialect::Name) => return name::answer(connection, offer, deadline, Heard::Some).await,
            Told::Is(Dialect::Sockeye) => return sockeye::answer(connection, offer, deadline).await,
            Told::NotYet => {}
        }
        let may_be_name = names && !connection.held.is_empty();
        let until = if may_be_name { deadline.min(Instant::now() + NAME_PAUSE) } else { deadline };
        match connection.read(until).await {
            Got::More => {}
            Got::End | Got::Late if may_be_name => {
                return name::answer(connection, offer, deadline, Heard::All).await;
            }
            Got::End => return CloseMode::Lingering(Ending::PeerClosed),
            Got::Late => return CloseMode::Lingering(Ending::Idle),
            Got::Gone(why) => return CloseMode::Gone(why),
        }
    }
}
