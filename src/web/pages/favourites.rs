//! What a visitor kept, and what they looked at last.
//!
//! Both are known to their browser alone: the page is the same for everybody, and the script
//! fills it.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, locale, name_of};
use crate::i18n;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;

#[derive(Template)]
#[template(path = "pages/favourites.html")]
struct FavouritesPage {
    page: Page,
    crumbs: Vec<Crumb>,
    /// Slug and name of each category, for cards that only know the slug.
    categories: Vec<(String, String)>,
}

pub(in crate::web) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let page = Page::new(
        &site,
        locale,
        Section::Favourites,
        "/favourites",
        t.favourites,
        t.favourites_intro,
    )
    .not_indexed()
    .without_twin();
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let categories = snapshot
        .reference
        .categories
        .iter()
        .map(|category| (category.slug.as_str().to_owned(), name_of(category, locale)))
        .collect();
    Ok(CachePolicy::Content.on(html::page(&FavouritesPage { page, crumbs, categories })?))
}
