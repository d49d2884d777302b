//! What all lists of prompts have in common: narrowing, sorting, pages, cards.

use std::time::Instant;

use askama::Template;
use axum::extract::Query;
use axum::http::Uri;
use axum::response::Response;

use super::{CardView, Crumb, breadcrumb, local};
use crate::catalog::{Locale, Modality};
use crate::gallery::{
    AllCounts, Facet, ListRequest, Listing, PAGE_SIZE, Selection, Snapshot, Sort, Stage,
    Titled as _,
};
use crate::i18n::{self, Texts};
use crate::store::Card;
use crate::web::Site;
use crate::web::addresses::{Href, query_value};
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::routes::Name;
use crate::web::structured;

/// The most characters a search may have.
const LONGEST_QUERY: usize = 200;
/// The most choices an address may make.
const MOST_CHOICES: usize = 20;

/// The query of a list's address. Unknown names and orders are ignored, as a reader expects.
#[derive(Debug, Default)]
pub(in crate::web) struct ListQuery {
    pub(super) q: String,
    sort: Option<Sort>,
    page: String,
    chosen: Selection,
}

impl ListQuery {
    /// Reads it; a query that cannot be decoded is an empty one.
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let mut query = Self::default();
        for (name, value) in pairs.map(|Query(pairs)| pairs).unwrap_or_default() {
            match name.as_str() {
                "q" => value.trim().clone_into(&mut query.q),
                "page" => query.page = value,
                "sort" => query.sort = sort_from_slug(&value),
                name => {
                    let facet = Facet::from_slug(name).filter(|_| !value.is_empty());
                    if let Some(facet) =
                        facet.filter(|_| query.chosen.iter().count() < MOST_CHOICES)
                    {
                        query.chosen.choose(facet, value);
                    }
                }
            }
        }
        query
    }

    /// What a name in the query is to it.
    pub(in crate::web) fn name(name: &str) -> Name {
        let is_read = matches!(name, "q" | "page" | "sort") || Facet::from_slug(name).is_some();
        Name::read_if(is_read)
    }

    /// Only what is searched for, unless that is too long.
    pub(in crate::web) fn search_of(uri: &Uri, t: &Texts) -> Result<String, Error> {
        let query = Self::of(uri);
        query.check_length(t)?;
        Ok(query.q)
    }

    fn check_length(&self, t: &Texts) -> Result<(), Error> {
        if self.q.chars().count() > LONGEST_QUERY {
            return Err(Error::BadRequest(t.search_too_long.into()));
        }
        Ok(())
    }

    fn search(&self) -> Option<&str> {
        Some(self.q.as_str()).filter(|q| !q.is_empty())
    }

    /// The path of the category, model or tag that lists the same, if one does.
    fn shelf(&self, snapshot: &Snapshot) -> Option<String> {
        let mut chosen = self.chosen.iter();
        let (facet, value) = chosen.next().filter(|_| self.q.is_empty())?;
        let shelves = match facet {
            Facet::Category => "categories",
            Facet::Model => "models",
            Facet::Tag => "tags",
            _ => return None,
        };
        let is_same = chosen.next().is_none() && snapshot.facets.count(facet, value) > 0;
        is_same.then(|| format!("/{shelves}/{value}"))
    }

    /// The order unless another is asked for.
    fn usual_sort(&self) -> Sort {
        if self.q.is_empty() { Sort::Newest } else { Sort::Relevance }
    }

    fn sort(&self) -> Sort {
        let sort = self.sort.unwrap_or_else(|| self.usual_sort());
        if sort == Sort::Relevance { self.usual_sort() } else { sort }
    }

    /// The page asked for; none when it is no page number.
    fn page(&self) -> Option<usize> {
        if self.page.is_empty() {
            return Some(1);
        }
        self.page.parse().ok().filter(|page| *page >= 1)
    }
}

pub(in crate::web) const fn sort_slug(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "relevance",
        Sort::Newest => "newest",
        Sort::Featured => "featured",
        Sort::Title => "title",
    }
}

fn sort_from_slug(slug: &str) -> Option<Sort> {
    [Sort::Relevance, Sort::Newest, Sort::Featured, Sort::Title]
        .into_iter()
        .find(|sort| sort_slug(*sort) == slug)
}

