//! A client that sends three length-prefixed messages and prints the answers, whole whatever TCP did to them.
//! Run it against `sockeye listen 7777 --reply echo` with
//! `cargo run -p sockeye-net --example framed_client -- 127.0.0.1:7777`.
#![allow(clippy::print_stdout)]

use std::{error::Error, time::Duration};

use sockeye_core::{
    address::Address,
    behaviour::{Payload, Script, ScriptInput},
    charset::Charset,
    event::{EventDetail, What},
    frame::Framing,
    limit::Limits,
    plan::{Conduct, ConnectPlan, DevicePlan, Family},
};
use sockeye_net::{Clock, EVENT_BATCHES, RunContext, run};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("name a server, as in 127.0.0.1:7777")?;
    let say = |text: &str| Payload::Bytes(text.as_bytes().to_vec());
    let plan = ConnectPlan {
        target: Address::parse(&address)?,
        source: None,
        family: Family::Any,
        retries: 0,
        retry_delay: Duration::from_secs(1),
        script: Script {
            payloads: vec![say("hello"), say("你好"), say("")],
            every: None,
            count: Some(3),
            wait: Some(Duration::from_secs(2)),
            expect: None,
            keyboard: ScriptInput::None,
            greeting: None,
            gap: None,
            awaits_answers: false,
        },
        device: DevicePlan::default(),
        conduct: Conduct {
            framing: Framing::parse("py-struct-i")?,
            charset: Charset::utf8(),
            faults: Vec::new(),
            seed: 0,
            limits: Limits::default(),
        },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (events, mut seen) = mpsc::channel(EVENT_BATCHES);
        let (_orders, orders) = mpsc::channel(1);
        let context = RunContext {
            clock: Clock::start(),
            detail: EventDetail::Messages,
            events,
            orders,
            stop: CancellationToken::new(),
            lost: CancellationToken::new(),
        };
        let talk = tokio::spawn(run::connect(plan, context));
        while let Some(batch) = seen.recv().await {
            for event in batch {
                if let What::Recv { data, .. } = event.what {
                    println!("{} bytes: {}", data.len(), String::from_utf8_lossy(&data));
                }
            }
        }
        println!("{:?}", talk.await??.verdict);
        Ok(())
    })
}
