//! One tag.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{ListContent, ListQuery, render};
use super::{Crumb, local, locale};
use crate::gallery::Facet;
use crate::i18n;
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
    let tag = snapshot.reference.tag(&slug).ok_or(Error::NotFound)?;
    let name = local(&tag.name, locale);
    let path = format!("/tags/{slug}");
    let title = format!("{name} · {}", t.tags);
    let page = Page::new(&site, locale, Section::Prompts, &path, title, (t.tag_intro)(name));
    let content = ListContent {
        crumbs: vec![
            Crumb::new(t.home, page.href.home()),
            Crumb::new(t.prompts, page.href.prompts()),
        ],
        heading: name.into(),
        intro: String::new(),
        page: page.with_feed(&path),
        path,
        shelf: Some((Facet::Tag, slug)),
    };
    render(&site, &snapshot, ListQuery::of(&uri), content).await
}
