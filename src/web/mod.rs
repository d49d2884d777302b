//! HTTP: addresses, pages, headers, assets and the server.
//!
//! A handler reads one thing from the [`Gallery`], puts it into one
//! template and returns the page with a cache policy. Everything
//! else is done once, around all handlers: language and canonical addresses, error pages,
//! caching headers and 304s, limits. Before them all stands [`App`]: it sends again what was made
//! before, and packs and marks everything that leaves.

mod addresses;
mod agents;
mod answers;
mod api;
mod app;
mod assets;
mod caching;
mod coding;
mod context;
mod covers;
mod data;
mod embed;
mod errors;
mod export;
mod extract;
mod feeds;
mod filling;
mod headers;
mod health;
mod highlight;
mod html;
mod llms;
mod log;
mod media;
mod memo;
mod metrics;
mod oembed;
mod pages;
mod previews;
mod prompt_text;
mod robots;
mod routes;
mod samples;
mod server;
mod sitemap;
mod structured;
mod suggest;
mod target;
mod twins;
mod xml;

use std::sync::Arc;

use crate::catalog::Locale;
use crate::config::PublicUrl;
use crate::gallery::Gallery;
use crate::mcp;

pub use app::{Answering, App};
pub use export::{Error as ExportError, Report, export};
pub use metrics::Metrics;
pub use routes::app;
pub use server::{Gauges, Listening, Refusals, ServeError, bind};

/// What every handler can see.
#[derive(Clone, Debug)]
pub struct Site(Arc<SiteInner>);

#[derive(Debug)]
struct SiteInner {
    gallery: Gallery,
    public_url: PublicUrl,
    build: String,
    metrics: Option<Metrics>,
    mcp: mcp::Server,
    /// What all prompt pages have alike.
    shared_parts: memo::Memo<pages::prompt::SharedParts>,
    /// Where link previews are drawn.
    studio: previews::Studio,
    /// What pages written to files lead to instead of asking a server; none where there is one.
    exported: Option<export::Finder>,
}

impl Site {
    /// A site that shows a gallery under a public address, with numbers kept of what happens if
    /// there is something to keep them in.
    #[must_use]
    pub fn new(gallery: Gallery, public_url: PublicUrl, metrics: Option<Metrics>) -> Self {
        Self(Arc::new(SiteInner::of(gallery, public_url, metrics)))
    }

    /// A site that is written to files.
    fn in_files(gallery: Gallery, public_url: PublicUrl, finder: export::Finder) -> Self {
        let exported = Some(finder);
        let studio = previews::Studio::alone();
        Self(Arc::new(SiteInner { exported, studio, ..SiteInner::of(gallery, public_url, None) }))
    }

    /// Closes the gallery's database, once nothing is served any more.
    pub async fn close(&self) {
        self.0.gallery.close().await;
    }

    fn gallery(&self) -> &Gallery {
        &self.0.gallery
    }

    /// Writes the addresses of a language.
    fn href(&self, locale: Locale) -> addresses::Href {
        let href = addresses::Href::new(locale);
        if self.exported().is_some() { href.in_files() } else { href }
    }

    /// Writes whole addresses.
    fn links(&self, locale: Locale) -> addresses::Links<'_> {
        addresses::Links::new(self.public_url(), self.href(locale))
    }

    fn metrics(&self) -> Option<&Metrics> {
        self.0.metrics.as_ref()
    }

    fn mcp(&self) -> &mcp::Server {
        &self.0.mcp
    }

    fn public_url(&self) -> &str {
        self.0.public_url.as_str()
    }

    fn build(&self) -> &str {
        &self.0.build
    }

    fn shared_parts(&self) -> &memo::Memo<pages::prompt::SharedParts> {
        &self.0.shared_parts
    }

    fn studio(&self) -> &previews::Studio {
        &self.0.studio
    }

    /// What stands in for the server's search; some only where pages are written to files.
    fn exported(&self) -> Option<&export::Finder> {
        self.0.exported.as_ref()
    }
}

impl SiteInner {
    fn of(gallery: Gallery, public_url: PublicUrl, metrics: Option<Metrics>) -> Self {
        let build = assets::build_id(&public_url);
        let shared_parts = memo::Memo::new();
        let studio = previews::Studio::beside_pages();
        let counted = metrics.clone();
        let mcp = mcp::Server::new(
            gallery.clone(),
            public_url.as_str(),
            Arc::new(move |tool, is_done| {
                if let Some(metrics) = &counted {
                    metrics.called(tool, is_done);
                }
            }),
        );
        Self { gallery, public_url, build, metrics, mcp, shared_parts, studio, exported: None }
    }
}
