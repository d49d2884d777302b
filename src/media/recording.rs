//! Recordings: copied as they are, without the notes in them.

use super::{Fault, FileType, Product, mp3, mp4, wav};
use crate::catalog::{Modality, Recording};

/// The most bytes of a file of this kind.
pub(super) const fn most_bytes(kind: Modality) -> u64 {
    match kind {
        Modality::Video => 64 << 20,
        _ => 32 << 20,
    }
}

/// Makes a recording of the bytes of a video or audio file.
pub(super) fn make(
    record: String,
    bytes: &[u8],
    kind: Modality,
) -> Result<(Recording, Vec<Product>), Fault> {
    let Clean { bytes, extension, kind: found, has_sound } = clean(bytes, kind)?;
    if found != kind {
        let (is, wanted) = (found.slug(), kind.slug());
        return Err(Fault::new(format!(
            "is {is}, though its kind is said to be \"{wanted}\"; write kind = \"{is}\""
        )));
    }
    let product = Product::new(bytes, extension);
    let recording = Recording { record, file: product.name.clone(), has_sound };
    Ok((recording, vec![product]))
}

/// A recording without its notes.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) bytes: Vec<u8>,
    /// What its name ends in.
    pub(super) extension: &'static str,
    /// What it is.
    pub(super) kind: Modality,
    pub(super) has_sound: bool,
}

/// Takes the notes out of a recording.
pub(super) fn clean(bytes: &[u8], kind: Modality) -> Result<Clean, Fault> {
    let sound =
        |bytes, extension| Clean { bytes, extension, kind: Modality::Audio, has_sound: true };
    match FileType::of(bytes) {
        FileType::Mp4 => {
            let (bytes, kind, has_sound) = mp4::clean(bytes)?;
            let extension = if kind == Modality::Video { "mp4" } else { "m4a" };
            Ok(Clean { bytes, extension, kind, has_sound })
        }
        FileType::Mp3 => Ok(sound(mp3::clean(bytes)?, "mp3")),
        FileType::Wav => Ok(sound(wav::clean(bytes)?, "wav")),
        other => {
            let name = other.name();
            Err(Fault::new(match kind {
                Modality::Video => {
                    format!("is {name}; a video is MP4 with H.264 or AV1")
                }
                _ => format!("is {name}; a sound is MP3, M4A or WAV"),
            }))
        }
    }
}
