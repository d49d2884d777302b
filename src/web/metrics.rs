//! What happens here, counted, for Prometheus to fetch.
//!
//! Counting is off unless the numbers are served, on an address of their own that visitors do
//! not reach. Labels have few values, whatever visitors ask for: a route is a pattern of
//! addresses, the languages together, and never the address itself. What is known anyway
//! (content, connections, what the kernel says of the process) is read when somebody asks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hyper_util::service::TowerToHyperService;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::routes::Route;
use super::{Gauges, Site};

/// Bounds of the buckets of times, in seconds: from a page that is ready to the deadline.
const SECONDS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0,
];

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was ready, or the client has it already.
    Kept,
    /// It was made.
    Made,
}

/// The counters. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    requests: Family<Answered, Counter>,
    durations: Family<Label, Histogram, fn() -> Histogram>,
    kept: Counter,
    made: Counter,
    searches: Histogram,
    calls: Family<Called, Counter>,
}

/// A call of one of the tools agents have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    tool: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    code: u16,
}

/// The pattern of an address, as the table of routes has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Label {
    route: &'static str,
}

impl Label {
    pub(super) fn of(path: &str) -> Self {
        Self { route: Route::label(path) }
    }
}

fn times() -> Histogram {
    Histogram::new(SECONDS)
}

impl Default for Metrics {
    fn default() -> Self {
        Self(Arc::new(Counters {
            requests: Family::default(),
            durations: Family::new_with_constructor(times),
            kept: Counter::default(),
            made: Counter::default(),
            searches: times(),
            calls: Family::default(),
        }))
    }
}

impl Metrics {
    /// Counts an answer.
    pub(super) fn answered(&self, label: Label, code: StatusCode, origin: Origin, took: Duration) {
        let counters = &self.0;
        counters
            .requests
            .get_or_create(&Answered { route: label.route, code: code.as_u16() })
            .inc();
        counters.durations.get_or_create(&label).observe(took.as_secs_f64());
        match origin {
            Origin::Kept => counters.kept.inc(),
            Origin::Made => counters.made.inc(),
        };
    }

    /// How many requests for what has this pattern were answered so.
    #[cfg(test)]
    pub(super) fn count(&self, path: &str, code: StatusCode) -> u64 {
        let Label { route } = Label::of(path);
        self.0.requests.get_or_create(&Answered { route, code: code.as_u16() }).get()
    }

    /// Counts a search.
    pub(super) fn searched(&self, took: Duration) {
        self.0.searches.observe(took.as_secs_f64());
    }

    /// Counts a call of a tool, and whether it did what was asked.
    pub(super) fn called(&self, tool: &'static str, is_done: bool) {
        let outcome = if is_done { "done" } else { "refused" };
        self.0.calls.get_or_create(&Called { tool, outcome }).inc();
    }

    /// Serves the numbers as `/metrics`, with those of this site and of the sockets it listens on.
    pub fn app(&self, site: &Site, gauges: Arc<Gauges>) -> TowerToHyperService<Router> {
        let counters = &self.0;
        let mut registry = Registry::with_prefix("gallery");
        registry.register(
            "http_requests",
            "Requests answered, by pattern of their address and status",
            counters.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request to its answer, by pattern of its address",
            Unit::Seconds,
            counters.durations.clone(),
        );
        registry.register("answers_kept", "Answers that were ready", counters.kept.clone());
        registry.register("answers_made", "Answers that were made", counters.made.clone());
        registry.register_with_unit(
            "search_duration",
            "Time a search took, its page aside",
            Unit::Seconds,
            counters.searches.clone(),
        );
        registry.register(
            "mcp_calls",
            "Tools called by agents, by tool and whether it did what was asked",
            counters.calls.clone(),
        );
        registry.register(
            "build",
            "The program",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register_collector(Box::new(State { site: site.clone(), gauges }));
        let router = Router::new().route("/metrics", get(show)).with_state(Arc::new(registry));
        TowerToHyperService::new(router)
    }
}

async fn show(state: axum::extract::State<Arc<Registry>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &state.0) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the numbers cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What is known without counting.
#[derive(Debug)]
struct State {
    site: Site,
    gauges: Arc<Gauges>,
}

impl Collector for State {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut write =
            |name: &str, help: &str, metric: &dyn Written| metric.write(&mut encoder, name, help);
        let count = |count: usize| ConstGauge::new(count as i64);
        let snapshot = self.site.gallery().shown();
        let prompts = snapshot.facets.total();
        let progress = snapshot.indexing;
        write("prompts", "Prompts there are", &count(prompts))?;
        write(
            "content_revision",
            "Which content is shown; greater after every change",
            &ConstGauge::new(snapshot.revision.number),
        )?;
        write(
            "index_pending",
            "Prompts the search index does not know yet",
            &count(progress.map_or(0, |progress| progress.total.saturating_sub(progress.done))),
        )?;
        let gauges = &self.gauges;
        write("connections", "Connections open", &count(gauges.connections.load(Relaxed)))?;
        write("requests_in_work", "Requests in work", &count(gauges.requests.load(Relaxed)))?;
        let total = |count: usize| ConstCounter::new(count as u64);
        write(
            "requests_shed",
            "Requests answered 503 because too many were in work",
            &total(gauges.shed.load(Relaxed)),
        )?;
        write(
            "connections_dropped",
            "Connections given up because nothing moved in them",
            &total(gauges.dropped.load(Relaxed)),
        )?;
        let process = Process::read().unwrap_or_default();
        write(
            "process_memory_bytes",
            "Memory that belongs to the process alone",
            &ConstGauge::new(process.anonymous as i64),
        )?;
        write("process_files", "Files and sockets open", &count(process.files))
    }
}

/// A metric whose value is known when it is asked for.
trait Written {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str) -> fmt::Result;
}

impl<M: EncodeMetric> Written for M {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str) -> fmt::Result {
        let kind = self.metric_type();
        self.encode(encoder.encode_descriptor(name, help, None, kind)?)
    }
}

/// What Linux says of this process; elsewhere nothing is said.
#[derive(Debug, Default)]
struct Process {
    /// In bytes.
    anonymous: u64,
    files: usize,
}

impl Process {
    fn read() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
        let kibibytes: u64 = anonymous.trim().strip_suffix(" kB")?.parse().ok()?;
        let files = std::fs::read_dir("/proc/self/fd").ok()?.count();
        Some(Self { anonymous: kibibytes * 1024, files })
    }
}
