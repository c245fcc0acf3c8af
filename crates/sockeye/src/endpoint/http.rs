//! Servers of HTTP: where they listen, how long a connection lives, and whether a request is meant for this server.
//! Never lets a web page in.

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderMap, Uri,
        header::{HOST, ORIGIN},
    },
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sockeye_core::{
    address::{Address, Host},
    event::{Failure, What},
    limit::REQUEST_TIME,
    plan::Family,
    transfer::http::{HostScope, Hosts, host},
};
use sockeye_net::{
    RunState,
    link::{Accepted, Listener},
};
use tokio::time::timeout;

/// Listens at `address`, and tells that. The names that the server goes by are its own and `allowed`.
///
/// # Errors
/// It cannot listen there.
pub(crate) async fn open(
    run: &Arc<RunState>,
    address: &Address,
    family: Family,
    allowed: Vec<Host>,
) -> Result<(Listener, Hosts), Failure> {
    let listener = Listener::bind(address, family).await?;
    let reach = if listener.is_loopback() { HostScope::Loopback } else { HostScope::Beyond };
    let own = address.host().and_then(|own| host(own.to_string().as_bytes()));
    for addr in listener.shown() {
        let addr = format!("http://{}", addr.strip_prefix("tcp://").unwrap_or(&addr));
        run.tell(What::Listening { addr, target: None }).await;
    }
    Ok((listener, Hosts { own, allowed, reach }))
}

/// One connection, which is one request: nobody has to guess whether the next one would still be heard.
pub(crate) async fn serve(accepted: Accepted, router: Router) {
    let connection = http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIME)
        .serve_connection(TokioIo::new(accepted.into_stream()), TowerToHyperService::new(router));
    // For the head, for what is asked, and for the answer; whoever breaks off or hangs has had enough.
    let _ = timeout(REQUEST_TIME * 3, connection).await;
}

/// Who calls, and whether a request is for this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody who calls this server by its name, from no other site.
    Ours,
    /// Somebody who calls another one, which was made to lead here.
    Misled,
    /// A page of another site.
    Foreign,
}

impl Caller {
    /// Why it is refused, if it is.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Ours => None,
            Self::Misled => {
                Some("this server does not go by that name; --allow-host NAME makes it one of its names")
            }
            Self::Foreign => Some("pages of other sites may not use this server"),
        }
    }
}

/// Who sends a request. A web page can have a browser send requests here. The browser says whom it means to call, which is the
/// page's own name if that was made to lead here, and which site asks.
pub(crate) fn caller(hosts: &Hosts, uri: &Uri, headers: &HeaderMap) -> Caller {
    let called = match uri.authority() {
        Some(authority) => authority.as_str().as_bytes(),
        None => headers.get(HOST).map_or(&[][..], |value| value.as_bytes()),
    };
    if !host(called).is_some_and(|host| hosts.answer(&host)) {
        return Caller::Misled;
    }
    let same =
        |origin: &[u8]| origin.strip_prefix(b"http://").is_some_and(|o| o.eq_ignore_ascii_case(called));
    match headers.get(ORIGIN) {
        Some(origin) if !same(origin.as_bytes()) => Caller::Foreign,
        _ => Caller::Ours,
    }
}
