//! Opening a gallery and asking it things, in a process of its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use hyper::service::Service as _;
use prompt_gallery::catalog::{Locale, Prompt};
use prompt_gallery::config::{IndexPlace, PublicUrl};
use prompt_gallery::gallery::{Gallery, ListRequest, Selection, Sort};
use prompt_gallery::store::{Mode, PromptLookup, Store, StoredPrompt, Update};
use prompt_gallery::web::{self, Site};
use serde::{Deserialize, Serialize};

use crate::common::SEED;
use crate::common::corpus::Corpus;
use crate::database;
use crate::requests::{self, Expected, Kind, Place};

/// How many prompts change before what has changed is searched for.
const CHANGED: usize = 10;
/// How long the site may take to show that.
const PATIENCE: Duration = Duration::from_secs(1800);

/// What opening a gallery takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Opening {
    /// Looking for migrations and new rows, as every start does.
    pub(crate) check: Duration,
    /// Reading all that is kept in memory, and indexing what is not indexed yet.
    pub(crate) open: Duration,
    /// Until the index is up to date, and related prompts are found.
    pub(crate) index: Duration,
    /// The most memory the process had until then, in KiB, and how much of it was its own then.
    pub(crate) peak: u64,
    pub(crate) own: u64,
}

/// What was seen of one gallery.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) opening: Opening,
    /// When it was just open.
    pub(crate) memory: Memory,
    /// After all requests.
    pub(crate) memory_after: Memory,
    pub(crate) timings: Vec<Timing>,
    pub(crate) change: Change,
    pub(crate) database_bytes: u64,
    pub(crate) index_bytes: u64,
}

/// What the system says of this process, in KiB.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(crate) anonymous: u64,
    pub(crate) resident: u64,
}

/// How long requests of one kind took.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Timing {
    /// None where the site has nothing at these addresses.
    pub(crate) milliseconds: Option<Percentiles>,
    /// How many prompts were found or links suggested, in the median.
    pub(crate) found: Option<usize>,
    /// How many requests there were, where time ran out.
    pub(crate) cut_short: Option<usize>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// How long a change of some prompts takes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    /// To write it.
    pub(crate) write: Duration,
    /// From then until a search finds it.
    pub(crate) found: Duration,
    /// The slowest answer meanwhile.
    pub(crate) slowest: Duration,
}

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How many requests of each kind.
    pub(crate) requests: usize,
    /// How long those may take altogether.
    pub(crate) budget: Duration,
}

/// Opens a gallery as a server does, and returns it with what that took.
pub(crate) async fn open(database: &Path) -> (Gallery, Opening) {
    let started = Instant::now();
    let update = Update::begin(database, None, Mode::Apply).await.unwrap();
    update.finish().await.unwrap();
    let check = started.elapsed();
    let started = Instant::now();
    let gallery = Gallery::open(database, IndexPlace::Auto).await.unwrap();
    let open = started.elapsed();
    let waiting = gallery.clone();
    let mut indexed = std::pin::pin!(waiting.indexed());
    let mut told = Instant::now();
    let mut own = 0;
    loop {
        tokio::select! {
            result = &mut indexed => break result.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
        own = own.max(status("RssAnon"));
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            eprintln!("{:?} {} MiB", gallery.progress(), status("RssAnon") / 1024);
        }
    }
    let index = started.elapsed() - open;
    (gallery, Opening { check, open, index, peak: status("VmHWM"), own })
}

