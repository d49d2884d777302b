//! One model.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::listing::{ListContent, ListQuery, render};
use super::{Crumb, locale};
use crate::gallery::Facet;
use crate::i18n;
use crate::web::Site;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::extract::Path;
use crate::web::html::verbatim;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let model = snapshot.reference.catalog.model(&slug).ok_or(Error::NotFound)?;
    let provider = model.provider.map(|provider| provider.name.as_str());
    let intro = (t.model_intro)(model.slug, &model.service.name, provider);
    let path = format!("/models/{slug}");
    let title = format!("{} · {}", model.slug, t.models);
    let page = Page::new(&site, locale, Section::Models, &path, title, intro.as_str());
    let content = ListContent {
        crumbs: vec![
            Crumb::new(t.home, page.href.home()),
            Crumb::new(t.models, page.href.models()),
        ],
        heading: model.slug.into(),
        intro: format!("<p>{}</p>", verbatim(&intro)),
        page: page.with_feed(&path),
        path,
        shelf: Some((Facet::Model, model.slug.to_owned())),
    };
    render(&site, &snapshot, ListQuery::of(&uri), content).await
}
