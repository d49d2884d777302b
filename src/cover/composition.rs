//! The arrangement of a cover: one family of compositions for each category, several variants in
//! each, and the small motifs and textures the words of the prompt add.
//!
//! Everything is drawn relative to the sheet's width, height and shorter side, so that a variant
//! holds from 3:4 to 16:9. Light always falls from one side of the sheet; a cover has one large
//! shape, one fine drawing over it and at most one loud spot.

mod architecture;
mod food;
mod illustration;
mod infographic;
mod land;
mod motif;
mod music;
mod photography;
mod portrait;
mod poster;
mod product;
mod video;

use std::fmt::Write as _;

use super::Subject;
use super::canvas::{Canvas, Dice, Path, fill, sin_cos};
use super::palette::Palette;
use super::words::{Reading, Texture};

/// Where a motif may go: a middle and a radius.
type Spot = (f64, f64, f64);

/// The composition a category asks for.
#[derive(Clone, Copy)]
enum Kind {
    Product,
    Photography,
    Portrait,
    Poster,
    Infographic,
    Food,
    Illustration,
    Architecture,
    Video,
    Music,
}

/// Everything a composition draws from.
pub(super) struct Scene {
    kind: Kind,
    w: f64,
    h: f64,
    /// The shorter side.
    u: f64,
    /// `-1` when the light comes from the left, `1` from the right.
    lit: f64,
    p: Palette,
    words: Reading,
    texture: Option<Texture>,
    id: String,
    /// Paints by reference: the ground, the modelled form, falling light, cast shade, the texture.
    ground: String,
    form: String,
    light: String,
    shade: String,
    grain: String,
}

impl Scene {
    pub(super) fn new(
        subject: &Subject<'_>,
        id: &str,
        (width, height): (u32, u32),
        palette: Palette,
        words: Reading,
        dice: &mut Dice,
    ) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let paint = |part: char| format!("url(#{id}{part})");
        Self {
            kind: kind_of(subject, dice),
            w,
            h,
            u: w.min(h),
            lit: dice.sign(),
            texture: words.textures.first().map(|(texture, _)| *texture),
            ground: paint('g'),
            form: paint('f'),
            light: paint('l'),
            shade: paint('s'),
            grain: paint('t'),
            p: palette,
            words,
            id: id.to_owned(),
        }
    }

    pub(super) fn compose(&self, c: &mut Canvas, dice: &mut Dice) {
        c.rect(0.0, 0.0, self.w, self.h, fill(&self.ground));
        let motif = self.words.motifs.first().map(|(motif, _)| *motif);
        // What a prompt without land speaks of is printed large on the wall behind.
        if let Some(motif) = motif.filter(|_| self.has_wall()) {
            self.print(c, motif);
        }
        let spot = match self.kind {
            Kind::Product => self.product(c, dice),
            Kind::Photography => self.photography(c, dice),
            Kind::Portrait => self.portrait(c, dice),
            Kind::Poster => self.poster(c, dice),
            Kind::Infographic => self.infographic(c, dice),
            Kind::Food => self.food(c, dice),
            Kind::Illustration => self.illustration(c, dice),
            Kind::Architecture => self.architecture(c, dice),
            Kind::Video => self.video(c, dice),
            Kind::Music => self.music(c, dice),
        };
        if let (Some(spot), Some(motif)) = (spot, motif.filter(|_| !self.has_wall())) {
            self.sky(c, dice, motif, spot);
        }
    }

    /// The gradients and the texture that were used.
    pub(super) fn definitions(&self, c: &Canvas) -> String {
        let (p, id) = (&self.p, &self.id);
        let mut defs = String::with_capacity(900);
        let (from, to) = if self.lit < 0.0 { (0, 1) } else { (1, 0) };
        let mut gradient = |part: char, line: &str, stops: [(&str, &str); 2]| {
            let _ = write!(defs, "<linearGradient id=\"{id}{part}\" {line}>");
            for (n, (colour, opacity)) in stops.into_iter().enumerate() {
                let _ = write!(defs, "<stop offset=\"{n}\" stop-color=\"{colour}\"");
                if !opacity.is_empty() {
                    let _ = write!(defs, " stop-opacity=\"{opacity}\"");
                }
                defs.push_str("/>");
            }
            defs.push_str("</linearGradient>");
        };
        let slant = format!("x1=\"{from}\" y1=\"0\" x2=\"{to}\" y2=\"1\"");
        let across = format!("x1=\"{from}\" x2=\"{to}\"");
        let down = "x2=\"0\" y2=\"1\"";
        gradient('g', &slant, [(&p.ground, ""), (&p.ground_far, "")]);
        if c.uses(&self.form) {
            gradient('f', &across, [(&p.main_lit, ""), (&p.main, "")]);
        }
        if c.uses(&self.light) {
            gradient('l', &slant, [(&p.glow, ".85"), (&p.glow, ".1")]);
        }
        if c.uses(&self.shade) {
            gradient('s', down, [(&p.deep, ".55"), (&p.deep, "0")]);
        }
        if c.uses(&self.grain) {
            self.pattern(&mut defs);
        }
        defs
    }

    fn pattern(&self, defs: &mut String) {
        let (w, h, turn, width, d) = match self.texture {
            None | Some(Texture::Dots) => (7, 7, 30, 1.8, "M2 2h0M5.5 5.5h0"),
            Some(Texture::Weave) => (6, 6, 0, 0.8, "M0 1.5h4M3 4.5h4M1.5 3v4M4.5 0v4"),
            Some(Texture::Grain) => {
                (64, 15, 0, 0.9, "M0 4Q16 0 32 4T64 4M0 9Q16 7 32 9T64 9M0 13Q16 15 32 13T64 13")
            }
            Some(Texture::Hatch) => (5, 5, 45, 0.9, "M0 0v5"),
            Some(Texture::Speckle) => (
                34,
                29,
                15,
                1.4,
                "M3 5h0M14 2h.6M24 9h0M9 15h.4M30 20h0M19 22h.5M4 25h0M27 27h.3M16 11h0",
            ),
            Some(Texture::Ripple) => (36, 9, 0, 0.9, "M0 4Q9 1 18 4T36 4"),
        };
        let _ = write!(
            defs,
            "<pattern id=\"{}t\" width=\"{w}\" height=\"{h}\" patternUnits=\"userSpaceOnUse\"",
            self.id
        );
        if turn != 0 {
            let _ = write!(defs, " patternTransform=\"rotate({turn})\"");
        }
        let _ = write!(
            defs,
            "><path d=\"{d}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\" opacity=\".2\"/></pattern>",
            self.p.ink
        );
    }

    /// Lays the texture over a shape drawn by `shape`, when the text names a material.
    fn textured(&self, c: &mut Canvas, shape: impl FnOnce(&mut Canvas, super::canvas::Paint<'_>)) {
        if self.texture.is_some() {
            shape(c, fill(&self.grain));
        }
    }

    /// A point at fractions of the sheet, mirrored when the light comes from the right.
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x(x), self.h * y)
    }

    fn x(&self, x: f64) -> f64 {
        self.w * if self.lit < 0.0 { x } else { 1.0 - x }
    }
}

