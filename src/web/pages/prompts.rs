//! All prompts, and those a search finds.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{ListContent, ListQuery, render};
use super::{Crumb, locale};
use crate::i18n;
use crate::web::Site;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;

pub(in crate::web) async fn list(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let query = ListQuery::of(&uri);
    let snapshot = site.gallery().current().await?;
    let (title, description) = (t.all_prompts, t.all_prompts_intro);
    let mut page = Page::new(&site, locale, Section::Prompts, "/prompts", title, description);
    page = page.with_feed_of_all();
    page.finder = site.exported().and_then(|finder| finder.address(locale));
    let mut crumbs = vec![Crumb::new(t.home, page.href.home())];
    let mut heading = t.all_prompts.to_owned();
    if !query.q.is_empty() {
        page.title = format!("{} · {}", query.q, t.search);
        crumbs.push(Crumb::new(t.prompts, page.href.prompts()));
        heading = (t.searched_for)(&query.q);
    }
    let content = ListContent {
        page,
        crumbs,
        heading,
        intro: String::new(),
        path: "/prompts".into(),
        shelf: None,
    };
    render(&site, &snapshot, query, content).await
}
