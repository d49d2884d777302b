//! Every prompt at once, as lines of JSON and as a table.
//!
//! Prompts are read and sent some at a time, so that a large gallery takes no more memory than a
//! small one. All that is sent is of one revision of the content: where it changes before the last
//! prompt was read, the connection is broken off, which every client tells from an answer that
//! ended, and asking again gives the new content.
//!
//! With `since` it is what changed after a revision, and the numbers of prompts that are gone. What
//! a prompt says of its call also depends on the catalogue, so after a change of that all prompts
//! count as changed.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, LINK, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::parameters::{Asked, OF_EXPORT};
use super::problems::Fault;
use super::revision;
use crate::addresses;
use crate::catalog::{Locale, Slug};
use crate::documents::{Documents, PromptDocument, Wish};
use crate::gallery::{self, Snapshot};
use crate::store::{Change, Point};
use crate::web::Site;
use crate::web::caching::Edition;
use crate::web::coding::Coding;
use crate::web::errors::Error;

/// The header that tells which content an answer is of.
pub(super) const CONTENT_REVISION: HeaderName = HeaderName::from_static("content-revision");

/// A prompt, or the mark of one that is gone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ExportRecord {
    /// A prompt.
    There(Box<ExportedPrompt>),
    /// The mark of one that is gone.
    Gone(ExportMark),
}

/// A prompt, with which one it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportedPrompt {
    #[serde(flatten)]
    mark: ExportMark,
    #[serde(flatten)]
    prompt: PromptDocument,
}

/// Which prompt a record is of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportMark {
    /// Its number, which it keeps when it gets another name.
    id: i64,
    /// Which content this is, for `since`; the same in all records.
    #[schema(examples("5f0c1d2e3a4b5c6d-1204"))]
    revision: String,
    /// Whether it is gone; then nothing more is said of it.
    removed: bool,
}

/// The columns of the table.
pub(super) const COLUMNS: [&str; 24] = [
    "id",
    "revision",
    "removed",
    "slug",
    "title",
    "description",
    "text",
    "language",
    "category",
    "tags",
    "featured",
    "created",
    "updated",
    "author",
    "source_url",
    "license",
    "service",
    "endpoint",
    "model",
    "modality",
    "request",
    "blanks",
    "url",
    "cover_url",
];

/// Content somebody has already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since<'q> {
    epoch: &'q str,
    point: Point,
}

impl<'q> Since<'q> {
    /// Reads what [`revision`] writes.
    pub(super) fn parse(text: &'q str) -> Option<Self> {
        let (epoch, number) = text.rsplit_once('-')?;
        let is_plain =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (number, published) = number.split_once('.').unwrap_or((number, "0"));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(epoch) || !is_number(number) || !is_number(published) {
            return None;
        }
        let point = Point { number: number.parse().ok()?, published: published.parse().ok()? };
        Some(Self { epoch, point })
    }
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Jsonl,
    Csv,
}

pub(in crate::web) async fn jsonl(
    State(site): State<Site>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    export(site, &uri, &headers, Format::Jsonl).await
}

pub(in crate::web) async fn csv(
    State(site): State<Site>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    export(site, &uri, &headers, Format::Csv).await
}

