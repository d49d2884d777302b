//! The table of routes, and what is wrapped around them.
//!
//! [`ROUTES`] says everything about an address once: who answers it, whether the answer is the same
//! for everybody and so kept ready, which names of a query count for that, and what errors look like.
//! The router, the answers that are kept ([`super::target`]), the numbers ([`super::metrics`]) and
//! the error pages ([`super::errors`]) all read it.
//!
//! # Adding a route
//!
//! 1. Write the handler. If its answer is the same for everybody, it says for how long that holds
//!    with a [`caching::CachePolicy`]; `Cache-Control`, `ETag`, 304 and packing are then not its
//!    concern. If not, it sets `Cache-Control` itself, or its answer is kept by nobody.
//! 2. Add a line to [`ROUTES`]: [`Route::page`] for what exists in every language, and is kept;
//!    [`Route::single`] for what has one address, and is not; [`Route::api`] for what programs ask,
//!    where every name in a query is read, if only to be refused.
//! 3. Where the handler reads a query, say which names with [`Route::reading`]. A name that is left out
//!    never reaches the handler; one that is read needlessly has answers kept more than once. What
//!    visitors write themselves is [`Name::Personal`], and nobody else gets that answer.
//! 4. A page that can be read as Markdown, too, is [`Route::twinned`]: its handler is told by a
//!    [`twins::Variant`] which of the two is asked for, and answers with [`twins::answer`].
//! 5. Where only programs ask, [`Route::for_programs`] has errors told as JSON.
//! 6. Where a body is read, [`Route::reading_body`] leaves its greatest length to the handler.
//! 7. What other sites may show, in a frame or as a picture, is [`Route::open`].
//!
//! Addresses are in lower case, without a slash at the end; others are sent to that spelling, unless a
//! program asks, which is told. Only those of small letters, digits, `-`, `.` and `/` are kept.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get};
use tower_http::limit::RequestBodyLimitLayer;

use super::addresses::{self, MCP, OEMBED, OPENAPI, SHEET, SUGGEST, prefix};
use super::app::App;
use super::errors::Error;
use super::llms::{self, LLMS};
use super::pages::everything::EVERYTHING;
use super::pages::{
    self, ListQuery, about, categories, category, everything, faq, favourites, home, model, models,
    prompt, prompts, tag,
};
use super::robots::{self, ROBOTS};
use super::twins::{self, Variant};
use super::{
    Site, agents, api, caching, covers, data, embed, errors, feeds, filling, health, media, oembed,
    previews, sitemap, suggest,
};
use crate::catalog::Locale;

/// The longest body where none is read, in bytes.
const GREATEST_BODY: usize = 16 * 1024;

