//! What visitors are shown: the one place that knows.
//!
//! Whatever is read for them is read from [`shown`], a table of the prompts that are published by
//! now. So a draft, a prompt whose moment has not come, and a retired one are in no page, list,
//! count, search, feed or file, and no reader has to think of them. The only others that name the
//! table of all prompts are those who write, and those who look after the database.
//!
//! Time passes without anybody writing. So what is shown is told by a [`Point`], not by the number
//! of the last change alone: by that, and by the last moment that passed at which a prompt appeared.
//! It is read off the database and a clock, so that those who only read know it as well, and all who
//! read the same database at the same time agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::SqliteConnection;

use crate::catalog::UtcTime;

use super::{Error, Revision, Store};

/// The prompts that are shown at the moment `?1`. None is said to be older than its publication.
macro_rules! shown {
    () => {
        "(SELECT id, slug, text, language, category, endpoint, model, params, \
         blanks, title, description, author, source_url, license, featured, \
         max(created, coalesce(date(publish_at), created)) AS created, updated, status, publish_at \
         FROM prompts WHERE status = 'published' AND (publish_at IS NULL OR publish_at <= ?1))"
    };
}
pub(super) use shown;

/// The same, to be put into a text.
pub(super) const SHOWN: &str = shown!();

/// All prompts. Whoever reads them from here answers for what becomes of it.
pub(super) const EVERY: &str = "prompts";

/// Prompts that appeared after the moment `?2` until `?3`. These name their index, because there
/// are few of them among many.
pub(super) const APPEARED: &str = "SELECT id FROM prompts INDEXED BY prompts_by_publication \
     WHERE status = 'published' AND publish_at > ?2 AND publish_at <= ?3";

/// Where the time is taken from; a value, so that a test is at any time it likes.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// From this machine.
    #[default]
    System,
    /// In seconds since 1970 began, as somebody set it.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// What it says.
    #[must_use]
    pub fn now(&self) -> UtcTime {
        match self {
            Clock::System => UtcTime::now(),
            Clock::Set(seconds) => UtcTime::from_unix(seconds.load(Ordering::Relaxed)),
        }
    }
}

/// A point in the life of the content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// The number of the last change.
    pub number: i64,
    /// When a prompt last appeared by itself, in seconds since 1970 began; 0 if none did.
    pub published: i64,
}

impl Store {
    /// The same, with another clock.
    #[must_use]
    pub fn by(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The time, as statements take it.
    pub(super) fn now(&self) -> String {
        self.clock.now().to_string()
    }

    /// What its clock says.
    #[must_use]
    pub fn time(&self) -> UtcTime {
        self.clock.now()
    }

    /// Which content is shown now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn revision(&self) -> Result<Revision, Error> {
        Ok(self.revision_until().await?.0)
    }

    /// The same, and when the next prompt appears by itself, if one is to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn revision_until(&self) -> Result<(Revision, Option<UtcTime>), Error> {
        let mut connection = self.readers.acquire().await?;
        revision(&mut connection, self.clock.now()).await
    }

    /// The moments after which a prompt appeared since a point, and until which, as `?2` and `?3`
    /// of [`APPEARED`]. A clock that was set back takes prompts away again.
    pub(super) fn span(&self, since: Point) -> [String; 2] {
        let (then, now) = (UtcTime::from_unix(since.published), self.clock.now());
        [then.min(now), then.max(now)].map(|time| time.to_string())
    }
}

/// Which content is shown at a moment, and when that ends by itself.
pub(super) async fn revision(
    connection: &mut SqliteConnection,
    now: UtcTime,
) -> Result<(Revision, Option<UtcTime>), Error> {
    let (epoch, number, reference, published, next): (String, i64, i64, Option<i64>, Option<i64>) =
        sqlx::query_as(
            "SELECT epoch, revision, reference_revision, \
             (SELECT unixepoch(publish_at) FROM prompts INDEXED BY prompts_by_publication \
              WHERE status = 'published' AND publish_at <= ?1 ORDER BY publish_at DESC LIMIT 1), \
             (SELECT unixepoch(publish_at) FROM prompts INDEXED BY prompts_by_publication \
              WHERE status = 'published' AND publish_at > ?1 ORDER BY publish_at LIMIT 1) \
             FROM content",
        )
        .bind(now.to_string())
        .fetch_one(connection)
        .await?;
    // Whatever appeared before 1970 was always there.
    let published = published.unwrap_or_default().max(0);
    let revision = Revision { epoch, number, reference, published };
    Ok((revision, next.map(UtcTime::from_unix)))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    /// What reads for visitors, and how often it reads from all prompts: those a seed file made, one
    /// that was retired, all of them for an admin's export, and how many there are.
    const READERS: [(&str, &str, usize); 2] =
        [("read.rs", include_str!("read.rs"), 6), ("found.rs", include_str!("found.rs"), 0)];

    #[test]
    fn what_is_read_for_visitors_is_read_from_the_prompts_that_are_shown() {
        let prompts = Regex::new(r"(?i)\b(FROM|JOIN)\s+prompts\b").unwrap();
        for (file, source, every) in READERS {
            let named: Vec<&str> = prompts.find_iter(source).map(|found| found.as_str()).collect();
            assert!(named.is_empty(), "{file} reads {named:?}: read from SHOWN");
            assert_eq!(
                source.matches("{EVERY}").count() + source.matches("(EVERY,").count(),
                every,
                "{file}"
            );
        }
    }
}