async fn export(
    site: Site,
    uri: &Uri,
    asked_with: &HeaderMap,
    format: Format,
) -> Result<Response, Error> {
    let asked = Asked::read(uri, OF_EXPORT)?;
    let locale = asked.locale();
    let snapshot = site.gallery().current().await?;
    let edition = Edition::of(&site, &snapshot);
    if edition.is_known_to(asked_with, uri.path()) {
        return Ok(edition.not_modified(uri.path()));
    }
    let since = asked.get("since").and_then(Since::parse);
    let told_since = since.map_or(Ok(Point::default()), |since| {
        let is_ours = since.epoch == snapshot.revision.epoch;
        if is_ours && since.point.number <= snapshot.revision.number {
            return Ok(since.point);
        }
        let remedy = "is no revision this database had; leave it out and take everything anew";
        Err(Error::Refused(StatusCode::CONFLICT, vec![Fault::new("since", remedy)]))
    })?;
    // What can be packed while it is read.
    let coding = Coding::best_of(&[Coding::Gzip], asked_with);
    let is_packed = coding == Coding::Gzip;
    let mut export = Export {
        locale,
        format,
        // Everything changed with the catalogue.
        since: if told_since.number < snapshot.revision.reference {
            Point::default()
        } else {
            told_since
        },
        told_since: told_since.number,
        after: i64::MIN,
        begun: false,
        packer: is_packed.then(|| GzEncoder::new(Vec::new(), Compression::new(4))),
        site: site.clone(),
        snapshot: Arc::clone(&snapshot),
    };
    // What cannot be read at all is told with a status.
    let first = export.next().await?;
    let rest = stream::unfold(Some((first, export)), |state| async {
        let (part, mut export) = state?;
        let part = part?;
        match export.next().await {
            Ok(next) => Some((Ok(part), Some((next, export)))),
            Err(error) => {
                tracing::warn!(%error, "an export was broken off");
                Some((Err(error), None))
            }
        }
    });
    let mut response = Body::from_stream(rest).into_response();
    let headers = response.headers_mut();
    edition.mark(headers);
    let (kind, file) = match format {
        Format::Jsonl => ("application/jsonl", "attachment; filename=\"prompts.jsonl\""),
        Format::Csv => {
            ("text/csv; charset=utf-8; header=present", "attachment; filename=\"prompts.csv\"")
        }
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(file));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding.header() {
        headers.insert(CONTENT_ENCODING, coding);
    }
    if let Ok(revision) = HeaderValue::from_str(&revision(&snapshot)) {
        headers.insert(CONTENT_REVISION, revision);
    }
    let description = site.links(locale).to(addresses::OPENAPI);
    if let Ok(link) = HeaderValue::from_str(&format!("<{description}>; rel=\"service-desc\"")) {
        headers.insert(LINK, link);
    }
    Ok(response)
}

/// The first record of an export, as an example; none where there is no prompt.
pub(super) async fn first_record(site: &Site, snapshot: &Snapshot) -> Option<String> {
    let changes = site.gallery().changed(snapshot, Point::default(), i64::MIN).await.ok()?;
    let documents = Documents::new(snapshot, site.links(Locale::DEFAULT));
    let record = changes.into_iter().find_map(|change| record(documents, change, 0, snapshot))?;
    serde_json::to_string(&record).ok()
}

/// An export under way.
struct Export {
    site: Site,
    snapshot: Arc<Snapshot>,
    locale: Locale,
    format: Format,
    /// The point after which prompts are looked at.
    since: Point,
    /// The revision that was asked for: what was gone then is not told.
    told_since: i64,
    /// The last prompt that was sent.
    after: i64,
    /// Whether anything was written.
    begun: bool,
    /// Packs what is written, where that is wanted; none when it is done, too.
    packer: Option<GzEncoder<Vec<u8>>>,
}

