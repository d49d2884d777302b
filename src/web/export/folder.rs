//! The folder an export is written to.
//!
//! A list of what was written, with a hash of each file, lies in it. It says that the folder is
//! ours, which files are as they were, and which are left over; what it does not name is never
//! removed. While files are written the list only grows, so that an export that was cut short is
//! known to the next one.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::Error;
use crate::web::coding::{Coding, Effort};

/// The list's name. No page's name begins with an underscore.
const LIST: &str = "_export";
/// Its first line.
const HEADING: &str = "prompt-gallery export 1";
/// A file that is not all there.
const PART: &str = "_part";
/// A smaller file is sent in one packet anyway, in bytes.
const WORTH_PACKING: usize = 1200;
/// The last tenth takes ten times as long, which only pays off for files that many will fetch.
const EFFORT: Effort = if cfg!(debug_assertions) { Effort::Quick } else { Effort::Best };

/// A folder that is being written.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// What was there: hashes by path.
    before: BTreeMap<String, String>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    list: File,
    /// What is there now.
    files: BTreeMap<String, String>,
    written: usize,
}

/// What became of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) files: usize,
    pub(super) written: usize,
    pub(super) removed: usize,
}

impl Folder {
    /// Opens a folder that is missing, empty, or an export.
    pub(super) fn open(root: &Path) -> Result<Self, Error> {
        let fault = |source| Error::Folder { path: root.to_owned(), source };
        fs::create_dir_all(root).map_err(fault)?;
        let list = root.join(LIST);
        let before = match fs::read_to_string(&list) {
            Ok(text) => read(&text).ok_or_else(|| Error::NotOurs(root.to_owned()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::read_dir(root).map_err(fault)?.next().is_some() {
                    return Err(Error::NotOurs(root.to_owned()));
                }
                BTreeMap::new()
            }
            Err(error) => return Err(Error::Folder { path: list, source: error }),
        };
        let fault = |source| Error::Folder { path: list.clone(), source };
        let mut list = OpenOptions::new().create(true).append(true).open(&list).map_err(fault)?;
        if list.try_lock().is_err() {
            return Err(Error::InUse(root.to_owned()));
        }
        if before.is_empty() && list.metadata().map_err(fault)?.len() == 0 {
            writeln!(list, "{HEADING}").map_err(fault)?;
        }
        let state = State { list, files: BTreeMap::new(), written: 0 };
        Ok(Self { root: root.to_owned(), before, state: Mutex::new(state) })
    }

    /// Puts a file there, and its compressed twins beside it where they are worth it.
    pub(super) fn put(&self, path: &str, bytes: &[u8], packs: bool) -> Result<(), Error> {
        let is_new = self.put_one(path, bytes)?;
        if !packs || bytes.len() < WORTH_PACKING {
            return Ok(());
        }
        for (ending, coding) in [("br", Coding::Brotli), ("gz", Coding::Gzip)] {
            let twin = format!("{path}.{ending}");
            // Packing takes longest; what was packed stays as long as its original.
            if !is_new && self.keep(&twin)? {
                continue;
            }
            if let Some(packed) = coding.pack(bytes, EFFORT) {
                self.put_one(&twin, &packed)?;
            }
        }
        Ok(())
    }

    /// Puts one file there, unless it is there already; returns whether it was not.
    fn put_one(&self, path: &str, bytes: &[u8]) -> Result<bool, Error> {
        let file = self.file(path)?;
        let hash = hash(bytes);
        if fs::read(&file).is_ok_and(|old| old == bytes) {
            self.note(path, hash, false)?;
            return Ok(!self.before.contains_key(path));
        }
        self.note(path, hash, true)?;
        let fault = |source| Error::Folder { path: file.clone(), source };
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(fault)?;
        }
        // One at a time, so that what a broken off export left is overwritten by the next.
        let _state = self.state();
        let part = self.root.join(PART);
        fs::write(&part, bytes).and_then(|()| fs::rename(&part, &file)).map_err(fault)?;
        Ok(true)
    }

    /// Keeps a file as it was, if it is as it was.
    fn keep(&self, path: &str) -> Result<bool, Error> {
        let Some(old) = self.before.get(path) else { return Ok(false) };
        let is_same = fs::read(self.file(path)?).is_ok_and(|bytes| hash(&bytes) == *old);
        if is_same {
            self.note(path, old.clone(), false)?;
        }
        Ok(is_same)
    }

    /// Puts a file on the list before it is written.
    fn note(&self, path: &str, hash: String, is_written: bool) -> Result<(), Error> {
        let mut state = self.state();
        if self.before.get(path) != Some(&hash) {
            let fault = |source| Error::Folder { path: self.root.join(LIST), source };
            writeln!(state.list, "{hash} {path}").map_err(fault)?;
        }
        state.written += usize::from(is_written);
        state.files.insert(path.to_owned(), hash);
        Ok(())
    }

