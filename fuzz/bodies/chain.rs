//! What must hold of a chain of faults whatever its stages, units and times: it comes to an end, nothing comes behind that,
//! what comes out of a stream does not depend on how it was chunked, nor do the acts told, and faults that keep bytes keep them
//! once and in order.
//! Never opens a file: the fuzzer and the corpus replay hand the bytes in.
//!
//! Input: how many faults, which of the table's samples, stream or datagrams, a seed; then for each unit its length (the top
//! bit: a long one) and the milliseconds before the next.

use std::time::Duration;

use sockeye_core::{
    event::{Event, EventDetail, What},
    stage::{Chain, ChainConfig, Drawn, FAULTS, FaultClass, FaultSpec, Held},
    unit::{At, Medium, Unit, Way},
};

/// Most bytes of one run: pieces of one byte, and a pause behind each, take their time.
const MOST: usize = 20_000;

/// One unit and the pause behind it.
struct Arrival {
    len: usize,
    pause: Duration,
}

struct Run {
    specs: Vec<FaultSpec>,
    medium: Medium,
    seed: u64,
}

/// What a fault did: its name, the offset, the number that belongs to it, the bit.
type Act = (std::borrow::Cow<'static, str>, u64, u64, Option<u8>);

impl Run {
    fn has(&self, names: &[&str]) -> bool {
        self.specs.iter().any(|spec| names.contains(&spec.name))
    }

    /// Whether all of its faults keep bytes.
    fn keeps(&self) -> bool {
        let harms = |spec: &FaultSpec| {
            FAULTS.iter().any(|row| row.name == spec.name && row.class == FaultClass::Harms)
        };
        !self.specs.iter().any(harms)
    }

    /// Sends these arrivals, then the end; what left, and the acts told.
    fn send(&self, arrivals: &[Arrival]) -> (Vec<u8>, Vec<Act>) {
        let (detail, seed, medium) = (EventDetail::Messages, self.seed, self.medium);
        let config = ChainConfig { way: Way::Up, medium, detail, seed, conn: 1, opened: At::START };
        let mut chain = Chain::new(&self.specs, config);
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        let (mut now, mut sent, mut over) = (At::START, 0_usize, false);
        for arrival in arrivals {
            // Every byte differs from its neighbours, so that order shows.
            let bytes: Vec<u8> = (sent..sent + arrival.len).map(|n| (n % 251) as u8).collect();
            sent += arrival.len;
            chain.offer(Unit::Data(&bytes), now, &mut notes);
            let until = now.after(arrival.pause);
            now = draw(&mut chain, now, until, &mut notes, &mut out, &mut over);
        }
        chain.offer(Unit::End, now, &mut notes);
        draw(&mut chain, now, At(Duration::MAX), &mut notes, &mut out, &mut over);
        assert!(over || self.has(&["stall"]), "the end never came");
        assert!(!over || (chain.held(), chain.wake()) == (0, None), "it keeps something");
        let act = |event: &Event| match &event.what {
            What::Fault { fault, offset, amount, bit, .. } => Some((fault.clone(), *offset, *amount, *bit)),
            _ => None,
        };
        let mut acts: Vec<_> = notes.iter().filter_map(act).collect();
        acts.sort_unstable();
        (out, acts)
    }
}

/// Draws all that comes until `until`.
fn draw(
    chain: &mut Chain,
    mut now: At,
    until: At,
    notes: &mut Vec<Event>,
    out: &mut Vec<u8>,
    over: &mut bool,
) -> At {
    loop {
        while let Some(drawn) = chain.draw(now, notes) {
            assert!(!*over, "behind the end: {drawn:?}");
            match drawn {
                Drawn::Unit(Held::Data(bytes)) => out.extend_from_slice(&bytes),
                Drawn::Unit(Held::End) | Drawn::Kill(_) => *over = true,
            }
        }
        match chain.wake().filter(|wake| *wake <= until) {
            Some(wake) => {
                assert!(wake > now, "it wants to be asked again now");
                now = wake;
            }
            None if until == At(Duration::MAX) => return now,
            None => return until,
        }
    }
}

/// Sends the units of `data` through the chain that it asks for.
pub(crate) fn chain(data: &[u8]) {
    let [count, medium, seed, rest @ ..] = data else { return };
    let samples: Vec<&str> = FAULTS.iter().flat_map(|row| row.samples.iter().copied()).collect();
    let count = usize::from(count % 5).min(rest.len());
    let (picks, rest) = rest.split_at(count);
    let specs = picks.iter().filter_map(|pick| {
        let sample = samples.get(usize::from(*pick) % samples.len())?;
        FaultSpec::parse(sample).ok()
    });
    let medium = if medium % 4 == 0 { Medium::Datagram } else { Medium::Stream };
    let specs = specs.filter(|spec| spec.fits(medium).is_ok()).collect();
    let run = Run { specs, medium, seed: u64::from(*seed) };
    let mut arrivals = Vec::new();
    let mut all = 0;
    for pair in rest.chunks_exact(2) {
        let (len, pause) = (usize::from(pair[0]), Duration::from_millis(u64::from(pair[1])));
        let len = if len >= 0x80 { (len & 0x7f) << 9 } else { len };
        if all + len > MOST {
            break;
        }
        all += len;
        arrivals.push(Arrival { len, pause });
    }
    let sent: Vec<u8> = (0..all).map(|n| (n % 251) as u8).collect();
    let (out, acts) = run.send(&arrivals);
    if medium == Medium::Stream {
        assert!(!run.keeps() || out == sent, "bytes are missing, double or out of order");
        assert!(run.has(&["corrupt"]) || sent.starts_with(&out), "what passes is another");
        let (again, acts_again) = run.send(&[Arrival { len: all, pause: Duration::ZERO }]);
        assert_eq!(again, out, "chunks have decided what passes");
        // What stands before a fault that ends the stream sees as much as came until then, which is a matter of time.
        if !run.has(&["cut", "reset", "stall", "refuse"]) {
            assert_eq!(acts, acts_again, "chunks have decided");
        }
    } else if run.keeps() {
        assert_eq!(out.len(), sent.len(), "datagrams are lost or double");
    }
}
