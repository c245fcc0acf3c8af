//! Runs jobs: engines, whoever types, views, logs and signals, and in the end an exit code.
//! Never words or shows anything itself.

mod hook;
mod job;
mod log;
mod end;
mod conduct;
mod guess;

use std::{io, panic, sync::mpsc::channel, thread, time::Duration};

use sockeye_core::event::{Failure, Kind, Operation};
use sockeye_text::Text;
use tokio::runtime::{Builder, Runtime};

use self::conduct::conduct;
pub(crate) use self::guess::{Digits, GuessPlan, GuessReader, GuessSource, run_guess};
pub(crate) use self::job::{Display, Figures, Job, LogFormat, LogPlan, Plan, ViewKind};
use crate::{
    failure::{self, Refusal},
    say,
    ui::{self, shutdown::Shutdown},
};

/// How long a thread that shows events waits for more of them.
const IDLE_THREAD: Duration = Duration::from_millis(50);

/// Runs jobs together; returns the exit code, the greatest of theirs.
#[must_use]
pub(crate) fn run(jobs: Vec<Job>) -> u8 {
    let shutdown = Shutdown::default();
    let runtime = match runtime(&shutdown) {
        Ok(runtime) => runtime,
        Err(refusal) => return ui::refuse(&refusal),
    };
    let code = runtime.block_on(conduct(jobs, shutdown));
    // A thread may wait for a keyboard or a full pipe; the process ends without it.
    runtime.shutdown_background();
    code
}

/// What every run needs, or why there is none.
fn runtime(shutdown: &Shutdown) -> Result<Runtime, Refusal> {
    // With one core there is nobody to share work with, and a plain queue treats all conversations alike.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = Builder::new_current_thread();
    if cores > 1 {
        builder = Builder::new_multi_thread();
        builder.global_queue_interval(1);
    }
    builder.thread_keep_alive(IDLE_THREAD).enable_all();
    prepare(builder, shutdown).map_err(|detail| {
        let failed = Failure::new(Operation::Prepare, say::the_runtime(), Kind::Other, detail);
        Refusal::Meaning(say::failure(&failed), failure::code(&failed))
    })
}

/// A runtime whose signals ask for the shutdown.
///
/// The runtime panics where it gets no thread or no pair of sockets, and what it tidies up then may wait for ever for a
/// thread that has only just begun. So this is done by a thread that is not waited for if that happens.
///
/// # Errors
/// What the system refuses.
fn prepare(mut builder: Builder, shutdown: &Shutdown) -> Result<Runtime, Text> {
    let (tell, told) = channel();
    let shutdown = shutdown.clone();
    let panicked = tell.clone();
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let detail = info.payload_as_str().map_or_else(say::system_refuses, Text::verbatim);
        let _ = panicked.send(Err(detail));
    }));
    let mut build = move || {
        let runtime = builder.build()?;
        let inside = runtime.enter();
        shutdown.watch()?;
        drop(inside);
        Ok(runtime)
    };
    let work = move || {
        // Whoever heard of a panic first does not listen any more.
        let _ = tell.send(build().map_err(|error: io::Error| say::system(&error)));
    };
    let begun = thread::Builder::new().name("prepare".to_owned()).spawn(work);
    let prepared = match begun {
        Ok(_) => told.recv().unwrap_or_else(|error| Err(Text::verbatim(error.to_string()))),
        Err(error) => Err(say::system(&error)),
    };
    panic::set_hook(hook);
    prepared
}