/// Measures all there is to measure.
pub(crate) async fn measure(
    database: &Path,
    seeds: &Path,
    prompts: usize,
    effort: Effort,
    only: &str,
) -> Measured {
    let (gallery, opening) = open(database).await;
    let memory = Memory::now();
    let public_url = PublicUrl::parse("http://127.0.0.1:8080").unwrap();
    let site = Site::new(gallery.clone(), public_url, None);
    let client = Client { app: web::app(site.clone(), 0), gallery };
    let all = client.get("/prompts").await;
    assert_eq!(all.count(), Some(prompts), "{} holds other prompts", database.display());
    let corpus = Corpus::new(SEED, seeds);
    let mut timings = Vec::new();
    let mut kinds = requests::kinds(&corpus, prompts, effort.requests);
    kinds.retain(|kind| kind.title().contains(only));
    for kind in kinds {
        eprintln!("{prompts} prompts: {}", kind.title());
        database::read_through(database);
        timings.push(client.time(&kind, effort).await);
    }
    let memory_after = Memory::now();
    let change = change(&client, &corpus, database, prompts).await;
    let sizes = database::Sizes::of(database);
    site.close().await;
    Measured {
        opening,
        memory,
        memory_after,
        timings,
        change,
        database_bytes: sizes.database,
        index_bytes: sizes.others,
    }
}

/// Asks the site without a network between.
struct Client {
    app: web::App,
    gallery: Gallery,
}

struct Answer {
    status: StatusCode,
    content_type: String,
    body: Vec<u8>,
    took: Duration,
}

impl Client {
    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let started = Instant::now();
        let response = self.app.call(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let took = started.elapsed();
        let content_type = head.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.map_or("", |value| value.to_str().unwrap()).to_owned();
        Answer { status: head.status, content_type, body: body.into(), took }
    }

    /// What is found and how many there are, without a page around it and without facets: how
    /// long that took, and how many they are.
    async fn search(&self, query: &str) -> (Duration, usize) {
        let selection = Selection::default();
        let request = ListRequest {
            selection: &selection,
            search: Some(query),
            sort: Sort::Relevance,
            locale: Locale::DEFAULT,
            page: 1,
        };
        let started = Instant::now();
        let snapshot = self.gallery.current().await.unwrap();
        let listing = self.gallery.listing(&snapshot, request).await.unwrap().unwrap();
        (started.elapsed(), listing.total)
    }

    /// Asks once: how long the answer took, and how many prompts or links it tells of.
    async fn ask(&self, kind: &Kind, path: &str) -> (Duration, Option<usize>) {
        if kind.alone {
            let (took, total) = self.search(&requests::searched_for(path).unwrap()).await;
            assert!(
                kind.expected == Expected::List
                    || (total == 0) == (kind.expected == Expected::Nothing),
                "{path}"
            );
            return (took, Some(total));
        }
        let answer = self.get(path).await;
        answer.check(kind.expected, path);
        (answer.took, answer.count())
    }

    /// Times requests of one kind, after having warmed up with the same or the like.
    async fn time(&self, kind: &Kind, effort: Effort) -> Timing {
        const LEAST: usize = 30;
        assert!(!kind.paths.is_empty(), "no requests: {}", kind.name);
        let missing = self.get(&kind.paths[0]).await.status == StatusCode::NOT_FOUND;
        if missing && kind.expected == Expected::Suggestions {
            return Timing { milliseconds: None, found: None, cut_short: None };
        }
        let started = Instant::now();
        let mut paths = Vec::new();
        for path in &kind.paths {
            paths.push(self.at(path, kind.place).await);
        }
        // What may be asked for only once is measured without its first tenth.
        let (warm_up, measured) =
            if kind.once { paths.split_at(paths.len() / 11) } else { (&paths[..], &paths[..]) };
        for path in warm_up {
            self.ask(kind, path).await;
            if started.elapsed() > effort.budget {
                break;
            }
        }
        let started = Instant::now();
        let requests = if kind.once { measured.len() } else { effort.requests };
        let (mut times, mut found) = (Vec::new(), Vec::new());
        for path in measured.iter().cycle().take(requests) {
            let (took, count) = self.ask(kind, path).await;
            times.push(took.as_secs_f64() * 1000.0);
            found.extend(count);
            if times.len() >= LEAST && started.elapsed() > effort.budget {
                break;
            }
        }
        times.sort_by(f64::total_cmp);
        found.sort_unstable();
        let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).max(1) - 1];
        Timing {
            milliseconds: Some(Percentiles { p50: at(0.5), p99: at(0.99) }),
            found: found.get(found.len() / 2).copied(),
            cut_short: (times.len() < requests).then_some(times.len()),
        }
    }

    /// The address of a list's page.
    async fn at(&self, path: &str, place: Place) -> String {
        if place == Place::Here {
            return path.to_owned();
        }
        let last = self.get(path).await.last_page();
        let page = if place == Place::Middle { last.div_ceil(2) } else { last };
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}page={page}")
    }
}

