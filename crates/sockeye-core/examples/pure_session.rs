//! A whole conversation with no socket and no waiting: a line server behind 40 ms of latency.
//! Run it with `cargo run -p sockeye-core --example pure_session`.
#![allow(clippy::print_stdout)]

use std::{error::Error, sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::{Common, Reply},
    charset::Charset,
    event::{Ending, EventDetail},
    frame::Framing,
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Medium, Unit, Wall},
};

fn main() -> Result<(), Box<dyn Error>> {
    let common = Arc::new(Common {
        framing: Framing::parse("line")?,
        charset: Charset::utf8(),
        detail: EventDetail::Messages,
        wall: Wall::new(Duration::ZERO, jiff::tz::TimeZone::UTC),
        seed: 1,
        rate: None,
    });
    let no_files = |_: &str| Err(sockeye_text::Text::verbatim("this example reads no files"));
    let reply = Reply::parse("text:you said {text}", Charset::utf8(), &no_files)?;
    let faults = [FaultSpec::parse("latency=40ms,dir=up")?];
    let config = SessionConfig {
        common: &common,
        conn: 1,
        peer: "tcp://192.0.2.1:40000".into(),
        local: "tcp://192.0.2.2:8888",
        took: None,
        medium: Medium::Stream,
        side: Side::Server,
        faults: &faults,
        idle: None,
    };
    let mut session = Session::open(config, reply.start(), At::START);

    // The line comes in two parts; the second glued to half of the next.
    session.receive(Unit::Data(b"hel"), At::START);
    session.receive(Unit::Data(b"lo\nwor"), At(Duration::from_millis(5)));
    session.receive(Unit::Data(b"ld\n"), At(Duration::from_millis(6)));
    session.receive(Unit::End, At(Duration::from_millis(7)));

    while let Some(wake) = session.wake() {
        session.tick(wake);
        let answer = session.out().front().to_vec();
        session.out().wrote(answer.len());
        println!("{:>4} ms  {:?}", wake.0.as_millis(), String::from_utf8_lossy(&answer));
    }
    if session.out().fin_due() {
        session.out().fin_done();
    }
    session.finish(Ending::PeerClosed, At(Duration::from_millis(50)));

    let mut events = Vec::new();
    session.drain_events(&mut events);
    for event in events {
        println!("{:>4} ms  {:?}", event.at.0.as_millis(), event.what);
    }
    Ok(())
}
