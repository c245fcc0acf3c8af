//! The only place that prints, and the only one that reads a keyboard or a pipe.
//! Never decides what is said: views and `say` do.

pub(crate) mod shutdown;
pub(crate) mod encoding;
mod ask;
pub(crate) mod command;
pub(crate) mod input;
mod sink;
mod teller;
mod logs;
mod quick;
mod again;
mod typist;
mod terminal;

use std::{
    collections::BTreeSet,
    io::{IsTerminal as _, Write as _},
};

use anstream::{AutoStream, ColorChoice};
use sockeye_core::event::What;
use sockeye_net::{Clock, Order};
use tokio::sync::{mpsc, oneshot};

pub(crate) use ask::{Assent, ask};
pub(crate) use logs::Logs;
pub(crate) use sink::{Sink, Trouble};

use self::{
    encoding::Typed,
    input::{Mishap, Pump, Source, Typing},
    quick::Quicks,
    shutdown::Shutdown,
    teller::{Teller, tell_stderr},
    terminal::Terminal,
    typist::{Tools, Typist},
};
use crate::{
    events::{Batch, Roster, Wish},
    failure::{self, Refusal},
    say::{self, explain},
    view::{Colours, Page, View},
};

/// Prints a text that was asked for; returns the exit code.
#[must_use]
pub(crate) fn print(text: &str) -> u8 {
    let mut out = std::io::stdout().lock();
    let text = encoding::for_people(&out, text.as_bytes());
    match out.write_all(&text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => 23,
        _ => failure::SUCCESS,
    }
}

/// Says why a command line is not followed, or prints the help it asked for; returns the exit code.
#[must_use]
pub(crate) fn refuse(refusal: &Refusal) -> u8 {
    match refusal {
        Refusal::Form(error) => {
            let text = error.render().ansi().to_string();
            if error.use_stderr() {
                let text = encoding::for_people(&std::io::stderr(), text.as_bytes());
                let _ = anstream::stderr().write_all(&text);
            } else {
                let text = encoding::for_people(&std::io::stdout(), text.as_bytes());
                let _ = anstream::stdout().write_all(&text);
            }
            u8::try_from(error.exit_code()).unwrap_or(failure::USAGE)
        }
        Refusal::Meaning(text, code) => {
            tell_stderr(text);
            *code
        }
    }
}

/// Whether to write colours on standard output, by the flag, the environment and where it leads.
#[must_use]
pub(crate) fn colours(asked: clap::ColorChoice) -> Colours {
    let choice = match asked {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    };
    choice.write_global();
    match AutoStream::choice(&std::io::stdout()) {
        ColorChoice::Always | ColorChoice::AlwaysAnsi => Colours::On,
        // With neither a terminal nor a wish there are none.
        ColorChoice::Auto if std::io::stdout().is_terminal() => Colours::On,
        ColorChoice::Auto | ColorChoice::Never => Colours::Off,
    }
}

/// Whether what is told to people is read on a terminal, where a line can be redrawn.
#[must_use]
pub(crate) fn can_redraw() -> bool {
    std::io::stderr().is_terminal()
}

/// Where people read, for a program of theirs to write to.
#[must_use]
pub(crate) fn for_people() -> std::process::Stdio {
    std::io::stderr().into()
}

/// Columns and lines of the terminal that people read; none where there is none, or it does not tell.
#[must_use]
pub(crate) fn terminal_size() -> Option<(usize, usize)> {
    sockeye_sys::terminal_size()
}

/// Whoever types at our side, and how to be rid of them.
pub(crate) struct Keyboard {
    /// Where events are written.
    pub sink: Sink,
    /// What became of a pipe.
    pub mishap: Mishap,
    terminal: Option<Terminal>,
}

impl Keyboard {
    /// Puts whoever `typing` asks for at the keyboard; their orders go to `orders`.
    #[must_use]
    pub(crate) fn open(
        typing: Typing,
        clock: &Clock,
        orders: mpsc::Sender<Order>,
        shutdown: &Shutdown,
        roster: Roster,
        logs: Logs,
        wishes: mpsc::Sender<Wish>,
    ) -> Self {
        let quick_file = typing.quick_file.clone();
        let typist = |typing: Typing, teller: Teller| {
            let tools = Tools {
                quicks: Quicks::open(quick_file.clone()),
                roster: roster.clone(),
                logs: logs.clone(),
                wishes: wishes.clone(),
            };
            Typist::new(typing, clock.clone(), orders.clone(), teller, shutdown.clone(), tools)
        };
        let mishap = Mishap::default();
        match typing.source {
            Source::None => hold(orders, shutdown),
            Source::Chunks | Source::Messages => {
                let pump = Pump::new(typing, orders, Teller::stderr(), mishap.clone());
                spawn("stdin", move || pump.run(&mut std::io::stdin().lock()));
            }
            // The line editor knows UTF-8 alone.
            Source::Editor if encoding::of(&std::io::stdin()).is_none() => {
                if let Some((terminal, sink)) = Terminal::open(|teller| typist(typing.clone(), teller)) {
                    return Self { sink, mishap, terminal: Some(terminal) };
                }
                // A terminal that cannot do it (TERM=dumb).
                let typist = typist(typing, Teller::stderr());
                spawn("stdin", move || typist.run(&mut std::io::stdin().lock()));
            }
            Source::Editor | Source::Commands => {
                let typist = typist(typing, Teller::stderr());
                spawn("stdin", move || {
                    let input = std::io::stdin().lock();
                    match encoding::of(&input) {
                        Some(charset) => typist.run(&mut Typed::new(input, charset)),
                        None => typist.run(&mut { input }),
                    }
                });
            }
        }
        Self { sink: Sink::streams(), mishap, terminal: None }
    }

