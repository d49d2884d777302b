//! The database: the only module that speaks SQL.
//!
//! One SQLite file in WAL mode. Readers share a few read-only connections ([`Store`]); whoever
//! changes content does it in one [`Update`], a single `BEGIN IMMEDIATE` transaction in which
//! migrations, seeding and the indexing pass all succeed or all leave no trace. Readers go on
//! undisturbed meanwhile and never see half of it.

mod backup;
mod examine;
mod file;
mod found;
mod history;
mod migrate;
mod read;
mod readers;
mod shown;
mod update;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};

pub use backup::Copied;
pub use examine::Examination;
use file::Kind;
pub use file::{FileFault, Fingerprint, is_same_file};
pub use found::CardWords;
pub use history::{History, Version};
pub use migrate::{Differences, MigrationFault};
pub use read::{
    Card, Change, Changes, CoverSource, Facts, PromptLookup, Retired, Stamp, StoredPrompt, Words,
};
use readers::Readers;
pub use shown::{Clock, Point};
pub use update::{Mode, Update};

/// How long a writer waits for another one before it gives up.
const WRITER_PATIENCE: Duration = Duration::from_secs(10);

/// How long it waits before it says so.
const SILENCE: Duration = Duration::from_secs(1);

/// How long a reader waits for a connection, and again for whoever locked the database, which
/// nobody does who only writes. Together they leave a request time to be answered.
const READER_PATIENCE: Duration = Duration::from_secs(5);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is none that can be used.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The file could not be opened.
    #[error("{}", open_fault(path, source))]
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
    /// Such a row, and the database it is in.
    #[error("{}: {fault}", path.display())]
    Content {
        /// Which database.
        path: PathBuf,
        /// Which row.
        fault: Box<Error>,
    },
    /// Rows point at others that do not exist.
    #[error("{}", .0.join("\n"))]
    Dangling(Vec<String>),
    /// A statement failed.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// Such a statement, and the database it was for.
    #[error("{}: {source}; nothing was changed; `doctor` tells whether it is damaged", path.display())]
    Statement {
        /// Which database.
        path: PathBuf,
        /// What failed.
        source: sqlx::Error,
    },
}

impl Error {
    /// Whether it may work again in a moment, because somebody else is at work just now.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Error::Open { source, .. } | Error::Sql(source) => {
                file::is_busy(source) || matches!(source, sqlx::Error::PoolTimedOut)
            }
            _ => false,
        }
    }

    /// The same, naming the database where that is what it is about.
    #[must_use]
    pub fn of(self, path: &Path) -> Self {
        match self {
            Error::Sql(error) => match file::fault(path, &error) {
                Some(fault) => Error::File(fault),
                None => Error::Statement { path: path.to_owned(), source: error },
            },
            Error::Corrupt { .. } => {
                Error::Content { path: path.to_owned(), fault: Box::new(self) }
            }
            other => other,
        }
    }
}

fn open_fault(path: &Path, source: &sqlx::Error) -> String {
    file::fault(path, source).map_or_else(
        || format!("cannot open the database {}: {source}", path.display()),
        |fault| fault.to_string(),
    )
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
    /// When a prompt last appeared by itself, in seconds since 1970 began; 0 if none did.
    pub published: i64,
}

impl Revision {
    /// Which point in the life of the content this is.
    #[must_use]
    pub fn point(&self) -> Point {
        Point { number: self.number, published: self.published }
    }
}

/// As clients are told of it; in an entity tag and in an address, too.
impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.number)?;
        if self.published > 0 {
            write!(f, ".{}", self.published)?;
        }
        Ok(())
    }
}

/// Read access to a gallery's content. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    readers: Readers,
    files: [PathBuf; 2],
    opened: Fingerprint,
    /// Whether nobody can write to the file where it lies, so that it was opened as one that
    /// never changes.
    is_fixed: bool,
    clock: Clock,
}

