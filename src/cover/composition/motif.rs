//! What the words add: weather in the air, or a print on the wall.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Motif;
use super::{Kind, Scene, Spot, crescent, leaf};

impl Scene {
    /// Whether there is a wall behind what is shown.
    pub(super) const fn has_wall(&self) -> bool {
        matches!(self.kind, Kind::Product | Kind::Portrait | Kind::Food)
    }

    /// Weather and what is in the sky.
    pub(super) fn sky(&self, c: &mut Canvas, dice: &mut Dice, motif: Motif, (x, y, r): Spot) {
        let (w, h, p) = (self.w, self.h, &self.p);
        let mut marks = Path::default();
        match motif {
            Motif::Rain => {
                for _ in 0..26 {
                    marks = marks
                        .to(w * dice.range(0.02, 0.98), h * dice.range(0.0, 0.9))
                        .by(-h * 0.014, h * 0.06);
                }
                c.path(&marks, line(&p.glow, 1.5).round().fade(0.75));
            }
            Motif::Snow => {
                for _ in 0..34 {
                    marks = marks
                        .to(w * dice.range(0.02, 0.98), h * dice.range(0.02, 0.96))
                        .by(0.0, 0.1);
                }
                c.path(&marks, line(&p.glow, 3.6).round().fade(0.9));
            }
            Motif::Star => {
                for _ in 0..9 {
                    marks = marks
                        .to(x + r * dice.range(-1.8, 1.8), y + r * dice.range(-1.3, 1.3))
                        .by(0.0, 0.1);
                }
                c.path(&marks, line(&p.glow, 3.0).round());
            }
            Motif::Bird => {
                for (dx, dy, s) in [(0.0, 0.0, 1.0), (1.0, -0.5, 0.6), (-0.9, -0.65, 0.5)] {
                    let (x, y, s) = (x + r * dx, y + r * dy, r * s * 0.6);
                    marks = marks
                        .to(x - s, y - s * 0.3)
                        .bend((x - s * 0.4, y - s * 0.6), (x, y))
                        .bend((x + s * 0.4, y - s * 0.6), (x + s, y - s * 0.3));
                }
                c.path(&marks, line(&p.ink, 2.0).round());
            }
            Motif::Moon => c.path(&crescent(x, y, r), fill(&p.glow)),
            // These are part of the land.
            _ => {}
        }
    }

    /// A motif as a pale print, cut by the edge of the sheet.
    pub(super) fn print(&self, c: &mut Canvas, motif: Motif) {
        let (u, p) = (self.u, &self.p);
        let r = u * 0.34;
        let (x, y) = (self.x(0.2), self.h * 0.3);
        let (pale, thin) = (fill(&p.veil), line(&p.veil, u * 0.035).round());
        match motif {
            Motif::Sea => {
                for n in [1.0, 0.72, 0.44] {
                    c.circle(x, y, r * n, thin);
                }
            }
            Motif::Mountain => c.path(
                &Path::at(x - r, y + r * 0.6)
                    .by(r * 0.75, -r * 1.3)
                    .by(r * 0.42, r * 0.65)
                    .by(r * 0.25, -r * 0.3)
                    .by(r * 0.58, r * 0.95)
                    .close(),
                pale,
            ),
            Motif::Bird => c.path(
                &Path::at(x - r, y - r * 0.4)
                    .bend((x - r * 0.3, y - r * 0.6), (x, y + r * 0.3))
                    .bend((x + r * 0.3, y - r * 0.6), (x + r, y - r * 0.4)),
                thin,
            ),
            Motif::Flower => {
                for n in 0..5 {
                    let (s, k) = sin_cos(72.0 * f64::from(n) - 90.0);
                    c.circle(x + r * 0.55 * k, y + r * 0.55 * s, r * 0.36, pale);
                }
                c.circle(x, y, r * 0.25, fill(&p.soft));
            }
            Motif::City => {
                let spire = Path::at(x - r * 0.28, y + r * 0.85)
                    .by(0.0, -r * 1.4)
                    .by(r * 0.26, -r * 0.6)
                    .by(r * 0.26, r * 0.6)
                    .by(0.0, r * 1.4)
                    .close();
                c.path(&spire, pale);
                for (dx, tall) in [(-0.95, 1.0), (0.39, 1.25)] {
                    c.rect(x + r * dx, y + r * (0.85 - tall), r * 0.52, r * tall, pale);
                }
            }
            Motif::Leaf => c.path(&leaf(x, y, r, -50.0), pale),
            Motif::Rain => c.path(
                &Path::at(x - r * 0.4, y - r * 0.7)
                    .by(-r * 0.3, r)
                    .to(x + r * 0.3, y - r * 0.5)
                    .by(-r * 0.3, r)
                    .to(x + r * 0.9, y - r * 0.7)
                    .by(-r * 0.3, r),
                thin,
            ),
            Motif::Moon => c.path(&crescent(x, y, r), pale),
            Motif::Sun => c.circle(x, y, r * 0.8, pale),
            Motif::Snow | Motif::Star => {
                let mut rays = Path::default();
                for n in 0..3 {
                    let (s, k) = sin_cos(60.0 * f64::from(n) + 30.0);
                    rays = rays.to(x - r * k, y - r * s).line(x + r * k, y + r * s);
                }
                c.path(&rays, thin);
            }
            Motif::Boat => {
                c.path(
                    &Path::at(x - r, y + r * 0.3)
                        .bend((x, y + r * 1.1), (x + r, y + r * 0.3))
                        .close(),
                    pale,
                );
                c.path(&Path::at(x, y + r * 0.1).by(0.0, -r).by(r * 0.7, r).close(), pale);
            }
            Motif::Fish => {
                c.path(&leaf(x + r * 0.15, y, r * 0.8, 0.0), pale);
                c.path(
                    &Path::at(x - r * 0.5, y).by(-r * 0.5, -r * 0.45).by(0.0, r * 0.9).close(),
                    pale,
                );
            }
            Motif::Bamboo => c.path(
                &Path::at(x - r * 0.4, y + r)
                    .by(0.0, -r * 2.0)
                    .to(x + r * 0.4, y + r)
                    .by(0.0, -r * 2.0),
                line(&p.veil, r * 0.3).dash(r * 0.6, r * 0.12),
            ),
        }
    }
}
