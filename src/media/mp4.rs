//! MP4: the boxes a player needs stay where they are, all others are emptied.
//!
//! An emptied box keeps its length and becomes `free`, so that every offset in the file stays
//! right (ISO/IEC 14496-12, section 8.1.2).

use std::ops::Range;

use super::Fault;
use crate::catalog::Modality;

/// How deep boxes that we look into are nested.
const DEEPEST: usize = 6;

/// The most tracks: a picture and some languages.
const MOST_TRACKS: usize = 8;

/// What is done with a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    /// It stays as it is.
    Keep,
    /// Its boxes are looked at in turn.
    Open,
    /// It says when it was made.
    Dated,
    /// It says what a track is.
    Handler,
    /// It says how a track is coded.
    Codec,
    /// It is emptied.
    Empty,
}

/// What is done with a box, by the box it is in and its own type.
fn treatment(parent: &[u8; 4], name: &[u8; 4]) -> Treatment {
    use Treatment::{Codec, Dated, Empty, Handler, Keep, Open};
    match (parent, name) {
        (b"file", b"ftyp" | b"styp" | b"mdat" | b"sidx" | b"mfra") => Keep,
        (b"file", b"moov" | b"moof") => Open,
        (b"moov", b"mvhd") | (b"trak", b"tkhd") | (b"mdia", b"mdhd") => Dated,
        (b"moov", b"trak" | b"mvex") => Open,
        (b"mvex", b"mehd" | b"trex") => Keep,
        (b"trak", b"edts" | b"tref") => Keep,
        (b"trak", b"mdia") | (b"mdia", b"minf") | (b"minf", b"stbl") => Open,
        (b"mdia", b"hdlr") => Handler,
        (b"mdia", b"elng") => Keep,
        (b"minf", b"vmhd" | b"smhd" | b"dinf") => Keep,
        (b"stbl", b"stsd") => Codec,
        (
            b"stbl",
            b"stts" | b"ctts" | b"cslg" | b"stss" | b"stsh" | b"stsz" | b"stz2" | b"stsc" | b"stco"
            | b"co64" | b"sdtp" | b"sbgp" | b"sgpd" | b"subs" | b"padb" | b"stdp",
        ) => Keep,
        (b"moof", b"mfhd") => Keep,
        (b"moof", b"traf") => Open,
        (b"traf", b"tfhd" | b"tfdt" | b"trun" | b"sbgp" | b"sgpd" | b"sdtp" | b"subs") => Keep,
        _ => Empty,
    }
}

/// What was found out about a file.
#[derive(Debug, Default)]
struct Tracks {
    handlers: Vec<[u8; 4]>,
    codecs: Vec<[u8; 4]>,
    has_samples: bool,
}

/// The same recording without notes, whether it is a video or a sound, and whether anything is to
/// be heard.
pub(super) fn clean(bytes: &[u8]) -> Result<(Vec<u8>, Modality, bool), Fault> {
    let mut out = bytes.to_vec();
    let mut tracks = Tracks::default();
    let whole = 0..out.len();
    walk(&mut out, whole, b"file", 0, &mut tracks)?;
    let kind = tracks.kind()?;
    Ok((out, kind, tracks.handlers.contains(b"soun")))
}

impl Tracks {
    fn kind(&self) -> Result<Modality, Fault> {
        let count = self.handlers.len();
        if count == 0 || self.codecs.len() != count || !self.has_samples {
            return Err(broken("holds nothing to play"));
        }
        if count > MOST_TRACKS {
            return Err(Fault::new(format!(
                "has {count} tracks, the most is {MOST_TRACKS}; export it with one of each kind"
            )));
        }
        for (handler, codec) in self.handlers.iter().zip(&self.codecs) {
            let is_known = match handler {
                b"vide" => matches!(codec, b"avc1" | b"avc3" | b"av01"),
                b"soun" => matches!(codec, b"mp4a" | b"Opus"),
                _ => {
                    return Err(Fault::new(format!(
                        "has a track of type \"{}\" besides picture and sound; export it \
                         without",
                        printable(handler)
                    )));
                }
            };
            if !is_known {
                return Err(Fault::new(format!(
                    "is coded as \"{}\"; export it with H.264 or AV1, and AAC or Opus",
                    printable(codec)
                )));
            }
        }
        let is_video = self.handlers.contains(b"vide");
        Ok(if is_video { Modality::Video } else { Modality::Audio })
    }
}

fn broken(what: &str) -> Fault {
    Fault::new(format!("begins like an MP4 file, but {what}; export it again"))
}

fn printable(name: &[u8; 4]) -> String {
    name.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_graphic).collect()
}

/// Looks at each box of a part of the file.
fn walk(
    out: &mut [u8],
    part: Range<usize>,
    parent: &[u8; 4],
    depth: usize,
    tracks: &mut Tracks,
) -> Result<(), Fault> {
    if depth > DEEPEST {
        return Err(broken("its boxes are nested too deeply"));
    }
    let mut at = part.start;
    while at < part.end {
        let (name, head, end) = head(out, at, part.end).ok_or_else(|| broken("ends too early"))?;
        let content = head..end;
        match treatment(parent, &name) {
            Treatment::Keep => tracks.has_samples |= &name == b"mdat" && head < end,
            Treatment::Open => walk(out, content, &name, depth + 1, tracks)?,
            Treatment::Dated => undate(out.get_mut(content).unwrap_or_default()),
            Treatment::Handler => tracks.handlers.extend(four(out, head + 8, end)),
            // Version and flags, the number of entries, and the length of the first.
            Treatment::Codec => tracks.codecs.extend(four(out, head + 12, end)),
            Treatment::Empty => {
                if let Some(name) = out.get_mut(at + 4..at + 8) {
                    name.copy_from_slice(b"free");
                }
                out.get_mut(content).unwrap_or_default().fill(0);
            }
        }
        at = end;
    }
    Ok(())
}

/// The type of the box that begins here, where its content begins, and where it ends.
fn head(bytes: &[u8], at: usize, end: usize) -> Option<([u8; 4], usize, usize)> {
    let rest = bytes.get(at..end)?;
    let length = u32::from_be_bytes(*rest.first_chunk()?);
    let name = *rest.get(4..)?.first_chunk()?;
    let (length, head) = match length {
        0 => (end - at, 8),
        1 => {
            let length = u64::from_be_bytes(*rest.get(8..)?.first_chunk()?);
            (usize::try_from(length).ok()?, 16)
        }
        length => (usize::try_from(length).ok()?, 8),
    };
    let fits = length >= head && length <= end - at;
    fits.then_some((name, at + head, at + length))
}

fn four(bytes: &[u8], at: usize, end: usize) -> Option<[u8; 4]> {
    bytes.get(at..end)?.first_chunk().copied()
}

/// Takes out when something was made and changed.
fn undate(content: &mut [u8]) {
    let length = if content.first() == Some(&1) { 16 } else { 8 };
    content.get_mut(4..4 + length).unwrap_or_default().fill(0);
}
