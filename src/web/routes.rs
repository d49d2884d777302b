//! The table of routes, and what is wrapped around them.

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::addresses::{self, SHEET, SUGGEST, prefix};
use super::app::App;
use super::errors::Error;
use super::pages::{
    about, categories, category, faq, favourites, home, model, models, prompt, prompts, tag,
};
use super::{Site, caching, covers, data, errors, health, media, suggest};
use crate::catalog::Locale;

/// Nothing here reads a body, in bytes.
const GREATEST_BODY: usize = 16 * 1024;

/// The whole site as one service, which keeps up to so many bytes of answers ready.
pub fn app(site: Site, cache: u64) -> App {
    let mut router = Router::new();
    for locale in Locale::ALL {
        router = router.merge(pages(locale));
    }
    let routes = router
        .route("/covers/{file}", get(covers::show))
        .route(SHEET, get(covers::sheet))
        .layer(from_fn_with_state(site.clone(), caching::apply))
        // Those there are were sent before.
        .route("/assets/{name}", get(async || Error::NotFound))
        .route("/media/{name}", get(media::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(async || Error::NotFound)
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(RequestBodyLimitLayer::new(GREATEST_BODY))
        .layer(from_fn(redirect_to_canonical))
        .layer(from_fn_with_state(site.clone(), errors::show))
        .with_state(site.clone());
    App::new(site, routes, cache)
}

/// The pages of one language.
fn pages(locale: Locale) -> Router<Site> {
    let at = |path: &str| format!("{}{path}", prefix(locale));
    Router::new()
        .route(&at("/"), get(home::show))
        .route(&at("/prompts"), get(prompts::list))
        .route(&at("/prompts/{slug}"), get(prompt::show))
        .route(&at("/prompts/{slug}/snippets/{language}"), get(data::snippet))
        .route(&at("/categories"), get(categories::list))
        .route(&at("/categories/{slug}"), get(category::show))
        .route(&at("/models"), get(models::list))
        .route(&at("/models/{slug}"), get(model::show))
        .route(&at("/tags/{slug}"), get(tag::show))
        .route(&at(SUGGEST), get(suggest::show))
        .route(&at("/faq"), get(faq::show))
        .route(&at("/favourites"), get(favourites::show))
        .route(&at("/about"), get(about::show))
}

/// Sends every other spelling of an address to the right one.
async fn redirect_to_canonical(request: Request, next: Next) -> Response {
    let uri = request.uri();
    match addresses::canonical(uri.path()) {
        // A link into an export leads to the same page of a server.
        None => match addresses::served(uri.path()) {
            None => next.run(request).await,
            Some(address) => addresses::moved(&address, &Uri::default()),
        },
        Some(path) => addresses::moved(&path, uri),
    }
}