impl Export {
    /// The next part; none after the last.
    async fn next(&mut self) -> Result<Option<Bytes>, gallery::Error> {
        loop {
            let changes =
                self.site.gallery().changed(&self.snapshot, self.since, self.after).await?;
            let Some(last) = changes.last() else { return Ok(self.end()) };
            self.after = last.id;
            let mut plain = Vec::new();
            if !self.begun {
                self.begin(&mut plain);
            }
            let (site, snapshot) = (self.site.clone(), Arc::clone(&self.snapshot));
            let (locale, format, told_since) = (self.locale, self.format, self.told_since);
            let packer = self.packer.take();
            let writing = tokio::task::spawn_blocking(move || {
                let documents = Documents::new(&snapshot, site.links(locale));
                for change in changes {
                    if let Some(record) = record(documents, change, told_since, &snapshot) {
                        format.write(&record, &mut plain);
                    }
                }
                packed(packer, plain)
            });
            let (packer, bytes) = writing.await.map_err(|_| gallery::Error::GivenUp)?;
            self.packer = packer;
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }

    fn begin(&mut self, plain: &mut Vec<u8>) {
        self.begun = true;
        if self.format == Format::Csv {
            row(COLUMNS.into_iter(), plain);
        }
    }

    /// What is left when all prompts were sent.
    fn end(&mut self) -> Option<Bytes> {
        let mut plain = Vec::new();
        if !self.begun {
            self.begin(&mut plain);
        }
        let bytes = match self.packer.take() {
            None => plain,
            Some(mut packer) => {
                // Writing to memory cannot fail.
                let _ = packer.write_all(&plain);
                packer.finish().unwrap_or_default()
            }
        };
        (!bytes.is_empty()).then(|| bytes.into())
    }
}

/// What was packed of some bytes so far, and what packs the next.
fn packed(
    packer: Option<GzEncoder<Vec<u8>>>,
    plain: Vec<u8>,
) -> (Option<GzEncoder<Vec<u8>>>, Bytes) {
    let Some(mut packer) = packer else { return (None, plain.into()) };
    // Writing to memory cannot fail.
    let _ = packer.write_all(&plain).and_then(|()| packer.flush());
    let bytes = std::mem::take(packer.get_mut());
    (Some(packer), bytes.into())
}

/// What is said of a prompt that changed; none where nothing is.
fn record(
    documents: Documents<'_>,
    change: Change,
    told_since: i64,
    snapshot: &Snapshot,
) -> Option<ExportRecord> {
    let Change { id, revision: changed, prompt } = change;
    let revision = revision(snapshot);
    let Some(stored) = prompt else {
        // Whoever takes everything knows of none that is gone.
        let is_news = told_since > 0 && changed > told_since;
        return is_news.then_some(ExportRecord::Gone(ExportMark { id, revision, removed: true }));
    };
    let filling = Wish::default().fill(&stored.prompt);
    let prompt = documents.without_snippets(&stored, &filling)?;
    let mark = ExportMark { id, revision, removed: false };
    Some(ExportRecord::There(Box::new(ExportedPrompt { mark, prompt })))
}

impl Format {
    fn write(self, record: &ExportRecord, out: &mut Vec<u8>) {
        match self {
            Format::Jsonl => {
                // A record that cannot be written is left out as a whole.
                if let Ok(line) = serde_json::to_vec(record) {
                    out.extend(line);
                    out.push(b'\n');
                }
            }
            Format::Csv => {
                let cells = cells(record);
                row(cells.iter().map(String::as_str), out);
            }
        }
    }
}

/// A record as the cells of its row, in the order of the columns.
fn cells(record: &ExportRecord) -> Vec<String> {
    let (mark, prompt) = match record {
        ExportRecord::There(there) => (&there.mark, Some(&there.prompt)),
        ExportRecord::Gone(mark) => (mark, None),
    };
    let ExportMark { id, revision, removed } = mark;
    let mut cells = vec![id.to_string(), revision.clone(), removed.to_string()];
    if let Some(prompt) = prompt {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let tags: Vec<&str> = prompt.tags.iter().map(Slug::as_str).collect();
        cells.extend([
            prompt.slug.to_string(),
            prompt.title.clone(),
            optional(&prompt.description),
            prompt.text.clone(),
            prompt.language.to_string(),
            prompt.category.to_string(),
            tags.join(" "),
            prompt.featured.to_string(),
            prompt.created.clone(),
            prompt.updated.clone(),
            optional(&prompt.author),
            optional(&prompt.source_url),
            optional(&prompt.license),
            prompt.service.clone(),
            prompt.endpoint.clone(),
            optional(&prompt.model),
            prompt.modality.slug().to_owned(),
            serde_json::to_string(&prompt.request).unwrap_or_default(),
            serde_json::to_string(&prompt.blanks).unwrap_or_default(),
            prompt.url.clone(),
            prompt.cover_url.clone(),
        ]);
    }
    cells.resize(COLUMNS.len(), String::new());
    cells
}

/// A row as RFC 4180 has it. A cell is exactly what it stands for, also one a spreadsheet would take
/// for a formula: whoever reads the table gets the prompt and not something like it.
fn row<'c>(cells: impl Iterator<Item = &'c str>, out: &mut Vec<u8>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            out.push(b'"');
            out.extend(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend(cell.as_bytes());
        }
    }
    out.extend(b"\r\n");
}

#[cfg(test)]
mod tests {
    use crate::store::Revision;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reader_of_tables_reads_every_cell_back(
            rows in prop::collection::vec(prop::collection::vec("(?s)[,\"\r\n=+@a\u{fffe}\\PC]{0,12}", 3), 1..5)
        ) {
            let mut table = Vec::new();
            for cells in &rows {
                row(cells.iter().map(String::as_str), &mut table);
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&table[..]);
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(read, rows);
        }
    }

    #[test]
    fn a_revision_is_read_as_it_is_written() {
        let since = Since::parse("5f0c1d2e3a4b5c6d-1204").unwrap();
        let point = Point { number: 1204, published: 0 };
        assert_eq!((since.epoch, since.point), ("5f0c1d2e3a4b5c6d", point));
        let revision =
            Revision { epoch: "5f0c".into(), number: 7, reference: 3, published: 1_796_000_000 };
        let text = revision.to_string();
        assert_eq!(Since::parse(&text).map(|since| since.point), Some(revision.point()));
        for other in [
            "",
            "1204",
            "a-1.",
            "a-1.b",
            "a-1.2.3",
            "a-.1",
            "a-",
            "-1",
            "a-b",
            "a b-1",
            "a-99999999999999999999",
        ] {
            assert!(Since::parse(other).is_none(), "{other}");
        }
    }
}
