//! About the gallery.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::set_up::SetupView;
use super::{Crumb, breadcrumb, locale};
use crate::agents::{McpServer, Reach, Setup};
use crate::i18n;
use crate::markdown;
use crate::mcp;
use crate::web::Site;
use crate::web::addresses::MCP;
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
    /// How agents get the gallery's own MCP server; empty where there is no server.
    agents: Vec<SetupView>,
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
    let url = format!("{}{MCP}", site.public_url());
    let server = McpServer { name: mcp::NAME, reach: Reach::Url(&url) };
    let agents = if page.exported {
        Vec::new()
    } else {
        SetupView::all(&snapshot.reference, server, locale)
    };
    let article = ArticlePage { page, crumbs, heading, body, agents };
    Ok(CachePolicy::Content.on(html::page(&article)?))
}
