//! What the API says no with: toxiproxy's statuses and titles, in JSON. It is read by programs, and so always English.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use sockeye_core::event::{Failure, Kind};

/// Why a request is not followed.
#[derive(Clone, Debug)]
pub(super) struct ApiRefusal {
    pub(super) status: StatusCode,
    pub(super) error: String,
}

impl ApiRefusal {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into() }
    }

    /// The body is not what it should be; `why` says how.
    pub(super) fn body(why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("bad request body: {why}"))
    }

    /// A field that has to be there is not, or is empty.
    pub(super) fn missing(field: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("missing required field: {field}"))
    }

    pub(super) fn no_proxy() -> Self {
        Self::new(StatusCode::NOT_FOUND, "proxy not found")
    }

    pub(super) fn no_toxic() -> Self {
        Self::new(StatusCode::NOT_FOUND, "toxic not found")
    }

    /// A relay could not be opened.
    pub(super) fn failed(failure: &Failure) -> Self {
        match failure.kind {
            Kind::Usage => Self::body(failure),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, failure.to_string()),
        }
    }

    /// The fields that say it.
    pub(super) fn fields(&self) -> Value {
        json!({ "error": self.error, "status": self.status.as_u16() })
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        answer(self.status, &self.fields())
    }
}

/// An answer in JSON.
pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
