//! The answers of the API.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, LINK,
};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::parameters::{Asked, OF_LISTS, OF_PROMPT, OF_PROMPTS, OF_SNIPPET, refused};
use super::revision;
use crate::addresses::{self, API, Links};
use crate::catalog::Locale;
use crate::documents::{Documents, PromptDocument, PromptSummary, SnippetDocument};
use crate::gallery::{Facet, ListRequest, Listing, Snapshot};
use crate::i18n;
use crate::search::Hits;
use crate::snippets::{self, Form};
use crate::store::{PromptLookup, StoredPrompt};
use crate::web::Site;
use crate::web::addresses::moved;
use crate::web::caching::CachePolicy;
use crate::web::errors::Error;
use crate::web::extract::Path;
use crate::web::filling;
use crate::web::pages::Names;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListDocument<Item> {
    /// Which content this is; another one after every change.
    #[schema(examples("5f0c1d2e3a4b5c6d-1204"))]
    revision: String,
    /// How many entries there are on all pages.
    total: usize,
    /// This page, from 1.
    #[schema(minimum = 1)]
    page: usize,
    /// How many pages there are.
    #[schema(minimum = 1)]
    pages: usize,
    /// The most entries of a page.
    #[schema(minimum = 1, maximum = 100)]
    per_page: usize,
    /// The entries of this page.
    #[schema(max_items = 100)]
    items: Vec<Item>,
}

/// One page of a list of prompts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PromptList {
    #[serde(flatten)]
    list: ListDocument<PromptSummary>,
    /// What was searched for instead of words that no prompt has, each with the word meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    corrections: Vec<Correction>,
    /// Whether no prompt has all the words that were searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    partly: Option<bool>,
    /// What the list may be narrowed by, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    facets: Option<Vec<FacetDocument>>,
}

/// A word that no prompt has, and the one that was searched for instead.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Correction {
    /// As it was given.
    typed: String,
    /// As it was searched for.
    meant: String,
}

/// A property that lists of prompts are narrowed by.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FacetDocument {
    /// The parameter that narrows by it.
    parameter: &'static str,
    /// What it is called for a reader.
    name: &'static str,
    /// Its values, the most frequent first, at most 100.
    #[schema(max_items = 100)]
    values: Vec<FacetValue>,
}

/// A value of a property.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FacetValue {
    /// The value of the parameter.
    value: String,
    /// What it is called for a reader.
    name: String,
    /// How many prompts the list would have with it.
    prompts: usize,
}

/// The most values of a property that are told.
const MOST_VALUES: usize = 100;

pub(in crate::web) async fn prompts(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let asked = Asked::read(&uri, OF_PROMPTS)?;
    let locale = asked.locale();
    let snapshot = site.gallery().current().await?;
    let selection = asked.selection();
    let per_page = asked.number("per_page");
    let request = ListRequest {
        selection: &selection,
        search: asked.search(),
        sort: asked.sort(),
        locale,
        page: asked.number("page"),
    };
    let listing = site.gallery().prompts(&snapshot, request, per_page).await?;
    let Listing { items, total, page, last_page: pages, hits } = listing.ok_or(Error::NotFound)?;
    let documents = Documents::new(&snapshot, site.links(locale));
    let items: Vec<PromptSummary> = items.iter().map(|stored| documents.summary(stored)).collect();
    let facets = asked.switch("facets").then(|| {
        let counts = snapshot.counts(&selection, hits.as_ref());
        let names = Names { snapshot: &snapshot, t: i18n::texts(locale) };
        let facet = |facet: Facet| {
            let values = counts.get(&facet)?.iter().take(MOST_VALUES);
            let values = values.map(|(value, count)| FacetValue {
                value: value.clone(),
                name: names.of(facet, value),
                prompts: *count,
            });
            let name = (names.t.facet)(facet.slug());
            Some(FacetDocument { parameter: facet.slug(), name, values: values.collect() })
        };
        Facet::ALL.into_iter().filter_map(facet).collect()
    });
    let corrections = hits.iter().flat_map(|hits| &hits.corrections);
    let corrections = corrections
        .map(|(typed, meant)| Correction { typed: typed.clone(), meant: meant.clone() })
        .collect();
    let revision = revision(&snapshot);
    let list = ListDocument { revision, total, page, pages, per_page, items };
    let links = pager(site.links(locale), uri.path(), &asked, page, pages);
    let partly = hits.as_ref().map(|hits: &Hits| hits.is_partial).filter(|partly| *partly);
    let document = PromptList { list, corrections, partly, facets };
    let mut document = serde_json::to_value(document)?;
    if let Some(fields) = asked.fields() {
        narrow(&mut document, &fields);
    }
    Ok(CachePolicy::Content.on((links, answer(&document, locale)?)))
}

/// Leaves out of every entry what is not wanted; its slug always says which it is.
fn narrow(document: &mut Value, fields: &[&str]) {
    let items = document.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        item.retain(|name, _| name == "slug" || fields.contains(&name.as_str()));
    }
}

pub(in crate::web) async fn prompt(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let asked = Asked::read(&uri, OF_PROMPT)?;
    let locale = asked.locale();
    let snapshot = site.gallery().current().await?;
    let stored = match found(&site, &slug).await? {
        Found::Moved(slug) => return Ok(moved(&format!("{API}/prompts/{slug}"), &uri)),
        Found::Here(stored) => stored,
    };
    let filling = asked.wish().fill_exactly(&stored.prompt).map_err(|all| refused(&all, locale))?;
    let documents = Documents::new(&snapshot, site.links(locale));
    let document: Option<PromptDocument> = if asked.switch("snippets") {
        documents.prompt(&stored, &filling)
    } else {
        documents.without_snippets(&stored, &filling)
    };
    let document = document.ok_or(Error::NotFound)?;
    Ok(filling::mark(&filling, answer(&document, locale)?))
}

