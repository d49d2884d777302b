//! About the gallery.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, breadcrumb, locale};
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::html::shortened;
use crate::web::structured;

#[derive(Template)]
#[template(path = "pages/article.html")]
struct ArticlePage {
    page: Page,
    crumbs: Vec<Crumb>,
    heading: String,
    /// HTML.
    body: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let article = snapshot.reference.article("about", locale).ok_or(Error::NotFound)?;
    let summary = shortened(&markdown::plain(&article.body));
    let mut page = Page::new(&site, locale, Section::About, "/about", &article.title, summary);
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    page.structured = structured::block(vec![breadcrumb(&site, &crumbs, &article.title)]);
    let body = markdown::html(&article.body);
    let heading = article.title.clone();
    Ok(CachePolicy::Content.on(html::page(&ArticlePage { page, crumbs, heading, body })?))
}
