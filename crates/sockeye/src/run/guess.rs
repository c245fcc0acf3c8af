//! Reads or captures a sample, has its framing worked out, and shows what was concluded.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
    time::Duration,
};

use sockeye_core::{
    address::Address,
    charset::Charset,
    event::{Event, Failure, Kind, Operation, What},
    frame::Framing,
};
use sockeye_net::{
    Clock,
    run::{CapturePlan, Captured, capture},
};
use sockeye_study::guess::{
    SAMPLE, Sample,
    dump::{self, DUMP},
    guess,
};
use sockeye_text::text;

use super::runtime;
use crate::{
    failure::{self, Refusal},
    say::{self, Admits, say},
    ui::{self, Sink, shutdown::Shutdown},
    view::{self, Colours, FrameDetail, Page, Role, Show, Signs, View as _, ViewContext, json::Json},
};

/// What `guess` is to do.
#[derive(Debug)]
pub(crate) struct GuessPlan {
    /// Where the bytes come from.
    pub source: GuessSource,
    /// The most proposals.
    pub top: usize,
    /// For whom it is shown.
    pub reader: GuessReader,
}

/// Where bytes come from.
#[derive(Debug)]
pub(crate) enum GuessSource {
    /// A file, or standard input where there is none; and how it is read.
    File(Option<PathBuf>, Digits),
    /// Peers.
    Live(Address, Captured, Option<Duration>),
}

/// Whether bytes are written down as hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digits {
    /// If all of it looks like that.
    Recognised,
    /// They are.
    Told,
}

/// For whom it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuessReader {
    /// People.
    Person,
    /// Programs.
    Program,
}

/// The exit code of not being able to tell.
const CANNOT_TELL: u8 = 1;

/// Does it; returns the exit code.
#[must_use]
pub(crate) fn run_guess(plan: GuessPlan) -> u8 {
    let mut sink = Sink::streams();
    let mut page = Page::default();
    let GuessPlan { source, top, reader } = plan;
    let (sample, signal) = match source {
        GuessSource::File(file, digits) => match read(file, digits, &mut page) {
            Ok(sample) => (sample, None),
            Err(failed) => return refuse(&failed),
        },
        GuessSource::Live(address, from, wait) => {
            let plan = CapturePlan { address, from, wait };
            match live(plan, reader, &mut sink, &mut page) {
                Ok(captured) => captured,
                Err(refusal) => return ui::refuse(&refusal),
            }
        }
    };
    let guess = guess(&sample, top);
    match reader {
        GuessReader::Person => view::guess::show(&guess, &mut page),
        GuessReader::Program => view::guess::write(&guess, sample.bytes().len(), &mut page),
    }
    sink.put(&mut page);
    sink.settle();
    match sink.into_trouble() {
        Some(ui::Trouble::Gone) => failure::SUCCESS,
        Some(ui::Trouble::Failed(error)) => refuse(&Failure::new(
            Operation::Write,
            say::standard_output(),
            Kind::LocalWrite,
            say::system(&error),
        )),
        None => match (guess.proposals.is_empty(), signal) {
            (false, _) => failure::SUCCESS,
            (true, Some(code)) if sample.bytes().is_empty() => code,
            (true, _) => CANNOT_TELL,
        },
    }
}

fn refuse(failed: &Failure) -> u8 {
    ui::refuse(&Refusal::Meaning(say::failure(failed), failure::code(failed)))
}

/// Reads as much of a file as is studied, and says what that was.
fn read(file: Option<PathBuf>, digits: Digits, page: &mut Page) -> Result<Sample, Failure> {
    let name = file.as_ref().map_or_else(|| "-".to_owned(), |file| file.display().to_string());
    let failed =
        |error: io::Error| Failure::new(Operation::Read, name.clone(), Kind::LocalRead, say::system(&error));
    let (text, is_cut) = match &file {
        Some(file) => bytes_of(File::open(file).map_err(failed)?),
        None => bytes_of(io::stdin().lock()),
    }
    .map_err(failed)?;
    // The last line of what is cut may be.
    let whole = if is_cut {
        text.iter().rposition(|byte| *byte == b'\n').and_then(|at| text.get(..at))
    } else {
        None
    };
    let whole = whole.unwrap_or(&text);
    let read = match digits {
        Digits::Told => Some(dump::read(whole).map_err(|error| {
            let why = text!("guess-dump-at", line = error.line, why = error.why);
            Failure::new(Operation::Read, name.clone(), Kind::LocalRead, why)
        })?),
        Digits::Recognised => dump::recognise(whole).map(|(bytes, _)| bytes),
    };
    let name = say::safe(&name);
    if let Some(bytes) = &read {
        page.err_line(&say!(
            "guess-read-as-hex",
            file = name.as_str(),
            bytes = text!("bytes", count = bytes.len())
        ));
    }
    let bytes = read.as_ref().unwrap_or(&text);
    if is_cut || bytes.len() > SAMPLE {
        page.err_line(&say!(
            "guess-read-part",
            file = name,
            bytes = text!("bytes", count = bytes.len().min(SAMPLE))
        ));
    }
    Ok(Sample::of(bytes))
}

/// The first bytes, more of them where they may be a dump; and whether there are others.
fn bytes_of(mut from: impl Read) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    from.by_ref().take(SAMPLE as u64).read_to_end(&mut bytes)?;
    if bytes.is_ascii() {
        from.by_ref().take((DUMP - SAMPLE) as u64).read_to_end(&mut bytes)?;
    }
    let mut next = [0];
    let is_cut = bytes.len() >= SAMPLE && from.read(&mut next)? > 0;
    Ok((bytes, is_cut))
}

/// Captures from peers; also says with which code a signal would end it.
fn live(
    plan: CapturePlan,
    reader: GuessReader,
    sink: &mut Sink,
    page: &mut Page,
) -> Result<(Sample, Option<u8>), Refusal> {
    let refusal = |failed: Failure| Refusal::Meaning(say::failure(&failed), failure::code(&failed));
    let shutdown = Shutdown::default();
    let runtime = runtime(&shutdown)?;
    let clock = Clock::start();
    let mut json = Json::new(context(&clock, plan.address.clone()));
    let shown = |address: &str| {
        let what = What::Listening { addr: address.to_owned(), target: None };
        match reader {
            GuessReader::Person => page.err_line(&say!("guess-listening", address = address)),
            GuessReader::Program => json.show(&Event { at: clock.now(), conn: None, leg: None, what }, page),
        }
        sink.put(page);
    };
    let streams = runtime.block_on(capture(plan, shown, shutdown.stop.clone())).map_err(refusal)?;
    runtime.shutdown_background();
    let mut sample = Sample::default();
    streams.iter().for_each(|stream| sample.add(stream));
    page.err_line(&say!(
        "guess-captured",
        bytes = text!("bytes", count = sample.bytes().len()),
        conversations = text!("conversations", count = streams.len())
    ));
    Ok((sample, shutdown.signal().map(failure::code_of)))
}

/// What the view for programs needs to say where clients can come.
fn context(clock: &Clock, address: Address) -> ViewContext {
    ViewContext {
        wall: clock.wall().clone(),
        job: None,
        role: Role::Listen,
        address,
        charset: Charset::utf8(),
        framing: Framing::raw(),
        frames: FrameDetail::Messages,
        show: Show::Text,
        signs: Signs::Unicode,
        colours: Colours::Off,
        admits: Admits::Everybody,
        offer: None,
    }
}