/// Every address there is.
static ROUTES: &[Route] = &[
    Route::page("/", || get(home::show)).twinned(always),
    Route::page("/prompts", || get(prompts::list)).reading(ListQuery::name).twinned(always),
    Route::page("/prompts/{slug}", || get(prompt::show))
        .reading(filling::name)
        .twinned(prompt::is_page),
    Route::page("/prompts/{slug}/snippets/{language}", || get(data::snippet))
        .reading(filling::name),
    Route::page("/categories", || get(categories::list)).twinned(always),
    Route::page("/categories/{slug}", || get(category::show))
        .reading(ListQuery::name)
        .twinned(always),
    Route::page("/models", || get(models::list)).twinned(always),
    Route::page("/models/{slug}", || get(model::show)).reading(ListQuery::name).twinned(always),
    Route::page("/tags/{slug}", || get(tag::show)).reading(ListQuery::name).twinned(always),
    Route::page(SUGGEST, || get(suggest::show)).reading(suggest::name).for_programs(),
    Route::page("/faq", || get(faq::show)).twinned(always),
    Route::page("/favourites", || get(favourites::show)),
    Route::page("/about", || get(about::show)).twinned(always),
    Route::page("/api", || get(pages::api::show)).twinned(always),
    Route::page("/feed.xml", || get(feeds::everything)).reading(feeds::name),
    Route::page("/categories/{slug}/feed.xml", || get(feeds::category)).reading(feeds::name),
    Route::page("/models/{slug}/feed.xml", || get(feeds::model)).reading(feeds::name),
    Route::page("/tags/{slug}/feed.xml", || get(feeds::tag)).reading(feeds::name),
    Route::page(LLMS, || get(llms::show)),
    Route::page("/og/{file}", || get(previews::show)).open(),
    Route::page("/embed/{slug}", || get(embed::show)).open(),
    Route::single(OEMBED, || get(oembed::show)).reading(oembed::name).for_programs().open(),
    Route::single(ROBOTS, || get(robots::show)).reading(no_name),
    Route::single(sitemap::INDEX, || get(sitemap::index)).reading(no_name),
    Route::single("/sitemaps/{file}", || get(sitemap::part)).reading(no_name),
    Route::page(EVERYTHING, || get(everything::show)),
    Route::single("/covers/{file}", || get(covers::show)).reading(no_name),
    Route::single(SHEET, || get(covers::sheet)).reading(covers::name),
    // Whoever opens what the addresses of the API begin with wants to know the rest.
    Route::single("/api/v1", || get(async |uri: Uri| addresses::moved("/api", &uri)))
        .reading(no_name),
    Route::api("/api/v1/prompts", || get(api::prompts)),
    Route::api("/api/v1/prompts/{slug}", || get(api::prompt)),
    Route::api("/api/v1/prompts/{slug}/snippets/{language}", || get(api::snippet)),
    Route::api("/api/v1/categories", || get(api::categories)),
    Route::api("/api/v1/models", || get(api::models)),
    Route::api("/api/v1/tags", || get(api::tags)),
    Route::api("/api/v1/languages", || get(api::languages)),
    Route::api("/api/v1/agents", || get(api::agents)),
    Route::api("/api/v1/export.jsonl", || get(api::jsonl)).streamed(),
    Route::api("/api/v1/export.csv", || get(api::csv)).streamed(),
    Route::api(OPENAPI, || get(api::openapi)).reading(no_name),
    // Those there are were sent before.
    Route::single("/assets/{name}", || get(async || Error::NotFound)),
    Route::single("/media/{name}", || get(media::show)).streamed(),
    Route::single(MCP, || any(agents::answer)).reading_body().for_programs(),
    Route::single("/healthz", || get(health::alive)),
    Route::single("/readyz", || get(health::ready)),
];

/// What the numbers call addresses that no route has.
const OTHER: &str = "other";

/// All addresses of one form.
#[derive(Debug)]
pub(super) struct Route {
    /// Its form, without a language.
    pattern: &'static str,
    handlers: fn() -> MethodRouter<Site>,
    /// Whether it exists once in every language.
    in_every_language: bool,
    answer: Answering,
    /// Whether its handler reads the body of a request, and says how long that may be.
    reads_body: bool,
    /// Which of its addresses, by their last part, are pages with a twin.
    is_twinned: fn(&str) -> bool,
    /// Whether errors are told as JSON, and not as a page.
    pub(super) is_for_programs: bool,
    /// Whether other sites may show it.
    pub(super) is_open: bool,
}

/// How a route answers.
#[derive(Clone, Copy, Debug)]
enum Answering {
    /// Everybody alike. What a name in the query is to the answer, the function says.
    Alike(fn(&str) -> Name),
    /// Each request alone.
    Alone,
    /// Each request alone, and piece by piece.
    Streamed,
}

/// What a name in a query is to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// Nothing.
    Ignored,
    /// Answers differ by its value.
    Read,
    /// Its value is a visitor's own, and so is the answer.
    Personal,
}

impl Name {
    /// One that is read, or means nothing.
    pub(super) const fn read_if(is_read: bool) -> Self {
        if is_read { Self::Read } else { Self::Ignored }
    }
}

/// For what has no twin.
const fn never(_: &str) -> bool {
    false
}

/// For what is a page at all its addresses.
const fn always(_: &str) -> bool {
    true
}

