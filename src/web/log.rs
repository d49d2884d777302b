//! A request under way: named in whatever is logged about it, counted if there are numbers to
//! keep, and logged itself for those who ask for it with `RUST_LOG=prompt_gallery::web::log=debug`.
//!
//! The query is left out: it holds what visitors search for and write into blanks.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use tracing::Span;

use super::metrics::{Label, Metrics, Origin};

/// The longest name of a request that is taken from its headers.
const LONGEST_ID: usize = 64;

/// A request from its arrival to its answer.
#[derive(Debug)]
pub(super) struct Tracked {
    counted: Option<(Metrics, Label)>,
    line: Option<Box<(Id, Method, String)>>,
    start: Option<Instant>,
}

impl Tracked {
    /// Remembers what is asked for, and since when, as far as somebody wants to know.
    pub(super) fn begin(request: &Request, metrics: Option<&Metrics>) -> Self {
        let path = request.uri().path();
        let counted = metrics.map(|metrics| (metrics.clone(), Label::of(path)));
        let line = tracing::enabled!(tracing::Level::DEBUG)
            .then(|| Box::new((Id::of(request), request.method().clone(), path.to_owned())));
        let start = (counted.is_some() || line.is_some()).then(Instant::now);
        Self { counted, line, start }
    }

    /// What everything is logged in that happens on the way to an answer that has to be made.
    pub(super) fn span(&self, request: &Request) -> Span {
        let id = self.line.as_ref().map_or_else(|| Id::of(request), |line| line.0.clone());
        tracing::error_span!("request", %id)
    }

    /// Counts and logs the answer.
    pub(super) fn end(mut self, response: &Response, origin: Origin) {
        self.ended(response.status(), origin);
    }

    fn ended(&mut self, status: StatusCode, origin: Origin) {
        let Some(took) = self.start.take().map(|start| start.elapsed()) else { return };
        if let Some((metrics, label)) = self.counted.take() {
            metrics.answered(label, status, origin, took);
        }
        if let Some((id, method, path)) = self.line.take().map(|line| *line) {
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            tracing::debug!(%id, %method, path, status = status.as_u16(), micros, "request");
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        // The server answers for a request that panicked, and nothing of the request is left then.
        if self.start.is_some() && std::thread::panicking() {
            self.ended(StatusCode::INTERNAL_SERVER_ERROR, Origin::Made);
        }
    }
}

/// What a request is called in the log.
#[derive(Clone, Debug)]
enum Id {
    /// What whoever passed it on calls it.
    Given(HeaderValue),
    /// A number nobody else has.
    Ours(u64),
}

impl Id {
    fn of(request: &Request) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        static HERE: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let is_sound = |id: &&HeaderValue| {
            let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
            (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(is_plain)
        };
        match request.headers().get("x-request-id").filter(is_sound) {
            Some(id) => Self::Given(id.clone()),
            None => Self::Ours(HERE.hash_one(NEXT.fetch_add(1, Relaxed))),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(id) => f.write_str(id.to_str().unwrap_or_default()),
            Self::Ours(number) => write!(f, "{number:016x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_panics_is_counted_as_a_fault() {
        let metrics = Metrics::default();
        let count = |path: &str, panics: bool| {
            let request = Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
            let tracked = Tracked::begin(&request, Some(&metrics));
            let fails = move || {
                let _tracked = tracked;
                assert!(!panics, "of a test");
            };
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(fails));
        };
        count("/faq", true);
        assert_eq!(metrics.count("/faq", StatusCode::INTERNAL_SERVER_ERROR), 1);
        // Whoever goes away before the answer is there has none.
        count("/about", false);
        assert_eq!(metrics.count("/about", StatusCode::INTERNAL_SERVER_ERROR), 0);
    }

    #[test]
    fn a_request_has_the_name_it_was_given_if_that_is_one() {
        let id = |value: &str| {
            let request = Request::builder().header("x-request-id", value);
            Id::of(&request.body(axum::body::Body::empty()).unwrap()).to_string()
        };
        assert_eq!(id("a1.B-2_c"), "a1.B-2_c");
        for bad in ["", "a b", "a\"b", "名", &"a".repeat(65)] {
            let id = id(bad);
            assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        }
        assert_ne!(id(""), id(""));
    }
}
