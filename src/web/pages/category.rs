//! One category.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{ListContent, ListQuery, render};
use super::{Crumb, Prose, local, locale};
use crate::gallery::Facet;
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::extract::Path;
use crate::web::twins::Variant;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path(slug): Path<String>,
    variant: Variant,
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
        intro: Prose::Markdown(description.to_owned()),
        page: page.with_feed(&path),
        path,
        shelf: Some((Facet::Category, slug)),
    };
    render(&site, &snapshot, variant, ListQuery::of(&uri), content).await
}
