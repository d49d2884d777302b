//! Product and brand: one object on a plinth, its shadow away from the light.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::super::words::Form;
use super::{Scene, Spot};

impl Scene {
    pub(super) fn product(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let floor = h * dice.range(0.68, 0.76);
        let x = self.x(dice.range(0.5, 0.6));
        // The wall: a disc, an arch, or a panel of light.
        match dice.below(3) {
            0 => {
                let r = u * dice.range(0.33, 0.4);
                c.circle(x - self.lit * u * 0.1, floor - r * 0.95, r, fill(&p.soft).fade(0.75));
            }
            1 => {
                let half = u * 0.32;
                let top = (h * 0.09 + half).min(floor);
                let arch = Path::at(x - half, floor)
                    .down(top)
                    .arc(half, half, true, x + half, top)
                    .down(floor)
                    .close();
                c.path(&arch, fill(&p.soft).fade(0.75));
            }
            _ => {
                let (a, b) = (x - self.lit * u * -0.28, x - self.lit * u * 0.42);
                let panel = Path::at(a, -2.0)
                    .line(b, -2.0)
                    .line(b + self.lit * u * -0.12, floor)
                    .line(a + self.lit * u * -0.12, floor)
                    .close();
                c.path(&panel, fill(&self.light));
            }
        }
        c.rect(0.0, floor, w, h - floor, fill(&p.veil));
        self.textured(c, |c, paint| c.rect(0.0, floor, w, h - floor, paint));
        // The plinth, round or square, and the shadows away from the light.
        let (half, rise) = (u * dice.range(0.2, 0.25), u * dice.range(0.05, 0.11));
        let top = floor + h * 0.06 - rise;
        let foot = top + rise + u * 0.05;
        let away = -self.lit;
        let shadow = Path::at(x - half, foot)
            .line(x + half, foot)
            .line(x + half + away * u * 0.75, foot + u * 0.2)
            .line(x - half + away * u * 0.75, foot + u * 0.2)
            .close();
        c.path(&shadow, fill(&p.deep).fade(0.2));
        if dice.chance(55) {
            let flat = u * 0.045;
            let body = Path::at(x - half, top)
                .down(foot)
                .arc(half, flat, false, x + half, foot)
                .down(top)
                .close();
            c.path(&body, fill(&p.second));
            c.ellipse(x, top, half, flat, fill(&p.glow).fade(0.75));
        } else {
            c.rect(x - half, top - u * 0.02, half * 2.0, u * 0.06, fill(&p.glow).fade(0.75));
            c.rect(x - half, top + u * 0.03, half * 2.0, foot - top, fill(&p.second));
        }
        let offered = [
            Form::Bottle,
            Form::Jar,
            Form::Carton,
            Form::Cup,
            Form::Glass,
            Form::Vase,
            Form::Disc,
            Form::Lamp,
        ];
        let form = self.words.form(&offered).unwrap_or_else(|| {
            dice.pick(Form::Bottle, &[Form::Jar, Form::Carton, Form::Vase, Form::Disc])
        });
        let tall = (top - h * 0.14).min(u * 0.56);
        c.ellipse(x + away * u * 0.03, top, half * 0.72, u * 0.02, fill(&p.deep).fade(0.35));
        self.object(c, form, (x, top + u * 0.012), tall);
        Some((self.x(0.17), h * 0.24, u * 0.085))
    }

