//! The database as a file: whether it is ours to open, and what SQLite's errors mean to an admin.
//!
//! SQLite opens nearly anything: it makes a database of an empty file, puts tables into the file
//! of another program, and believes a log that lies beside a file to belong to it. So the file is
//! looked at first, in a way that changes no byte of it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sqlx::SqliteConnection;

/// What is wrong with a file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}; {remedy}", path.display())]
pub struct FileFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// A file that may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is none, or an empty one, which SQLite takes for a new database.
    New,
    /// One that changes by way of a rollback journal, as a backup is.
    Journal,
    /// One that changes by way of a write-ahead log.
    Log,
}

/// How long a writer may take from the last byte it writes to the commit being visible.
const SETTLED: Duration = Duration::from_secs(2);

/// What the file system says of the database's files; changes with every commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([Option<State>; 2]);

/// What the file system says of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    identity: (u64, u64),
    modified: SystemTime,
    length: u64,
}

impl Fingerprint {
    /// Of a database and its log.
    pub(super) fn of(files: &[PathBuf; 2]) -> Self {
        Self(files.each_ref().map(|file| {
            let metadata = fs::metadata(file).ok()?;
            Some(State {
                identity: identity(&metadata),
                modified: metadata.modified().ok()?,
                length: metadata.len(),
            })
        }))
    }

    /// Whether nobody was writing lately. Else the same fingerprint may be had before and after a
    /// commit: it shows to readers some time after the last byte of it is written.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let now = SystemTime::now();
        self.0
            .iter()
            .flatten()
            .all(|state| now.duration_since(state.modified).is_ok_and(|age| age > SETTLED))
    }

    /// Which file lies where the database is.
    pub(super) fn database(&self) -> Option<(u64, u64)> {
        let [database, _] = self.0;
        database.map(|state| state.identity)
    }
}

/// Whether two names are of one file.
#[must_use]
pub fn is_same_file(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    identity(one) == identity(other)
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Elsewhere every file is taken for the same.
#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// The file with this ending to the database's name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What to do about a file that cannot be mended.
const RESTORE: &str = "restore a backup, or move it away and run `seed`, which makes everything \
                       that is in seed files again";

/// Looks at the file of a database without opening it as one.
pub(super) fn inspect(path: &Path) -> Result<Kind, FileFault> {
    let fault = |message: String, remedy: &str| {
        Err(FileFault { path: path.into(), message, remedy: remedy.into() })
    };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kind::New),
        Err(error) => return fault(format!("cannot be looked at: {error}"), PERMIT),
    };
    if metadata.is_dir() {
        return fault("is a folder".into(), "give --database the path of a file in it");
    }
    if !metadata.is_file() {
        return fault("is no regular file".into(), "give --database the path of one");
    }
    let log = beside(path, "-wal");
    let length = |file: &Path| fs::metadata(file).map_or(0, |metadata| metadata.len());
    if metadata.len() == 0 {
        return match length(&log) {
            0 => Ok(Kind::New),
            _ => fault(
                format!("is empty, though its log {} is not", log.display()),
                "something emptied it; restore a backup, and remove the log",
            ),
        };
    }
    let header = match header(path) {
        Ok(Some(header)) => header,
        Ok(None) => {
            return fault(
                "is no SQLite database".into(),
                "give --database the path of a gallery's database, or of a file that is not there \
                 yet; this one was left as it is",
            );
        }
        Err(error) => return fault(format!("cannot be read: {error}"), PERMIT),
    };
    // While a log or a journal is there it holds what the file lacks.
    let is_mended = length(&log) > 0 || beside(path, "-journal").exists();
    if let Some(whole) = header.length.filter(|whole| !is_mended && metadata.len() < *whole) {
        return fault(format!("is cut off: {} bytes are left of {whole}", metadata.len()), RESTORE);
    }
    if header.is_logged {
        return Ok(Kind::Log);
    }
    // Another program may have made it a logged one just now.
    if log.exists() && self::header(path).is_ok_and(|now| now.is_some_and(|now| !now.is_logged)) {
        return fault(
            format!("has the log of another database beside it, {}", log.display()),
            "stop every program that has the old database open, remove that file and the one \
             that ends in -shm, and start again",
        );
    }
    Ok(Kind::Journal)
}

const PERMIT: &str = "let the user this program runs as read it";