    /// Whether a person has a prompt.
    #[must_use]
    pub(crate) fn has_prompt(&self) -> bool {
        self.terminal.is_some()
    }
}

/// Keeps the orders' channel open until the run is over: nobody types, which is not the end of typing.
fn hold(orders: mpsc::Sender<Order>, shutdown: &Shutdown) {
    let now = shutdown.now.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = orders.closed() => {}
            () = now.cancelled() => {}
        }
    });
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
        tell_stderr(&say::terminal::input_failed(&error));
    }
}

/// What is left when all events are shown.
pub(crate) struct Shown {
    // One for each job, in order.
    views: Vec<(Box<dyn View>, Pointers)>,
    sink: Sink,
}

/// What was said where more is told of it; each is said once.
#[derive(Debug)]
pub(crate) enum Pointers {
    /// To people; those that were said.
    Said(BTreeSet<&'static str>),
    /// To nobody.
    None,
}

impl Default for Pointers {
    fn default() -> Self {
        Self::Said(BTreeSet::new())
    }
}

impl Pointers {
    /// Where more is told of what happened, if that was not said before.
    fn next(&mut self, what: &What) -> Option<String> {
        let Self::Said(said) = self else { return None };
        let key = explain::topic(what)?;
        said.insert(key).then(|| explain::pointer(key))
    }
}

/// Shows events, those of each job with its view, until their channel ends; then gives back what is left.
pub(crate) fn show(
    views: Vec<(Box<dyn View>, Pointers)>,
    sink: Sink,
    mut batches: mpsc::Receiver<Batch>,
    shutdown: Shutdown,
) -> oneshot::Receiver<Shown> {
    let (done, shown) = oneshot::channel();
    tokio::spawn(async move {
        let mut shown = Shown { views, sink };
        while let Some(batch) = batches.recv().await {
            // Writing can wait for whoever reads, and a thread that waits for events would cost every system call of
            // a process that has no other.
            let shutdown = shutdown.clone();
            let showing = tokio::task::spawn_blocking(move || {
                shown.show(batch, &mut batches, &shutdown);
                (shown, batches)
            });
            let Ok(left) = showing.await else { return };
            (shown, batches) = left;
        }
        let _ = done.send(shown);
    });
    shown
}

impl Shown {
    /// Shows a batch, and those that come meanwhile.
    fn show(&mut self, batch: Batch, batches: &mut mpsc::Receiver<Batch>, shutdown: &Shutdown) {
        let mut page = Page::default();
        let mut next = Some(batch);
        while let Some(batch) = next {
            if let Some((view, pointers)) = self.views.get_mut(batch.job) {
                for event in batch.events.iter() {
                    let before = page.extent();
                    view.show(event, &mut page);
                    if page.extent() != before
                        && let Some(pointer) = pointers.next(&event.what)
                    {
                        page.end_with(&pointer);
                    }
                    self.sink.turn(&mut page);
                }
            }
            self.sink.put(&mut page);
            if self.sink.trouble().is_some() {
                // Nobody sees it any more. What is still to come is taken, so that nothing waits for us.
                shutdown.lose();
            }
            next = batches.try_recv().ok();
        }
    }

    /// Takes the prompt away, and says whether standard output could be written.
    pub(crate) fn finish(mut self, terminal: Keyboardless) -> Option<Trouble> {
        terminal.close(&mut self.sink);
        self.sink.into_trouble()
    }
}

/// A keyboard whose sink has been given to the view.
pub(crate) struct Keyboardless(Option<Terminal>);

impl Keyboardless {
    /// Takes the prompt away and gives the terminal back as it was.
    pub(crate) fn close(self, sink: &mut Sink) {
        if let Some(terminal) = self.0 {
            sink.settle();
            terminal.close();
        }
    }

    /// Gives the terminal back as it was, at once.
    pub(crate) fn abandon(self) {
        if let Some(terminal) = self.0 {
            terminal.restore();
        }
    }
}

impl Keyboard {
    /// Parts the sink from the terminal.
    #[must_use]
    pub(crate) fn part(self) -> (Sink, Keyboardless) {
        (self.sink, Keyboardless(self.terminal))
    }
}