/// A pointed leaf around `(x, y)`, reaching `r` both ways along `angle`.
fn leaf(x: f64, y: f64, r: f64, angle: f64) -> Path {
    let (s, k) = sin_cos(angle);
    let (tip, base) = ((x + r * k, y + r * s), (x - r * k, y - r * s));
    let (out, back) = ((x - r * 0.8 * s, y + r * 0.8 * k), (x + r * 0.8 * s, y - r * 0.8 * k));
    Path::at(base.0, base.1).bend(out, tip).bend(back, base).close()
}

/// A waxing moon.
fn crescent(x: f64, y: f64, r: f64) -> Path {
    Path::at(x + r * 0.1, y - r * 0.8)
        .arc(r * 0.8, r * 0.8, false, x + r * 0.1, y + r * 0.8)
        .arc(r * 1.05, r * 1.05, true, x + r * 0.1, y - r * 0.8)
        .close()
}

/// A soft closed shape with four lobes.
fn blob(dice: &mut Dice, x: f64, y: f64, r: f64) -> Path {
    let mut reach = || r * dice.range(0.82, 1.12);
    let (e, s, w, n) = (reach() * 1.15, reach(), reach() * 1.15, reach());
    let k = 0.62;
    Path::at(x + e, y)
        .curve((x + e, y + s * k), (x + e * k, y + s), (x, y + s))
        .smooth((x - w, y + s * k), (x - w, y))
        .smooth((x - w * k, y - n), (x, y - n))
        .smooth((x + e, y - n * k), (x + e, y))
        .close()
}

/// A blob leaning to one side.
fn blob_near(dice: &mut Dice, x: f64, y: f64, r: f64) -> Path {
    let lean = dice.range(0.2, 0.5) * r;
    Path::at(x - r, y)
        .curve((x - r, y - r * 0.9), (x + lean, y - r * 1.2), (x + r, y - r * 0.3))
        .smooth((x + r * 0.6 + lean, y + r), (x, y + r * 0.85))
        .smooth((x - r, y + r * 0.6), (x - r, y))
        .close()
}

/// The composition a subject asks for.
fn kind_of(subject: &Subject<'_>, dice: &mut Dice) -> Kind {
    let chosen = dice.pick(
        Kind::Illustration,
        &[Kind::Poster, Kind::Photography, Kind::Product, Kind::Architecture],
    );
    match subject.category {
        "product-brand" => Kind::Product,
        "photography" => Kind::Photography,
        "portrait" | "character-design" => Kind::Portrait,
        "poster-design" => Kind::Poster,
        "infographic" | "learning-science" | "ui-icon" => Kind::Infographic,
        "food-drink" => Kind::Food,
        "illustration" | "game-art" => Kind::Illustration,
        "architecture-interior" => Kind::Architecture,
        "video" | "animation" | "storyboard-film" => Kind::Video,
        "music-voice" => Kind::Music,
        "e-commerce" | "fashion-textile" if subject.modality == "image" => Kind::Product,
        _ => match subject.modality {
            "video" => Kind::Video,
            "audio" => Kind::Music,
            "text" => Kind::Poster,
            _ => chosen,
        },
    }
}
