//! Samples: images, videos and sounds that show what comes of a prompt.
//!
//! An original is anybody's file, so nothing is believed of it but its bytes: they say what it
//! is, and only what we know is let through, without the camera, the place and the programs it
//! remembers. Pictures are written anew, in the sizes pages need; recordings are copied without
//! their notes.
//!
//! What comes out is kept in a folder beside the database, each file under a name made of its
//! content. A record beside them says what was made of an original, so that the same original
//! is worked on once. The folder can be removed: the next seeding makes it again.

mod captions;
mod mp3;
mod mp4;
mod picture;
mod recording;
mod wav;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalog::{Captions, Locale, Modality, Picture, Recording};

/// How originals are worked on: raise it when that is done in another way.
const VERSION: u8 = 2;

/// The types of file there are: the ending of a name and what it is over HTTP.
const TYPES: [(&str, &str); 8] = [
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("mp4", "video/mp4"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("wav", "audio/wav"),
    ("vtt", "text/vtt"),
];

/// The ending of a record.
const RECORD: &str = "json";

/// Characters of a hash in a file's name.
const HASH: usize = 32;

/// What is wrong with an original, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Whether what is made is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In the folder.
    Keep,
    /// Nowhere; nothing is ever written.
    Discard,
}

/// The folder of a gallery's media.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// A file as it is served.
#[derive(Debug)]
pub struct MediaFile {
    /// Where it lies, if it does.
    pub path: PathBuf,
    /// What tells its content from any other.
    pub hash: String,
    /// Its type, as HTTP calls it.
    pub media_type: &'static str,
}

impl Folder {
    /// The folder that belongs to a database; it may not be there yet.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-media");
        Self { path: path.into() }
    }

    /// The file with this name, whether or not it is there; none for a name no medium has.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<MediaFile> {
        let (hash, extension) = name.split_once('.')?;
        let (_, media_type) = TYPES.into_iter().find(|(known, _)| *known == extension)?;
        is_hash(hash).then(|| MediaFile {
            path: self.path.join(name),
            hash: hash.to_owned(),
            media_type,
        })
    }

    /// Makes originals ready to be shown.
    #[must_use]
    pub fn workshop(&self, mode: Mode) -> Workshop {
        Workshop { folder: self.path.clone(), mode, lock: None }
    }
}

/// The type of a file with this name, as HTTP calls it.
#[must_use]
pub fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    TYPES.into_iter().find(|(known, _)| *known == extension).map(|(_, media_type)| media_type)
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Makes originals ready to be shown, each once.
///
/// Whoever writes to the folder holds its lock until the workshop is dropped, so that nobody
/// clears away what another process is about to use.
#[derive(Debug)]
pub struct Workshop {
    folder: PathBuf,
    mode: Mode,
    lock: Option<File>,
}

/// What was made of an original.
#[derive(Debug, Serialize, Deserialize)]
struct Record<T> {
    made: T,
    /// The length of each file.
    files: BTreeMap<String, u64>,
}

/// A file in the making.
#[derive(Debug)]
struct Product {
    name: String,
    bytes: Vec<u8>,
}

impl Product {
    fn new(bytes: Vec<u8>, extension: &str) -> Self {
        Self { name: format!("{}.{extension}", hash(&[&bytes])), bytes }
    }
}

impl Workshop {
    /// Makes a picture of an image file.
    ///
    /// # Errors
    /// When it is none we know, too large or broken.
    pub fn picture(&mut self, original: &Path) -> Result<Picture, Fault> {
        let bytes = read(original, picture::MOST_BYTES)?;
        self.once("picture", &bytes, picture::make)
    }

    /// Makes a recording of a video or audio file.
    ///
    /// # Errors
    /// When it is none we know, of another kind, too large or broken.
    pub fn recording(&mut self, original: &Path, kind: Modality) -> Result<Recording, Fault> {
        let bytes = read(original, recording::most_bytes(kind))?;
        self.once(kind.slug(), &bytes, |record, bytes| recording::make(record, bytes, kind))
    }

    /// Makes captions of a WebVTT file, which are in this language.
    ///
    /// # Errors
    /// When it is none, too large or broken.
    pub fn captions(&mut self, original: &Path, language: Locale) -> Result<Captions, Fault> {
        let bytes = read(original, captions::MOST_BYTES)?;
        self.once(&format!("captions {language}"), &bytes, |record, bytes| {
            let product = captions::make(bytes)?;
            Ok((Captions { language, record, file: product.name.clone() }, vec![product]))
        })
    }

