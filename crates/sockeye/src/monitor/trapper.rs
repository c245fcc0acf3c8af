//! Results to a Zabbix server, as items of type trapper: each attempt under the keys that an agent is asked by.
//! Never holds up what is probed: values wait within a bound, and the oldest go first.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Notice, Probed, TrapperStanding, What},
    limit::{RETRY_DELAY, ZABBIX_BATCH, ZABBIX_QUEUE, ZABBIX_TIMEOUT},
    plan::{Family, TrapperPlan},
    rule::quantity::brief_duration,
    unit::{At, Medium, Wall},
};
use sockeye_net::link::{Connected, Dialing, dial};
use sockeye_study::zabbix::{
    Bare, ItemTarget, PacketError, Packets, Reported, Taken, TrapperError, report, taken,
};
use sockeye_sys::words;
use sockeye_text::{Text, text};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep_until, timeout},
};

use super::{agent::seconds, desk::Desk, metrics::since_epoch};

/// The longest wait before a server is tried again.
const MOST_DELAY: Duration = Duration::from_secs(30);
/// Bytes read at once.
const BUFFER: usize = 4096;

/// Why values were not taken.
#[derive(Debug)]
enum Untaken {
    /// They never reached the server.
    Unreachable(Text),
    /// The server says no, or nothing that can be read.
    Answered(TrapperStanding, Text),
}

/// Values on their way to one server.
struct Trapper<'a> {
    desk: &'a Desk,
    plan: &'a TrapperPlan,
    family: Family,
    waiting: VecDeque<Reported>,
    standing: Option<TrapperStanding>,
    delay: Duration,
}

/// Sends each result until no target is tried any more, and then what still waits, as long as the server takes it.
pub(super) async fn send_all(desk: &Desk, plan: &TrapperPlan, mut results: Receiver<Arc<Probed>>) {
    let family = desk.probes.plan().family;
    let mut trapper =
        Trapper { desk, plan, family, waiting: VecDeque::new(), standing: None, delay: Duration::ZERO };
    let over = desk.probes.over();
    desk.board.count(|_| {});
    let mut due = Instant::now();
    loop {
        let is_due = !trapper.waiting.is_empty();
        tokio::select! {
            biased;
            result = results.recv() => if !trapper.heard(result) { return },
            () = over.cancelled() => break,
            () = sleep_until(due), if is_due => due = trapper.exchange(&mut results).await,
        }
    }
    while let Ok(probed) = results.try_recv() {
        trapper.heard(Ok(probed));
    }
    while !trapper.waiting.is_empty() {
        trapper.exchange(&mut results).await;
        if trapper.standing == Some(TrapperStanding::Unreachable) {
            return;
        }
    }
}

impl Trapper<'_> {
    /// Takes a result; says whether more can come.
    fn heard(&mut self, result: Result<Arc<Probed>, RecvError>) -> bool {
        match result {
            Ok(probed) => {
                let values = values(&probed, self.desk.probes.run().clock.wall());
                self.waiting.extend(values.into_iter().flatten());
                self.bound();
                true
            }
            Err(RecvError::Lagged(missed)) => {
                self.desk.board.count(|sent| sent.dropped += 2 * missed);
                true
            }
            Err(RecvError::Closed) => false,
        }
    }

    /// Drops the oldest values that are too many.
    fn bound(&mut self) {
        let many = self.waiting.len().saturating_sub(ZABBIX_QUEUE);
        self.waiting.drain(..many);
        if many > 0 {
            self.desk.board.count(|sent| sent.dropped += many as u64);
        }
    }

    /// Sends some of what waits, and goes on hearing meanwhile; says when the next may be sent.
    async fn exchange(&mut self, results: &mut Receiver<Arc<Probed>>) -> Instant {
        let many = self.waiting.len().min(ZABBIX_BATCH);
        let batch: Vec<Reported> = self.waiting.drain(..many).collect();
        let outcome = {
            let mut sending = Box::pin(send(self.plan, self.family, &batch));
            loop {
                tokio::select! {
                    outcome = &mut sending => break outcome,
                    result = results.recv() => if !self.heard(result) { break sending.await },
                }
            }
        };
        let (standing, detail) = match outcome {
            Ok(Taken { taken, refused }) => {
                self.desk.board.count(|sent| {
                    sent.taken += taken;
                    sent.refused += refused;
                });
                match refused {
                    0 => (TrapperStanding::Taken, None),
                    _ => {
                        let detail = text!("trapper-unknown", refused = refused, values = taken + refused);
                        (TrapperStanding::Partly, Some(detail))
                    }
                }
            }
            Err(Untaken::Unreachable(detail)) => {
                batch.into_iter().rev().for_each(|value| self.waiting.push_front(value));
                self.bound();
                (TrapperStanding::Unreachable, Some(detail))
            }
            Err(Untaken::Answered(standing, detail)) => {
                self.desk.board.count(|sent| sent.refused += batch.len() as u64);
                (standing, Some(detail))
            }
        };
        self.tell(standing, detail).await;
        Instant::now() + self.wait(standing)
    }

    /// How long to wait before the next: not at all where values are taken, longer and longer where they are not.
    fn wait(&mut self, standing: TrapperStanding) -> Duration {
        self.delay = match standing {
            TrapperStanding::Taken | TrapperStanding::Partly => Duration::ZERO,
            _ if self.delay.is_zero() => RETRY_DELAY,
            _ => (self.delay * 2).min(MOST_DELAY),
        };
        self.delay
    }

    /// Says that something is another way than before; that all is well from the beginning is not worth saying.
    async fn tell(&mut self, standing: TrapperStanding, detail: Option<Text>) {
        let before = self.standing.replace(standing).unwrap_or(TrapperStanding::Taken);
        if before != standing {
            let server = self.plan.server.to_string();
            let notice = Notice::Trapper { server, standing, detail };
            self.desk.probes.run().tell(What::Notice(notice)).await;
        }
    }
}

