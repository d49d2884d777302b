//! Photography: a horizon and an aperture.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Motif;
use super::{Scene, Spot};

impl Scene {
    pub(super) fn photography(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        // A prompt that names a place gets the place, mostly.
        let variant = match self.place() {
            Some(Motif::Sea | Motif::Boat) => dice.pick(0, &[3, 1]),
            Some(_) => dice.pick(0, &[0, 1, 2]),
            None => dice.below(4),
        };
        match variant {
            0 => {
                // A low sun behind ridges, seen through thin aperture blades.
                let (x, y) = self.at(dice.range(0.3, 0.42), dice.range(0.36, 0.46));
                let r = u * dice.range(0.15, 0.2);
                c.circle(x, y, r * 2.1, fill(&p.glow).fade(0.22));
                self.blades(
                    c,
                    (x, y),
                    (r * 1.25, r * 2.1),
                    dice.below(3) + 6,
                    dice.range(0.0, 60.0),
                );
                c.circle(x, y, r, fill(&p.spark));
                self.land(c, dice, h * 0.58);
                Some((self.x(0.78), h * 0.2, u * 0.08))
            }
            1 => {
                // The world inside the iris.
                let (x, y, r) = (w * 0.5 + self.lit * -w * 0.06, h * 0.5, u * 0.31);
                c.circle(x, y, r * 1.38, fill(&p.soft).fade(0.6));
                c.circle(x, y, r, fill(&self.form));
                let level = y + r * dice.range(0.12, 0.3);
                let half = (r * r - (level - y) * (level - y)).sqrt();
                c.circle(x + self.lit * r * 0.3, level - r * 0.16, r * 0.3, fill(&p.glow));
                let land = Path::at(x - half, level)
                    .bend((x - half * 0.3, level - r * 0.16), (x, level))
                    .sway(x + half, level)
                    .arc(r, r, true, x - half, level)
                    .close();
                c.path(&land, fill(&p.deep));
                self.textured(c, |c, paint| c.path(&land, paint));
                self.blades(
                    c,
                    (x, y),
                    (r * 1.04, r * 1.38),
                    8 + dice.below(3),
                    dice.range(0.0, 45.0),
                );
                Some((self.x(0.86), h * 0.18, u * 0.07))
            }
            2 => {
                // Out of focus but for one point.
                let (fx, fy) = self.at(dice.range(0.34, 0.42), dice.range(0.44, 0.56));
                for n in 0..11 {
                    let (s, k) = sin_cos(f64::from(n) * 137.5 + dice.range(-20.0, 20.0));
                    let far = u * (0.16 + 0.05 * f64::from(n));
                    let colour = dice.pick(&p.soft, &[&p.main_lit, &p.main, &p.second, &p.glow]);
                    let (x, y) = (fx + far * k * w / u * 0.86, fy + far * s * h / u * 0.86);
                    c.circle(x, y, u * dice.range(0.05, 0.15), fill(colour).fade(0.5));
                }
                c.circle(fx, fy, u * 0.21, fill(&self.form));
                self.textured(c, |c, paint| c.circle(fx, fy, u * 0.21, paint));
                self.blades(
                    c,
                    (fx, fy),
                    (u * 0.15, u * 0.21),
                    6 + dice.below(3),
                    dice.range(0.0, 60.0),
                );
                c.circle(fx, fy, u * 0.06, fill(&p.spark));
                c.path(
                    &Path::at(0.0, fy).across(fx - u * 0.24).to(fx + u * 0.24, fy).across(w),
                    line(&p.ink, 1.0).fade(0.6),
                );
                Some((self.x(0.86), h * 0.18, u * 0.07))
            }
            _ => {
                // Bands of distance in a viewfinder.
                let level = h * dice.range(0.5, 0.62);
                let (x, r) = (self.x(dice.range(0.58, 0.7)), u * dice.range(0.13, 0.17));
                c.circle(x, level - r * dice.range(0.0, 0.9), r, fill(&p.second));
                let mut y = level;
                for (n, (colour, opacity)) in
                    [(&p.soft, 1.0), (&p.main_lit, 0.9), (&p.main, 1.0), (&p.deep, 1.0)]
                        .into_iter()
                        .enumerate()
                {
                    c.rect(0.0, y, w, h - y, fill(colour).fade(opacity));
                    if n == 1 {
                        self.textured(c, |c, paint| c.rect(0.0, y, w, h - y, paint));
                    }
                    y += (h - level) * (0.12 + 0.09 * n as f64);
                }
                let (m, arm) = (u * 0.045, u * 0.07);
                let corners = Path::at(m, m + arm)
                    .down(m)
                    .across(m + arm)
                    .to(w - m - arm, m)
                    .across(w - m)
                    .down(m + arm)
                    .to(w - m, h - m - arm)
                    .down(h - m)
                    .across(w - m - arm)
                    .to(m + arm, h - m)
                    .across(m)
                    .down(h - m - arm);
                c.path(&corners, line(&p.glow, 1.8));
                c.circle(w / 2.0, h / 2.0, u * 0.07, line(&p.glow, 1.4));
                c.path(
                    &Path::at(w / 2.0 - 5.0, h / 2.0)
                        .by(10.0, 0.0)
                        .to(w / 2.0, h / 2.0 - 5.0)
                        .by(0.0, 10.0),
                    line(&p.glow, 1.4),
                );
                Some((self.x(0.25), h * 0.3, u * 0.09))
            }
        }
    }

