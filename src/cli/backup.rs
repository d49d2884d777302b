//! `backup`: a copy of the database and of its samples, made while everything goes on.
//!
//! The copy is made under another name, checked, and only then put under its own, so that what
//! has the name of a backup is one. Samples come first: every state of the copy has its own.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, say};
use crate::catalog::Locale;
use crate::config::DataConfig;
use crate::i18n;
use crate::media::{self, Folder};
use crate::store::{FileFault, Store};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The copy; its samples are put into a folder beside it, FILE-media
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(data: &DataConfig, arguments: &BackupArguments) -> Result<(), Failure> {
    let BackupArguments { file, force } = arguments;
    refuse_what_is_there(&data.database, file, *force)?;
    let part = part(file)?;
    let made = make(&data.database, file, &part).await;
    if made.is_err() {
        // Whatever is left of it does no harm.
        drop(fs::remove_file(&part.path));
    }
    let line = made?;
    say(line)
}

async fn make(database: &Path, file: &Path, part: &Part) -> Result<String, Failure> {
    let store = Store::open(database).await?;
    let samples = Folder::beside(database);
    // Nobody clears samples away between the copy of the database and that of the samples.
    let mut keeper = samples.workshop(media::Mode::Keep);
    if keeper.is_there()
        && let Err(error) = keeper.lock()
        && !matches!(
            error.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        )
    {
        return Err(unwritable(samples.path(), &error));
    }
    let copied = store.copy_to(&part.path).await;
    store.close().await;
    let copied = copied?;

    let copy = Store::peek(&part.path).await?;
    let used = copy.media_files().await;
    copy.close().await;
    let used = used?;
    let target = Folder::beside(file);
    let mut copies = target.workshop(media::Mode::Keep);
    let mut missing = 0;
    if !used.is_empty() {
        copies.lock().map_err(|error| unwritable(target.path(), &error))?;
        missing = copy_samples(&samples, &copies, &used)?;
        copies.sync().map_err(|error| unwritable(target.path(), &error))?;
    }

    part.file.sync_all().map_err(|error| unwritable(&part.path, &error))?;
    fs::rename(&part.path, file).map_err(|error| unwritable(file, &error))?;
    sync_folder_of(file).map_err(|error| unwritable(file, &error))?;
    if let Err(error) = copies.tidy(&used) {
        tracing::warn!("samples of the backup before were not removed: {error}");
    }

    let prompts = (i18n::texts(Locale::En).prompt_count)(copied.prompts);
    let mut line = format!(
        "{prompts} at revision {} are backed up in {}",
        copied.revision.number,
        file.display()
    );
    if !used.is_empty() {
        let files = used.len() - missing;
        line.push_str(&format!(", {files} files of samples in {}", target.path().display()));
    }
    Ok(line)
}

/// Copies those that are as they should be; tells of the others, and how many they are.
fn copy_samples(
    samples: &Folder,
    copies: &media::Workshop,
    used: &HashSet<String>,
) -> Result<usize, Failure> {
    let mut missing = 0;
    for name in used {
        if let Err(message) = samples.check(name) {
            missing += 1;
            tracing::warn!(
                "{} {message}, so the backup lacks it; `seed` makes it again",
                samples.path().join(name).display()
            );
            continue;
        }
        samples.copy(name, copies).map_err(|error| unwritable(copies.path(), &error))?;
    }
    Ok(missing)
}

/// A backup in the making, and the lock on it.
struct Part {
    path: PathBuf,
    file: File,
}

/// The file a backup is made in: empty, and nobody else's.
fn part(file: &Path) -> Result<Part, Failure> {
    let path = beside(file, ".part");
    let failed = |error: &io::Error| unwritable(&path, error);
    let open = || File::options().create(true).truncate(false).write(true).open(&path);
    let mut part = open().map_err(|error| failed(&error))?;
    loop {
        if let Err(error) = part.try_lock() {
            return Err(match error {
                fs::TryLockError::WouldBlock => fault(
                    &path,
                    "is being written by another backup",
                    "wait until that is done, or give another name",
                ),
                fs::TryLockError::Error(error) => failed(&error),
            });
        }
        // Whoever had the lock may have given that file its name just now.
        let again = open().map_err(|error| failed(&error))?;
        let same = |a: &File, b: &File| -> io::Result<bool> {
            Ok(crate::store::is_same_file(&a.metadata()?, &b.metadata()?))
        };
        if same(&part, &again).map_err(|error| failed(&error))? {
            break;
        }
        part = again;
    }
    // Left behind by one that was stopped.
    part.set_len(0).map_err(|error| failed(&error))?;
    Ok(Part { path, file: part })
}

fn refuse_what_is_there(database: &Path, file: &Path, force: bool) -> Result<(), Failure> {
    let name_it = "give the name of a file that is not there yet";
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(fault(folder, "is no folder", "make it first"));
    }
    if file.is_dir() {
        return Err(fault(file, "is a folder", name_it));
    }
    // The file itself may not be there, its folder is.
    let place = |file: &Path| {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        fs::canonicalize(file).ok().or_else(|| Some(folder.join(file.file_name()?)))
    };
    let of_database = ["", "-wal", "-shm", "-journal", "-media", "-index"];
    if of_database.iter().any(|ending| place(&beside(database, ending)) == place(file)) {
        return Err(fault(file, "belongs to the database itself", name_it));
    }
    if ["-wal", "-journal"].iter().any(|ending| beside(file, ending).exists()) {
        return Err(fault(file, "has a log beside it: it is in use as a database", name_it));
    }
    if !force && file.exists() {
        return Err(fault(
            file,
            "is there already",
            "give another name, or replace it with --force",
        ));
    }
    Ok(())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A loss of power takes the new name back unless its folder is written, too.
fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot be written: {error}");
    fault(path, &message, "make room there, or let the user this program runs as write to it")
}

fn fault(path: &Path, message: &str, remedy: &str) -> Failure {
    let fault = FileFault { path: path.into(), message: message.into(), remedy: remedy.into() };
    Failure::Store(fault.into())
}