/// For what reads no query.
const fn no_name(_: &str) -> Name {
    Name::Ignored
}

impl Route {
    /// What exists in every language and is the same for everybody.
    const fn page(pattern: &'static str, handlers: fn() -> MethodRouter<Site>) -> Self {
        Self {
            in_every_language: true,
            answer: Answering::Alike(no_name),
            ..Self::single(pattern, handlers)
        }
    }

    /// What has one address in all languages; each request is answered alone.
    const fn single(pattern: &'static str, handlers: fn() -> MethodRouter<Site>) -> Self {
        Self {
            pattern,
            handlers,
            in_every_language: false,
            answer: Answering::Alone,
            reads_body: false,
            is_twinned: never,
            is_for_programs: false,
            is_open: false,
        }
    }

    /// What programs ask, also those in pages of other sites.
    const fn api(pattern: &'static str, handlers: fn() -> MethodRouter<Site>) -> Self {
        Self::single(pattern, handlers).reading(api::name).for_programs()
    }

    /// The same for everybody but for these names in the query.
    const fn reading(self, name: fn(&str) -> Name) -> Self {
        Self { answer: Answering::Alike(name), ..self }
    }

    /// A page with a twin, wherever the last part of its address is such a one.
    const fn twinned(self, is_twinned: fn(&str) -> bool) -> Self {
        Self { is_twinned, ..self }
    }

    /// Sent piece by piece as it is read, if it is nothing that packing makes shorter.
    const fn streamed(self) -> Self {
        Self { answer: Answering::Streamed, ..self }
    }

    /// The handler reads the body of a request.
    const fn reading_body(self) -> Self {
        Self { reads_body: true, ..self }
    }

    /// Errors are told as JSON.
    const fn for_programs(self) -> Self {
        Self { is_for_programs: true, ..self }
    }

    /// Other sites may show it, in a frame or as a picture, and their scripts may read it.
    const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }

    /// What the numbers call an address.
    pub(super) fn label(path: &str) -> &'static str {
        of(path).map_or(OTHER, |route| route.pattern)
    }

    /// Says of each name in a query what it is; none where every request is answered alone.
    pub(super) fn names(&self) -> Option<fn(&str) -> Name> {
        match self.answer {
            Answering::Alike(name) => Some(name),
            Answering::Alone | Answering::Streamed => None,
        }
    }

    pub(super) const fn is_streamed(&self) -> bool {
        matches!(self.answer, Answering::Streamed)
    }

    /// Its patterns, one for each language.
    fn patterns(&self) -> impl Iterator<Item = String> {
        let locales = if self.in_every_language { &Locale::ALL[..] } else { &[Locale::DEFAULT] };
        locales.iter().map(|locale| format!("{}{}", prefix(*locale), self.pattern))
    }
}

/// The route of an address in its one right spelling; that of a twin is its page's.
pub(super) fn of(path: &str) -> Option<&'static Route> {
    page_of_twin(path).map_or_else(|| at(path), |page| at(&page))
}

/// The page of a twin, if this is the address of one.
pub(super) fn page_of_twin(path: &str) -> Option<Cow<'_, str>> {
    twins::page_of(path).filter(|page| has_twin(page))
}

/// Whether an address answers with a page or with its twin, as the client likes it.
pub(super) fn is_negotiated(path: &str) -> bool {
    Variant::of(path) == Variant::Html && has_twin(path)
}

fn has_twin(page: &str) -> bool {
    let last = page.rsplit('/').next().unwrap_or_default();
    at(page).is_some_and(|route| (route.is_twinned)(last))
}

/// The route whose pattern an address has.
fn at(path: &str) -> Option<&'static Route> {
    static BY_PATTERN: LazyLock<matchit::Router<&'static Route>> = LazyLock::new(|| {
        let mut by_pattern = matchit::Router::new();
        for route in ROUTES {
            for pattern in route.patterns() {
                if let Err(error) = by_pattern.insert(pattern, route) {
                    tracing::error!(%error, "two routes have the same addresses");
                }
            }
        }
        by_pattern
    });
    BY_PATTERN.at(path).ok().map(|found| *found.value)
}

