//! What Prometheus scrapes: `/metrics`, and `/probe?target=…` as blackbox_exporter has it.
//! Never tries a target that is not allowed.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{ACCEPT, CONTENT_TYPE},
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use sockeye_core::{
    address::Address,
    transfer::http::{Hosts, percent::decode},
    unit::At,
};
use tokio::task::spawn_blocking;

use super::{
    board::Series,
    desk::Desk,
    metrics::{Exposition, MetricsFormat, TargetMetrics},
};
use crate::endpoint::caller;

/// How long before Prometheus gives up an answer has to be on its way.
const MARGIN: Duration = Duration::from_millis(500);
/// How long Prometheus is going to wait, in seconds.
const WAITS: &str = "x-prometheus-scrape-timeout-seconds";
/// Modules of blackbox_exporter's usual configuration that do what is done here.
const MODULES: [&str; 3] = ["tcp", "tcp_connect", "sockeye"];

/// What all requests share.
#[derive(Clone)]
struct ScrapeDesk {
    desk: Arc<Desk>,
    hosts: Arc<Hosts>,
}

type Shared = State<ScrapeDesk>;

/// The pages of this desk, for those who call it by one of these names.
pub(super) fn router(desk: Arc<Desk>, hosts: Hosts) -> Router {
    let desk = ScrapeDesk { desk, hosts: Arc::new(hosts) };
    Router::new()
        .route("/", get(index))
        .route("/metrics", get(metrics))
        .route("/probe", get(probe))
        .layer(from_fn_with_state(desk.clone(), guard))
        .with_state(desk)
}

/// Lets in who calls this server by its name, from no other site.
async fn guard(State(desk): Shared, request: Request, next: Next) -> Response {
    match caller(&desk.hosts, request.uri(), request.headers()).refusal() {
        Some(why) => refused(StatusCode::FORBIDDEN, why),
        None => next.run(request).await,
    }
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{why}\n")).into_response()
}

async fn index() -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("sockeye {version}: /metrics, /probe?target=HOST:PORT\n");
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The text of metrics, made by a thread of its own: of ten thousand targets it takes a while, in which results come.
async fn written(headers: &HeaderMap, exposition: impl FnOnce() -> Exposition + Send + 'static) -> Response {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let format = MetricsFormat::accepted(accept);
    match spawn_blocking(move || exposition().write(format)).await {
        Ok(text) => ([(CONTENT_TYPE, format.media_type())], text).into_response(),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "the text could not be made"),
    }
}

async fn metrics(State(ScrapeDesk { desk, .. }): Shared, headers: HeaderMap) -> Response {
    written(&headers, move || desk.exposition()).await
}

async fn probe(State(ScrapeDesk { desk, .. }): Shared, uri: Uri, headers: HeaderMap) -> Response {
    let query = uri.query().unwrap_or_default();
    if let Some(module) = parameter(query, "module")
        && !MODULES.contains(&module.as_str())
    {
        let why = format!("unknown module: sockeye does what these do: {}", MODULES.join(", "));
        return refused(StatusCode::BAD_REQUEST, &why);
    }
    let Some(asked) = parameter(query, "target").filter(|target| !target.is_empty()) else {
        return refused(StatusCode::BAD_REQUEST, "the target is missing: /probe?target=HOST:PORT");
    };
    let asked = match Address::parse(&asked) {
        Ok(asked) => asked,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Some(target) = desk.target(&asked) else {
        let why = "not a target of this run: --allow-target HOST:PORT or CIDR:PORT makes it one that may be asked for";
        return refused(StatusCode::FORBIDDEN, why);
    };
    let waits = headers.get(WAITS).and_then(|seconds| seconds.to_str().ok()?.parse::<f64>().ok());
    let waits = waits.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let most =
        waits.map(|waits| waits.checked_sub(MARGIN).filter(|left| *left > MARGIN).unwrap_or(waits / 2));
    let last = desk.attempt(&target, most).await;
    let mut series = Series::default();
    series.take(&last);
    let standing = TargetMetrics { name: None, at: At::START, since: At::START, last, series };
    written(&headers, move || Exposition { targets: vec![standing], run: None }).await
}

/// The first value of a name in a query.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })?;
    let bytes = decode(value.replace('+', " ").as_bytes()).bytes;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
