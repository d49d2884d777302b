//! Captions: what is said and heard in a video, for those who do not hear it.
//!
//! WebVTT (W3C, section 4) is read block by block; cues are kept as they are, everything else is
//! left behind: notes, styles and regions say how somebody else's player looked.

use super::{Fault, Product};

/// The most bytes of a file: hours of talk.
pub(super) const MOST_BYTES: u64 = 512 << 10;

/// The cues of a file.
pub(super) fn make(bytes: &[u8]) -> Result<Product, Fault> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Fault::new("is not UTF-8; save it as WebVTT in UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace(['\r'], "\n");
    let begins = text
        .strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']));
    if !begins || text.contains('\0') {
        return Err(Fault::new("does not begin with WEBVTT; save it as WebVTT"));
    }
    let mut out = String::from("WEBVTT\n");
    let mut last = 0;
    let mut block: Vec<&str> = Vec::new();
    let lines = text.lines().chain([""]);
    for (number, line) in (1..).zip(lines) {
        if !line.is_empty() {
            block.push(line);
            continue;
        }
        if let Some(at) = block.iter().take(2).position(|line| line.contains("-->")) {
            let line = number - block.len() + at;
            let (start, end) = block.get(at).and_then(|timing| times(timing)).ok_or_else(|| {
                Fault::new(format!("line {line}: no times; write them as 00:01.000 --> 00:03.500"))
            })?;
            if end <= start || start < last {
                let wrong = if end <= start {
                    "ends before it begins"
                } else {
                    "begins before the one above it"
                };
                return Err(Fault::new(format!("line {line}: the cue {wrong}; correct its times")));
            }
            last = start;
            out.push('\n');
            for line in block.iter().skip(at) {
                out.push_str(line);
                out.push('\n');
            }
        }
        block.clear();
    }
    if !out.contains("-->") {
        return Err(Fault::new("holds no cues; write what is said, and when"));
    }
    Ok(Product::new(out.into_bytes(), "vtt"))
}

/// When a cue begins and ends, in milliseconds.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((time(start.trim())?, time(end)?))
}

/// `01:02:03.004` or `02:03.004`, in milliseconds.
fn time(text: &str) -> Option<u64> {
    let (clock, milliseconds) = text.split_once('.')?;
    let number = |digits: &str, least: usize| {
        let are_digits = digits.len() >= least && digits.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let milliseconds = number(milliseconds, 3).filter(|_| milliseconds.len() == 3)?;
    let mut parts = clock.rsplit(':');
    let seconds = number(parts.next()?, 2).filter(|seconds| *seconds < 60)?;
    let minutes = number(parts.next()?, 2).filter(|minutes| *minutes < 60)?;
    let hours =
        parts.next().map_or(Some(0), |hours| number(hours, 2).filter(|hours| *hours < 1000))?;
    parts.next().is_none().then(|| ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds)
}
