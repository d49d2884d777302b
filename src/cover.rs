//! The drawn cover of a prompt.
//!
//! A prompt without a finished picture still needs a face in the gallery, and one that says
//! something about it. This module owns that face: an SVG drawn from nothing but the prompt, so it
//! needs no storage, no network and no model, and the same prompt looks the same on every machine.
//!
//! - `words` reads the text: the colours, materials, things and hours it names.
//! - `palette` turns what was named into colours that sit well next to any other cover's.
//! - `composition` arranges shapes by category; the slug's hash chooses between variants.
//! - `canvas` writes the SVG and holds the arithmetic that must not differ between machines.

mod canvas;
mod composition;
mod palette;
mod words;

use std::fmt::Write as _;

use canvas::{Canvas, Dice};
use composition::Scene;
use palette::Palette;
use words::Reading;

/// What a cover is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Names the prompt; its hash chooses between the variants of a composition.
    pub slug: &'a str,
    /// The prompt itself, of which the first 4 kB are looked at.
    pub text: &'a str,
    /// The slug of its category, which decides the composition.
    pub category: &'a str,
    /// `image`, `video`, `audio` or `text`; decides the composition where the category is unknown.
    pub modality: &'a str,
    /// Width to height of what the prompt makes, kept between 3:4 and 16:9.
    pub aspect_ratio: Option<(u32, u32)>,
}

/// A drawn cover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cover {
    /// What stands inside the `<svg>` element: plain shapes and the gradients they use, without
    /// style, script or any word of the prompt. Its ids begin with a capital letter.
    pub drawing: String,
    /// Width of its view box, always 480.
    pub width: u32,
    /// Height of its view box.
    pub height: u32,
    /// The direction of the cover's main colour on the OKLCH circle in steps of 15 degrees, `0` to
    /// `23`; none where the cover is grey.
    pub hue: Option<u8>,
}

impl Cover {
    /// The cover as a document of its own.
    #[must_use]
    pub fn svg(&self) -> String {
        let Self { drawing, width, height, .. } = self;
        format!(
            "<svg xmlns=\"{NAMESPACE}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\">{drawing}</svg>"
        )
    }
}

const NAMESPACE: &str = "http://www.w3.org/2000/svg";
const WIDTH: u32 = 480;
const LOWEST: u32 = 270;
const TALLEST: u32 = 640;
/// What is left free between the covers of a sheet, so that none shows at the edge of another.
const GAP: u32 = 40;

/// Draws the cover of a prompt. Equal subjects give equal bytes.
#[must_use]
pub fn draw(subject: &Subject<'_>) -> Cover {
    // A page may hold several drawings: the ids in one must not be found in another.
    draw_with(subject, &format!("C{:x}", canvas::fnv1a(subject.slug) >> 36))
}

/// The covers of several prompts in one document, one below the other. The fragment `#slug` shows
/// one of them alone, so that many pictures on a page are one request.
///
/// The document has no size of its own: a picture of it is as large as the page says.
#[must_use]
pub fn sheet(subjects: &[Subject<'_>]) -> String {
    let mut views = String::new();
    let mut covers = String::new();
    let mut top = 0;
    for (n, subject) in subjects.iter().enumerate() {
        // Slugs have no capital letters, so that no id in a drawing is the name of a view.
        let Cover { drawing, width, height, .. } = draw_with(subject, &format!("C{n}"));
        let slug = subject.slug;
        // Writing to a String cannot fail.
        // A frame that is a hair higher or wider than the cover is still filled.
        let _ = write!(
            views,
            "<view id=\"{slug}\" viewBox=\"0 {top} {width} {height}\" \
             preserveAspectRatio=\"xMidYMid slice\"/>"
        );
        let _ = write!(
            covers,
            "<svg y=\"{top}\" width=\"{width}\" height=\"{height}\">{drawing}</svg>"
        );
        top += height + GAP;
    }
    format!("<svg xmlns=\"{NAMESPACE}\">{views}{covers}</svg>")
}

/// Draws a cover whose ids begin with `id`.
fn draw_with(subject: &Subject<'_>, id: &str) -> Cover {
    let mut dice = Dice::new(subject.slug);
    let words = Reading::of(subject.text);
    let palette = Palette::of(&words, &mut dice);
    let hue = palette.hue;
    let (_, height) = size(subject.aspect_ratio);
    let mut canvas = Canvas::new();
    let scene = Scene::new(subject, id, (WIDTH, height), palette, words, &mut dice);
    scene.compose(&mut canvas, &mut dice);
    let definitions = scene.definitions(&canvas);
    Cover { drawing: canvas.finish(&definitions), width: WIDTH, height, hue }
}

/// The size of a cover's view box, without drawing it.
#[must_use]
pub fn size(aspect_ratio: Option<(u32, u32)>) -> (u32, u32) {
    (WIDTH, height_for(aspect_ratio))
}

/// The height at a width of 480, between 16:9 and 3:4, and 4:3 where nothing is said.
fn height_for(aspect_ratio: Option<(u32, u32)>) -> u32 {
    let (across, down) =
        aspect_ratio.filter(|(across, down)| *across > 0 && *down > 0).unwrap_or((4, 3));
    let height = u64::from(WIDTH) * u64::from(down) / u64::from(across);
    u32::try_from(height).unwrap_or(TALLEST).clamp(LOWEST, TALLEST)
}

#[cfg(test)]
#[allow(clippy::string_slice)] // a test may panic
mod tests;
