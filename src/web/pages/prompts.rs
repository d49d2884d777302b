//! All prompts, and those a search finds.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{LONGEST_QUERY, ListContent, ListQuery, render};
use super::{Crumb, locale};
use crate::gallery::Shelf;
use crate::i18n;
use crate::web::Site;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;

pub(in crate::web) async fn list(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let mut query = ListQuery::of(&uri);
    query.q = query.q.trim().to_owned();
    if query.q.chars().count() > LONGEST_QUERY {
        return Err(Error::BadRequest(t.search_too_long.into()));
    }
    let snapshot = site.gallery().current().await?;
    let (title, description) = (t.all_prompts, t.all_prompts_intro);
    let mut page = Page::new(&site, locale, Section::Prompts, "/prompts", title, description);
    let mut crumbs = vec![Crumb::new(t.home, page.href.home())];
    if query.q.is_empty() {
        let content = ListContent {
            page,
            crumbs,
            heading: t.all_prompts.into(),
            intro: String::new(),
            path: "/prompts".into(),
        };
        return render(&site, &snapshot, Shelf::All, &query, content).await;
    }
    page.title = format!("{} · {}", query.q, t.search);
    page.query.clone_from(&query.q);
    for alternate in &mut page.alternates {
        alternate.path =
            format!("{}?q={}", alternate.path, crate::web::addresses::query_value(&query.q));
    }
    crumbs.push(Crumb::new(t.prompts, page.href.prompts()));
    let content = ListContent {
        page: page.not_indexed(),
        crumbs,
        heading: format!("{} “{}”", t.search, query.q),
        intro: String::new(),
        path: "/prompts".into(),
    };
    render(&site, &snapshot, Shelf::Search(&query.q), &query, content).await
}