    /// The edges of aperture blades, from an opening out to the ring around it.
    pub(super) fn blades(
        &self,
        c: &mut Canvas,
        (x, y): (f64, f64),
        (open, ring): (f64, f64),
        count: u64,
        turn: f64,
    ) {
        let mut edges = Path::default();
        let step = 360.0 / count as f64;
        for n in 0..count {
            let ((s0, c0), (s1, c1)) =
                (sin_cos(turn + step * n as f64), sin_cos(turn + step * (n + 1) as f64));
            // From one corner of the opening along its side, on to the ring.
            let (dx, dy) = (c1 - c0, s1 - s0);
            let long = (dx * dx + dy * dy).sqrt();
            let (dx, dy) = (dx / long, dy / long);
            let ahead = -(c0 * dx + s0 * dy) * open;
            let reach = ahead + (ahead * ahead + ring * ring - open * open).max(0.0).sqrt();
            edges = edges.to(x + open * c0, y + open * s0).by(reach * dx, reach * dy);
        }
        c.path(&edges, line(&self.p.ink, 1.1).fade(0.55));
        c.circle(x, y, ring, line(&self.p.ink, 1.1).fade(0.55));
    }

    /// Three ridges, each nearer and deeper, from `level` down.
    pub(super) fn ridges(&self, c: &mut Canvas, dice: &mut Dice, level: f64) {
        let (w, h, p) = (self.w, self.h, &self.p);
        let deep = h - level;
        for (n, colour) in [&p.soft, &p.main, &p.deep].into_iter().enumerate() {
            let y = level + deep * 0.27 * n as f64;
            let swing = deep * dice.range(0.2, 0.36);
            let (a, b) = (w * dice.range(0.2, 0.35), w * dice.range(0.6, 0.8));
            let up = dice.sign();
            let ridge = Path::at(-4.0, y + swing * 0.4 * up)
                .curve((a * 0.5, y - swing * up), (a, y - swing * up), ((a + b) / 2.0, y))
                .smooth((b, y + swing * 0.7 * up), (w + 4.0, y - swing * 0.5 * up))
                .down(h + 4.0)
                .across(-4.0)
                .close();
            c.path(&ridge, fill(colour));
            if n == 1 {
                self.textured(c, |c, paint| c.path(&ridge, paint));
            }
        }
    }
}