pub(in crate::web) async fn snippet(
    State(site): State<Site>,
    Path((slug, language)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Error> {
    let asked = Asked::read(&uri, OF_SNIPPET)?;
    let locale = asked.locale();
    let language = snippets::language(&language).ok_or(Error::NotFound)?;
    let form = asked.get("form").and_then(Form::from_slug);
    let snapshot = site.gallery().current().await?;
    let stored = match found(&site, &slug).await? {
        Found::Moved(slug) => {
            let path = format!("{API}/prompts/{slug}/snippets/{}", language.slug);
            return Ok(moved(&path, &uri));
        }
        Found::Here(stored) => stored,
    };
    let filling = asked.wish().fill_exactly(&stored.prompt).map_err(|all| refused(&all, locale))?;
    let documents = Documents::new(&snapshot, site.links(locale));
    let form = form.unwrap_or_else(|| language.preferred());
    let document: Option<SnippetDocument> = documents.snippet(&stored, &filling, language, form);
    let document = document.ok_or(Error::NotFound)?;
    Ok(filling::mark(&filling, answer(&document, locale)?))
}

/// What is found under a slug.
enum Found {
    Here(Box<StoredPrompt>),
    Moved(String),
}

async fn found(site: &Site, slug: &str) -> Result<Found, Error> {
    match site.gallery().lookup(slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => Ok(Found::Moved(slug.to_string())),
        PromptLookup::Retired(retired) => return Err(Error::gone(site, &retired).await),
        PromptLookup::Found(stored) => Ok(Found::Here(stored)),
    }
}

pub(in crate::web) async fn categories(
    State(site): State<Site>,
    uri: Uri,
) -> Result<Response, Error> {
    let list = List::asked(site, uri).await?;
    list.answer(list.documents().categories())
}

pub(in crate::web) async fn models(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let list = List::asked(site, uri).await?;
    list.answer(list.documents().models())
}

pub(in crate::web) async fn tags(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let list = List::asked(site, uri).await?;
    list.answer(list.documents().tags())
}

pub(in crate::web) async fn languages(
    State(site): State<Site>,
    uri: Uri,
) -> Result<Response, Error> {
    let list = List::asked(site, uri).await?;
    list.answer(list.documents().languages())
}

pub(in crate::web) async fn agents(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let list = List::asked(site, uri).await?;
    list.answer(list.documents().agents())
}

/// A list that is in memory as a whole.
struct List {
    site: Site,
    uri: Uri,
    asked: Asked,
    snapshot: Arc<Snapshot>,
}

impl List {
    async fn asked(site: Site, uri: Uri) -> Result<Self, Error> {
        let asked = Asked::read(&uri, OF_LISTS)?;
        let snapshot = site.gallery().current().await?;
        Ok(Self { site, uri, asked, snapshot })
    }

    fn documents(&self) -> Documents<'_> {
        Documents::new(&self.snapshot, self.links())
    }

    fn links(&self) -> Links<'_> {
        self.site.links(self.asked.locale())
    }

    /// The page that is asked for.
    fn answer<Item: Serialize>(&self, items: Vec<Item>) -> Result<Response, Error> {
        let Self { uri, asked, snapshot, .. } = self;
        let (page, per_page) = (asked.number("page"), asked.number("per_page"));
        let document = paged(snapshot, items, page, per_page).ok_or(Error::NotFound)?;
        let pages = pager(self.links(), uri.path(), asked, page, document.pages);
        Ok(CachePolicy::Content.on((pages, answer(&document, asked.locale())?)))
    }
}

fn paged<Item>(
    snapshot: &Snapshot,
    items: Vec<Item>,
    page: usize,
    per_page: usize,
) -> Option<ListDocument<Item>> {
    let total = items.len();
    let pages = total.div_ceil(per_page).max(1);
    let items = items.into_iter().skip((page - 1).checked_mul(per_page)?).take(per_page).collect();
    let revision = revision(snapshot);
    (page <= pages).then_some(ListDocument { revision, total, page, pages, per_page, items })
}

/// A document as an answer.
fn answer(document: &impl Serialize, locale: Locale) -> Result<Response, Error> {
    let headers = [(CONTENT_TYPE, "application/json"), (CONTENT_LANGUAGE, locale.tag())];
    Ok((headers, serde_json::to_string(document)?).into_response())
}

/// Where the other pages of a list are (RFC 8288).
fn pager(
    links: Links<'_>,
    path: &str,
    asked: &Asked,
    page: usize,
    pages: usize,
) -> [(HeaderName, String); 1] {
    let at = |page: usize, rel: &str| {
        format!("<{}>; rel=\"{rel}\"", links.to(format!("{path}{}", asked.at_page(page))))
    };
    let mut all = vec![at(1, "first")];
    if page > 1 {
        all.push(at(page - 1, "prev"));
    }
    if page < pages {
        all.push(at(page + 1, "next"));
    }
    all.push(at(pages, "last"));
    let description = links.to(addresses::OPENAPI);
    all.push(format!("<{description}>; rel=\"service-desc\""));
    [(LINK, all.join(", "))]
}

/// What pages of other sites have to ask before they may ask with headers of their own.
pub(in crate::web) async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
        (CACHE_CONTROL, "no-store"),
        (ALLOW, "GET, HEAD, OPTIONS"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
