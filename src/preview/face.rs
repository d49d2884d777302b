//! The embedded font: Noto Serif SC, cut down to what titles need.
//!
//! `font/make.py` says what is in it, `font/OFL.txt` on which terms it is passed on. The font stays
//! where the program lies: nothing of it is copied into memory but what shaping looks up once.

use std::fmt::Write as _;
use std::sync::LazyLock;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, SvgSink};
use harfrust::{Buffer, Feature, Font, ShapeOptions, ShaperFont, Tag, shape};
use unicode_normalization::char::decompose_compatible;

static BYTES: &[u8] = include_bytes!("font/NotoSerifSC-Regular.otf");

/// What an opening quotation mark or bracket is wide where it begins a line, and no more than its
/// own half of a square.
const HALF: Tag = Tag::new(b"halt");
/// Punctuation that both scripts share, as wide as Latin has it.
const PROPORTIONAL: Tag = Tag::new(b"pwid");

/// The most characters of a text that are looked at: more than any picture has room for.
const MOST: usize = 240;

/// What stands between Chinese and Latin, in ems.
const BETWEEN_SCRIPTS: f32 = 0.125;

/// The height of capitals, in ems.
pub(super) const CAPITALS: f32 = 0.73;
/// How much higher than capitals a Chinese character is, in ems.
pub(super) const ABOVE_CAPITALS: f32 = 0.1;

/// The font, ready to be used; none if it cannot be read.
pub(super) fn face() -> Option<&'static Face> {
    static FACE: LazyLock<Option<Face>> = LazyLock::new(Face::read);
    FACE.as_ref()
}

pub(super) struct Face {
    font: Font,
    /// How many of the font's units are one em.
    em: f32,
}

/// A glyph in its place.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    id: u32,
    /// In ems from the start of the line.
    x: f32,
    /// In ems above the line.
    y: f32,
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    glyphs: Vec<Glyph>,
    /// In ems.
    pub(super) width: f32,
}

impl Face {
    fn read() -> Option<Self> {
        let font = Font::new(BYTES, 0)?;
        let em = f32::from(font.units_per_em());
        Some(Self { font, em })
    }

    /// Whether there is a glyph of its own for a character.
    pub(super) fn has(&self, character: char) -> bool {
        self.font.charmap().map_unicode(character).is_some()
    }

    /// A text in what the face has: other forms of a character become the plain one, marks and
    /// pictures it lacks are left out, and letters it lacks become an ellipsis. None where that
    /// leaves too little to go by.
    pub(super) fn legible(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let (mut kept, mut lost) = (0, 0);
        for character in text.chars().take(MOST) {
            if character.is_whitespace() || character.is_control() {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                continue;
            }
            if self.has(character) {
                kept += usize::from(character.is_alphanumeric());
                out.push(character);
                continue;
            }
            let mut plain = String::new();
            decompose_compatible(character, |part| plain.push(part));
            if plain.chars().all(|part| self.has(part)) {
                kept += usize::from(character.is_alphanumeric());
                out.push_str(&plain);
            } else if character.is_alphanumeric() {
                lost += 1;
                if !out.ends_with('…') {
                    out.push('…');
                }
            }
        }
        let end = out.trim_end().len();
        out.truncate(end);
        (kept > lost).then_some(out)
    }

    /// Sets a text on one line.
    pub(super) fn line(&self, text: &str, is_chinese: bool) -> Line {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let font = ShaperFont::new(&self.font);
        let features = features(text, is_chinese);
        if shape(&font, &mut buffer, ShapeOptions::new().features(&features)).is_err() {
            return Line::default();
        }
        let mut line = Line::default();
        let mut before = None;
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let rest = text.get(info.cluster as usize..).unwrap_or_default();
            let script = rest.chars().next().and_then(Script::of);
            if let (Some(before), Some(script)) = (before, script)
                && before != script
            {
                line.width += BETWEEN_SCRIPTS;
            }
            before = script;
            line.glyphs.push(Glyph {
                id: info.glyph_id,
                x: line.width + position.x_offset as f32 / self.em,
                y: position.y_offset as f32 / self.em,
            });
            line.width += position.x_advance as f32 / self.em;
        }
        line
    }

    /// Writes the outlines of a line that begins at a point, as paths of an SVG document.
    pub(super) fn draw(&self, line: &Line, (left, base): (f32, f32), size: f32, out: &mut String) {
        let glyphs = self.font.outline_glyphs();
        let scale = size / self.em;
        for glyph in &line.glyphs {
            let Some(outline) = glyphs.get(glyph.id.into()) else { continue };
            let mut path = SvgSink::new();
            let drawn = outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut path);
            if drawn.is_err() || path.is_empty() {
                continue;
            }
            let (x, y) = (left + glyph.x * size, base - glyph.y * size);
            // Writing to a String cannot fail.
            let _ = write!(
                out,
                "<path transform=\"matrix({scale} 0 0 -{scale} {x} {y})\" d=\"{}\"/>",
                &*path
            );
        }
    }
}

/// What is asked of the font for a text: quotation marks, dashes and ellipses have one code point
/// in both scripts, and are as wide as a Chinese character unless they are told otherwise.
fn features(text: &str, is_chinese: bool) -> Vec<Feature> {
    if !is_chinese {
        return vec![Feature::new(PROPORTIONAL, 1, ..)];
    }
    let mut features = Vec::new();
    if let Some(first) = text.chars().next().filter(|first| "《〈「『【〔（“‘".contains(*first))
    {
        features.push(Feature::new(HALF, 1, ..first.len_utf8()));
    }
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map(|(_, after)| *after);
        let is_latin = |one: Option<char>| one.is_some_and(|one| one.is_ascii_alphanumeric());
        if character == '’' && is_latin(before) && is_latin(after) {
            features.push(Feature::new(PROPORTIONAL, 1, at..at + character.len_utf8()));
        }
        before = Some(character);
    }
    features
}

/// Scripts that keep a distance from each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Chinese,
    Latin,
}

impl Script {
    /// The script of a letter or digit.
    fn of(character: char) -> Option<Self> {
        match character {
            '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' => Some(Self::Chinese),
            character if character < '\u{2000}' && character.is_alphanumeric() => Some(Self::Latin),
            _ => None,
        }
    }
}
