//! The home page.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{CardView, local, locale};
use crate::catalog::Modality;
use crate::gallery::Facet;
use crate::i18n;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::structured;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    page: Page,
    featured: Vec<CardView>,
    newest: Vec<CardView>,
    total: usize,
    /// What prompts make: its name, where those are listed, and how many there are.
    modalities: Vec<(&'static str, String, usize)>,
    categories: Vec<CategoryView>,
    models: Vec<ModelView>,
}

/// A category with its count.
#[derive(Debug)]
struct CategoryView {
    name: String,
    href: String,
    count: usize,
}

/// A model with its count.
#[derive(Debug)]
struct ModelView {
    name: String,
    href: String,
    count: usize,
}

pub(in crate::web) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let home = site.gallery().home(&snapshot).await?;
    let mut page = Page::new(&site, locale, Section::Home, "/", t.tagline, t.home_intro);
    page = page.with_feed_of_all();
    page.structured = structured::block(structured::site(&site, t).into());
    let facets = &snapshot.facets;
    let categories = snapshot
        .reference
        .categories
        .iter()
        .map(|category| CategoryView {
            name: local(&category.name, locale).to_owned(),
            href: page.href.category(category.slug.as_str()),
            count: facets.count(Facet::Category, category.slug.as_str()),
        })
        .collect();
    let models = snapshot
        .models_with_prompts()
        .into_iter()
        .take(16)
        .map(|(model, count)| ModelView {
            name: model.slug.to_owned(),
            href: page.href.model(model.slug),
            count,
        })
        .collect();
    let modalities = Modality::ALL
        .into_iter()
        .map(|modality| {
            let name = modality.slug();
            let list = format!("{}?{}={name}", page.href.prompts(), Facet::Modality.slug());
            ((t.modality)(modality), list, facets.count(Facet::Modality, name))
        })
        .filter(|(_, _, count)| *count > 0)
        .collect();
    let body = HomePage {
        featured: CardView::all(home.featured, None, &site, &snapshot, t),
        newest: CardView::all(home.newest, None, &site, &snapshot, t),
        total: facets.total(),
        modalities,
        categories,
        models,
        page,
    };
    Ok(CachePolicy::Content.on(html::page(&body)?))
}
