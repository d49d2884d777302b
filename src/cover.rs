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
    /// A whole SVG document, fit to be served as it is or put into HTML.
    pub svg: String,
    /// Width of its view box, always 480.
    pub width: u32,
    /// Height of its view box.
    pub height: u32,
    /// The cover's most characteristic colour as `#rrggbb`, readable (4.5:1) on `#fbfaf7`.
    pub accent: String,
}

const WIDTH: u32 = 480;
const LOWEST: u32 = 270;
const TALLEST: u32 = 640;

/// Draws the cover of a prompt. Equal subjects give equal bytes.
#[must_use]
pub fn draw(subject: &Subject<'_>) -> Cover {
    let mut dice = Dice::new(subject.slug);
    let words = Reading::of(subject.text);
    let palette = Palette::of(&words, &mut dice);
    let (_, height) = size(subject.aspect_ratio);
    let mut canvas = Canvas::new();
    let scene = Scene::new(subject, (WIDTH, height), palette, words, &mut dice);
    scene.compose(&mut canvas, &mut dice);
    let definitions = scene.definitions(&canvas);
    Cover {
        svg: canvas.finish(WIDTH, height, &definitions),
        width: WIDTH,
        height,
        accent: scene.into_accent(),
    }
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
