//! The engine of `connect`: one client or many, each of which resolves, connects, again if asked to, and holds conversations.
//! Never listens.

mod backoff;
mod fleet;
mod reach;
mod client;
mod tally;

use std::sync::Arc;

use sockeye_core::{
    address::Address,
    behaviour::{ScriptInput, Verdict},
    event::{Ending, Failure, Kind, Operation},
    limit::CLIENT_LINGER,
    plan::ConnectPlan,
    unit::Medium,
};
use sockeye_text::text;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use self::{fleet::Fleet, tally::FleetTally};
use super::{common, rate};
use crate::{
    accept,
    clock::until,
    context::{Action, Order, Report, RunContext},
    hub::{Hub, Post},
    run_state::CUT,
};

/// Holds one conversation with the plan's target; with `device.reconnect` one after the other, and so with each of
/// `device.clients`.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     behaviour::{ScriptInput, Script, Payload, Verdict},
/// #     charset::Charset,
/// #     event::EventDetail,
/// #     frame::Framing,
/// #     limit::Limits,
/// #     plan::{Conduct, ConnectPlan, DevicePlan, Family},
/// # };
/// use std::{io::{Read, Write}, net::TcpListener, time::Duration};
/// use sockeye_net::{Clock, RunContext, EVENT_BATCHES, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Any server: this one answers five bytes with four.
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// let server = std::thread::spawn(move || {
///     let (mut stream, _) = listener.accept()?;
///     let mut question = [0; 5];
///     stream.read_exact(&mut question)?;
///     stream.write_all(b"fine")
/// });
///
/// let plan = ConnectPlan {
///     target: Address::parse(&address)?,
///     script: Script {
///         payloads: vec![Payload::Bytes(b"well?".to_vec())],
///         count: Some(1),
///         wait: Some(Duration::from_secs(2)),
///         // …and the rest as usual
/// #         every: None,
/// #         expect: None,
/// #         keyboard: ScriptInput::None,
/// #         greeting: None,
/// #         gap: None,
/// #         awaits_answers: false,
///     },
/// #     device: DevicePlan::default(),
/// #     source: None,
/// #     family: Family::Any,
/// #     retries: 0,
/// #     retry_delay: Duration::from_secs(1),
/// #     conduct: Conduct {
/// #         framing: Framing::raw(),
/// #         charset: Charset::utf8(),
/// #         faults: Vec::new(),
/// #         seed: 0,
/// #         limits: Limits::default(),
/// #     },
/// };
/// let (events, _seen) = mpsc::channel(EVENT_BATCHES);
/// let (_orders, orders) = mpsc::channel(1);
/// let stop = CancellationToken::new();
/// let lost = CancellationToken::new();
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Summary, events, orders, stop, lost };
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let report = runtime.block_on(run::connect(plan, context))?;
/// assert_eq!(report.verdict, Verdict::Met);
/// assert_eq!(report.summary.totals.bytes_in, 4);
/// # server.join().map_err(|_| "the server failed")??;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The target cannot be resolved or connected to, the tries asked for included; or there are to be more clients than this
/// machine has descriptors for. Of many clients that is part of the report.
pub async fn connect(plan: ConnectPlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, detail, events, orders, stop, lost } = context;
    let medium = match plan.target {
        Address::Udp { .. } => Medium::Datagram,
        _ => Medium::Stream,
    };
    let clients = plan.device.clients.max(1);
    enough_descriptors(&plan, clients)?;
    // A script has nobody to take orders from; it is its own master.
    let post = match plan.script.keyboard {
        ScriptInput::None => Post::None,
        // A person hears that nobody is there, and need not wait for whoever comes back.
        ScriptInput::Person if plan.device.reconnect.is_some() => Post::Mailboxes,
        ScriptInput::Piped | ScriptInput::Person => Post::Patient,
    };
    let paced = plan.conduct.limits.rate.and_then(|_| rate(&plan.conduct, medium));
    let shared = common(&plan.conduct, &clock, detail, paced);
    let mut hub = Hub::new(clock, shared, events, plan.conduct.limits.grace, post);
    hub.linger = CLIENT_LINGER;
    hub.read_size = plan.conduct.limits.read_size;
    let hub = Arc::new(hub);
    let fleet = Arc::new(Fleet::new(plan, Arc::clone(&hub), medium));
    let tally = call(&fleet, clients, orders, &stop, &lost).await;
    let summary = hub.run.conclude().await;
    let tally = match tally {
        // What one client fails by is what the run fails by.
        Some(FleetTally { failed: Some(failure), .. }) if clients == 1 => return Err(failure),
        Some(tally) => tally,
        None => FleetTally::default(),
    };
    let drained = hub.run.drained();
    let failure = tally.failure(&fleet.plan.target, clients);
    Ok(match tally.worst {
        Some(outcome) => Report {
            summary,
            verdict: outcome.verdict,
            ending: Some(outcome.why),
            failure: failure.or(outcome.failure),
            drained,
        },
        None => Report { summary, verdict: Verdict::Open, ending: Some(Ending::Stopped), failure, drained },
    })
}

/// # Errors
/// There are not enough of them for so many clients.
fn enough_descriptors(plan: &ConnectPlan, clients: u64) -> Result<(), Failure> {
    let asked = usize::try_from(clients).unwrap_or(usize::MAX);
    // Who listens to a group besides needs a second one.
    let each = if plan.target.medium() == Medium::Datagram { 2 } else { 1 };
    let most = if asked > 1 { accept::room(asked, each) } else { asked };
    if asked <= most {
        return Ok(());
    }
    let detail = text!("clients-exhausted", asked = asked, most = most);
    Err(Failure::new(Operation::Prepare, plan.target.to_string(), Kind::Exhausted, detail)
        .hint(text!("clients-exhausted-hint")))
}

/// What all clients came to; none if they were stopped before anything began, or cut short.
async fn call(
    fleet: &Arc<Fleet>,
    clients: u64,
    mut orders: mpsc::Receiver<Order>,
    stop: &CancellationToken,
    lost: &CancellationToken,
) -> Option<FleetTally> {
    let conversations = tally::run(fleet, clients);
    tokio::pin!(conversations);
    // Beside the conversations, never in their place: who fills a mailbox waits for it.
    let typing = async {
        // What is typed before there is a conversation waits for it.
        fleet.hub.joined.cancelled().await;
        while let Some(order) = orders.recv().await {
            if order.what == Action::SayNoMore {
                fleet.no_more_is_typed();
            }
            fleet.hub.order(order).await;
        }
        std::future::pending::<()>().await
    };
    tokio::pin!(typing);
    let (run, mut deadline) = (&fleet.hub.run, None);
    loop {
        tokio::select! {
            tally = &mut conversations => return Some(tally),
            () = stop.cancelled(), if deadline.is_none() => {
                if !run.has_begun() {
                    return None;
                }
                if lost.is_cancelled() {
                    run.lose();
                }
                run.halt();
                deadline = Some(Instant::now() + run.grace);
            }
            () = until(deadline) => {
                if run.cut.is_cancelled() {
                    return None;
                }
                run.cut.cancel();
                deadline = Some(Instant::now() + CUT);
            }
            () = &mut typing => {}
        }
    }
}
