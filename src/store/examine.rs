//! Looking at a database without changing it: whether it is whole, and whether it is up to date.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::catalog::{Locale, MediumContent};

use super::file::{self, Kind};
use super::migrate::{Differences, MigrationFault, Migrations};
use super::update::DIGEST_VERSION;
use super::{Clock, Error, READER_PATIENCE, Store, options};

/// The most faults of one kind that are told.
const MOST: u8 = 20;

/// What an examination found.
#[derive(Debug)]
pub struct Examination {
    /// What SQLite finds wrong with the file; nothing where it is whole.
    pub damage: Vec<String>,
    /// Rows that point at others that do not exist.
    pub dangling: Vec<String>,
    /// Prompts of which a former version is missing between others.
    pub forgotten: Vec<String>,
    /// How its migrations differ from those there are.
    pub migrations: Differences,
    /// Whether everything in it was read and checked by this version of the program.
    pub is_checked: bool,
    /// Whether it was ever seeded.
    pub is_seeded: bool,
}

impl Store {
    /// Opens a database for a short look that leaves no trace, be it only an empty log. Whoever
    /// writes to it meanwhile may spoil what is seen: hold the fingerprints from before and
    /// after it against each other.
    ///
    /// # Errors
    /// When the file is missing, or no database of a gallery.
    pub async fn peek(path: &Path) -> Result<Self, Error> {
        let kind = file::inspect(path)?;
        let log = file::beside(path, "-wal");
        let is_fixed = kind == Kind::Log && !super::has_log(path);
        let files = [path.into(), log];
        let opened = file::Fingerprint::of(&files);
        let options = options(path, READER_PATIENCE)
            .read_only(true)
            .create_if_missing(false)
            .immutable(is_fixed)
            .disable_statement_logging(); // reading all of it may take its time
        let readers = super::connected(path, options, 1)
            .await
            .map_err(|error| super::explain(path, error))?;
        Ok(Self { readers, files, opened, is_fixed, clock: Clock::System })
    }

    /// Whether it has all migrations, and everything in it is checked: then a start has nothing
    /// to write.
    ///
    /// # Errors
    /// When the migrations or the database cannot be read.
    pub async fn is_up_to_date(&self, migrations: Option<&Path>) -> Result<bool, Error> {
        let Differences { faults, outstanding } = self.differences(migrations).await?;
        Ok(faults.is_empty() && outstanding.is_empty() && self.is_checked().await?)
    }

    /// Sees to it that it has the built-in migrations, for whoever reads without applying them.
    ///
    /// # Errors
    /// When it lacks one, or cannot be read.
    pub async fn require_built_in(&self) -> Result<(), Error> {
        let outstanding = self.differences(None).await?.outstanding;
        let [database, _] = &self.files;
        outstanding.into_iter().next().map_or(Ok(()), |name| {
            Err(MigrationFault::Outstanding { database: database.clone(), name }.into())
        })
    }

    /// Reads all of it and tells what is wrong.
    ///
    /// # Errors
    /// When the migrations or the database cannot be read.
    pub async fn examine(&self, migrations: Option<&Path>) -> Result<Examination, Error> {
        let damage: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA integrity_check({MOST})")))
                .fetch_all(&self.readers)
                .await?;
        let migrations = self.differences(migrations).await?;
        let is_seeded: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM platform)")
            .fetch_one(&self.readers)
            .await?;
        Ok(Examination {
            damage: damage.into_iter().filter(|line| line != "ok").collect(),
            dangling: self.dangling().await?,
            // The table came with a migration, and so did the columns below.
            forgotten: if migrations.outstanding.is_empty() {
                self.forgotten().await?
            } else {
                Vec::new()
            },
            is_checked: !migrations.outstanding.is_empty() || self.is_checked().await?,
            migrations,
            is_seeded,
        })
    }

    /// Prompts that lack a version between others, some of them.
    async fn forgotten(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT p.slug FROM prompt_history h JOIN prompts p ON p.id = h.prompt_id \
             GROUP BY p.id HAVING max(h.version) - min(h.version) + 1 <> count(*) \
             ORDER BY p.slug LIMIT {MOST}"
        )))
        .fetch_all(&self.readers)
        .await?)
    }

    /// Rows that point at others that do not exist, some of them.
    pub(super) async fn dangling(&self) -> Result<Vec<String>, Error> {
        let rows: Vec<(String, Option<i64>, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT {MOST}"
        )))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(table, row, parent)| {
                let row = row.map_or_else(String::new, |row| format!(" (row {row})"));
                format!("{table}{row} points at a row of {parent} that does not exist")
            })
            .collect())
    }

    /// The files of all samples, each with the slug of a prompt that shows it.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn media_owners(&self) -> Result<BTreeMap<String, String>, Error> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT p.slug, m.content FROM prompt_media m JOIN prompts p ON p.id = m.prompt_id \
             ORDER BY p.slug DESC",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut owners = BTreeMap::new();
        for (slug, content) in rows {
            let content: MediumContent =
                super::read::json("prompt_media", "content", &slug, &content)?;
            owners.extend(content.files().map(|file| (file.to_owned(), slug.clone())));
        }
        Ok(owners)
    }

    async fn differences(&self, migrations: Option<&Path>) -> Result<Differences, Error> {
        let migrations = Migrations::read(migrations).await?;
        migrations.compare(&mut *self.readers.acquire().await?).await
    }

    async fn is_checked(&self) -> Result<bool, Error> {
        let (is_checked, languages): (bool, i64) = sqlx::query_as(
            "SELECT (checked_revision, checked_version) = (revision, ?1), \
             (SELECT count(*) FROM languages) FROM content",
        )
        .bind(DIGEST_VERSION)
        .fetch_one(&self.readers)
        .await?;
        Ok(is_checked && usize::try_from(languages).is_ok_and(|count| count >= Locale::ALL.len()))
    }
}
