//! What other programs ask while a run goes on: their connections within limits, those of HTTP for so long as it takes.
//! Never spawns, and never knows what is asked.

mod http;

use std::{future::Future, ops::ControlFlow, pin::pin, sync::Arc};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use sockeye_core::{limit::Full, plan::Access};
use sockeye_net::{
    RunState,
    accept::{Gate, accept},
    link::{Accepted, Listener},
};
use tokio::sync::mpsc;

pub(crate) use self::http::{caller, open, serve};

/// Gives each connection that comes to `serve`, at most `most` at once, until the run stops; then those that are open are
/// answered.
pub(crate) async fn offer<S: Future<Output = ()>>(
    run: &Arc<RunState>,
    listener: Listener,
    access: Access,
    most: usize,
    serve: impl Fn(Accepted) -> S,
) {
    // The gate bounds how many there are.
    let (arrive, mut arrived) = mpsc::unbounded_channel();
    let gate = Gate::new(most, Full::Wait);
    let mut accepting = pin!(accept(listener, gate, access.into(), Arc::clone(run), |accepted, permit| {
        match arrive.send((accepted, permit)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }));
    let mut open = FuturesUnordered::new();
    loop {
        tokio::select! {
            () = run.stop.cancelled() => break,
            () = &mut accepting => break,
            Some((accepted, permit)) = arrived.recv() => {
                let serving = serve(accepted);
                open.push(async move {
                    serving.await;
                    drop(permit);
                });
            }
            Some(()) = open.next() => {}
        }
    }
    while open.next().await.is_some() {}
}
