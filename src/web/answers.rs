//! Answers kept ready: whole, packed, with all their headers, so that sending one again is a
//! look-up.
//!
//! An answer belongs to one target ([`super::target`]), one coding and one state of the content.
//! When the content changes, none of what is kept is sent any more. However many ask for the same
//! at once, it is made once.
//!
//! The kept answers have a bound in bytes. Addresses without a query are as many as the content
//! has pages; those with one are without number, and have a quarter of the room to themselves:
//! whoever asks for thousands of searches drives out searches. In both parts an answer that was
//! asked for once goes before one that was asked for again (S3-FIFO), so a crawler that walks
//! over everything leaves what visitors read in place.
//!
//! An answer is packed quickly at first, for somebody waits for it. When it is asked for again it
//! is packed once more in the background, as small as can be, on a quarter of one core at most.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};
use tokio::sync::OnceCell;

use super::coding::{Coding, Effort};

/// What an answer takes on average, in bytes; only the bookkeeping is sized by it.
const USUAL_WEIGHT: u64 = 16 * 1024;
/// What a kept answer takes besides its body and its headers, in bytes.
const BOOKKEEPING: usize = 512;
/// What one header takes, in bytes.
const HEADER: usize = 128;
/// Each has a lock and its part of the room; an answer larger than that part is not kept.
const SHARDS: usize = 4;
/// How many answers may wait to be packed again; one more is packed when it is asked for next.
const MOST_WAITING: usize = 64;
/// For how long packing in the background rests, in times of how long it took.
const REST: u32 = 3;

/// What an answer is kept under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    target: Box<str>,
    coding: Coding,
}

/// The same, borrowed.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Asked<'a> {
    pub(super) target: &'a str,
    pub(super) coding: Coding,
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.target == *key.target && self.coding == key.coding
    }
}

impl Asked<'_> {
    fn key(&self) -> Key {
        Key { target: self.target.into(), coding: self.coding }
    }
}

/// An answer, ready to be sent.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// The coding the body is in.
    coding: Coding,
    /// Which state of the content it shows; none where it is not to be kept.
    shows: Option<u64>,
    /// Whether it is as small as can be, or was told to become so.
    is_settled: AtomicBool,
}

impl Answer {
    /// Packs a body and completes its headers.
    pub(super) fn new(
        status: StatusCode,
        headers: HeaderMap,
        plain: Bytes,
        coding: Coding,
        effort: Effort,
        shows: Option<u64>,
    ) -> Self {
        let packed = coding.pack(&plain, effort);
        let (coding, body) = packed.map_or((Coding::Identity, plain), |body| (coding, body.into()));
        let mut answer = Self::packed(status, headers, body, coding);
        // The last step of gzip saves nothing worth the time.
        answer.is_settled = AtomicBool::new(effort == Effort::Best || coding != Coding::Brotli);
        answer.shows = shows;
        answer
    }

    /// Completes the headers of a body that is as small as can be.
    pub(super) fn packed(
        status: StatusCode,
        mut headers: HeaderMap,
        body: Bytes,
        coding: Coding,
    ) -> Self {
        if let Some(name) = coding.header() {
            headers.insert(CONTENT_ENCODING, name);
        }
        // Of a 304 it would be the length of what is not sent.
        if status != StatusCode::NOT_MODIFIED {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        let is_settled = AtomicBool::new(true);
        Self { status, headers, body, coding, shows: None, is_settled }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    #[cfg(test)]
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The answer as it is sent to one reader.
    pub(super) fn response(&self, method: &Method) -> Response {
        let body = if method == Method::HEAD { Body::empty() } else { self.body.clone().into() };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }

    /// The same, as small as can be; none where it is that already.
    fn packed_again(&self) -> Option<Self> {
        let plain = self.coding.unpack(&self.body)?;
        let body = self.coding.pack(&plain, Effort::Best)?;
        if body.len() >= self.body.len() {
            return None;
        }
        let mut headers = self.headers.clone();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let is_settled = AtomicBool::new(true);
        Some(Self { headers, body: body.into(), is_settled, ..*self })
    }

    fn weight(&self) -> usize {
        BOOKKEEPING + self.headers.capacity() * HEADER + self.body.len()
    }
}

/// Where an answer will be when it is made.
type Cell = OnceCell<Arc<Answer>>;

/// Answers being made, by what they will show.
type UnderWay = HashMap<(Key, u64), Arc<Cell>>;

#[derive(Clone, Debug)]
struct Bytewise;

impl Weighter<Key, Arc<Answer>> for Bytewise {
    fn weight(&self, key: &Key, answer: &Arc<Answer>) -> u64 {
        (key.target.len() + answer.weight()) as u64
    }
}

/// All answers that are kept.
#[derive(Clone, Debug)]
pub(super) struct Answers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Of addresses without a query.
    pages: Cache<Key, Arc<Answer>, Bytewise>,
    /// Of addresses with one.
    queries: Cache<Key, Arc<Answer>, Bytewise>,
    under_way: Mutex<UnderWay>,
    /// The state of the content that is shown now.
    shown: AtomicU64,
    again: SyncSender<(Key, Arc<Answer>)>,
}

impl Answers {
    /// Keeps up to so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let (again, waiting) = sync_channel(MOST_WAITING);
        let for_queries = bytes / 4;
        let answers = Self(Arc::new(Inner {
            pages: cache(bytes - for_queries),
            queries: cache(for_queries),
            under_way: Mutex::default(),
            shown: AtomicU64::new(0),
            again,
        }));
        let inner = Arc::downgrade(&answers.0);
        let packing = std::thread::Builder::new().name("packing".into());
        if let Err(error) = packing.spawn(move || pack_again(&waiting, &inner)) {
            tracing::warn!(%error, "pages are not packed as small as they could be");
        }
        answers
    }