#[derive(Template)]
#[template(path = "pages/listing.html")]
struct ListingPage {
    page: Page,
    crumbs: Vec<Crumb>,
    heading: String,
    intro: String,
    empty: &'static str,
    /// What a reader should know about how this was found.
    notices: Vec<String>,
    count: String,
    cards: Vec<CardView>,
    facets: Vec<FacetView>,
    chosen: Vec<ChosenView>,
    /// The list without any choice.
    all: String,
    sorts: Vec<SortLink>,
    pager: Pager,
}

/// A property and its values.
#[derive(Debug)]
struct FacetView {
    name: &'static str,
    /// The value chosen, if any.
    chosen: Option<String>,
    values: Vec<ValueView>,
}

#[derive(Debug)]
struct ValueView {
    name: String,
    count: String,
    href: String,
    chosen: bool,
}

/// A choice that can be taken back.
#[derive(Debug)]
struct ChosenView {
    name: String,
    href: String,
}

#[derive(Debug)]
struct SortLink {
    name: &'static str,
    href: String,
    chosen: bool,
}

/// Links to the other pages of a list.
#[derive(Debug)]
struct Pager {
    /// "Page 2 of 9"; none where there is only one.
    place: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Page { number: usize, name: String, href: String, here: bool },
    Gap,
}

/// What makes one list different from another.
pub(super) struct ListContent {
    pub(super) page: Page,
    pub(super) crumbs: Vec<Crumb>,
    pub(super) heading: String,
    /// HTML.
    pub(super) intro: String,
    pub(super) path: String,
    /// What every prompt of this list has; its address says it, not its query.
    pub(super) shelf: Option<(Facet, String)>,
}

/// Renders one page of a list.
pub(super) async fn render(
    site: &Site,
    snapshot: &Snapshot,
    mut query: ListQuery,
    content: ListContent,
) -> Result<Response, Error> {
    let ListContent { mut page, crumbs, heading, intro, path, shelf } = content;
    let t = page.t;
    let locale = page.locale;
    query.check_length(t)?;
    if let Some((facet, _)) = shelf.as_ref().filter(|(facet, _)| !facet.takes_several()) {
        // The address has the last word.
        let others = query.chosen.iter().filter(|(chosen, _)| chosen != facet);
        let mut rest = Selection::default();
        for (facet, value) in others {
            rest.choose(facet, value);
        }
        query.chosen = rest;
    }
    let mut selection = query.chosen.clone();
    if let Some((facet, value)) = &shelf {
        selection.choose(*facet, value.as_str());
    }
    let number = query.page().ok_or(Error::NotFound)?;
    let request = ListRequest {
        selection: &selection,
        search: query.search(),
        sort: query.sort(),
        locale,
        page: number,
    };
    let start = Instant::now();
    let listing = site.gallery().listing(snapshot, request).await?;
    if let Some(metrics) = site.metrics().filter(|_| request.search.is_some()) {
        metrics.searched(start.elapsed());
    }
    let listing = listing.ok_or(Error::NotFound)?;
    let notices = notices(&listing, snapshot, &query, t);
    let Listing { items: cards, total, page: number, last_page, hits } = listing;
    let counts = snapshot.counts(&selection, hits.as_ref());
    let address = Address {
        href: page.href,
        path: page.href.path(&path),
        q: query.q.clone(),
        usual: query.usual_sort(),
        shelf: shelf.clone(),
        // The script of an export narrows the list of all prompts, and no other.
        elsewhere: page.exported.then(|| page.href.prompts()),
    };
    if let Some(path) = query.shelf(snapshot).filter(|_| shelf.is_none()) {
        page = page.known_as(site, &path);
    } else if !query.chosen.is_empty() || query.search().is_some() {
        page = page.passing();
    } else if total == 0 {
        page = page.not_indexed();
    }
    if number > 1 {
        page.title = format!("{} · {}", page.title, (t.page)(number));
        page.description = format!("{} {}", page.description, (t.page_of)(number, last_page));
        // Another page of the list is a page of its own; another order or choice is not.
        let urls = page.canonical.iter_mut().chain(&mut page.x_default);
        let urls = urls.chain(page.alternates.iter_mut().map(|alternate| &mut alternate.url));
        for url in urls {
            *url = page.href.further(url, number);
        }
    }
    for alternate in &mut page.alternates {
        let other = Address { path: alternate.path.clone(), ..address.clone() };
        alternate.path = other.at(number, query.sort(), &query.chosen);
    }
    // In another order, or under another address, it is no page of its own.
    if page.indexable && query.chosen.is_empty() && query.sort() == query.usual_sort() {
        let first = (number - 1) * PAGE_SIZE + 1;
        let titles: Vec<_> = cards.iter().map(|card| card.title(locale).1).collect();
        let url = |card: &Card| format!("{}{}", site.public_url(), page.href.prompt(&card.slug));
        let listed = (first..).zip(titles.iter().zip(&cards));
        let listed = listed.map(|(at, (title, card))| (at, &**title, url(card)));
        page.structured = structured::block(vec![
            breadcrumb(site, &crumbs, &heading),
            structured::collection(&page, total, listed),
        ]);
    }
    page.query.clone_from(&query.q);
    let names = Names { snapshot, t };
    let facets = facets(&address, &query, &counts, &names, t);
    let chosen = query
        .chosen
        .iter()
        .map(|(facet, value)| {
            let mut rest = query.chosen.clone();
            rest.remove(facet, value);
            ChosenView { name: names.of(facet, value), href: address.at(1, query.sort(), &rest) }
        })
        .collect();
    let sorts = if total < 2 { Vec::new() } else { sorts(&address, &query, t) };
    let pager = Pager::new(&address, number, last_page, &query, t);
    let is_narrowed = query.search().is_some() || !query.chosen.is_empty();
    let marker = hits.map(|hits| hits.marker());
    let body = ListingPage {
        crumbs,
        heading,
        intro,
        empty: if is_narrowed { t.search_nothing } else { t.nothing_here },
        notices,
        count: (t.prompt_count)(total),
        cards: CardView::all(cards, marker.as_ref(), site, snapshot, t),
        facets,
        chosen,
        all: address.at(1, query.sort(), &Selection::default()),
        sorts,
        pager,
        page,
    };
    Ok(CachePolicy::Content.on(html::page(&body)?))
}