impl Store {
    /// Opens a migrated database for reading. Nothing but its log is ever written to, and not
    /// even that is needed: what lies in a read-only folder is read as it is.
    ///
    /// # Errors
    /// When the file is missing or no database of a gallery.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let readers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self::open_with(path, readers.clamp(2, 8)).await
    }

    async fn open_with(path: &Path, readers: usize) -> Result<Self, Error> {
        let kind = file::inspect(path)?;
        let files = [path.into(), log_of(path)];
        let opened = Fingerprint::of(&files);
        let options = options(path, READER_PATIENCE).read_only(true).create_if_missing(false);
        let error = match connected(path, options.clone(), readers).await {
            Ok(readers) => {
                return Ok(Self { readers, files, opened, is_fixed: false, clock: Clock::System });
            }
            Err(error) => error,
        };
        // SQLite keeps an index of the log beside it, and cannot make one in a read-only folder.
        // Without a log there is nothing to be in it.
        match &error {
            Error::Open { source, .. }
                if file::is_closed(source) && kind == Kind::Log && !has_log(path) => {}
            _ => return Err(explain(path, error)),
        }
        let readers = connected(path, options.immutable(true), readers).await?;
        Ok(Self { readers, files, opened, is_fixed: true, clock: Clock::System })
    }

    /// What the file system says of the database's files.
    ///
    /// Two `stat` calls, about a microsecond: cheap enough to ask before every answer
    /// whether another process has committed something.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.files)
    }

    /// Whether another file lies where the one that is open was, or none, or one that was not
    /// to change did. What is open stays as it was, and is not what the next start would find.
    #[must_use]
    pub fn is_replaced(&self, now: &Fingerprint) -> bool {
        now.database() != self.opened.database() || (self.is_fixed && *now != self.opened)
    }

    /// Closes every connection; the last to close tidies the write-ahead log.
    pub async fn close(&self) {
        self.readers.close().await;
    }
}

/// Whether the log of a database holds anything.
fn has_log(path: &Path) -> bool {
    std::fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

/// Why a database was not opened for reading, where it is its log that cannot be read.
fn explain(path: &Path, error: Error) -> Error {
    match error {
        Error::Open { source, .. } if file::is_closed(&source) && has_log(path) => {
            Error::File(FileFault {
                path: path.into(),
                message: format!(
                    "cannot be read without writing while there is a log, {}",
                    log_of(path).display()
                ),
                remedy: "let `serve` or `seed` end once where they can write, which empties the \
                         log; or put a backup here, which has none"
                    .into(),
            })
        }
        error => error,
    }
}

/// Where the write-ahead log of a database lies.
#[must_use]
pub fn log_of(database: &Path) -> PathBuf {
    file::beside(database, "-wal")
}

/// Whether a file may be the gallery's database, or become it, as far as can be told without
/// writing anything.
///
/// # Errors
/// When it is something else, or none that can be opened.
pub async fn vet(path: &Path) -> Result<(), Error> {
    if file::inspect(path)? == Kind::New {
        return Ok(());
    }
    match Store::peek(path).await {
        Ok(store) => store.close().await,
        Err(error @ Error::File(_)) => return Err(error),
        // Whoever opens it to use it finds out.
        Err(_) => {}
    }
    Ok(())
}

/// Connections to a database that is a gallery's.
async fn connected(
    path: &Path,
    options: SqliteConnectOptions,
    readers: usize,
) -> Result<Readers, Error> {
    let open = |source| Error::Open { path: path.into(), source };
    patiently(path, READER_PATIENCE, || async {
        let readers = Readers::open(options.clone(), readers).await.map_err(open)?;
        file::recognise(&mut *readers.acquire().await.map_err(open)?, path).await?;
        Ok(readers)
    })
    .await
}

fn options(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(patience)
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
async fn patiently<T, F>(
    path: &Path,
    patience: Duration,
    mut open: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    let started = tokio::time::Instant::now();
    let mut is_told = false;
    loop {
        match open().await {
            Err(error) if error.is_busy() && started.elapsed() < patience => {
                if started.elapsed() >= SILENCE && !std::mem::replace(&mut is_told, true) {
                    tracing::info!("waiting for another program that writes to {}", path.display());
                }
                tokio::time::sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}