impl Answer {
    /// A quick error is no answer.
    fn check(&self, expected: Expected, path: &str) {
        assert_eq!(self.status, StatusCode::OK, "{path}");
        let text = str::from_utf8(&self.body).unwrap();
        let has = |what: &str| text.contains(what);
        let is_page = self.content_type.starts_with("text/html") && has("</html>");
        let is_list = is_page && has(r#"class="count""#);
        let cards = has(r#"<li class="card">"#);
        let as_expected = match expected {
            Expected::Cards => is_page && cards,
            Expected::List => is_list,
            Expected::Nothing => is_list && !cards,
            Expected::Prompt => is_page && has("<h1") && has(path),
            Expected::Suggestions => {
                self.content_type.starts_with("application/json") && has(r#""query""#)
            }
        };
        assert!(as_expected, "{path} does not answer with {expected:?}:\n{text}");
    }

    /// How many prompts a list says it holds, or how many links are suggested.
    fn count(&self) -> Option<usize> {
        let text = str::from_utf8(&self.body).ok()?;
        if self.content_type.starts_with("application/json") {
            return Some(text.matches(r#""href""#).count());
        }
        let (_, after) = text.split_once(r#"<p class="count">"#)?;
        let (count, _) = after.split_once('<')?;
        let digits = count.chars().skip_while(|c| !c.is_ascii_digit());
        let digits = digits.take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',');
        digits.collect::<String>().parse().ok()
    }

    /// The greatest page number a list links to.
    fn last_page(&self) -> usize {
        let text = str::from_utf8(&self.body).unwrap();
        let pages = text.split("page=").skip(1).filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok()
        });
        pages.max().unwrap_or(1)
    }
}

/// Changes some prompts, waits until they are found as they are now, and changes them back.
async fn change(client: &Client, corpus: &Corpus, database: &Path, prompts: usize) -> Change {
    // A word of this run: an earlier one that was stopped may have left its own.
    let digits = std::process::id().to_string();
    let word: String = digits.bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    let word = format!("zqv{word}");
    let store = Store::open(database).await.unwrap();
    let mut before = Vec::new();
    let numbers: BTreeSet<usize> = (0..CHANGED).map(|at| at * prompts / CHANGED).collect();
    for number in numbers {
        let slug = corpus.prompt(number as u64).slug;
        match store.prompt(slug.as_str()).await.unwrap() {
            Some(PromptLookup::Found(stored)) => before.push(*stored),
            _ => panic!("there is no prompt {slug}"),
        }
    }
    store.close().await;
    let with_word = |stored: &StoredPrompt| Prompt {
        text: format!("{} {word}", stored.prompt.text),
        ..stored.prompt.clone()
    };
    let started = Instant::now();
    write(database, &before, with_word).await;
    let wrote = started.elapsed();
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    let found = loop {
        let answer = client.get(&format!("/prompts?q={word}")).await;
        slowest = slowest.max(answer.took);
        if answer.status == StatusCode::OK && answer.count() == Some(before.len()) {
            break started.elapsed();
        }
        assert!(started.elapsed() < PATIENCE, "the change is never found");
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    write(database, &before, |stored| stored.prompt.clone()).await;
    Change { write: wrote, found, slowest }
}

async fn write(database: &Path, those: &[StoredPrompt], new: impl Fn(&StoredPrompt) -> Prompt) {
    let mut update = Update::begin(database, None, Mode::Apply).await.unwrap();
    for stored in those {
        update.change_prompt(stored, &new(stored)).await.unwrap();
    }
    update.finish().await.unwrap();
}

impl Memory {
    fn now() -> Self {
        Self { anonymous: status("RssAnon"), resident: status("VmRSS") }
    }
}

/// What Linux says of this process, in KiB; nothing elsewhere.
fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