/// What a reader should know about how this was found.
fn notices(listing: &Listing, snapshot: &Snapshot, query: &ListQuery, t: &Texts) -> Vec<String> {
    let hits = listing.hits.as_ref().filter(|_| listing.total > 0);
    let corrections = hits.into_iter().flat_map(|hits| &hits.corrections);
    let mut notices: Vec<String> =
        corrections.map(|(typed, meant)| (t.corrected)(typed, meant)).collect();
    if hits.is_some_and(|hits| hits.is_partial) {
        notices.push(t.found_partly.to_owned());
    }
    let indexing = snapshot.indexing.filter(|progress| progress.stage == Stage::Prompts);
    if let Some(progress) = indexing.filter(|_| query.search().is_some()) {
        notices.push((t.still_indexing)(progress.done * 100 / progress.total.max(1)));
    }
    notices
}

fn sorts(address: &Address, query: &ListQuery, t: &Texts) -> Vec<SortLink> {
    [Sort::Relevance, Sort::Newest, Sort::Featured, Sort::Title]
        .into_iter()
        .filter(|sort| *sort != Sort::Relevance || query.search().is_some())
        .map(|sort| SortLink {
            name: (t.sort)(sort_slug(sort)),
            href: address.at(1, sort, &query.chosen),
            chosen: sort == query.sort(),
        })
        .collect()
}

