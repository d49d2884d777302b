//! Breaking a text into lines.
//!
//! Where a line may end Unicode says (UAX 14): between words of Latin, and between any two
//! characters of Chinese but before punctuation that closes and after such that opens. The lines of
//! a text are about equally long, so that none holds one word alone.

use unicode_linebreak::linebreaks;

use super::face::{Face, Line};

/// What the lines of a title are tried to be narrowed to, in parts of what they may have.
const NARROWER: [f32; 9] = [0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64];

/// A text in lines.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) lines: Vec<Line>,
    /// Pixels to the em.
    pub(super) size: f32,
}

/// Sets a text in one of these sizes, the first that fits into so many lines of a width in pixels.
/// What fits in none ends in an ellipsis.
pub(super) fn set(
    face: &Face,
    text: &str,
    is_chinese: bool,
    sizes: &[f32],
    (width, most): (f32, usize),
) -> Set {
    let fitting = |size: f32| {
        let whole = wrap(face, text, is_chinese, width / size, most);
        whole.is_whole().then_some((whole, size))
    };
    let mut fitting = sizes.iter().copied().filter_map(fitting);
    let chosen = fitting.next().map(|first| match fitting.next() {
        // One step smaller is better than one line more.
        Some(second) if second.0.lines.len() < first.0.lines.len() => second,
        _ => first,
    });
    let size = chosen.as_ref().map(|(_, size)| *size).or(sizes.last().copied()).unwrap_or_default();
    let texts = match chosen {
        Some((whole, size)) => balanced(face, text, is_chinese, width / size, whole).lines,
        None => {
            let mut wrapped = wrap(face, text, is_chinese, width / size, most);
            if !wrapped.left.is_empty()
                && let Some(last) = wrapped.lines.last_mut()
            {
                *last = shortened(face, last, is_chinese, width / size);
            }
            wrapped.lines
        }
    };
    Set { lines: texts.iter().map(|text| face.line(text, is_chinese)).collect(), size }
}

/// The same text in as many lines, about equally long. Lines of Chinese, which may end in the
/// middle of a word, rather end where the text pauses.
fn balanced<'a>(
    face: &Face,
    text: &'a str,
    is_chinese: bool,
    width: f32,
    whole: Wrapped<'a>,
) -> Wrapped<'a> {
    let most = whole.lines.len();
    let narrowed = NARROWER.iter().map_while(|part| {
        let narrowed = wrap(face, text, is_chinese, width * part, most);
        narrowed.is_whole().then_some(narrowed)
    });
    let mut all: Vec<Wrapped<'_>> = std::iter::once(whole).chain(narrowed).collect();
    let pausing = all.iter().position(Wrapped::ends_in_pauses).filter(|_| is_chinese);
    all.swap_remove(pausing.unwrap_or(all.len() - 1))
}

/// What became of a text.
struct Wrapped<'a> {
    lines: Vec<String>,
    /// What had no room.
    left: &'a str,
    /// Whether a word had to be broken where it may not be.
    is_torn: bool,
}

impl Wrapped<'_> {
    /// Whether everything has its place.
    fn is_whole(&self) -> bool {
        self.left.is_empty() && !self.is_torn
    }

    /// Whether every line but the last ends in punctuation.
    fn ends_in_pauses(&self) -> bool {
        let lines = self.lines.iter().rev().skip(1);
        lines.flat_map(|line| line.chars().next_back()).all(|last| !last.is_alphanumeric())
    }
}

/// Breaks a text into at most so many lines, as full as they may be; widths are in ems.
fn wrap<'a>(face: &Face, text: &'a str, is_chinese: bool, width: f32, most: usize) -> Wrapped<'a> {
    let fits = |text: &str| face.line(text.trim_end(), is_chinese).width <= width;
    let ends: Vec<usize> = linebreaks(text).map(|(end, _)| end).collect();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut is_torn = false;
    while start < text.len() && lines.len() < most {
        let piece = |end: usize| text.get(start..end).unwrap_or_default();
        let further = ends.iter().copied().filter(|end| *end > start);
        let end = further.take_while(|end| fits(piece(*end))).last().unwrap_or_else(|| {
            is_torn = true;
            let rest = piece(text.len()).char_indices();
            let ends = rest.map(|(at, character)| start + at + character.len_utf8());
            // At least one character, lest it never end.
            let least = ends.clone().next().unwrap_or(text.len());
            ends.take_while(|end| fits(piece(*end))).last().unwrap_or(least)
        });
        lines.push(piece(end).trim_end().to_owned());
        start = end;
    }
    Wrapped { lines, left: text.get(start..).unwrap_or_default(), is_torn }
}

/// A line with an ellipsis at its end, and as much before it as there is room for.
fn shortened(face: &Face, line: &str, is_chinese: bool, width: f32) -> String {
    let mut kept = line;
    loop {
        let bare = kept.trim_end_matches(|last: char| !last.is_alphanumeric());
        let shortened = format!("{bare}…");
        if bare.is_empty() || face.line(&shortened, is_chinese).width <= width {
            return shortened;
        }
        // Whole words where there are some.
        let end = linebreaks(bare).map(|(end, _)| end).filter(|end| *end < bare.len()).last();
        let end = end.or_else(|| bare.char_indices().next_back().map(|(at, _)| at));
        kept = end.and_then(|end| bare.get(..end)).unwrap_or_default();
    }
}