/// What a result is to Zabbix: whether the target is up, and how many seconds that took. Nothing where this machine could not
/// try it, and of Unix sockets, which Zabbix has no keys for.
fn values(probed: &Probed, wall: &Wall) -> Option<[Reported; 2]> {
    let attempt = &probed.attempt;
    if !attempt.state.is_up() && !attempt.state.is_down() {
        return None;
    }
    let address = Address::parse(&probed.target).ok()?;
    let host = match address.host()? {
        Host::Ip(ip, _) => ip.to_string(),
        // Empty is this machine, as it is to agents.
        other => other.to_string(),
    };
    let target = ItemTarget { medium: address.medium(), host, port: address.port()? };
    debug_assert!(matches!(target.medium, Medium::Stream | Medium::Datagram));
    let since_epoch = since_epoch(wall, At(probed.begun.0 + attempt.took));
    let up = if attempt.state.is_up() { "1" } else { "0" };
    let [up_key, seconds_key] = target.keys();
    let one = |key: String, value: String| Reported { key, value, since_epoch };
    Some([one(up_key, up.to_owned()), one(seconds_key, seconds(attempt))])
}

/// Sends values, and reads what the server did with them.
async fn send(plan: &TrapperPlan, family: Family, values: &[Reported]) -> Result<Taken, Untaken> {
    let whole = timeout(ZABBIX_TIMEOUT, exchange(plan, family, values)).await;
    whole.unwrap_or_else(|_| {
        Err(Untaken::Unreachable(text!("trapper-silent", time = brief_duration(ZABBIX_TIMEOUT))))
    })
}

async fn exchange(plan: &TrapperPlan, family: Family, values: &[Reported]) -> Result<Taken, Untaken> {
    let name = plan.server.to_string();
    let dialing = Dialing { family, source: None, within: ZABBIX_TIMEOUT };
    let unreachable = |failed: Failure| Untaken::Unreachable(failed.detail);
    let Connected { mut stream, .. } = dial(&plan.server, dialing, &name).await.map_err(unreachable)?;
    let lost = |error: std::io::Error| Untaken::Unreachable(words(&error));
    stream.write_all(&report(&plan.host, values)).await.map_err(lost)?;
    let unreadable = |detail| Untaken::Answered(TrapperStanding::Unreadable, detail);
    let mut packets = Packets::new(Bare::Refused);
    let mut buffer = [0; BUFFER];
    let data = loop {
        let length = stream.read(&mut buffer).await.map_err(lost)?;
        let fed = match length {
            0 => packets.clone().end().map(Some),
            length => packets.feed(buffer.get(..length).unwrap_or_default()),
        };
        match fed {
            Ok(Some(data)) => break data,
            Ok(None) => {}
            Err(PacketError::Cut { came: 0 }) => return Err(unreadable(text!("trapper-no-answer"))),
            Err(_) => return Err(unreadable(text!("trapper-no-receipt"))),
        }
    };
    taken(&data).map_err(|error| match error {
        TrapperError::Failed(words) => Untaken::Answered(TrapperStanding::Refused, Text::verbatim(words)),
        TrapperError::Elsewhere(address) => {
            Untaken::Answered(TrapperStanding::Refused, text!("trapper-elsewhere", address = address))
        }
        TrapperError::Unreadable => unreadable(text!("trapper-no-receipt")),
    })
}
