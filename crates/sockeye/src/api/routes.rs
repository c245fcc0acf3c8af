//! Which request does what: toxiproxy's HTTP API, version 2.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State, rejection::BytesRejection},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use sockeye_core::{
    limit::{API_BODY, REQUEST_TIME},
    transfer::http::Hosts,
};
use sockeye_net::run::Relays;
use tokio::{sync::Mutex, time::timeout};

use super::{
    body::{RequestBody, value},
    proxies::Proxies,
    refusal::{ApiRefusal, answer},
};
use crate::endpoint::caller;

/// The version of toxiproxy whose API this is.
const SPOKEN: &str = "2.12.0";

/// What all requests share.
struct Desk {
    proxies: Mutex<Proxies>,
    hosts: Hosts,
}

type Shared = State<Arc<Desk>>;
type Answered = Result<Response, ApiRefusal>;
type Body = Result<Bytes, BytesRejection>;

/// The API of these relays, for those who call it by one of these names.
pub(super) fn router(relays: Relays, hosts: Hosts) -> Router {
    let desk = Arc::new(Desk { proxies: Mutex::new(Proxies::new(relays)), hosts });
    let none = async || ApiRefusal::new(StatusCode::NOT_FOUND, "404 page not found");
    let other = async || ApiRefusal::new(StatusCode::METHOD_NOT_ALLOWED, "405 method not allowed");
    Router::new()
        .route("/version", get(version))
        .route("/reset", post(reset))
        .route("/populate", post(populate))
        .route("/proxies", get(proxies).post(create))
        .route("/proxies/{proxy}", get(proxy).post(update).patch(update).delete(remove))
        .route("/proxies/{proxy}/toxics", get(toxics).post(add_toxic))
        .route(
            "/proxies/{proxy}/toxics/{toxic}",
            get(toxic).post(change_toxic).patch(change_toxic).delete(remove_toxic),
        )
        .fallback(none)
        .method_not_allowed_fallback(other)
        .layer(DefaultBodyLimit::max(API_BODY))
        .layer(from_fn_with_state(Arc::clone(&desk), guard))
        .with_state(desk)
}

/// Lets in who calls this server by its name, from no other site, and gives each request its time.
async fn guard(State(desk): Shared, request: Request, next: Next) -> Response {
    if let Some(why) = caller(&desk.hosts, request.uri(), request.headers()).refusal() {
        return ApiRefusal::new(StatusCode::FORBIDDEN, why).into_response();
    }
    match timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let error = format!("not done within {} s", REQUEST_TIME.as_secs());
            ApiRefusal::new(StatusCode::SERVICE_UNAVAILABLE, error).into_response()
        }
    }
}

/// What a body holds, if all of it came and it is JSON.
fn read(body: Body) -> Result<Value, ApiRefusal> {
    let bytes = body.map_err(|rejection| {
        let refusal = ApiRefusal::body(rejection.body_text());
        ApiRefusal { status: rejection.status(), ..refusal }
    })?;
    value(&bytes)
}

fn created(status: StatusCode, shown: &Value) -> Answered {
    Ok(answer(status, shown))
}

fn gone() -> Answered {
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn version() -> Response {
    let body = format!("{}\n", json!({ "version": SPOKEN }));
    ([(CONTENT_TYPE, "application/json;charset=utf-8")], body).into_response()
}

async fn reset(State(desk): Shared) -> Answered {
    desk.proxies.lock().await.reset().await?;
    gone()
}

async fn populate(State(desk): Shared, body: Body) -> Answered {
    let list = read(body)?;
    let (done, outcome) = desk.proxies.lock().await.populate(&list).await;
    let (status, mut said) = match outcome {
        Ok(()) => (StatusCode::CREATED, json!({})),
        Err(refusal) => (refusal.status, refusal.fields()),
    };
    if let Some(fields) = said.as_object_mut() {
        fields.insert("proxies".into(), done.into());
    }
    created(status, &said)
}

async fn proxies(State(desk): Shared) -> Answered {
    created(StatusCode::OK, &desk.proxies.lock().await.shown())
}

async fn create(State(desk): Shared, body: Body) -> Answered {
    let body = read(body)?;
    let shown = desk.proxies.lock().await.create(RequestBody::of(&body)?).await?;
    created(StatusCode::CREATED, &shown)
}

async fn proxy(State(desk): Shared, Path(name): Path<String>) -> Answered {
    created(StatusCode::OK, &desk.proxies.lock().await.get(&name)?.shown(&name))
}

async fn update(State(desk): Shared, Path(name): Path<String>, body: Body) -> Answered {
    let mut proxies = desk.proxies.lock().await;
    proxies.get(&name)?;
    let body = read(body)?;
    created(StatusCode::OK, &proxies.update(&name, RequestBody::of(&body)?).await?)
}

async fn remove(State(desk): Shared, Path(name): Path<String>) -> Answered {
    desk.proxies.lock().await.remove(&name).await?;
    gone()
}

async fn toxics(State(desk): Shared, Path(name): Path<String>) -> Answered {
    created(StatusCode::OK, &desk.proxies.lock().await.get(&name)?.toxics())
}

async fn add_toxic(State(desk): Shared, Path(name): Path<String>, body: Body) -> Answered {
    let mut proxies = desk.proxies.lock().await;
    let proxy = proxies.get_mut(&name)?;
    let body = read(body)?;
    created(StatusCode::OK, &proxy.add_toxic(RequestBody::of(&body)?)?)
}

async fn toxic(State(desk): Shared, Path((name, toxic)): Path<(String, String)>) -> Answered {
    created(StatusCode::OK, &desk.proxies.lock().await.get(&name)?.toxic(&toxic)?)
}

async fn change_toxic(
    State(desk): Shared,
    Path((name, toxic)): Path<(String, String)>,
    body: Body,
) -> Answered {
    let mut proxies = desk.proxies.lock().await;
    let proxy = proxies.get_mut(&name)?;
    proxy.toxic(&toxic)?;
    let body = read(body)?;
    created(StatusCode::OK, &proxy.change_toxic(&toxic, RequestBody::of(&body)?)?)
}

async fn remove_toxic(State(desk): Shared, Path((name, toxic)): Path<(String, String)>) -> Answered {
    desk.proxies.lock().await.get_mut(&name)?.remove_toxic(&toxic)?;
    gone()
}
