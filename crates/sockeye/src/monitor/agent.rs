//! Passive checks of Zabbix: one question a connection, of any version since 1.
//! Never tries a target that is not allowed, and runs nothing.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use sockeye_core::{address::Address, event::Attempt, limit::REQUEST_TIME, unit::Medium};
use sockeye_net::link::{Accepted, StreamSocket};
use sockeye_study::zabbix::{
    AskedItem, Bare, ItemAnswer, ItemCheck, ItemTarget, PacketError, Packets, PassiveRequest,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use super::desk::Desk;

/// Bytes read at once.
const BUFFER: usize = 4096;
/// How long before a server gives up an answer has to be on its way.
const MARGIN: Duration = Duration::from_millis(200);

/// Answers one connection; whoever hangs is left.
pub(super) async fn answer(accepted: Accepted, desk: Arc<Desk>) {
    let mut stream = accepted.into_stream();
    let Ok(Some(data)) = timeout(REQUEST_TIME, read(&mut stream)).await else { return };
    let request = PassiveRequest::read(&data);
    let answers = join_all(request.items().iter().map(|item| value(item, &desk))).await;
    let answer = request.answer(&answers);
    let _ = timeout(REQUEST_TIME, async {
        stream.write_all(&answer).await?;
        stream.shutdown().await
    })
    .await;
}

/// What is asked; nothing where it is no question.
async fn read(stream: &mut StreamSocket) -> Option<Vec<u8>> {
    let mut packets = Packets::new(Bare::Line);
    let mut buffer = [0; BUFFER];
    loop {
        let fed: Result<Option<Vec<u8>>, PacketError> = match stream.read(&mut buffer).await.ok()? {
            0 => return packets.end().ok().filter(|data| !data.is_empty()),
            length => packets.feed(buffer.get(..length).unwrap_or_default()),
        };
        if let Some(data) = fed.ok()? {
            return Some(data);
        }
    }
}

/// The value of one item.
async fn value(item: &AskedItem, desk: &Desk) -> ItemAnswer {
    let most = item.timeout.map(|waits| waits.checked_sub(MARGIN).unwrap_or(waits / 2));
    match ItemCheck::parse(&item.key)? {
        ItemCheck::Ping => Ok("1".to_owned()),
        ItemCheck::Version => Ok(format!("sockeye {}", env!("CARGO_PKG_VERSION"))),
        ItemCheck::Up(target) => {
            let attempt = attempt(&target, most, desk).await?;
            Ok(up(&attempt)?.to_owned())
        }
        ItemCheck::Seconds(target) => {
            let attempt = attempt(&target, most, desk).await?;
            up(&attempt)?;
            Ok(seconds(&attempt))
        }
    }
}

/// 1 or 0; what this machine could not try has no value.
fn up(attempt: &Attempt) -> Result<&'static str, String> {
    match attempt.state {
        state if state.is_up() => Ok("1"),
        state if state.is_down() => Ok("0"),
        _ => Err("This machine could not try it.".to_owned()),
    }
}

/// How long it took until a target was up, as Zabbix writes it; 0 where it is not.
pub(super) fn seconds(attempt: &Attempt) -> String {
    format!("{:.6}", attempt.time().unwrap_or_default().as_secs_f64())
}

async fn attempt(target: &ItemTarget, most: Option<Duration>, desk: &Desk) -> Result<Attempt, String> {
    let scheme = match target.medium {
        Medium::Stream => "tcp",
        Medium::Datagram => "udp",
    };
    let host = target.host.trim_matches(['[', ']']);
    let asked = Address::parse_pair(&format!("{scheme}://{host}"), &target.port.to_string());
    let asked = asked.map_err(|error| format!("Invalid host: {error}"))?;
    let Some(target) = desk.target(&asked) else {
        return Err(
            "Not a target of this run: sockeye probe --allow-target makes it one that may be asked for."
                .to_owned(),
        );
    };
    Ok(desk.attempt(&target, most).await)
}
