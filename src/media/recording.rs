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
    let (bytes, extension, found) = clean(bytes, kind)?;
    if found != kind {
        let (is, wanted) = (found.slug(), kind.slug());
        return Err(Fault::new(format!(
            "is {is}, though its kind is said to be \"{wanted}\"; write kind = \"{is}\""
        )));
    }
    let product = Product::new(bytes, extension);
    let recording = Recording { record, file: product.name.clone() };
    Ok((recording, vec![product]))
}

/// A recording without its notes, what its name ends in, and what it is.
pub(super) fn clean(
    bytes: &[u8],
    kind: Modality,
) -> Result<(Vec<u8>, &'static str, Modality), Fault> {
    match FileType::of(bytes) {
        FileType::Mp4 => {
            let (bytes, kind) = mp4::clean(bytes)?;
            let extension = if kind == Modality::Video { "mp4" } else { "m4a" };
            Ok((bytes, extension, kind))
        }
        FileType::Mp3 => Ok((mp3::clean(bytes)?, "mp3", Modality::Audio)),
        FileType::Wav => Ok((wav::clean(bytes)?, "wav", Modality::Audio)),
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
