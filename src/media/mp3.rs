//! MP3: its frames, and nothing else.

use super::Fault;

/// Bits a second, in thousands, by the index in a frame's head: of MPEG 1, and of MPEG 2 and 2.5.
const RATES: [[usize; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Samples a second of MPEG 1, by the index in a frame's head.
const FREQUENCIES: [usize; 3] = [44_100, 48_000, 32_000];

/// The fewest frames: about a twentieth of a second.
const FEWEST: usize = 2;

/// The same sound without notes: those before the first frame and those behind the last.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut rest = bytes;
    while let Some(behind) = without_id3(rest) {
        rest = behind;
    }
    let mut frames = Vec::with_capacity(rest.len());
    let mut count = 0;
    while let Some(length) = frame_length(rest) {
        let Some((frame, behind)) = rest.split_at_checked(length) else { break };
        frames.extend_from_slice(frame);
        rest = behind;
        count += 1;
    }
    let is_note = [&b"TAG"[..], b"APETAGEX", b"LYRICSBEGIN", b"ID3"]
        .iter()
        .any(|start| rest.starts_with(start));
    // A last frame may have been cut off; zeros fill up what some programs write.
    let is_rest = frame_length(rest).is_some() || rest.iter().all(|byte| *byte == 0);
    if count < FEWEST || !(is_note || is_rest) {
        let at = bytes.len() - rest.len();
        return Err(Fault::new(format!(
            "is no sound from byte {at} on, though it begins like an MP3 file; export it again"
        )));
    }
    Ok(frames)
}

/// What is behind an ID3v2 tag; none where there is no such tag.
fn without_id3(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.strip_prefix(b"ID3")?.first_chunk::<7>()?;
    let [_, _, flags, length @ ..] = *head;
    // Seven bits of each byte count.
    let length = length.iter().fold(0, |length, byte| (length << 7) | usize::from(byte & 0x7f));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(bytes.get(10 + length + footer..).unwrap_or_default())
}

/// The length of the frame that begins here, if one does: MPEG 1, 2 or 2.5, layer III.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let [first, second, third, ..] = *bytes else { return None };
    if first != 0xff || second & 0xe6 != 0xe2 {
        return None;
    }
    let (rates, slower, samples) = match second >> 3 & 3 {
        0 => (&RATES[1], 4, 72),
        2 => (&RATES[1], 2, 72),
        3 => (&RATES[0], 1, 144),
        _ => return None,
    };
    let rate = rates.get(usize::from(third >> 4).checked_sub(1)?)?;
    let frequency = FREQUENCIES.get(usize::from(third >> 2 & 3))? / slower;
    let padding = usize::from(third >> 1 & 1);
    Some(samples * rate * 1000 / frequency + padding)
}
