//! Databases of made-up prompts.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use prompt_gallery::store::{Mode, Update};
use serde::{Deserialize, Serialize};

use crate::common::corpus::{self, Corpus};

/// The database's files; whatever else lies beside them is an index made from them.
const DATABASE: [&str; 3] = ["gallery.db", "gallery.db-wal", "gallery.db-shm"];
/// What making it took.
const MAKING: &str = "making.json";

/// How long it took to make a database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Making {
    /// To make the prompts up and insert them.
    pub(crate) insert: Duration,
    /// To read off them what lists need, check and commit them.
    pub(crate) finish: Duration,
}

/// Fills a database that does not exist yet with so many prompts.
pub(crate) async fn make(corpus: &Corpus, prompts: usize, database: &Path) -> Making {
    const STEP: usize = 50_000;
    const BATCH: usize = 1_000;
    assert!(!database.exists(), "{} exists already", database.display());
    let started = Instant::now();
    let mut update = Update::begin(database, None, Mode::Apply).await.unwrap();
    update.put_reference(corpus.reference(), None).await.unwrap();
    let mut all = corpus.prompts().take(prompts);
    let mut inserted = 0;
    loop {
        let some: Vec<_> = all.by_ref().take(BATCH).collect();
        if some.is_empty() {
            break;
        }
        update.add_prompts(&some).await.unwrap();
        inserted += some.len();
        if inserted % STEP < BATCH {
            eprintln!("inserted {inserted} of {prompts} prompts in {:.0?}", started.elapsed());
        }
    }
    let insert = started.elapsed();
    let started = Instant::now();
    update.finish().await.unwrap();
    let making = Making { insert, finish: started.elapsed() };
    eprintln!(
        "inserted {prompts} prompts in {:.1?}, finished in {:.1?}",
        making.insert, making.finish
    );
    making
}

/// A database that is kept for the next run, in a folder of its own.
#[derive(Debug)]
pub(crate) struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// The one with so many prompts; made by this when there is none.
    pub(crate) fn of(prompts: usize, keep: &Path, make: impl FnOnce(&Path) -> Making) -> Self {
        let folder = keep.join(format!("{prompts}-v{}", corpus::VERSION));
        if !folder.exists() {
            // One that was not finished is never taken for one that was.
            let unfinished = keep.join(format!("{prompts}-unfinished"));
            if unfinished.exists() {
                fs::remove_dir_all(&unfinished).unwrap();
            }
            fs::create_dir_all(&unfinished).unwrap();
            let making = make(&unfinished.join(DATABASE[0]));
            fs::write(unfinished.join(MAKING), serde_json::to_string(&making).unwrap()).unwrap();
            fs::rename(&unfinished, &folder).unwrap();
        }
        Self { folder }
    }

    /// The database's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join(DATABASE[0])
    }

    /// What making it took, whenever that was.
    pub(crate) fn making(&self) -> Making {
        let making = fs::read_to_string(self.folder.join(MAKING)).unwrap();
        serde_json::from_str(&making).unwrap()
    }

    /// Removes all that an index may have left beside the database.
    pub(crate) fn remove_index(&self) {
        for path in others(&self.folder) {
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
    }
}

/// What lies in a database's folder, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) database: u64,
    /// What is neither the database nor its log.
    pub(crate) others: u64,
}

impl Sizes {
    pub(crate) fn of(database: &Path) -> Self {
        let folder = database.parent().unwrap();
        let files = DATABASE.iter().map(|name| size(&folder.join(name)));
        Self { database: files.sum(), others: others(folder).iter().map(|path| size(path)).sum() }
    }
}

fn others(folder: &Path) -> Vec<PathBuf> {
    let own = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        DATABASE.contains(&&*name) || name == MAKING
    };
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| !own(path)).collect()
}

fn size(path: &Path) -> u64 {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        return entries.map(|entry| size(&entry.unwrap().path())).sum();
    }
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Reads the database and its index, so that the kernel holds them in memory: some drop files that
/// nobody uses for a few seconds, and then the disk is measured. Where memory is short, that is
/// what a server does.
pub(crate) fn read_through(database: &Path) {
    for path in fs::read_dir(database.parent().unwrap()).unwrap() {
        read_all(&path.unwrap().path());
    }
}

fn read_all(path: &Path) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| read_all(&entry.unwrap().path()));
    } else {
        io::copy(&mut fs::File::open(path).unwrap(), &mut io::sink()).unwrap();
    }
}