    /// An answer that is there, and shows this state of the content.
    pub(super) fn ready(&self, asked: Asked<'_>, ordinal: u64) -> Option<Arc<Answer>> {
        let answer = self.0.part(asked.target).get(&asked)?;
        if answer.shows != Some(ordinal) {
            return None;
        }
        if !answer.is_settled.load(Ordering::Relaxed)
            && !answer.is_settled.swap(true, Ordering::Relaxed)
            && self.0.again.try_send((asked.key(), Arc::clone(&answer))).is_err()
        {
            answer.is_settled.store(false, Ordering::Relaxed);
        }
        Some(answer)
    }

    /// An answer that is not there, made once for all who ask for it meanwhile. If whoever makes
    /// it goes away, the next of them makes it.
    pub(super) async fn made<F>(
        &self,
        asked: Asked<'_>,
        ordinal: u64,
        make: impl FnOnce() -> F,
    ) -> Arc<Answer>
    where
        F: Future<Output = Answer>,
    {
        let seat = Seat::take(&self.0, (asked.key(), ordinal));
        let answer = seat.cell.get_or_init(async || {
            let answer = Arc::new(make().await);
            if answer.shows.is_some_and(|shows| shows == self.0.shown.load(Ordering::Relaxed)) {
                self.0.part(asked.target).insert(asked.key(), Arc::clone(&answer));
            }
            answer
        });
        Arc::clone(answer.await)
    }

    /// Takes note of the state of the content that is shown from now on, and lets go of what
    /// showed another.
    pub(super) fn show(&self, ordinal: u64) {
        if self.0.shown.fetch_max(ordinal, Ordering::Relaxed) < ordinal {
            self.0.pages.clear();
            self.0.queries.clear();
        }
    }
}

fn cache(bytes: u64) -> Cache<Key, Arc<Answer>, Bytewise> {
    let items = usize::try_from(bytes / USUAL_WEIGHT).unwrap_or(usize::MAX).max(32 * SHARDS);
    let options = OptionsBuilder::new()
        .shards(SHARDS)
        .estimated_items_capacity(items)
        .weight_capacity(bytes)
        .build();
    match options {
        Ok(options) => Cache::with_options(
            options,
            Bytewise,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ),
        // Cannot be: both capacities are given.
        Err(_) => Cache::with_weighter(items, bytes, Bytewise),
    }
}

