//! The program of `probe --on-change`: run with the state of a target in its environment, never by a shell.
//! Never lets it hold up the probes: it has its time, and at most one runs for a target.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    process::Stdio,
    sync::Arc,
};

use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use sockeye_core::{
    event::{Notice, ProbeState, Probed, What},
    limit::{PROBE_HOOK, PROBE_HOOKS},
    rule::quantity::brief_duration,
};
use sockeye_net::run::Probes;
use sockeye_text::{Text, text};
use tokio::{process::Command, sync::broadcast::error::RecvError, time::timeout};

use crate::{say, ui};

/// Runs the plan's program for each change, until there are no more and those that run have ended.
pub(super) async fn tell_changes(probes: &Probes) {
    if probes.plan().on_change.is_empty() {
        return;
    }
    let mut results = probes.results();
    let mut hooks = Hooks::new(probes);
    let mut is_over = false;
    while !(is_over && hooks.running.is_empty()) {
        tokio::select! {
            biased;
            Some((index, trouble)) = hooks.running.next() => hooks.done(index, trouble).await,
            heard = results.recv(), if !is_over => match heard {
                Ok(probed) => hooks.hear(&probed),
                // What was missed shows in how the targets are now.
                Err(RecvError::Lagged(_)) => probes.last().iter().flatten().for_each(|last| hooks.catch_up(last)),
                Err(RecvError::Closed) => is_over = true,
            },
            () = probes.over().cancelled(), if !is_over => {
                is_over = true;
                while let Ok(probed) = results.try_recv() {
                    hooks.hear(&probed);
                }
            }
        }
        hooks.start();
    }
}

/// A program that has ended: of which target, and what was wrong with it.
type Ended = (usize, Option<Text>);

/// The programs of all targets.
struct Hooks<'a> {
    probes: &'a Probes,
    /// The state that a target's last program was told, or that it was in before its first.
    told: HashMap<usize, ProbeState>,
    /// The state that its next one is to be told.
    wanted: HashMap<usize, ProbeState>,
    /// Whose turn it is.
    turns: VecDeque<usize>,
    busy: HashSet<usize>,
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
}

impl<'a> Hooks<'a> {
    fn new(probes: &'a Probes) -> Self {
        Self {
            probes,
            told: HashMap::new(),
            wanted: HashMap::new(),
            turns: VecDeque::new(),
            busy: HashSet::new(),
            running: FuturesUnordered::new(),
        }
    }

    fn hear(&mut self, probed: &Arc<Probed>) {
        if let Some(change) = probed.change {
            self.told.entry(probed.index).or_insert(change.was);
            self.want(probed.index, probed.attempt.state);
        } else if probed.attempt.state != ProbeState::Local {
            self.told.entry(probed.index).or_insert(probed.attempt.state);
        }
    }

    fn catch_up(&mut self, last: &Arc<Probed>) {
        let state = last.attempt.state;
        if state != ProbeState::Local && self.told.get(&last.index).is_some_and(|told| *told != state) {
            self.want(last.index, state);
        }
    }

    fn want(&mut self, index: usize, state: ProbeState) {
        if self.wanted.insert(index, state).is_none() && !self.busy.contains(&index) {
            self.turns.push_back(index);
        }
    }

    /// Begins as many as may run at once.
    fn start(&mut self) {
        while self.running.len() < PROBE_HOOKS {
            let Some(index) = self.turns.pop_front() else { return };
            let (Some(state), Some(target)) = (self.wanted.remove(&index), self.probes.targets().get(index))
            else {
                continue;
            };
            let was = self.told.insert(index, state);
            if was == Some(state) {
                continue;
            }
            self.busy.insert(index);
            let words = &self.probes.plan().on_change;
            let told = [
                ("SOCKEYE_STATE", state.name().to_owned()),
                ("SOCKEYE_TARGET", target.name.to_string()),
                ("SOCKEYE_WAS", was.map_or("", ProbeState::name).to_owned()),
            ];
            self.running.push(Box::pin(async move { (index, run(words, told).await) }));
        }
    }

    async fn done(&mut self, index: usize, trouble: Option<Text>) {
        self.busy.remove(&index);
        if self.wanted.contains_key(&index) {
            self.turns.push_back(index);
        }
        if let (Some(detail), Some(target)) = (trouble, self.probes.targets().get(index)) {
            let notice = Notice::HookFailed { target: target.name.to_string(), detail };
            self.probes.run().tell(What::Notice(notice)).await;
        }
    }
}

/// Runs the program; what was wrong, if anything was.
async fn run(words: &[String], told: [(&str, String); 3]) -> Option<Text> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).envs(told).kill_on_drop(true);
    // Standard output is ours: what the program writes there is for people.
    command.stdin(Stdio::null()).stdout(ui::for_people());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Some(say::system(&error)),
    };
    match timeout(PROBE_HOOK, child.wait()).await {
        Ok(Ok(status)) if status.success() => None,
        Ok(Ok(status)) => Some(match status.code() {
            Some(code) => text!("hook-code", code = code.to_string()),
            None => text!("hook-killed"),
        }),
        Ok(Err(error)) => Some(say::system(&error)),
        Err(_) => {
            // It is waited for by the runtime.
            let _ = child.start_kill();
            Some(text!("hook-late", time = brief_duration(PROBE_HOOK)))
        }
    }
}
