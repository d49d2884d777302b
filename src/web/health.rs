//! Is the server alive, and can it answer?

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::caching::CachePolicy;

/// Whether this is an address of these answers, which are given however busy the server is.
pub(super) fn is_asked_at(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// The process runs; nothing else is looked at.
pub(super) async fn alive() -> Response {
    CachePolicy::NoStore.on(([(CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n"))
}

/// The database answers. Migrations are current, else the server had not started.
pub(super) async fn ready(State(site): State<Site>) -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    match site.gallery().ping().await {
        Ok(()) => CachePolicy::NoStore.on((kind, "ready\n")),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, kind, "not ready\n").into_response()
        }
    }
}