impl Inner {
    fn part(&self, target: &str) -> &Cache<Key, Arc<Answer>, Bytewise> {
        let has_query = memchr::memchr(b'?', target.as_bytes()).is_some();
        if has_query { &self.queries } else { &self.pages }
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those who wait for an answer. The last to leave clears it away.
struct Seat<'a> {
    inner: &'a Inner,
    key: (Key, u64),
    cell: Arc<Cell>,
}

impl<'a> Seat<'a> {
    fn take(inner: &'a Inner, key: (Key, u64)) -> Self {
        let cell = Arc::clone(inner.under_way().entry(key.clone()).or_default());
        Self { inner, key, cell }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut under_way = self.inner.under_way();
        // Once it is made, whoever comes later finds it among those kept, or has it made anew.
        let is_ours = under_way.get(&self.key).is_some_and(|other| Arc::ptr_eq(other, &self.cell));
        if is_ours && (self.cell.initialized() || Arc::strong_count(&self.cell) == 2) {
            under_way.remove(&self.key);
        }
    }
}

/// Packs what was asked for again, until the answers are gone.
fn pack_again(waiting: &Receiver<(Key, Arc<Answer>)>, inner: &Weak<Inner>) {
    while let Ok((key, answer)) = waiting.recv() {
        let Some(inner) = inner.upgrade() else { return };
        let is_shown = || answer.shows == Some(inner.shown.load(Ordering::Relaxed));
        if !is_shown() {
            continue;
        }
        let started = Instant::now();
        if let Some(smaller) = answer.packed_again()
            && is_shown()
        {
            let part = inner.part(&key.target);
            // Whatever was driven out meanwhile stays away.
            drop(part.replace(key, Arc::new(smaller), true));
        }
        let took = started.elapsed();
        drop(inner);
        std::thread::sleep(took * REST);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Far longer than anything here takes; a test that waits this long fails.
    const FOREVER: Duration = Duration::from_secs(60);

    const PAGE: &str = "A quiet harbour before sunrise, seen from the ferry. ";

    fn asked(target: &str) -> Asked<'_> {
        Asked { target, coding: Coding::Brotli }
    }

    fn ok(plain: Bytes, coding: Coding) -> Answer {
        Answer::new(StatusCode::OK, HeaderMap::new(), plain, coding, Effort::Quick, Some(1))
    }

    fn page(coding: Coding) -> Answer {
        ok(PAGE.repeat(90).into(), coding)
    }

    /// An answer that is not packed, so that its size is what it is said to be.
    const fn unpacked(target: &str) -> Asked<'_> {
        Asked { target, coding: Coding::Identity }
    }

    async fn keep(answers: &Answers, target: &str, bytes: usize) {
        let plain = Bytes::from(vec![b'a'; bytes]);
        answers.made(unpacked(target), 1, async || ok(plain, Coding::Identity)).await;
    }

    fn is_kept(answers: &Answers, target: &str, ordinal: u64) -> bool {
        answers.ready(unpacked(target), ordinal).is_some()
    }

