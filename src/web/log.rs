//! One log line a request, for those who ask for it with `RUST_LOG=prompt_gallery=debug`.
//!
//! The query is left out: it holds what visitors search for.

use std::time::Instant;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;

/// A request whose answer is to be logged, where somebody asked for that.
pub(super) struct Logged(Option<(Method, String, Instant)>);

impl Logged {
    /// Remembers what is asked for, and since when.
    pub(super) fn begin(request: &Request) -> Self {
        Self(
            tracing::enabled!(tracing::Level::DEBUG).then(|| {
                (request.method().clone(), request.uri().path().to_owned(), Instant::now())
            }),
        )
    }

    /// Writes the line.
    pub(super) fn end(self, response: &Response) {
        if let Some((method, path, start)) = self.0 {
            let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            tracing::debug!(%method, path, status = response.status().as_u16(), micros, "request");
        }
    }
}