/// What the beginning of a database says.
struct Header {
    is_logged: bool,
    /// How long the file is when it is whole, where that is known.
    length: Option<u64>,
}

/// <https://sqlite.org/fileformat2.html#the_database_header>
fn header(path: &Path) -> io::Result<Option<Header>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(100).read_to_end(&mut bytes)?;
    let number = |at: usize, length: usize| {
        let bytes = bytes.get(at..at + length)?;
        Some(bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    if bytes.len() < 100 || !bytes.starts_with(b"SQLite format 3\0") {
        return Ok(None);
    }
    let page = match number(16, 2) {
        Some(1) => Some(65_536),
        page => page,
    };
    // The number of pages counts only if the last writer knew of it.
    let pages = number(28, 4).filter(|_| number(24, 4) == number(92, 4));
    Ok(Some(Header {
        is_logged: number(18, 1) == Some(2),
        length: page.zip(pages).map(|(page, pages)| page * pages),
    }))
}

/// Whether an open database is a gallery's, or still empty.
pub(super) async fn recognise(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), super::Error> {
    let (all, ours): (i64, i64) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE name IN ('content', 'prompts', '_sqlx_migrations')) \
         FROM sqlite_schema WHERE type = 'table'",
    )
    .fetch_one(connection)
    .await
    .map_err(|source| super::Error::Open { path: path.into(), source })?;
    if all == 0 || ours == 3 {
        return Ok(());
    }
    Err(super::Error::File(FileFault {
        path: path.into(),
        message: "is the SQLite database of another program".into(),
        remedy: "give --database a file of its own; this one was left as it is".into(),
    }))
}

/// What an error of SQLite means, where it is about the file and not about a statement.
pub(super) fn fault(path: &Path, error: &sqlx::Error) -> Option<FileFault> {
    if let sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) = error {
        // A text that is none; every column was of the right type when it was written.
        return Some(damaged(path, &error.to_string()));
    }
    let (message, remedy) = match primary_code(error)? {
        BUSY | LOCKED => (
            "another program writes to it, or keeps it locked, and did not end in time".into(),
            format!(
                "wait until that is done, or see which one it is with `fuser -v {}`, and try again",
                path.display()
            ),
        ),
        CORRUPT | NOT_A_DATABASE => return Some(damaged(path, &words(error))),
        FULL => (
            "there is no room on the disk to write to it".into(),
            "nothing was changed; make room, and try again".into(),
        ),
        IO => (
            format!("cannot be read or written ({})", words(error)),
            "nothing was changed; see whether the disk is full or broken, and try again".into(),
        ),
        READ_ONLY | CANNOT_OPEN | PERMISSION | AUTHORISATION => (
            format!("cannot be opened or written to ({})", words(error)),
            "let the user this program runs as write to the file and its folder; \
             `serve --no-seed` does with reading"
                .into(),
        ),
        _ => return None,
    };
    Some(FileFault { path: path.into(), message, remedy })
}

/// The fault of a file in which SQLite does not find its way.
pub(super) fn damaged(path: &Path, verdict: &str) -> FileFault {
    FileFault {
        path: path.into(),
        message: format!("is damaged ({})", verdict.trim().replace('\n', ", ")),
        remedy: format!("nothing was changed; {RESTORE}; `doctor` tells more"),
    }
}

/// Whether an error is about the file and not about the statement.
pub(super) fn is_environmental(error: &sqlx::Error) -> bool {
    fault(Path::new(""), error).is_some()
}

/// Whether somebody else is at work on the database just now.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(BUSY | LOCKED))
}

/// Whether the file could not be opened as it was tried to.
pub(super) fn is_closed(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(CANNOT_OPEN | READ_ONLY))
}

// <https://sqlite.org/rescode.html>
const PERMISSION: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
pub(super) const READ_ONLY: i32 = 8;
pub(super) const IO: i32 = 10;
const CORRUPT: i32 = 11;
pub(super) const FULL: i32 = 13;
pub(super) const CANNOT_OPEN: i32 = 14;
const AUTHORISATION: i32 = 23;
const NOT_A_DATABASE: i32 = 26;

/// SQLite's result code, without what extends it.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    Some(code.parse::<i32>().ok()? & 0xff)
}

/// What SQLite says itself.
fn words(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
