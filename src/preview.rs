//! The picture that stands for a page where a link to it is shared.
//!
//! Chats and social networks show a picture, a title and a line beneath. This module owns that
//! picture: 1200 by 630 pixels, set like a page of the gallery, with the title in the gallery's own
//! face, so that it reads the same on every machine and nothing has to be installed.
//!
//! - `face` is the embedded font: what it has, how wide a text is, and its outlines.
//! - `setting` breaks a text into lines that fit.
//! - `sheet` puts everything in its place and writes it as SVG.
//!
//! A picture takes tens of milliseconds of a core and some 10 MB while it is made, so it is nothing
//! for a thread that has others to attend to.

mod face;
mod setting;
mod sheet;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

/// What every link preview is wide, in pixels.
pub const WIDTH: u32 = 1200;
/// What every link preview is high, in pixels.
pub const HEIGHT: u32 = 630;

/// What a picture shows.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Small, at the top: where this is.
    pub place: String,
    /// Large.
    pub title: Title,
    /// Small, at the bottom, each on one line or two.
    pub notes: Vec<String>,
    /// Beside the words: one alone, or up to four as a contact sheet.
    pub drawings: Vec<Drawing>,
    /// The direction of the accent on the OKLCH circle in steps of 15 degrees; none is ink.
    pub hue: Option<u8>,
}

/// A title, as its author wrote it.
#[derive(Clone, Debug)]
pub struct Title {
    /// Its words.
    pub text: String,
    /// What is set if the face lacks their letters.
    pub plain: String,
    /// Whether they are set by the rules of Chinese.
    pub is_chinese: bool,
}

/// A drawing by its size and what stands inside its `<svg>` element.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Shapes.
    pub shapes: String,
    /// The width of its view box.
    pub width: u32,
    /// The height of its view box.
    pub height: u32,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The embedded font cannot be read.
    #[error("the font of link previews cannot be read")]
    Face,
    /// What was drawn is no SVG.
    #[error("a link preview cannot be drawn: {0}")]
    Drawing(#[from] usvg::Error),
    /// There is no memory to draw on.
    #[error("a link preview cannot be drawn: no canvas")]
    Canvas,
    /// The pixels cannot be packed.
    #[error("a link preview cannot be packed: {0}")]
    Packing(#[from] png::EncodingError),
}

impl Preview {
    /// The picture as PNG. Equal previews give equal bytes.
    ///
    /// # Errors
    /// When what is embedded is broken, or a drawing is.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let svg = sheet::svg(self, face::face().ok_or(Error::Face)?);
        let tree = usvg::Tree::from_str(&svg, &usvg::Options::default())?;
        let mut canvas = Pixmap::new(WIDTH, HEIGHT).ok_or(Error::Canvas)?;
        resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
        pack(&canvas)
    }
}

/// Whether the face has a character of its own for everything in a text.
#[must_use]
pub fn has_all(text: &str) -> bool {
    face::face().is_some_and(|face| text.chars().all(|character| face.has(character)))
}

/// A canvas that is nowhere transparent, as PNG.
fn pack(canvas: &Pixmap) -> Result<Vec<u8>, Error> {
    let (pixels, _) = canvas.data().as_chunks::<4>();
    let rows: Vec<u8> =
        pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rows)?;
    writer.finish()?;
    Ok(out)
}

#[cfg(test)]
mod tests;
