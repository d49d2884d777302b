//! Questions and answers.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, breadcrumb, locale};
use crate::catalog::{FaqEntry, Locale};
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::structured;

#[derive(Template)]
#[template(path = "pages/faq.html")]
struct FaqPage {
    page: Page,
    crumbs: Vec<Crumb>,
    entries: Vec<FaqView>,
}

/// A question with its answer rendered.
#[derive(Debug)]
pub(super) struct FaqView {
    pub(super) slug: String,
    pub(super) question: String,
    /// HTML.
    pub(super) answer: String,
}

impl FaqView {
    /// The entries of one language.
    pub(super) fn all<'a>(
        entries: impl IntoIterator<Item = &'a FaqEntry>,
        locale: Locale,
    ) -> Vec<Self> {
        entries
            .into_iter()
            .filter(|entry| entry.locale == locale)
            .map(|entry| Self {
                slug: entry.slug.clone(),
                question: entry.question.clone(),
                answer: markdown::html(&entry.answer),
            })
            .collect()
    }
}

pub(in crate::web) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let mut page = Page::new(&site, locale, Section::Faq, "/faq", t.faq, t.faq_intro);
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let faq = snapshot.reference.faq.iter().filter(|entry| entry.locale == locale);
    let answers = faq.map(|entry| (entry.question.as_str(), markdown::plain(&entry.answer)));
    page.structured = structured::block(vec![
        breadcrumb(&site, &crumbs, t.faq),
        structured::questions(&page, answers),
    ]);
    let entries = FaqView::all(&snapshot.reference.faq, locale);
    Ok(CachePolicy::Content.on(html::page(&FaqPage { page, crumbs, entries })?))
}