    fn file(&self, path: &str) -> Result<PathBuf, Error> {
        let is_plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        };
        if path.split('/').all(is_plain) && ![LIST, PART].contains(&path) {
            Ok(self.root.join(path))
        } else {
            Err(Error::Name(path.to_owned()))
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what is left over of the last export, and closes the list.
    pub(super) fn finish(self) -> Result<Outcome, Error> {
        let mut removed = 0;
        let state = self.state();
        for (path, old) in self.before.iter().filter(|(path, _)| !state.files.contains_key(*path)) {
            let file = self.file(path)?;
            // What somebody changed is theirs.
            if fs::read(&file).is_ok_and(|bytes| hash(&bytes) == *old) {
                fs::remove_file(&file)
                    .map_err(|source| Error::Folder { path: file.clone(), source })?;
                removed += 1;
                self.remove_empty(&file);
            }
        }
        let mut list = format!("{HEADING}\n");
        for (path, hash) in &state.files {
            list.push_str(&format!("{hash} {path}\n"));
        }
        let path = self.root.join(LIST);
        if fs::read_to_string(&path).is_ok_and(|old| old == list) {
            return Ok(Outcome { files: state.files.len(), written: state.written, removed });
        }
        let part = self.root.join(PART);
        fs::write(&part, list)
            .and_then(|()| fs::rename(&part, &path))
            .map_err(|source| Error::Folder { path, source })?;
        Ok(Outcome { files: state.files.len(), written: state.written, removed })
    }

    /// Removes the folders a file leaves empty.
    fn remove_empty(&self, file: &Path) {
        let mut folder = file.parent();
        while let Some(path) = folder.filter(|path| *path != self.root) {
            if fs::remove_dir(path).is_err() {
                break;
            }
            folder = path.parent();
        }
    }
}

/// The files of a list; the last line on a file counts. None where it is no list of ours.
fn read(text: &str) -> Option<BTreeMap<String, String>> {
    let mut lines = text.lines();
    // Cut short before the first word was written.
    if text.is_empty() {
        return Some(BTreeMap::new());
    }
    if lines.next() != Some(HEADING) {
        return None;
    }
    Some(
        lines
            .filter_map(|line| line.split_once(' '))
            .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
            .collect(),
    )
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(root: &Path, files: &[(&str, &str)]) -> Outcome {
        let folder = Folder::open(root).unwrap();
        for (path, text) in files {
            folder.put(path, text.as_bytes(), true).unwrap();
        }
        folder.finish().unwrap()
    }

    fn time(file: &Path) -> std::time::SystemTime {
        fs::metadata(file).unwrap().modified().unwrap()
    }

    #[test]
    fn what_did_not_change_is_left_alone_and_what_is_gone_is_removed() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().join("out");
        let long = "north light ".repeat(300);
        let first = export(&root, &[("a.html", &long), ("b/c.html", "old"), ("d.html", "gone")]);
        assert_eq!(first, Outcome { files: 5, written: 5, removed: 0 });
        assert!(root.join("a.html.br").is_file() && root.join("a.html.gz").is_file());
        let before = [time(&root.join("a.html")), time(&root.join("a.html.br"))];
        let list = fs::read(root.join(LIST)).unwrap();
        assert_eq!(
            export(&root, &[("a.html", &long), ("b/c.html", "old"), ("d.html", "gone")]).written,
            0
        );
        assert_eq!(fs::read(root.join(LIST)).unwrap(), list);
        fs::write(root.join("mine.txt"), "not from here").unwrap();
        fs::write(root.join("d.html"), "changed by hand").unwrap();
        let second = export(&root, &[("a.html", &long)]);
        assert_eq!(second, Outcome { files: 3, written: 0, removed: 1 });
        assert_eq!([time(&root.join("a.html")), time(&root.join("a.html.br"))], before);
        assert!(!root.join("b").exists());
        assert!(root.join("mine.txt").is_file() && root.join("d.html").is_file());
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(Error::NotOurs(_))));
        fs::write(folder.path().join(LIST), "something else").unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(Error::NotOurs(_))));
    }

    #[test]
    fn what_a_broken_off_export_left_is_tidied_by_the_next() {
        let folder = tempfile::TempDir::new().unwrap();
        let broken = Folder::open(folder.path()).unwrap();
        broken.put("left/over.html", b"half an export", true).unwrap();
        drop(broken);
        let outcome = export(folder.path(), &[("a.html", "whole")]);
        assert_eq!(outcome, Outcome { files: 1, written: 1, removed: 1 });
        assert!(!folder.path().join("left").exists());
    }

    #[test]
    fn one_export_at_a_time_writes_a_folder() {
        let folder = tempfile::TempDir::new().unwrap();
        let first = Folder::open(folder.path()).unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(Error::InUse(_))));
        drop(first);
        assert!(Folder::open(folder.path()).is_ok());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::TempDir::new().unwrap();
        let open = Folder::open(folder.path()).unwrap();
        for name in ["../a", "a/../b", "/a", "a//b", "a\\b", ".git", LIST, ""] {
            assert!(matches!(open.put(name, b"x", false), Err(Error::Name(_))), "{name}");
        }
    }
}
