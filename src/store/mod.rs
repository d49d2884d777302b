//! The database: the only module that speaks SQL.
//!
//! One SQLite file in WAL mode. Readers use a small pool of read-only connections
//! ([`Store`]); whoever changes content does it in one [`Update`], a single `BEGIN
//! IMMEDIATE` transaction in which migrations, seeding and the indexing pass all succeed or
//! all leave no trace. Readers go on undisturbed meanwhile and never see half of it.

mod found;
mod migrate;
mod read;
mod update;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use found::CardWords;
pub use migrate::MigrationFault;
pub use read::{Card, Changes, CoverSource, Facts, PromptLookup, StoredPrompt, Words};
pub use update::{Mode, Update};

/// How long a statement waits for another process's write before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be opened.
    #[error("cannot open the database {}: {source}", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// Its folder could not be made.
    #[error("cannot create the folder {}: {source}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A migration is faulty, edited, missing or in conflict with another.
    #[error(transparent)]
    Migration(#[from] MigrationFault),
    /// A row holds what the domain does not allow.
    #[error("{table}.{column} of \"{key}\" is not valid: {message}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// Rows point at others that do not exist.
    #[error("{}", .0.join("\n"))]
    Dangling(Vec<String>),
    /// A statement failed.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
}

impl Error {
    /// Whether it may work again in a moment, because somebody else is at work just now.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Error::Open { source, .. } | Error::Sql(source) => {
                is_busy(source) || matches!(source, sqlx::Error::PoolTimedOut)
            }
            _ => false,
        }
    }
}

/// A database and how often its content changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Which database; differs between two made from the same seeds.
    pub epoch: String,
    /// Grows with every change.
    pub number: i64,
    /// The revision of the last change to anything but prompts.
    pub reference: i64,
}

/// What the file system says of the database's files; changes with every commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([Option<(SystemTime, u64)>; 2]);

/// Read access to a gallery's content. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    files: [PathBuf; 2],
}

impl Store {
    /// Opens a migrated database for reading.
    ///
    /// # Errors
    /// When the file is missing or no database.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let options = options(path).read_only(true).create_if_missing(false);
        let readers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let pool = SqlitePoolOptions::new()
            .max_connections(u32::try_from(readers.clamp(2, 8)).unwrap_or(2))
            .test_before_acquire(false) // local file: a dead connection fails its own query
            .acquire_timeout(BUSY_TIMEOUT);
        let pool = patiently(|| pool.clone().connect_with(options.clone()))
            .await
            .map_err(|source| Error::Open { path: path.into(), source })?;
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Ok(Self { pool, files: [path.into(), wal.into()] })
    }

    /// What the file system says of the database's files.
    ///
    /// Two `stat` calls, about a microsecond: cheap enough to ask before every answer
    /// whether another process has committed something.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(self.files.each_ref().map(|file| {
            let metadata = std::fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        }))
    }

    /// Closes every connection; the last to close tidies the write-ahead log.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // In KiB. All inner pages of a gallery of a million prompts fit in; those of a small one
        // never fill it.
        .pragma("cache_size", "-16000")
        .synchronous(SqliteSynchronous::Full) // seeding is rare; losing it would not be
}

/// Opens what another process may be opening, too.
///
/// Two connections that make one fresh file a WAL database at once get SQLITE_BUSY however
/// long their busy timeout is, because waiting for each other would be a deadlock
/// (<https://sqlite.org/c3ref/busy_handler.html>); so the one that lost tries again.
async fn patiently<T, F>(mut open: impl FnMut() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    let deadline = tokio::time::Instant::now() + BUSY_TIMEOUT;
    loop {
        match open().await {
            Err(error) if is_busy(&error) && tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}

/// Whether SQLite said SQLITE_BUSY, in any of its extended forms.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

fn writer_options(path: &Path) -> SqliteConnectOptions {
    options(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
}
