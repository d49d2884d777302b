//! The site as files, for hosts that only serve files.
//!
//! The same router that answers visitors is asked for the home pages, for what programs know the
//! addresses of, and then for everything
//! that answers lead to, so a new kind of page is exported without anybody thinking of it. What a
//! page says differently where no server is behind it, it decides itself
//! ([`Page::exported`](super::context::Page)); here its answer becomes a file, its address a file's
//! name, and its headers and redirects files that hosts read. `docs/export.md` tells which
//! host needs what.

mod finder;
mod folder;
mod markup;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use hyper::service::Service as _;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use super::addresses::{self, SHEET, prefix};
use super::app::is_compressible;
use super::caching::FOREVER;
use super::headers::over_tls;
use super::llms::LLMS;
use super::pages::everything::EVERYTHING;
use super::robots::ROBOTS;
use super::{App, Site, app, feeds, sitemap};
use crate::catalog::Locale;
use crate::config::PublicUrl;
use crate::gallery::{self, Gallery, Snapshot};
use crate::store::PromptLookup;

pub(in crate::web) use finder::Finder;
use folder::{Folder, Outcome};

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The content cannot be read.
    #[error(transparent)]
    Gallery(#[from] gallery::Error),
    /// A file cannot be read or written.
    #[error("cannot write {}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder holds something else.
    #[error(
        "{} is not empty and not an export; name another folder, or empty this one", .0.display()
    )]
    NotOurs(PathBuf),
    /// Another export is writing there.
    #[error("another export is writing to {}; wait until it is done", .0.display())]
    InUse(PathBuf),
    /// An address that is no name for a file.
    #[error("the address {0:?} cannot be the name of a file")]
    Name(String),
    /// Pages lead to addresses without an answer.
    #[error("{}", .0.join("\n"))]
    Broken(Vec<String>),
    /// What was under way was given up, as when the program ends.
    #[error("the export was given up")]
    GivenUp,
}

/// What an export came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many pages there are.
    pub pages: usize,
    /// How many files, compressed twins too.
    pub files: usize,
    /// How many of them are new or changed.
    pub written: usize,
    /// How many files of before are gone.
    pub removed: usize,
}

/// The most bytes one answer may have.
const GREATEST: usize = 1 << 30;

/// Where what never changes lies.
const KEPT: [&str; 4] = ["/assets/", "/media/", SHEETS, "/finder/"];

/// Where sheets of covers are, by what they hold.
const SHEETS: &str = "/sheets/";

/// Writes the whole site into a folder, and removes what an earlier export wrote there and this
/// one did not. `tell` hears how many addresses are done, and how many are known.
///
/// # Errors
/// When the content cannot be read, the folder cannot be written or is not an export, or a page
/// leads nowhere. Then nothing is removed.
pub async fn export(
    gallery: Gallery,
    public_url: PublicUrl,
    out: &Path,
    tell: impl Fn(usize, usize),
) -> Result<Report, Error> {
    let folder = Folder::open(out)?;
    // Related prompts are part of pages.
    gallery.indexed().await?;
    let snapshot = gallery.current().await?;
    let finder = Finder::new(&gallery, &snapshot).await?;
    for index in finder.indexes() {
        folder.put(index.address.trim_start_matches('/'), index.content.as_bytes(), true)?;
    }
    let site = Site::in_files(gallery, public_url, finder);
    let crawler = Arc::new(Crawler {
        app: app(site.clone(), 0),
        folder,
        origin: site.public_url().to_owned(),
        sheets: Mutex::default(),
    });
    let found = crawl(&crawler, begin(&site, &snapshot), tell).await?;
    if !found.broken.is_empty() {
        return Err(Error::Broken(found.broken));
    }
    for locale in Locale::ALL {
        let missing = format!("{}/404", prefix(locale));
        let answer = crawler.ask(&missing).await?;
        let (body, _) = crawler.page(&answer.text()).await?;
        crawler.folder.put(
            &format!("{}.html", missing.trim_start_matches('/')),
            body.as_bytes(),
            true,
        )?;
    }
    let moves = moves(&site, &crawler, &found.addresses).await?;
    let home = crawler.ask("/").await?;
    for (path, text) in [
        ("_redirects", redirects(&moves)),
        ("_headers", headers(&home.headers)),
        ("_nginx/redirects.map", nginx_redirects(&moves)),
        ("_nginx/headers.conf", nginx_headers(&home.headers)),
    ] {
        crawler.folder.put(path, text.as_bytes(), false)?;
    }
    let Some(Crawler { folder, .. }) = Arc::into_inner(crawler) else {
        return Err(Error::GivenUp);
    };
    let Outcome { files, written, removed } = folder.finish()?;
    Ok(Report { pages: found.pages, files, written, removed })
}

