//! The drawing that stands for a prompt, alone or on a sheet with others.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::Response;
use serde::Deserialize;

use super::Site;
use super::addresses::{self, SHEET};
use super::caching::CachePolicy;
use super::errors::Error;
use super::extract::Path;
use super::routes::Name;
use crate::catalog::{Prompt, Slug};
use crate::cover::{self, Cover, Subject};
use crate::gallery::Snapshot;
use crate::store::{Card, CoverSource, PromptLookup, Revision};

/// The most covers on a sheet. Some browsers read the whole sheet once for each picture of it, and
/// the sheets of what is far below are not loaded: so a long list has a few small ones.
const MOST_ON_A_SHEET: usize = 8;

const KIND: [(HeaderName, HeaderValue); 1] =
    [(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))];

pub(super) async fn show(
    State(site): State<Site>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let slug = file.strip_suffix(".svg").ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    match site.gallery().lookup(slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => Ok(addresses::moved(&addresses::cover(slug), &uri)),
        PromptLookup::Retired(retired) => return Err(Error::gone(&site, &retired).await),
        PromptLookup::Found(stored) => {
            let svg = draw(&stored.prompt, &snapshot).svg();
            Ok(CachePolicy::Content.on((KIND, svg)))
        }
    }
}

/// The covers of the prompts named by `of`, each as the fragment of its prompt's name. A prompt
/// that is gone leaves the others where they are.
pub(super) async fn sheet(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let Query(asked) = Query::<Sheet>::try_from_uri(&uri).map_err(|_| Error::NotFound)?;
    let slugs = slugs(&asked.of).ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    let found = site.gallery().cover_sources(&slugs).await?;
    if found.is_empty() {
        return Err(Error::NotFound);
    }
    let subjects: Vec<Subject<'_>> = found.iter().map(|one| subject_of(one, &snapshot)).collect();
    let revisions = found.iter().map(|source| source.revision);
    let is_current = asked.v == version(&site, &snapshot, revisions);
    let policy = if is_current { CachePolicy::Forever } else { CachePolicy::Content };
    Ok(policy.on((KIND, cover::sheet(&subjects))))
}

/// What tells a sheet of these prompts, last changed at these revisions, from any other of them: it
/// stays the same while other prompts change.
fn version(site: &Site, snapshot: &Snapshot, revisions: impl Iterator<Item = i64>) -> String {
    let Revision { epoch, reference, .. } = &snapshot.revision;
    // The keys of this hasher are always the same in one build.
    let mut hasher = DefaultHasher::new();
    (site.build(), epoch, reference).hash(&mut hasher);
    revisions.for_each(|revision| revision.hash(&mut hasher));
    format!("{:016x}", hasher.finish())
}

/// The query of a sheet's address.
#[derive(Deserialize)]
struct Sheet {
    of: String,
    #[serde(default)]
    v: String,
}

/// What a name in the query is to a sheet.
pub(super) fn name(name: &str) -> Name {
    Name::read_if(matches!(name, "of" | "v"))
}

/// The addresses of sheets that hold the covers of these cards, one address for each card.
pub(super) fn sheets(site: &Site, snapshot: &Snapshot, cards: &[Card]) -> Vec<String> {
    let sheet = |cards: &[Card]| {
        let names: Vec<&str> = cards.iter().map(|card| card.slug.as_str()).collect();
        let version = version(site, snapshot, cards.iter().map(|card| card.revision));
        format!("{SHEET}?v={version}&of={}", names.join(","))
    };
    cards.chunks(MOST_ON_A_SHEET).flat_map(|some| vec![sheet(some); some.len()]).collect()
}

/// The names in a list of names, each once; none where there are too many or one is no name.
fn slugs(names: &str) -> Option<Vec<Slug>> {
    let mut slugs: Vec<Slug> = Vec::new();
    for name in names.split(',') {
        let slug = Slug::parse(name).ok()?;
        if slugs.contains(&slug) {
            continue;
        }
        if slugs.len() == MOST_ON_A_SHEET {
            return None;
        }
        slugs.push(slug);
    }
    Some(slugs)
}

/// A prompt's cover as its page shows it.
#[derive(Debug)]
pub(super) struct CoverView {
    pub(super) hue: Option<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// What is drawn; none where there is something better to see.
    pub(super) drawing: Option<String>,
}

impl CoverView {
    /// The cover of a prompt, drawn or not: its hue alone is had for a third of the work.
    pub(super) fn new(prompt: &Prompt, snapshot: &Snapshot, is_drawn: bool) -> Self {
        let subject = subject(prompt, snapshot);
        if is_drawn {
            let Cover { hue, width, height, drawing, .. } = cover::draw(&subject);
            return Self { hue, width, height, drawing: Some(drawing) };
        }
        let (width, height) = cover::size(subject.aspect_ratio);
        Self { hue: cover::hue(&subject), width, height, drawing: None }
    }
}

/// Draws a prompt's cover.
fn draw(prompt: &Prompt, snapshot: &Snapshot) -> Cover {
    cover::draw(&subject(prompt, snapshot))
}

/// What is drawn of a prompt on a sheet.
pub(super) fn subject_of<'a>(source: &'a CoverSource, snapshot: &Snapshot) -> Subject<'a> {
    Subject {
        slug: &source.slug,
        text: &source.text,
        category: &source.category,
        modality: snapshot.modality(&source.endpoint).slug(),
        aspect_ratio: source.aspect_ratio.as_deref().and_then(proportions),
    }
}

pub(super) fn subject<'a>(prompt: &'a Prompt, snapshot: &Snapshot) -> Subject<'a> {
    Subject {
        slug: prompt.slug.as_str(),
        text: &prompt.text,
        category: prompt.category.as_str(),
        modality: snapshot.modality(&prompt.endpoint).slug(),
        aspect_ratio: prompt
            .params
            .get("aspect_ratio")
            .and_then(|ratio| proportions(ratio.as_str()?)),
    }
}

/// Reads `16:9`.
pub(super) fn proportions(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(':')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}