/// The whole site as one service, which keeps up to so many bytes of answers ready.
pub fn app(site: Site, cache: u64) -> App {
    let (mut alike, mut alone, mut reading) = (Router::new(), Router::new(), Router::new());
    for route in ROUTES {
        let router = match route.names() {
            Some(_) => &mut alike,
            None if route.reads_body => &mut reading,
            None => &mut alone,
        };
        for pattern in route.patterns() {
            let mut handlers = (route.handlers)();
            if api::is_asked_at(&pattern) {
                handlers = handlers.options(api::preflight);
            }
            *router = std::mem::take(router).route(&pattern, handlers);
        }
    }
    let routes = alike
        .layer(from_fn_with_state(site.clone(), caching::apply))
        .merge(alone)
        .fallback(async || Error::NotFound)
        .layer(RequestBodyLimitLayer::new(GREATEST_BODY))
        .merge(reading)
        .layer(from_fn(redirect_to_canonical))
        .layer(from_fn_with_state(site.clone(), errors::show))
        .with_state(site.clone());
    App::new(site, routes, cache)
}

/// Sends every other spelling of an address to the right one.
async fn redirect_to_canonical(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let variant = request.extensions().get().copied().unwrap_or(Variant::Html);
    // A program is told of its slip.
    if api::is_asked_at(uri.path()) {
        return next.run(request).await;
    }
    match addresses::canonical(uri.path()) {
        // A link into an export leads to the same page of a server.
        None => match addresses::served(uri.path()) {
            None => next.run(request).await,
            Some(address) => addresses::moved(&address, &Uri::default()),
        },
        Some(path) => {
            let mut response = addresses::moved(&variant.address(path), uri);
            if !matches!(*request.method(), Method::GET | Method::HEAD) {
                // Of any other method 301 makes a GET.
                *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            }
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_under_its_own_addresses() {
        for route in ROUTES {
            for pattern in route.patterns() {
                let path = pattern.replace(['{', '}'], "");
                let found = of(&path).map(|found| found.pattern);
                assert_eq!(found, Some(route.pattern), "{path}");
            }
        }
    }

    #[test]
    fn a_page_is_told_from_what_has_no_twin() {
        for (path, negotiated) in [
            ("/", true),
            ("/zh-CN/", true),
            ("/prompts/kite", true),
            ("/models/flux-1.1-pro", true),
            ("/prompts/kite.txt", false),
            ("/prompts/kite.md", false),
            ("/prompts/kite/snippets/go", false),
            ("/favourites", false),
            ("/suggest", false),
            ("/covers/kite.svg", false),
            ("/nothing", false),
        ] {
            assert_eq!(is_negotiated(path), negotiated, "{path}");
            let twin = twins::twin(path);
            assert_eq!(page_of_twin(&twin).as_deref(), negotiated.then_some(path), "{path}");
        }
    }

    #[test]
    fn addresses_have_few_labels() {
        for (path, label) in [
            ("/", "/"),
            ("/zh-CN/", "/"),
            ("/zh-CN/prompts/north-window", "/prompts/{slug}"),
            ("/prompts/north-window.json", "/prompts/{slug}"),
            ("/prompts/north-window.md", "/prompts/{slug}"),
            ("/zh-CN/index.md", "/"),
            ("/prompts.md", "/prompts"),
            ("/favourites.md", OTHER),
            ("/index", OTHER),
            ("/prompts/a/snippets/go", "/prompts/{slug}/snippets/{language}"),
            ("/covers.svg", "/covers.svg"),
            ("/zh-CN/suggest", "/suggest"),
            ("/zh-CN/covers.svg", OTHER),
            ("/wp-login.php", OTHER),
            ("/prompts/a/b/c/d/e", OTHER),
            ("", OTHER),
        ] {
            assert_eq!(Route::label(path), label, "{path}");
        }
    }
}