    fn weight(answers: &Answers) -> u64 {
        answers.0.pages.weight() + answers.0.queries.weight()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_thousand_who_ask_at_once_have_it_made_once() {
        let answers = Answers::new(1 << 20);
        answers.show(1);
        let made = Arc::new(AtomicU64::new(0));
        let (open, door) = tokio::sync::watch::channel(false);
        let waiting: Vec<_> = (0..1000)
            .map(|_| {
                let (answers, made, mut door) = (answers.clone(), Arc::clone(&made), door.clone());
                tokio::spawn(async move {
                    let make = async || {
                        made.fetch_add(1, Ordering::Relaxed);
                        door.wait_for(|open| *open).await.unwrap();
                        page(Coding::Brotli)
                    };
                    answers.made(asked("/faq"), 1, make).await.status()
                })
            })
            .collect();
        // Nobody can be served before all are there.
        let all_there = async {
            let waiting = || answers.0.under_way().values().next().map_or(0, Arc::strong_count);
            while waiting() < 1001 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(FOREVER, all_there).await.unwrap();
        open.send(true).unwrap();
        for one in waiting {
            assert_eq!(one.await.unwrap(), StatusCode::OK);
        }
        assert_eq!(made.load(Ordering::Relaxed), 1);
        assert!(answers.0.under_way().is_empty());
        assert!(answers.ready(asked("/faq"), 1).is_some());
    }

    #[tokio::test]
    async fn whoever_waits_for_one_who_goes_away_makes_it() {
        let answers = Answers::new(1 << 20);
        answers.show(1);
        let gone = tokio::spawn({
            let answers = answers.clone();
            async move { answers.made(asked("/faq"), 1, std::future::pending).await }
        });
        tokio::task::yield_now().await;
        let panics = tokio::spawn({
            let answers = answers.clone();
            async move { answers.made(asked("/faq"), 1, async || panic!("of a test")).await }
        });
        let waits = tokio::spawn({
            let answers = answers.clone();
            async move { answers.made(asked("/faq"), 1, async || page(Coding::Gzip)).await.status() }
        });
        tokio::task::yield_now().await;
        gone.abort();
        assert_eq!(waits.await.unwrap(), StatusCode::OK);
        assert!(gone.await.is_err());
        drop(panics.await);
        assert!(answers.0.under_way().is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_shared_and_not_kept() {
        let answers = Answers::new(1 << 20);
        answers.show(1);
        let failed = async || {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Answer::new(status, HeaderMap::new(), Bytes::new(), Coding::Gzip, Effort::Quick, None)
        };
        let failed = answers.made(asked("/faq"), 1, failed).await;
        assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answers.ready(asked("/faq"), 1).is_none());
        assert_eq!(weight(&answers), 0);
    }

    #[tokio::test]
    async fn what_showed_other_content_is_not_sent_and_not_held() {
        let answers = Answers::new(1 << 20);
        answers.show(1);
        keep(&answers, "/faq", 1000).await;
        assert!(is_kept(&answers, "/faq", 1));
        assert!(!is_kept(&answers, "/faq", 2));
        answers.show(2);
        assert_eq!(weight(&answers), 0);
        // What was begun before the change.
        keep(&answers, "/faq", 1000).await;
        assert_eq!(weight(&answers), 0);
    }

    #[tokio::test]
    async fn ten_thousand_queries_stay_within_their_bound_and_drive_out_no_page() {
        const BOUND: u64 = 2 << 20;
        let answers = Answers::new(BOUND);
        answers.show(1);
        let pages: Vec<String> = (0..20).map(|number| format!("/prompts/p{number}")).collect();
        for path in &pages {
            keep(&answers, path, 8000).await;
        }
        for number in 0..10_000 {
            let search = format!("/prompts?q=word{number}");
            keep(&answers, &search, 8000).await;
            // Asked for again, which is as much as a search can do.
            is_kept(&answers, &search, 1);
            assert!(weight(&answers) <= BOUND);
        }
        assert!(answers.0.queries.weight() > BOUND / 8, "searches are kept, too");
        for path in &pages {
            assert!(is_kept(&answers, path, 1), "{path}");
        }
    }

    #[tokio::test]
    async fn pages_asked_for_once_go_before_those_asked_for_again() {
        let answers = Answers::new(2 << 20);
        answers.show(1);
        // As long as there is room, everything stays.
        for number in 0..500 {
            keep(&answers, &format!("/prompts/before{number}"), 8000).await;
        }
        for number in 0..20 {
            let path = format!("/prompts/read{number}");
            keep(&answers, &path, 8000).await;
            assert!(is_kept(&answers, &path, 1));
        }
        for number in 0..5000 {
            keep(&answers, &format!("/prompts/walked-over{number}"), 8000).await;
        }
        for number in 0..20 {
            assert!(is_kept(&answers, &format!("/prompts/read{number}"), 1));
        }
    }

    #[tokio::test]
    async fn nothing_is_kept_where_there_is_no_room() {
        let answers = Answers::new(0);
        answers.show(1);
        keep(&answers, "/faq", 1000).await;
        assert!(!is_kept(&answers, "/faq", 1));
        let answers = Answers::new(64 * 1024);
        answers.show(1);
        keep(&answers, "/faq", 100_000).await;
        assert_eq!(weight(&answers), 0);
    }

    #[tokio::test]
    async fn what_is_asked_for_again_becomes_as_small_as_can_be() {
        let answers = Answers::new(1 << 20);
        answers.show(1);
        let text: String = (0..2000).map(|number| format!("{} ", number * number)).collect();
        let plain = Bytes::from(text);
        let make = async || ok(plain.clone(), Coding::Brotli);
        let quick = answers.made(asked("/faq"), 1, make).await.body.len();
        let best = Coding::Brotli.pack(&plain, Effort::Best).unwrap().len();
        assert!(best < quick, "{best} of {quick}");
        // The first to ask again still gets the quick one.
        assert_eq!(answers.ready(asked("/faq"), 1).unwrap().body.len(), quick);
        let becomes_small = async {
            loop {
                let answer = answers.ready(asked("/faq"), 1).unwrap();
                if answer.body.len() < quick {
                    break answer;
                }
                tokio::task::yield_now().await;
            }
        };
        let small = tokio::time::timeout(FOREVER, becomes_small).await.unwrap();
        assert_eq!(small.headers[CONTENT_LENGTH], best.to_string());
        assert_eq!(small.headers[CONTENT_ENCODING], "br");
        assert!(Coding::Brotli.unpack(&small.body).unwrap() == plain);
    }

    #[test]
    fn an_answer_says_how_long_it_is_in_its_coding() {
        for coding in [Coding::Brotli, Coding::Gzip, Coding::Identity] {
            let answer = page(coding);
            assert_eq!(answer.headers[CONTENT_LENGTH], answer.body.len().to_string());
            assert_eq!(answer.headers.get(CONTENT_ENCODING), coding.header().as_ref());
            assert!(coding.unpack(&answer.body).unwrap() == PAGE.repeat(90).as_bytes());
        }
        let short = ok(Bytes::from_static(b"a"), Coding::Brotli);
        assert_eq!(short.headers.get(CONTENT_ENCODING), None);
    }
}
