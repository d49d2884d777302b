//! Pictures for links that are shared: of each prompt, and of the site.
//!
//! A picture takes as much work as some hundred pages, and whoever shares a link has every network
//! fetch it. So one is drawn at a time, and after each the [`Studio`] rests as long as it took:
//! pages always find most of the machine free. What is drawn is kept with all other answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use tokio::sync::{Semaphore, oneshot};

use super::Site;
use super::addresses::{self, Href, SITE};
use super::caching::CachePolicy;
use super::covers;
use super::errors::Error;
use super::extract::Path;
use super::pages::local;
use crate::catalog::{Locale, Slug};
use crate::cover::{self, Cover, Subject};
use crate::gallery::{Snapshot, Titled as _};
use crate::i18n::{self, Texts};
use crate::preview::{Drawing, Preview, Title};
use crate::store::{PromptLookup, StoredPrompt};

/// How many may wait for a picture; the last of them two seconds or so.
const MOST_WAITING: usize = 16;
/// How many drawings there are on the picture of the site.
const ON_THE_SITE: usize = 4;

/// Where pictures are drawn.
#[derive(Debug)]
pub(super) struct Studio {
    desks: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
    rests: bool,
}

impl Studio {
    /// One that leaves the machine to pages.
    pub(super) fn beside_pages() -> Self {
        Self::new(1, MOST_WAITING, true)
    }

    /// One for whoever has nothing else to do.
    pub(super) fn alone() -> Self {
        let desks = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new(desks, usize::MAX, false)
    }

    fn new(desks: usize, most_waiting: usize, rests: bool) -> Self {
        let desks = Arc::new(Semaphore::new(desks));
        Self { desks, waiting: AtomicUsize::new(0), most_waiting, rests }
    }

    /// Has something drawn, once it is its turn.
    async fn draw<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = Place::take(self)?;
        let desk = Arc::clone(&self.desks).acquire_owned().await.map_err(|_| Error::GivenUp)?;
        drop(place);
        let rests = self.rests;
        let (done, drawn) = oneshot::channel();
        // Whoever waits may go away; the desk is taken until the drawing is done all the same.
        tokio::spawn(async move {
            let started = Instant::now();
            if let Ok(picture) = tokio::task::spawn_blocking(make).await {
                // Nobody may be waiting any more.
                let _ = done.send(picture);
            }
            if rests {
                tokio::time::sleep(started.elapsed()).await;
            }
            drop(desk);
        });
        drawn.await.map_err(|_| Error::GivenUp)
    }
}

/// A place among those who wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(studio: &'a Studio) -> Result<Self, Error> {
        let place = Self(&studio.waiting);
        let before = studio.waiting.fetch_add(1, Ordering::Relaxed);
        if before < studio.most_waiting { Ok(place) } else { Err(Error::Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let (locale, _) = addresses::split(uri.path());
    let t = i18n::texts(locale);
    let name = file.strip_suffix(".png").ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    let picture = if name == SITE {
        of_site(&site, &snapshot, t).await?
    } else {
        match site.gallery().lookup(name).await?.ok_or(Error::NotFound)? {
            PromptLookup::Moved(slug) => {
                return Ok(addresses::moved(&Href::new(locale).preview(&slug), &uri));
            }
            PromptLookup::Retired(retired) => return Err(Error::gone(&site, &retired).await),
            PromptLookup::Found(stored) => of_prompt(&stored, &snapshot, t),
        }
    };
    let png = site.studio().draw(move || picture.png()).await??;
    let headers = [(CONTENT_TYPE, "image/png"), (CONTENT_LANGUAGE, locale.tag())];
    Ok(CachePolicy::Content.on((headers, png)))
}

/// What stands for a prompt.
fn of_prompt(stored: &StoredPrompt, snapshot: &Snapshot, t: &Texts) -> Preview {
    let prompt = &stored.prompt;
    let (language, title) = stored.title(t.locale);
    let category = snapshot.reference.category(prompt.category.as_str());
    let category = category.map(|category| local(&category.name, t.locale).to_owned());
    let (drawing, hue) = drawing(&covers::subject(prompt, snapshot));
    Preview {
        place: t.site_name.to_owned(),
        title: Title {
            text: title.into_owned(),
            plain: prompt.slug.as_str().replace('-', " "),
            is_chinese: language == Locale::ZhCn,
        },
        notes: category.into_iter().chain(prompt.model.clone()).collect(),
        drawings: vec![drawing],
        hue,
    }
}

/// What stands for all pages that are no prompt's.
async fn of_site(site: &Site, snapshot: &Snapshot, t: &Texts) -> Result<Preview, Error> {
    let home = site.gallery().home(snapshot).await?;
    let cards = home.featured.iter().chain(&home.newest);
    let slugs: Vec<Slug> = cards.map(|card| card.slug.clone()).take(ON_THE_SITE).collect();
    let found = site.gallery().cover_sources(&slugs).await?;
    let drawings = found.iter().map(|one| drawing(&covers::subject_of(one, snapshot)).0).collect();
    let url = site.public_url();
    Ok(Preview {
        place: url.split_once("://").map_or(url, |(_, place)| place).to_owned(),
        title: Title {
            text: t.site_name.to_owned(),
            plain: t.site_name.to_owned(),
            is_chinese: t.locale == Locale::ZhCn,
        },
        notes: vec![t.tagline.to_owned()],
        drawings,
        hue: None,
    })
}

/// A cover, and its hue.
fn drawing(subject: &Subject<'_>) -> (Drawing, Option<u8>) {
    let Cover { drawing: shapes, width, height, hue } = cover::draw(subject);
    (Drawing { shapes, width, height }, hue)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Far longer than anything here takes; a test that waits this long fails.
    const FOREVER: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn so_many_may_wait_and_no_more() {
        let studio = Arc::new(Studio::new(1, 2, false));
        let (open, door) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let studio = Arc::clone(&studio);
            async move { studio.draw(move || door.recv().is_ok()).await }
        });
        let busy = || studio.desks.available_permits() == 0;
        while !busy() {
            tokio::task::yield_now().await;
        }
        let others = [(); 2].map(|()| {
            let studio = Arc::clone(&studio);
            tokio::spawn(async move { studio.draw(|| true).await })
        });
        while studio.waiting.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        let refused = tokio::time::timeout(FOREVER, studio.draw(|| true)).await.unwrap();
        assert!(matches!(refused, Err(Error::Busy)));
        open.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        for other in others {
            assert!(other.await.unwrap().unwrap());
        }
        assert_eq!(studio.waiting.load(Ordering::Relaxed), 0);
        assert!(studio.draw(|| true).await.unwrap());
    }

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_desk_taken_until_the_drawing_is_done() {
        let studio = Arc::new(Studio::new(1, 2, false));
        let (open, door) = std::sync::mpsc::channel::<()>();
        let gone = tokio::spawn({
            let studio = Arc::clone(&studio);
            async move { studio.draw(move || door.recv().is_ok()).await }
        });
        while studio.desks.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        // Until the drawing is under way.
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        assert_eq!(studio.desks.available_permits(), 0);
        open.send(()).unwrap();
        assert!(studio.draw(|| true).await.unwrap());
    }
}
