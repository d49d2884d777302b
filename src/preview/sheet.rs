//! Where everything stands: words on paper to the left, what is drawn on sheet to the right.

use std::fmt::Write as _;

use super::face::{ABOVE_CAPITALS, CAPITALS, Face};
use super::setting::{Set, set};
use super::{Drawing, HEIGHT, Preview, WIDTH};

// The light colours of `docs/design-language.md`.
const PAPER: &str = "#fbfaf8";
const SHEET: &str = "#f1f0ec";
const INK: &str = "#1c1a17";
const QUIET: &str = "#5e5a55";
/// `oklch(0.48 0.12 h)` for every hue, with no more chroma than sRGB can show.
const ACCENTS: [&str; 24] = [
    "#913c5b", "#953c47", "#953e32", "#934319", "#8a4b01", "#7e5401", "#735a00", "#666002",
    "#566600", "#3e6c1d", "#197037", "#006f4f", "#006d5f", "#046c6c", "#006a77", "#006884",
    "#006495", "#285e9f", "#4458a1", "#58519e", "#694b96", "#77468b", "#82417d", "#8b3e6d",
];

/// Between the words and the edges.
const EDGE: f32 = 64.0;
/// Where the sheet begins.
const FRAME: f32 = 624.0;
/// What is left of the sheet around a drawing.
const MARGIN: f32 = 48.0;
/// Between the drawings of a contact sheet.
const GAP: f32 = 24.0;
/// Between the words and the sheet.
const COLUMN: f32 = FRAME - 2.0 * EDGE + 16.0;

pub(super) const TITLE_SIZES: [f32; 5] = [84.0, 72.0, 62.0, 54.0, 48.0];
const MOST_LINES: usize = 3;
/// The rule that begins the title.
const RULE_TOP: f32 = 148.0;
const RULE: f32 = 6.0;
const BELOW_RULE: f32 = 44.0;
const SMALL: [f32; 1] = [27.0];
const SMALL_LINE: f32 = 40.0;

/// The whole picture.
pub(super) fn svg(preview: &Preview, face: &Face) -> String {
    let accent = preview.hue.and_then(|hue| ACCENTS.get(usize::from(hue))).unwrap_or(&INK);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <path fill=\"{PAPER}\" d=\"M0 0h{WIDTH}v{HEIGHT}H0z\"/>\
         <path fill=\"{SHEET}\" d=\"M{FRAME} 0H{WIDTH}v{HEIGHT}H{FRAME}z\"/>\
         <path fill=\"{accent}\" d=\"M{EDGE} {RULE_TOP}h{COLUMN}v{RULE}H{EDGE}z\"/>"
    );
    let title = &preview.title;
    let place = small(face, &preview.place, 1);
    words(face, &place, INK, EDGE + SMALL_LINE / 2.0, SMALL_LINE, &mut out);
    let text = face.legible(&title.text);
    let is_chinese = title.is_chinese && text.is_some();
    let text = text.or_else(|| face.legible(&title.plain)).unwrap_or_default();
    let lines = set(face, &text, is_chinese, &TITLE_SIZES, (COLUMN, MOST_LINES));
    let (leading, above) = if is_chinese { (1.36, ABOVE_CAPITALS) } else { (1.16, 0.0) };
    let first = RULE_TOP + RULE + BELOW_RULE + lines.size * (CAPITALS + above);
    words(face, &lines, INK, first, lines.size * leading, &mut out);
    let mut base = HEIGHT as f32 - EDGE;
    for note in preview.notes.iter().rev() {
        let note = small(face, note, 2);
        let first = base - SMALL_LINE * note.lines.len().saturating_sub(1) as f32;
        words(face, &note, QUIET, first, SMALL_LINE, &mut out);
        base = first - SMALL_LINE;
    }
    drawings(&preview.drawings, &mut out);
    out.push_str("</svg>");
    out
}

/// A small text on so many lines.
fn small(face: &Face, text: &str, most: usize) -> Set {
    let is_chinese = text.chars().any(|character| character > '\u{2E7F}');
    let text = face.legible(text).unwrap_or_default();
    set(face, &text, is_chinese, &SMALL, (COLUMN, most))
}

/// Lines below each other, the first on a base.
fn words(face: &Face, set: &Set, colour: &str, first: f32, leading: f32, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<g fill=\"{colour}\">");
    let mut base = first;
    for line in &set.lines {
        face.draw(line, (EDGE, base), set.size, out);
        base += leading;
    }
    out.push_str("</g>");
}

/// One drawing as large as the sheet allows, or several as a contact sheet.
fn drawings(drawings: &[Drawing], out: &mut String) {
    let (width, height) = (WIDTH as f32 - FRAME - 2.0 * MARGIN, HEIGHT as f32 - 2.0 * MARGIN);
    let (left, top) = (FRAME + MARGIN, MARGIN);
    if let [drawing] = drawings {
        place(drawing, (left, top), (width, height), out);
        return;
    }
    let (across, down) = ((width - GAP) / 2.0, (height - GAP) / 2.0);
    let columns = [left, left + across + GAP];
    let corners = [top, top + down + GAP].into_iter().flat_map(|y| columns.map(|x| (x, y)));
    for (drawing, corner) in drawings.iter().zip(corners) {
        place(drawing, corner, (across, down), out);
    }
}

/// A drawing at its own proportions in the middle of its room.
fn place(drawing: &Drawing, (x, y): (f32, f32), (width, height): (f32, f32), out: &mut String) {
    let Drawing { shapes, width: across, height: down } = drawing;
    let _ = write!(
        out,
        "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {across} {down}\"><svg width=\"{across}\" height=\"{down}\">{shapes}</svg></svg>"
    );
}
