//! About the gallery.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, Prose, locale};
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html::shortened;
use crate::web::twins::{Variant, answer};

#[derive(Template)]
#[template(path = "pages/article.html")]
struct ArticlePage {
    page: Page,
    crumbs: Vec<Crumb>,
    heading: String,
    body: Prose,
}

#[derive(Template)]
#[template(path = "pages/article.md")]
struct ArticleTwin<'p> {
    of: &'p ArticlePage,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    variant: Variant,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let article = snapshot.reference.article("about", locale).ok_or(Error::NotFound)?;
    let summary = shortened(&markdown::plain(&article.body));
    let page = Page::new(&site, locale, Section::About, "/about", &article.title, summary);
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let body = Prose::Markdown(article.body.clone());
    let body = ArticlePage { page, crumbs, heading: article.title.clone(), body };
    Ok(CachePolicy::Content.on(answer(variant, &body.page, &body, &ArticleTwin { of: &body })?))
}
