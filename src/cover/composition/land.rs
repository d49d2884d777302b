//! What lies under the sky of an open scene: water, a town, peaks, a garden, or hills.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::super::words::Motif;
use super::{Scene, leaf};

impl Scene {
    /// The land a prompt speaks of, from `level` down.
    pub(super) fn land(&self, c: &mut Canvas, dice: &mut Dice, level: f64) {
        match self.place() {
            Some(motif @ (Motif::Sea | Motif::Boat | Motif::Fish)) => {
                self.sea(c, dice, level, motif);
            }
            Some(Motif::City) => self.town(c, dice, level),
            Some(Motif::Mountain) => self.peaks(c, dice, level),
            Some(motif @ (Motif::Flower | Motif::Leaf | Motif::Bamboo)) => {
                self.garden(c, dice, level, motif);
            }
            _ => self.ridges(c, dice, level),
        }
    }

    /// What the prompt names that is part of the land.
    pub(super) fn place(&self) -> Option<Motif> {
        let in_the_air =
            [Motif::Rain, Motif::Snow, Motif::Bird, Motif::Moon, Motif::Sun, Motif::Star];
        // A word in passing makes no place.
        let is_meant =
            |(motif, weight): &&(Motif, f64)| *weight > 0.55 && !in_the_air.contains(motif);
        self.words.motifs.iter().find(is_meant).map(|(motif, _)| *motif)
    }

    pub(super) fn names_a_boat(&self) -> bool {
        self.words.motifs.iter().any(|(motif, _)| *motif == Motif::Boat)
    }

    /// Rows of waves, with a boat between them or a fish above.
    fn sea(&self, c: &mut Canvas, dice: &mut Dice, level: f64, motif: Motif) {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let colours = [&p.soft, &p.main_lit, &p.main, &p.deep];
        let boat = dice.below(2) as usize;
        let x = self.x(dice.range(0.55, 0.72));
        for (n, colour) in colours.into_iter().enumerate() {
            let near = n as f64 / 3.0;
            let y = level + (h - level) * (0.04 + 0.26 * n as f64);
            let (long, high) = (w * (0.13 + 0.07 * near), u * (0.012 + 0.02 * near));
            let mut row = Path::at(-long * dice.range(0.1, 0.9) - long, y)
                .bend((-long * 0.6, y - high * 2.0), (0.0, y));
            let mut end = 0.0;
            while end < w {
                end += long;
                row = row.sway(end, y);
            }
            let row = row.down(h + 4.0).across(-long * 2.0).close();
            c.path(&row, fill(colour));
            if n == 2 {
                self.textured(c, |c, paint| c.path(&row, paint));
            }
            if n == boat {
                match motif {
                    Motif::Sea if !self.names_a_boat() => {}
                    Motif::Fish => self.fish(c, (x, level + (h - level) * 0.34), u * 0.17),
                    _ => self.boat(c, (x, y + (h - level) * 0.2), u * (0.13 + 0.05 * near)),
                }
            }
        }
    }

    /// A hull and a sail on the water at `(x, y)`.
    fn boat(&self, c: &mut Canvas, (x, y): (f64, f64), s: f64) {
        let p = &self.p;
        let hull = Path::at(x - s, y - s * 0.25)
            .bend((x - s * 0.6, y + s * 0.34), (x + s * 0.1, y + s * 0.3))
            .bend((x + s * 0.8, y + s * 0.3), (x + s, y - s * 0.25))
            .close();
        c.path(&hull, fill(&p.ink));
        let (fore, aft) = (self.lit * s, -self.lit * s);
        let sail = Path::at(x, y - s * 0.34)
            .by(0.0, -s * 1.35)
            .bend((x + fore * 0.85, y - s * 0.95), (x + fore * 0.8, y - s * 0.34))
            .close();
        c.path(&sail, fill(&p.glow));
        let jib = Path::at(x + aft * 0.1, y - s * 0.34)
            .by(0.0, -s * 1.1)
            .line(x + aft * 0.6, y - s * 0.34)
            .close();
        c.path(&jib, fill(&p.spark));
    }

    /// A fish in the middle of a leap.
    fn fish(&self, c: &mut Canvas, (x, y): (f64, f64), s: f64) {
        let p = &self.p;
        let ahead = -self.lit;
        c.turn(-28.0 * ahead, x, y);
        let body = Path::at(x + ahead * s, y)
            .bend((x + ahead * s * 0.2, y - s * 0.62), (x - ahead * s * 0.85, y + s * 0.05))
            .bend((x + ahead * s * 0.2, y + s * 0.5), (x + ahead * s, y))
            .close();
        c.path(&body, fill(&p.second));
        let tail = Path::at(x - ahead * s * 0.66, y)
            .line(x - ahead * s * 1.3, y - s * 0.36)
            .bend((x - ahead * s * 1.05, y), (x - ahead * s * 1.3, y + s * 0.36))
            .close();
        c.path(&tail, fill(&p.spark));
        c.circle(x + ahead * s * 0.66, y - s * 0.06, s * 0.06, fill(&p.ink));
        c.close();
    }