struct Crawler {
    app: App,
    folder: Folder,
    /// The site's public address, before the path of an absolute link.
    origin: String,
    /// The sheets of covers that are written, by the address the server has them at.
    sheets: Mutex<HashMap<String, String>>,
}

/// What the router said.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &axum::http::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What became of an address.
enum Visit {
    /// It is a file now, and leads to these.
    Written {
        is_page: bool,
        leads_to: Vec<String>,
    },
    /// It has another name.
    Moved(String),
    Broken(StatusCode),
}

/// What was found.
#[derive(Default)]
struct Found {
    /// Every address that is a file.
    addresses: BTreeSet<String>,
    pages: usize,
    broken: Vec<String>,
}

/// What no page leads to: the home pages, and what programs know the addresses of.
fn begin(site: &Site, snapshot: &Snapshot) -> Vec<String> {
    let in_every_language = Locale::ALL
        .into_iter()
        .flat_map(|locale| ["/", LLMS, EVERYTHING].map(|path| format!("{}{path}", prefix(locale))));
    let others = [ROBOTS, sitemap::INDEX].map(str::to_owned);
    in_every_language.chain(others).chain(sitemap::addresses(site, snapshot)).collect()
}

/// Visits everything there is, a few addresses at once.
async fn crawl(
    crawler: &Arc<Crawler>,
    begin: Vec<String>,
    tell: impl Fn(usize, usize),
) -> Result<Found, Error> {
    let at_once = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut found = Found::default();
    let mut known: HashSet<String> = begin.iter().cloned().collect();
    let mut waiting: VecDeque<(String, String)> =
        begin.into_iter().map(|address| (address, String::from("the export"))).collect();
    let mut visits = JoinSet::new();
    let mut done = 0;
    loop {
        while visits.len() < at_once
            && let Some((address, from)) = waiting.pop_front()
        {
            let crawler = Arc::clone(crawler);
            visits.spawn(async move {
                let visit = crawler.visit(&address).await;
                (address, from, visit)
            });
        }
        let Some(visit) = visits.join_next().await else { break };
        let (address, from, visit) = visit.map_err(|_| Error::GivenUp)?;
        let leads_to = match visit? {
            Visit::Written { is_page, leads_to } => {
                found.pages += usize::from(is_page);
                found.addresses.insert(address.clone());
                leads_to
            }
            Visit::Moved(to) => vec![to],
            Visit::Broken(status) => {
                found.broken.push(format!("{from} leads to {address}, which answers {status}"));
                Vec::new()
            }
        };
        for next in leads_to {
            if known.insert(next.clone()) {
                waiting.push_back((next, address.clone()));
            }
        }
        done += 1;
        tell(done, known.len());
    }
    found.broken.sort();
    Ok(found)
}