    /// Whether there is a folder that may be written to.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.mode == Mode::Keep && self.folder.is_dir()
    }

    /// Removes every file of the folder that is none of these. Hold the lock while finding out
    /// which ones those are.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file not removed.
    pub fn tidy(&mut self, used: &HashSet<String>) -> io::Result<()> {
        if !self.is_there() {
            return Ok(());
        }
        self.lock()?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            // Nothing but what we made ourselves, or left behind when we were stopped.
            let ours = name
                .strip_suffix(PART)
                .unwrap_or(name)
                .split_once('.')
                .is_some_and(|(hash, _)| is_hash(hash));
            if ours && !used.contains(name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// What was made of an original before, or is made now.
    fn once<T: Serialize + DeserializeOwned>(
        &mut self,
        purpose: &str,
        original: &[u8],
        make: impl FnOnce(String, &[u8]) -> Result<(T, Vec<Product>), Fault>,
    ) -> Result<T, Fault> {
        let key = hash(&[&[VERSION], purpose.as_bytes(), original]);
        let name = format!("{key}.{RECORD}");
        if self.mode == Mode::Keep {
            self.lock().map_err(|error| self.unwritable(&error))?;
        }
        if let Some(made) = self.recorded(&name) {
            return Ok(made);
        }
        let (made, products) = make(name.clone(), original)?;
        if self.mode == Mode::Keep {
            let files = products
                .iter()
                .map(|product| (product.name.clone(), product.bytes.len() as u64))
                .collect();
            let record = Record { made, files };
            let write = || {
                for product in &products {
                    self.write(&product.name, &product.bytes)?;
                }
                // Last: a record means that everything is there.
                self.write(&name, &serde_json::to_vec(&record)?)
            };
            write().map_err(|error| self.unwritable(&error))?;
            return Ok(record.made);
        }
        Ok(made)
    }

    /// What a record says, if all its files are there.
    fn recorded<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = fs::read(self.folder.join(name)).ok()?;
        let record: Record<T> = serde_json::from_slice(&bytes).ok()?;
        let is_there = |(name, length): (&String, &u64)| {
            fs::metadata(self.folder.join(name)).is_ok_and(|file| file.len() == *length)
        };
        record.files.iter().all(is_there).then_some(record.made)
    }

    /// Writes a file so that it is there as a whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let part = self.folder.join(format!("{name}{PART}"));
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(part, self.folder.join(name))
    }

    /// Waits until nobody else writes to the folder, and keeps everybody else from it.
    ///
    /// # Errors
    /// When the folder cannot be made or locked.
    pub fn lock(&mut self) -> io::Result<()> {
        if self.lock.is_none() {
            fs::create_dir_all(&self.folder)?;
            let file = File::create(self.folder.join("lock"))?;
            file.lock()?;
            self.lock = Some(file);
        }
        Ok(())
    }

    fn unwritable(&self, error: &io::Error) -> Fault {
        let folder = self.folder.display();
        Fault::new(format!("cannot be kept in {folder}: {error}; make that folder writable"))
    }
}

/// Ends the name of a file that is not all there.
const PART: &str = ".part";

fn read(original: &Path, most: u64) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: io::Error| Fault::new(format!("cannot be read: {error}"));
    let length = fs::metadata(original).map_err(unreadable)?.len();
    if length > most {
        return Err(Fault::new(format!("has {length} bytes, the most is {most}; make it smaller")));
    }
    fs::read(original).map_err(unreadable)
}

/// The first half of the SHA-256 of parts, each told from the next.
fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(HASH / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// What a file is, by its first bytes: what we know, and what people try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileType {
    Png,
    Jpeg,
    WebP,
    Mp4,
    Mp3,
    Wav,
    /// Something else, by its name.
    Other(&'static str),
}

impl FileType {
    fn of(bytes: &[u8]) -> Self {
        let at = |offset: usize, text: &[u8]| {
            bytes.get(offset..).is_some_and(|rest| rest.starts_with(text))
        };
        match bytes {
            _ if at(0, b"\x89PNG\r\n\x1a\n") => FileType::Png,
            _ if at(0, b"\xff\xd8\xff") => FileType::Jpeg,
            _ if at(0, b"RIFF") && at(8, b"WEBP") => FileType::WebP,
            _ if at(0, b"RIFF") && at(8, b"WAVE") => FileType::Wav,
            _ if at(4, b"ftypavif") || at(4, b"ftypavis") => FileType::Other("an AVIF image"),
            _ if at(4, b"ftyphei") || at(4, b"ftypmif1") => FileType::Other("a HEIC image"),
            _ if at(4, b"ftypqt  ") => FileType::Other("a QuickTime video"),
            _ if at(4, b"ftyp") => FileType::Mp4,
            _ if at(0, b"ID3") => FileType::Mp3,
            [0xff, second, ..] if second & 0xe6 == 0xe2 => FileType::Mp3,
            _ if at(0, b"GIF8") => FileType::Other("a GIF image"),
            _ if at(0, b"\x1a\x45\xdf\xa3") => FileType::Other("a WebM or Matroska video"),
            _ if at(0, b"OggS") => FileType::Other("an Ogg file"),
            _ if at(0, b"fLaC") => FileType::Other("a FLAC sound"),
            _ if at(0, b"%PDF") => FileType::Other("a PDF document"),
            _ if at(0, b"<svg") || at(0, b"<?xml") => FileType::Other("an SVG image"),
            _ if at(0, b"version https://git-lfs") => {
                FileType::Other("a pointer of Git LFS, not the file itself")
            }
            [] => FileType::Other("empty"),
            _ => FileType::Other("of no type we know"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            FileType::Png => "a PNG image",
            FileType::Jpeg => "a JPEG image",
            FileType::WebP => "a WebP image",
            FileType::Mp4 => "an MP4 file",
            FileType::Mp3 => "an MP3 sound",
            FileType::Wav => "a WAV sound",
            FileType::Other(name) => name,
        }
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)] // a test may panic
mod tests;
