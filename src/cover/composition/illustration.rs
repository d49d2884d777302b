//! Illustration: hills, cut-outs, still water and brush strokes.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Motif;
use super::{Scene, Spot, blob, blob_near, leaf};

impl Scene {
    pub(super) fn illustration(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        // A prompt that names a place gets the place.
        let variant = match self.place() {
            Some(Motif::Sea | Motif::Boat) => dice.pick(0, &[2]),
            Some(Motif::Flower | Motif::Leaf | Motif::Bamboo) => dice.pick(0, &[1]),
            Some(_) => 0,
            None => dice.pick(3, &[0, 3, 2]),
        };
        match variant {
            0 => {
                let (x, y) = self.at(dice.range(0.24, 0.4), dice.range(0.24, 0.34));
                c.circle(x, y, u * dice.range(0.1, 0.15), fill(&p.spark));
                self.land(c, dice, h * 0.5);
                Some((self.x(0.72), h * 0.22, u * 0.09))
            }
            1 => {
                // Cut paper: a blob, a frond, a seed.
                let (x, y) = self.at(0.42, 0.52);
                let blob = blob(dice, x, y, u * 0.37);
                c.path(&blob, fill(&p.soft));
                let near = blob_near(dice, x + u * 0.16, y + u * 0.09, u * 0.2);
                c.path(&near, fill(&self.form));
                self.textured(c, |c, paint| c.path(&near, paint));
                let tall = h * dice.range(0.66, 0.76);
                self.plant(c, dice, (self.x(0.66), h * 0.9), tall);
                c.circle(self.x(0.26), h * 0.26, u * 0.06, fill(&p.spark));
                Some((self.x(0.86), h * 0.2, u * 0.075))
            }
            2 => {
                // A round above still water, and what the water makes of it.
                let (x, y) = self.at(dice.range(0.36, 0.46), dice.range(0.54, 0.62));
                let r = u * dice.range(0.22, 0.28);
                c.circle(x, y - r * 0.5, r, fill(&p.spark));
                let far = Path::at(self.x(-0.02), y)
                    .curve(self.at(0.2, 0.34), self.at(0.26, 0.5), (self.x(0.5), y))
                    .close();
                let near = Path::at(self.x(0.38), y)
                    .curve(self.at(0.62, 0.12), self.at(0.78, 0.3), (self.x(1.02), y))
                    .close();
                c.path(&near, fill(&self.form));
                self.textured(c, |c, paint| c.path(&near, paint));
                c.path(&far, fill(&p.deep));
                c.rect(0.0, y, w, h - y, fill(&p.soft));
                let mut glitter = Path::default();
                for n in 0..7 {
                    let n = f64::from(n);
                    let half = r * (1.0 - 0.1 * n) * dice.range(0.5, 1.0);
                    let shift = r * dice.range(-0.25, 0.25);
                    glitter = glitter
                        .to(x + shift - half, y + (h - y) * (0.1 + 0.125 * n))
                        .by(half * 2.0, 0.0);
                }
                c.path(&glitter, line(&p.glow, u * 0.018).round().fade(0.85));
                let (bx, by, s) = (self.x(0.74), y + (h - y) * 0.4, u * 0.085);
                if self.names_a_boat() {
                    c.path(
                        &Path::at(bx - s, by).bend((bx, by + s * 0.7), (bx + s, by)).close(),
                        fill(&p.ink),
                    );
                    c.path(
                        &Path::at(bx, by - s * 0.1)
                            .by(0.0, -s * 1.5)
                            .bend((bx + s * 0.9, by - s), (bx + s * 0.75, by - s * 0.1))
                            .close(),
                        fill(&p.second),
                    );
                }
                Some((self.x(0.84), h * 0.16, u * 0.075))
            }
            _ => {
                // Wet strokes, one over the other, and a dry one.
                let (x, y) = self.at(0.62, 0.34);
                c.circle(x, y, u * 0.16, fill(&p.second).fade(0.85));
                for (n, colour) in [&p.soft, &p.main_lit, &p.main, &p.deep].into_iter().enumerate()
                {
                    let y = h * (0.46 + 0.14 * n as f64);
                    let (a, b) = (w * dice.range(-0.2, 0.12), w * dice.range(0.88, 1.2));
                    let lift = h * dice.range(0.06, 0.16) * dice.sign();
                    let thick = u * dice.range(0.12, 0.2);
                    let end = (b, y - lift * 0.3);
                    // Out along the upper edge and back along the lower one, thin at both ends.
                    let stroke = Path::at(a, y)
                        .curve(
                            (a + w * 0.2, y - lift - thick),
                            (b - w * 0.3, y + lift - thick * 0.7),
                            end,
                        )
                        .curve(
                            (b - w * 0.28, y + lift + thick),
                            (a + w * 0.16, y - lift + thick * 0.8),
                            (a, y),
                        )
                        .close();
                    c.path(&stroke, fill(colour).fade(0.88));
                    if n == 2 {
                        self.textured(c, |c, paint| c.path(&stroke, paint));
                    }
                }
                c.circle(self.x(0.86), h * 0.14, u * 0.03, fill(&p.spark));
                Some((self.x(0.3), h * 0.24, u * 0.09))
            }
        }
    }

    /// A stem with leaves, pointed or round, one of them in another colour.
    pub(super) fn plant(&self, c: &mut Canvas, dice: &mut Dice, (x, foot): (f64, f64), tall: f64) {
        let (u, p) = (self.u, &self.p);
        let lean = dice.sign() * u * dice.range(0.02, 0.1);
        let (count, round) = (4 + dice.below(3), dice.chance(40));
        let odd = dice.below(count * 2);
        // The middle of the stem at a height, on the same curve as the stem.
        let stem = |t: f64| (x + 2.0 * lean * t * (1.0 - t) - lean * 0.4 * t * t, foot - tall * t);
        let tip = stem(1.0);
        c.path(
            &Path::at(x, foot).bend((x + lean, foot - tall * 0.5), tip),
            line(&p.deep, u * 0.008).round(),
        );
        for n in 0..count * 2 {
            let side = if n % 2 == 0 { -1.0 } else { 1.0 };
            let t = 0.2 + 0.78 * (n as f64 / (count * 2) as f64);
            let (sx, sy) = stem(t);
            let size = u * 0.1 * (1.15 - t * 0.6);
            let angle = if side > 0.0 { -34.0 } else { 214.0 };
            let (s, k) = sin_cos(angle);
            let colour = if n == odd { &p.second } else { &p.deep };
            if round {
                c.circle(sx + size * k, sy + size * s, size * 0.72, fill(colour));
            } else {
                c.path(&leaf(sx + size * k, sy + size * s, size, angle), fill(colour));
            }
        }
    }
}