impl Crawler {
    /// Asks the site for an address.
    async fn ask(&self, address: &str) -> Result<Answer, Error> {
        let bad = |_| Error::Name(address.to_owned());
        let request = Request::get(address).body(Body::empty()).map_err(bad)?;
        let Ok(response) = self.app.call(request).await;
        let (mut parts, body) = response.into_parts();
        if self.origin.starts_with("https:") {
            over_tls(&mut parts.headers);
        }
        let body = to_bytes(body, GREATEST).await.map_err(|_| Error::GivenUp)?;
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    /// Makes what is behind an address a file.
    async fn visit(&self, address: &str) -> Result<Visit, Error> {
        let served = addresses::served(address);
        let answer = self.ask(served.as_deref().unwrap_or(address)).await?;
        if answer.status.is_redirection() {
            return Ok(Visit::Moved(answer.header(&LOCATION).to_owned()));
        }
        if answer.status != StatusCode::OK {
            return Ok(Visit::Broken(answer.status));
        }
        let kind = answer.header(&CONTENT_TYPE);
        let is_page = kind.starts_with("text/html");
        let packs = is_compressible(kind.as_bytes());
        let path = file_name(address, is_page);
        if !is_page {
            self.write(path, answer.body, packs).await?;
            return Ok(Visit::Written { is_page, leads_to: Vec::new() });
        }
        let (body, leads_to) = self.page(&answer.text()).await?;
        self.write(path, body.into(), packs).await?;
        Ok(Visit::Written { is_page, leads_to })
    }

    async fn write(&self, path: String, bytes: Bytes, packs: bool) -> Result<(), Error> {
        tokio::task::block_in_place(|| self.folder.put(&path, &bytes, packs))
    }

    /// A page with its sheets of covers under the names of their files, and what it leads to.
    async fn page(&self, html: &str) -> Result<(String, Vec<String>), Error> {
        let mut out = String::with_capacity(html.len());
        let mut copied = 0;
        let mut leads_to = Vec::new();
        for link in markup::links(html) {
            if let Some((sheet, fragment)) = sheet(&link.value) {
                let address = self.sheet(sheet).await?;
                out.push_str(html.get(copied..link.range.start).unwrap_or_default());
                let _ = write!(out, "{address}#{fragment}");
                copied = link.range.end;
                continue;
            }
            // Of what is said about a page, only pictures are files.
            let is_said = link.attribute == "content";
            if is_said && !(link.value.starts_with(&self.origin) && link.value.ends_with(".png")) {
                continue;
            }
            for address in markup::addresses(&link) {
                let Some(address) = self.own(address) else { continue };
                // Code is fetched in pieces, too.
                if address.contains("/snippets/") {
                    leads_to.push(format!("{address}.json"));
                }
                leads_to.push(address);
            }
        }
        out.push_str(html.get(copied..).unwrap_or_default());
        Ok((out, leads_to))
    }

    /// The path of an address of ours that is a file; those with a query ask the script.
    fn own(&self, address: &str) -> Option<String> {
        let path = match address.strip_prefix(self.origin.as_str()) {
            Some("") => "/",
            Some(path) => path,
            None => address,
        };
        let path = path.split('#').next().unwrap_or_default();
        let is_ours = path.starts_with('/') && !path.starts_with("//") && !path.contains('?');
        // Links that a script completes end in a slash.
        let is_written = addresses::canonical(path).is_none() && !path.starts_with("/finder/");
        (is_ours && is_written).then(|| path.to_owned())
    }

    fn sheets(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a sheet of covers and returns its address: a hash of what it shows.
    async fn sheet(&self, address: &str) -> Result<String, Error> {
        if let Some(known) = self.sheets().get(address) {
            return Ok(known.clone());
        }
        let answer = self.ask(address).await?;
        if answer.status != StatusCode::OK {
            let status = answer.status;
            return Err(Error::Broken(vec![format!("the covers at {address} answer {status}")]));
        }
        let hash = Sha256::digest(&answer.body);
        let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let file = format!("{SHEETS}{short}.svg");
        self.write(file.trim_start_matches('/').to_owned(), answer.body, true).await?;
        self.sheets().insert(address.to_owned(), file.clone());
        Ok(file)
    }
}

/// A cover on a sheet, as sheet and cover.
fn sheet(address: &str) -> Option<(&str, &str)> {
    address
        .split_once('#')
        .filter(|(sheet, _)| sheet.strip_prefix(SHEET).is_some_and(|query| query.starts_with('?')))
}

/// The name of the file behind an address. A page's file ends in `.html`, which hosts leave
/// out, and is no folder, to which hosts would redirect with a slash at the end.
fn file_name(address: &str, is_page: bool) -> String {
    let path = address.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else if is_page {
        format!("{path}.html")
    } else {
        path.to_owned()
    }
}

/// Old addresses and the ones they have now, as the site itself says.
async fn moves(
    site: &Site,
    crawler: &Crawler,
    addresses: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut moves = BTreeMap::new();
    for slug in addresses.iter().filter_map(|address| address.strip_prefix("/prompts/")) {
        if slug.contains(['/', '.']) {
            continue;
        }
        let Some(PromptLookup::Found(stored)) = site.gallery().lookup(slug).await? else {
            continue;
        };
        if stored.prompt.aliases.is_empty() {
            continue;
        }
        let places = Locale::ALL.map(|locale| format!("{}/prompts/", prefix(locale)));
        for place in places.iter().map(String::as_str).chain(["/covers/"]) {
            let own = format!("{place}{slug}");
            for now in addresses.range(own.clone()..) {
                let Some(rest) = now.strip_prefix(&own) else { break };
                if !rest.is_empty() && !rest.starts_with(['/', '.']) {
                    continue;
                }
                for alias in &stored.prompt.aliases {
                    let old = format!("{place}{alias}{rest}");
                    let answer = crawler.ask(&old).await?;
                    if answer.status.is_redirection() {
                        moves.insert(old, answer.header(&LOCATION).to_owned());
                    }
                }
            }
        }
    }
    for locale in Locale::ALL {
        let home = prefix(locale);
        if !home.is_empty() {
            moves.insert(home.to_owned(), format!("{home}/"));
        }
    }
    Ok(moves)
}

/// Redirects as Netlify and Cloudflare Pages read them. They take few, so all snippets of a
/// prompt are one.
fn redirects(moves: &BTreeMap<String, String>) -> String {
    let mut rules = BTreeSet::new();
    for (old, now) in moves {
        let folder =
            |path: &str| path.split_once("/snippets/").map(|(prompt, _)| prompt.to_owned());
        rules.insert(match (folder(old), folder(now)) {
            (Some(old), Some(now)) => format!("{old}/snippets/* {now}/snippets/:splat 301\n"),
            _ => format!("{old} {now} 301\n"),
        });
    }
    rules.into_iter().collect()
}

/// The lines of an nginx `map` from old addresses to new ones.
fn nginx_redirects(moves: &BTreeMap<String, String>) -> String {
    moves.iter().map(|(old, now)| format!("{old} {now};\n")).collect()
}

/// The headers that every answer has.
fn common(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let own = [CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY];
    headers
        .iter()
        .filter(move |(name, _)| !own.contains(name))
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
}

/// Headers as Netlify and Cloudflare Pages read them.
fn headers(all: &HeaderMap) -> String {
    let mut out = String::from("/*\n");
    for (name, value) in common(all) {
        let _ = writeln!(out, "  {name}: {value}");
    }
    for place in KEPT {
        let _ = writeln!(out, "{place}*\n  cache-control: {FOREVER}");
    }
    // Programs have no extension that would say what they are.
    for locale in Locale::ALL {
        let place = format!("{}/prompts/:prompt/snippets/:language", prefix(locale));
        let _ = writeln!(out, "{place}\n  content-type: text/plain; charset=utf-8");
        // And feeds have that of any XML.
        for place in ["/feed.xml", "/:shelf/:name/feed.xml"] {
            let place = format!("{}{place}", prefix(locale));
            let _ = writeln!(out, "{place}\n  content-type: {}; charset=utf-8", feeds::KIND);
        }
    }
    out
}

/// Headers as nginx reads them.
fn nginx_headers(all: &HeaderMap) -> String {
    common(all)
        .map(|(name, value)| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            format!("add_header {name} \"{value}\" always;\n")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_file_that_no_host_redirects_from() {
        let cases = [
            ("/", true, "index.html"),
            ("/zh-CN/", true, "zh-CN/index.html"),
            ("/prompts", true, "prompts.html"),
            ("/prompts/page/2", true, "prompts/page/2.html"),
            ("/prompts/kite.json", false, "prompts/kite.json"),
            ("/prompts/kite/snippets/ruby", false, "prompts/kite/snippets/ruby"),
        ];
        for (address, is_page, file) in cases {
            assert_eq!(file_name(address, is_page), file);
        }
    }

    #[test]
    fn the_snippets_of_a_renamed_prompt_are_one_rule() {
        let moves = ["", ".md", "/snippets/ruby", "/snippets/go"]
            .map(|rest| (format!("/prompts/old{rest}"), format!("/prompts/new{rest}")));
        assert_eq!(
            redirects(&moves.into()),
            "/prompts/old /prompts/new 301\n/prompts/old.md /prompts/new.md 301\n\
             /prompts/old/snippets/* /prompts/new/snippets/:splat 301\n"
        );
    }
}
