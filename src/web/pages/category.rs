//! One category.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{ListContent, ListQuery, render};
use super::{Crumb, local, locale};
use crate::gallery::Facet;
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::extract::Path;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let category = snapshot.reference.category(&slug).ok_or(Error::NotFound)?;
    let name = local(&category.name, locale);
    let description = local(&category.description, locale);
    let path = format!("/categories/{slug}");
    let plain = markdown::plain(description);
    let page = Page::new(&site, locale, Section::Categories, &path, name, plain);
    let content = ListContent {
        crumbs: vec![
            Crumb::new(t.home, page.href.home()),
            Crumb::new(t.categories, page.href.categories()),
        ],
        heading: name.into(),
        intro: markdown::html(description),
        page: page.with_feed(&path),
        path,
        shelf: Some((Facet::Category, slug)),
    };
    render(&site, &snapshot, ListQuery::of(&uri), content).await
}
