//! An echo server from the library: a plan goes in, events come out.
//! Run it with `cargo run --release -p sockeye-net --example echo_server -- 127.0.0.1:7777`; Ctrl-C ends it.
#![allow(clippy::print_stdout)]

use std::error::Error;

use sockeye_core::{
    address::Address,
    behaviour::Reply,
    charset::Charset,
    event::{EventDetail, What},
    frame::Framing,
    limit::Limits,
    plan::{Access, Amplification, Clients, Conduct, Console, Family, ListenPlan},
};
use sockeye_net::{Clock, EVENT_BATCHES, RunContext, run};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let no_files = |_: &str| Err(sockeye_text::Text::verbatim("this example reads no files"));
    let plan = ListenPlan {
        address: Address::parse(&address)?,
        family: Family::Any,
        reply: Reply::parse("echo", Charset::utf8(), &no_files)?,
        access: Access::default(),
        console: Console::None,
        clients: Clients::All,
        amplification: Amplification::Refuse,
        conduct: Conduct {
            framing: Framing::raw(),
            charset: Charset::utf8(),
            faults: Vec::new(),
            seed: 0,
            limits: Limits::default(),
        },
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().global_queue_interval(1).enable_all().build()?;
    runtime.block_on(async {
        let (events, mut seen) = mpsc::channel(EVENT_BATCHES);
        let (_orders, orders) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let context = RunContext {
            clock: Clock::start(),
            detail: EventDetail::Summary,
            events,
            orders,
            stop: stop.clone(),
            lost: CancellationToken::new(),
        };
        let server = tokio::spawn(run::listen(plan, context));
        tokio::spawn(async move {
            let _ = tokio::signal::ctrl_c().await;
            stop.cancel();
        });
        while let Some(batch) = seen.recv().await {
            for event in batch {
                match event.what {
                    What::Listening { addr, .. } => println!("listening on {addr}"),
                    other => println!("{other:?}"),
                }
            }
        }
        server.await??;
        Ok(())
    })
}