    /// An object standing on `(x, y)`.
    pub(super) fn object(&self, c: &mut Canvas, form: Form, (x, y): (f64, f64), tall: f64) {
        let p = &self.p;
        let away = -self.lit;
        match form {
            Form::Bottle => {
                let (half, shoulder, neck) = (tall * 0.2, y - tall * 0.62, tall * 0.065);
                let body = Path::at(x - half, y)
                    .down(shoulder)
                    .curve(
                        (x - half, shoulder - tall * 0.13),
                        (x - neck, shoulder - tall * 0.1),
                        (x - neck, y - tall * 0.83),
                    )
                    .across(x + neck)
                    .curve(
                        (x + neck, shoulder - tall * 0.1),
                        (x + half, shoulder - tall * 0.13),
                        (x + half, shoulder),
                    )
                    .down(y)
                    .close();
                c.path(&body, fill(&self.form));
                c.rect(x - neck * 1.25, y - tall, neck * 2.5, tall * 0.16, fill(&p.deep));
                let label = y - tall * 0.46;
                c.rect(x - half, label, half * 2.0, tall * 0.26, fill(&p.glow));
                self.textured(c, |c, paint| {
                    c.rect(x - half, label, half * 2.0, tall * 0.26, paint);
                });
                c.circle(x, label + tall * 0.1, tall * 0.03, fill(&p.spark));
                c.path(
                    &Path::at(x - half * 0.5, label + tall * 0.19).by(half, 0.0),
                    line(&p.ink, 1.2),
                );
                self.gleam(c, x - away * half * 0.72, y - tall * 0.06, y - tall * 0.6);
            }
            Form::Jar => {
                let (half, tall) = (tall * 0.27, tall * 0.78);
                c.slab(
                    (x - half, y - tall * 0.8, half * 2.0, tall * 0.8),
                    half * 0.16,
                    fill(&self.form),
                );
                c.slab((x - half * 0.9, y - tall, half * 1.8, tall * 0.17), 3.0, fill(&p.deep));
                let label = y - tall * 0.6;
                c.rect(x - half, label, half * 2.0, tall * 0.38, fill(&p.glow));
                self.textured(c, |c, paint| {
                    c.rect(x - half, label, half * 2.0, tall * 0.38, paint);
                });
                c.path(
                    &Path::at(x - half * 0.55, label + tall * 0.12)
                        .by(half * 1.1, 0.0)
                        .to(x - half * 0.3, label + tall * 0.26)
                        .by(half * 0.6, 0.0),
                    line(&p.ink, 1.2),
                );
                c.circle(x, label + tall * 0.19, tall * 0.022, fill(&p.spark));
            }
            Form::Carton => {
                let (front, side, tall) = (tall * 0.42, tall * 0.2, tall * 0.86);
                let left = x - (front + side) / 2.0 + if away > 0.0 { 0.0 } else { side };
                let (near, far) = if away > 0.0 {
                    (left + front, left + front + side)
                } else {
                    (left, left - side)
                };
                let flank = Path::at(near, y)
                    .line(far, y - side * 0.4)
                    .line(far, y - tall + side * 0.25)
                    .line(near, y - tall)
                    .close();
                c.rect(left, y - tall, front, tall, fill(&self.form));
                c.path(&flank, fill(&p.deep));
                self.textured(c, |c, paint| c.rect(left, y - tall, front, tall, paint));
                c.rect(left, y - tall * 0.34, front, tall * 0.12, fill(&p.glow));
                c.circle(left + front / 2.0, y - tall * 0.64, front * 0.26, fill(&p.spark));
                c.path(
                    &Path::at(left + front * 0.2, y - tall * 0.28).by(front * 0.6, 0.0),
                    line(&p.ink, 1.2),
                );
            }
            Form::Cup => {
                let (half, tall) = (tall * 0.33, tall * 0.62);
                // A handle, which a Chinese tea cup goes without.
                if !self.words.chinese {
                    c.circle(
                        x + away * half * 0.98,
                        y - tall * 0.52,
                        tall * 0.22,
                        line(&p.main, tall * 0.07),
                    );
                }
                let body = Path::at(x - half, y - tall)
                    .across(x + half)
                    .curve((x + half, y - tall * 0.25), (x + half * 0.7, y), (x + half * 0.4, y))
                    .across(x - half * 0.4)
                    .curve((x - half * 0.7, y), (x - half, y - tall * 0.25), (x - half, y - tall))
                    .close();
                c.path(&body, fill(&self.form));
                self.textured(c, |c, paint| c.path(&body, paint));
                c.ellipse(x, y - tall, half, tall * 0.09, fill(&p.glow));
                c.ellipse(x, y - tall * 0.985, half * 0.86, tall * 0.06, fill(&p.deep));
                self.steam(c, x, y - tall * 1.16, tall * 0.6);
            }
            Form::Glass => {
                let (half, tall) = (tall * 0.24, tall * 0.9);
                let side = |t: f64| half * (0.78 + 0.22 * t);
                let slice = |from: f64, to: f64| {
                    Path::at(x - side(to), y - tall * to)
                        .across(x + side(to))
                        .line(x + side(from), y - tall * from)
                        .across(x - side(from))
                        .close()
                };
                c.path(&slice(0.0, 1.0), fill(&p.glow).fade(0.7));
                c.path(&slice(0.05, 0.74), fill(&self.form));
                c.path(&slice(0.05, 0.3), fill(&p.second).fade(0.75));
                for (dx, t, turn) in [(-0.32, 0.6, 14.0), (0.3, 0.68, -20.0)] {
                    let (ix, iy, s) = (x + half * dx, y - tall * t, half * 0.56);
                    c.turn(turn, ix, iy);
                    c.slab((ix - s / 2.0, iy - s / 2.0, s, s), 3.0, fill(&p.glow).fade(0.55));
                    c.close();
                }
                c.path(
                    &Path::at(x + away * half * 0.1, y - tall * 0.2)
                        .line(x + away * half * 0.75, y - tall * 1.18),
                    line(&p.deep, 3.2).round(),
                );
                c.circle(x - away * half * 0.92, y - tall * 0.98, half * 0.42, fill(&p.spark));
                c.circle(
                    x - away * half * 0.92,
                    y - tall * 0.98,
                    half * 0.3,
                    line(&p.glow, 1.4).fade(0.8),
                );
                self.gleam(c, x - away * half * 0.66, y - tall * 0.1, y - tall * 0.66);
            }
            Form::Vase => {
                let half = tall * 0.27;
                let body = Path::at(x - half * 0.45, y)
                    .curve(
                        (x - half * 1.25, y - tall * 0.3),
                        (x - half * 1.15, y - tall * 0.62),
                        (x - half * 0.36, y - tall * 0.78),
                    )
                    .curve(
                        (x - half * 0.3, y - tall * 0.86),
                        (x - half * 0.36, y - tall * 0.92),
                        (x - half * 0.55, y - tall),
                    )
                    .across(x + half * 0.55)
                    .curve(
                        (x + half * 0.36, y - tall * 0.92),
                        (x + half * 0.3, y - tall * 0.86),
                        (x + half * 0.36, y - tall * 0.78),
                    )
                    .curve(
                        (x + half * 1.15, y - tall * 0.62),
                        (x + half * 1.25, y - tall * 0.3),
                        (x + half * 0.45, y),
                    )
                    .close();
                c.path(&body, fill(&self.form));
                self.textured(c, |c, paint| c.path(&body, paint));
                c.ellipse(x, y - tall, half * 0.55, tall * 0.025, fill(&p.deep));
                c.path(
                    &Path::at(x - half * 0.93, y - tall * 0.5)
                        .bend((x, y - tall * 0.44), (x + half * 0.93, y - tall * 0.5)),
                    line(&p.spark, tall * 0.018),
                );
                self.gleam(c, x - away * half * 0.55, y - tall * 0.2, y - tall * 0.58);
            }
            Form::Lamp => {
                let half = tall * 0.36;
                c.rect(x - 2.0, y - tall * 0.6, 4.0, tall * 0.6, fill(&p.ink));
                c.slab(
                    (x - half * 0.45, y - tall * 0.04, half * 0.9, tall * 0.04),
                    3.0,
                    fill(&p.deep),
                );
                let pool = Path::at(x - half, y - tall * 0.5)
                    .by(-half * 0.5, tall * 0.5)
                    .by(half * 3.0, 0.0)
                    .by(-half * 0.5, -tall * 0.5)
                    .close();
                c.path(&pool, fill(&p.glow).fade(0.3));
                let shade = Path::at(x - half, y - tall * 0.5)
                    .arc(half, tall * 0.48, true, x + half, y - tall * 0.5)
                    .close();
                c.path(&shade, fill(&self.form));
                self.textured(c, |c, paint| c.path(&shade, paint));
                c.circle(x, y - tall * 0.5, half * 0.13, fill(&p.spark));
            }
            _ => {
                let r = tall * 0.37;
                let y = y - r;
                c.circle(x, y, r, fill(&p.deep));
                c.circle(x, y, r * 0.9, fill(&self.form));
                self.textured(c, |c, paint| c.circle(x, y, r * 0.9, paint));
                c.circle(x, y, r * 0.6, line(&p.glow, 1.4).fade(0.8));
                c.circle(x, y, r * 0.78, line(&p.glow, r * 0.1).dash(1.5, r * 0.2).fade(0.8));
                let hand = Path::at(x - r * 0.12, y + r * 0.2)
                    .line(x + r * 0.33, y - r * 0.48)
                    .to(x, y)
                    .by(-r * 0.34, -r * 0.14);
                c.path(&hand, line(&p.ink, 2.4).round());
                c.circle(x, y, r * 0.07, fill(&p.spark));
            }
        }
    }

    /// A line of light along an edge.
    pub(super) fn gleam(&self, c: &mut Canvas, x: f64, from: f64, to: f64) {
        c.path(&Path::at(x, from).down(to), line(&self.p.glow, 3.0).round().fade(0.6));
    }

    pub(super) fn steam(&self, c: &mut Canvas, x: f64, y: f64, tall: f64) {
        let mut wisps = Path::default();
        for (n, reach) in [(-1.0, 0.7), (0.0, 1.0), (1.0, 0.8)] {
            let (x, rise, sway) = (x + n * tall * 0.26, tall * reach, tall * 0.13);
            wisps = wisps.to(x, y).curve(
                (x - sway * 1.6, y - rise * 0.33),
                (x + sway * 1.6, y - rise * 0.6),
                (x, y - rise),
            );
        }
        c.path(&wisps, line(&self.p.glow, 3.2).round().fade(0.85));
    }
}