/// What each further choice would leave.
fn facets(
    address: &Address,
    query: &ListQuery,
    counts: &AllCounts,
    names: &Names<'_>,
    t: &Texts,
) -> Vec<FacetView> {
    let is_fixed = |facet: Facet| {
        !facet.takes_several() && address.shelf.as_ref().is_some_and(|(fixed, _)| *fixed == facet)
    };
    let mut views = Vec::new();
    for facet in Facet::ALL.into_iter().filter(|facet| !is_fixed(*facet)) {
        let mut values: Vec<ValueView> = counts
            .get(&facet)
            .into_iter()
            .flatten()
            .filter(|(value, _)| {
                address.shelf.as_ref().is_none_or(|(fixed, own)| *fixed != facet || own != value)
            })
            .map(|(value, count)| {
                let chosen = query.chosen.has(facet, value);
                let mut next = query.chosen.clone();
                if chosen {
                    next.remove(facet, value);
                } else {
                    next.choose(facet, value.as_str());
                }
                ValueView {
                    name: names.of(facet, value),
                    count: i18n::grouped(*count),
                    href: address.at(1, query.sort(), &next),
                    chosen,
                }
            })
            .collect();
        // A property all have in common parts nothing.
        if values.len() < 2 && values.iter().all(|value| !value.chosen) && !facet.takes_several() {
            continue;
        }
        values.sort_by_key(|value| !value.chosen);
        let chosen: Vec<String> = query
            .chosen
            .iter()
            .filter(|(chosen, _)| *chosen == facet)
            .map(|(facet, value)| names.of(facet, value))
            .collect();
        if !values.is_empty() {
            let chosen = (!chosen.is_empty()).then(|| chosen.join(", "));
            views.push(FacetView { name: (t.facet)(facet.slug()), chosen, values });
        }
    }
    views
}

/// What values are called.
pub(in crate::web) struct Names<'s> {
    pub(in crate::web) snapshot: &'s Snapshot,
    pub(in crate::web) t: &'static Texts,
}

impl Names<'_> {
    pub(in crate::web) fn of(&self, facet: Facet, value: &str) -> String {
        let reference = &self.snapshot.reference;
        let t = self.t;
        let name = match facet {
            Facet::Category => {
                reference.category(value).map(|category| local(&category.name, t.locale))
            }
            Facet::Tag => reference.tag(value).map(|tag| local(&tag.name, t.locale)),
            Facet::Modality => Modality::from_slug(value).map(t.modality),
            Facet::Language => {
                Locale::from_tag(value).map(|locale| i18n::texts(locale).language_name)
            }
            Facet::Blanks | Facet::Json | Facet::Params => {
                Some((t.facet_switch)(facet.slug(), value == "yes"))
            }
            Facet::Model => None,
        };
        name.unwrap_or(value).to_owned()
    }
}

/// The address of a list, on any of its pages, in any order, with any choice.
#[derive(Clone)]
struct Address {
    href: Href,
    path: String,
    q: String,
    usual: Sort,
    shelf: Option<(Facet, String)>,
    /// The list that is narrowed and sorted in the place of this one, if it is another.
    elsewhere: Option<String>,
}

impl Address {
    fn at(&self, page: usize, sort: Sort, chosen: &Selection) -> String {
        let mut parts = Vec::new();
        let mut path = &self.path;
        if self.q.is_empty() && chosen.is_empty() && sort == self.usual {
            return if page > 1 { self.href.further(path, page) } else { path.clone() };
        }
        if let Some(other) = &self.elsewhere {
            path = other;
            parts.extend(
                self.shelf
                    .iter()
                    .map(|(facet, value)| format!("{}={}", facet.slug(), query_value(value))),
            );
        }
        if !self.q.is_empty() {
            parts.push(format!("q={}", query_value(&self.q)));
        }
        for (facet, value) in chosen.iter() {
            parts.push(format!("{}={}", facet.slug(), query_value(value)));
        }
        if sort != self.usual {
            parts.push(format!("sort={}", sort_slug(sort)));
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        format!("{path}?{}", parts.join("&"))
    }
}

impl Pager {
    /// The first, the last, and those around this page.
    fn new(address: &Address, number: usize, last: usize, query: &ListQuery, t: &Texts) -> Self {
        let at = |page| address.at(page, query.sort(), &query.chosen);
        let near = number.saturating_sub(2)..=number.saturating_add(2);
        let mut steps = Vec::new();
        let mut shown = 0;
        let candidates = std::iter::once(1).chain(near).chain(std::iter::once(last));
        for candidate in candidates.filter(|page| (1..=last).contains(page)) {
            if candidate <= shown {
                continue;
            }
            if candidate > shown + 1 {
                steps.push(Step::Gap);
            }
            let href = at(candidate);
            let name = (t.page)(candidate);
            steps.push(Step::Page { number: candidate, name, href, here: candidate == number });
            shown = candidate;
        }
        Self {
            place: (last > 1).then(|| (t.page_of)(number, last)),
            previous: (number > 1).then(|| at(number - 1)),
            next: (number < last).then(|| at(number + 1)),
            steps,
        }
    }
}