    /// Two rows of houses, some windows lit.
    fn town(&self, c: &mut Canvas, dice: &mut Dice, level: f64) {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let mut lit = Path::default();
        for (n, colour) in [&p.soft, &p.main, &p.deep].into_iter().enumerate() {
            let mut roofs = Path::at(-4.0, h + 4.0);
            let (mut x, base) = (-4.0, level + (h - level) * (0.05 + 0.3 * n as f64));
            while x < w {
                let wide = u * dice.range(0.09, 0.19);
                let top = base - u * dice.range(-0.02, 0.19);
                roofs = match dice.below(4) {
                    // A gable, a slope, or flat.
                    0 => roofs.down(top).by(wide / 2.0, -wide * 0.34).by(wide / 2.0, wide * 0.34),
                    1 => roofs.down(top).by(wide, -wide * 0.26),
                    _ => roofs.down(top).by(wide, 0.0),
                };
                for _ in 0..dice.below(3) * u64::from(n > 0) {
                    let (wx, wy) =
                        (x + wide * dice.range(0.2, 0.7), top + u * dice.range(0.05, 0.2));
                    lit = lit.to(wx, wy).by(0.0, u * 0.028);
                }
                x += wide;
            }
            let roofs = roofs.down(h + 4.0).close();
            c.path(&roofs, fill(colour));
            if n == 1 {
                self.textured(c, |c, paint| c.path(&roofs, paint));
            }
            c.path(&lit, line(if n == 2 { &p.spark } else { &p.glow }, u * 0.02));
            lit = Path::default();
        }
    }

    /// Peaks with one face in the light.
    fn peaks(&self, c: &mut Canvas, dice: &mut Dice, level: f64) {
        let (w, h, p) = (self.w, self.h, &self.p);
        let deep = h - level;
        for (n, (face, shade)) in [(&p.veil, &p.soft), (&p.main_lit, &p.main), (&p.second, &p.deep)]
            .into_iter()
            .enumerate()
        {
            let count = 2 + (n + 1) % 2;
            for k in 0..count {
                let half = w * dice.range(0.26, 0.4);
                let x = w * (k as f64 + dice.range(0.2, 0.8)) / count as f64;
                let top = level + deep * (0.32 * n as f64 - dice.range(0.12, 0.34));
                let fold = x + self.lit * half * dice.range(0.1, 0.3);
                let foot = h + 4.0;
                let reach = half * (foot - top) / (deep * 0.9);
                let mountain = Path::at(x, top).line(x + reach, foot).line(x - reach, foot).close();
                c.path(&mountain, fill(shade));
                let side = Path::at(x, top)
                    .line(fold, top + (foot - top) * 0.42)
                    .line(x + self.lit * half * 0.04, top + (foot - top) * 0.66)
                    .line(x + self.lit * reach * 0.5, foot)
                    .line(x + self.lit * reach, foot)
                    .close();
                c.path(&side, fill(face));
                if n == 1 && k == 0 {
                    self.textured(c, |c, paint| c.path(&mountain, paint));
                }
            }
        }
    }

    /// Gentle ground with tall plants before it.
    fn garden(&self, c: &mut Canvas, dice: &mut Dice, level: f64, motif: Motif) {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        self.ridges(c, dice, level + (h - level) * 0.4);
        let count = 3 + dice.below(2);
        for n in 0..count {
            let x = w * ((n as f64 + dice.range(0.25, 0.75)) / count as f64);
            let tall = h * dice.range(0.36, 0.62);
            match motif {
                Motif::Bamboo => {
                    let foot = h + 4.0;
                    let stem = Path::at(x, foot).by(u * dice.range(-0.02, 0.04), -tall * 1.5);
                    let colour = if n % 2 == 0 { &p.deep } else { &p.second };
                    c.path(&stem, line(colour, u * 0.032).dash(u * 0.15, u * 0.008));
                    for side in [-1.0, 1.0] {
                        let y = foot - tall * dice.range(0.6, 1.3);
                        let angle = 30.0 + dice.range(0.0, 20.0);
                        let angle = if side > 0.0 { angle } else { 180.0 - angle };
                        c.path(
                            &leaf(x + side * u * 0.08, y + u * 0.03, u * 0.08, angle),
                            fill(colour),
                        );
                    }
                }
                Motif::Flower => {
                    let top = h * 0.98 - tall;
                    let stem = Path::at(x, h + 4.0).bend((x - u * 0.05, h - tall * 0.5), (x, top));
                    c.path(&stem, line(&p.deep, u * 0.012).round());
                    let r = u * dice.range(0.05, 0.085);
                    let petals = if n % 2 == 0 { &p.spark } else { &p.second };
                    let bloom = Path::at(x - r * 1.15, top - r * 0.5)
                        .bend((x - r * 1.1, top + r), (x, top + r))
                        .bend((x + r * 1.1, top + r), (x + r * 1.15, top - r * 0.5))
                        .line(x + r * 0.5, top)
                        .line(x, top - r)
                        .line(x - r * 0.5, top)
                        .close();
                    c.path(&bloom, fill(petals));
                    c.path(&leaf(x + r * 0.9, h - tall * 0.4, r * 1.1, -40.0), fill(&p.deep));
                }
                _ => self.plant(c, dice, (x, h + u * 0.05), tall),
            }
        }
    }
}
