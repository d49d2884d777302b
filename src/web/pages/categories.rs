//! All categories.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, breadcrumb, local, locale};
use crate::gallery::Facet;
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::structured;

#[derive(Template)]
#[template(path = "pages/categories.html")]
struct CategoriesPage {
    page: Page,
    crumbs: Vec<Crumb>,
    categories: Vec<CategoryView>,
}

#[derive(Debug)]
struct CategoryView {
    name: String,
    href: String,
    /// HTML.
    description: String,
    count: String,
}

pub(in crate::web) async fn list(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let title = t.categories;
    let mut page =
        Page::new(&site, locale, Section::Categories, "/categories", title, t.categories_intro);
    let categories: Vec<CategoryView> = snapshot
        .reference
        .categories
        .iter()
        .map(|category| CategoryView {
            name: local(&category.name, locale).to_owned(),
            href: page.href.category(category.slug.as_str()),
            description: markdown::html(local(&category.description, locale)),
            count: (t.prompt_count)(snapshot.facets.count(Facet::Category, category.slug.as_str())),
        })
        .collect();
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let url = |category: &CategoryView| format!("{}{}", site.public_url(), category.href);
    let listed =
        (1..).zip(&categories).map(|(at, category)| (at, category.name.as_str(), url(category)));
    page.structured = structured::block(vec![
        breadcrumb(&site, &crumbs, title),
        structured::collection(&page, categories.len(), listed),
    ]);
    Ok(CachePolicy::Content.on(html::page(&CategoriesPage { page, crumbs, categories })?))
}
