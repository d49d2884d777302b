//! WAV: its format and its samples, and nothing else.

use super::Fault;

/// What a player needs: the format, the samples, and their number where they are packed.
const KEPT: [&[u8; 4]; 3] = [b"fmt ", b"fact", b"data"];

/// The formats browsers play: whole numbers, fractions, and either with more than two channels.
const FORMATS: [u16; 3] = [1, 3, 0xfffe];

/// The same sound without notes.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let broken = |what: &str| Fault::new(format!("is a WAV file {what}; export it again"));
    let mut rest = bytes.get(12..).unwrap_or_default();
    let mut kept = b"WAVE".to_vec();
    let mut has_format = false;
    let mut has_samples = false;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, length @ ..] = *head;
        let name = [a, b, c, d];
        let length = u32::from_le_bytes(length);
        let end = usize::try_from(length).unwrap_or(usize::MAX);
        let Some(content) = body.get(..end) else {
            if KEPT.contains(&&name) {
                return Err(broken("that ends too early"));
            }
            break;
        };
        match &name {
            b"fmt " => {
                let format = content.first_chunk().map(|format| u16::from_le_bytes(*format));
                if !format.is_some_and(|format| FORMATS.contains(&format)) {
                    return Err(Fault::new(
                        "is compressed in a way browsers do not play; \
                                           export it as PCM, or as MP3",
                    ));
                }
                has_format = true;
            }
            b"data" => has_samples = !content.is_empty(),
            _ => {}
        }
        if KEPT.contains(&&name) {
            kept.extend_from_slice(head);
            kept.extend_from_slice(content);
            if !length.is_multiple_of(2) {
                kept.push(0);
            }
        }
        let padded = end.saturating_add(end % 2);
        rest = body.get(padded..).unwrap_or_default();
    }
    if !has_format || !has_samples {
        return Err(broken("without sound"));
    }
    let length = u32::try_from(kept.len()).map_err(|_| broken("that is too long"))?;
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&length.to_le_bytes());
    out.append(&mut kept);
    Ok(out)
}
