//! The API of `relay`: toxiproxy's, over HTTP, so that its client libraries make, damage and end relays while it runs.
//! Never spawns, and never lets a web page in.

mod refusal;
mod body;
mod toxic;
mod proxies;
mod routes;

use std::{ops::ControlFlow, pin::pin, sync::Arc};

use axum::Router;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sockeye_core::{
    event::{Failure, What},
    limit::{API_CONNECTIONS, Full, REQUEST_TIME},
    plan::{Access, ApiPlan, Family},
    transfer::http::{HostScope, Hosts, host},
};
use sockeye_net::{
    accept::{Gate, accept},
    link::{Accepted, Listener},
    run::Relays,
};
use tokio::{sync::mpsc, time::timeout};

/// Offers the API until the run stops, and then answers what has been asked.
///
/// # Errors
/// It cannot listen there.
pub(crate) async fn offer(
    relays: Relays,
    plan: ApiPlan,
    access: Access,
    family: Family,
) -> Result<(), Failure> {
    let listener = Listener::bind(&plan.address, family).await?;
    let reach = if listener.is_loopback() { HostScope::Loopback } else { HostScope::Beyond };
    let own = plan.address.host().and_then(|own| host(own.to_string().as_bytes()));
    let run = Arc::clone(relays.run());
    for addr in listener.shown() {
        let addr = format!("http://{}", addr.strip_prefix("tcp://").unwrap_or(&addr));
        run.tell(What::Listening { addr, target: None }).await;
    }
    let router = routes::router(relays, Hosts { own, allowed: plan.hosts, reach });
    // The gate bounds how many there are.
    let (arrive, mut arrived) = mpsc::unbounded_channel();
    let gate = Gate::new(API_CONNECTIONS, Full::Wait);
    let mut accepting = pin!(accept(listener, gate, access.into(), Arc::clone(&run), |accepted, permit| {
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
                let router = router.clone();
                open.push(async move {
                    serve(accepted, router).await;
                    drop(permit);
                });
            }
            Some(()) = open.next() => {}
        }
    }
    while open.next().await.is_some() {}
    Ok(())
}

/// One connection, which is one request: nobody has to guess whether the next one would still be heard.
async fn serve(accepted: Accepted, router: Router) {
    let connection = http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIME)
        .serve_connection(TokioIo::new(accepted.into_stream()), TowerToHyperService::new(router));
    // For the head, for what is asked, and for the answer; whoever breaks off has had enough.
    let _ = timeout(REQUEST_TIME * 3, connection).await;
}
