//! Video: frames that overlap, and the path of the move.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::{Scene, Spot};

impl Scene {
    pub(super) fn video(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let variant = match self.place() {
            Some(_) => dice.pick(1, &[4, 4, 0, 3]),
            None => dice.below(5),
        };
        match variant {
            0 => {
                // A travelling shot: frames rising along a curve, the subject crossing them.
                let (fw, fh) = (w * 0.4, w * 0.4 * 0.62);
                let steps = [0.0, 0.34, 0.67, 1.0];
                let sweep = |t: f64| (self.x(0.26 + 0.47 * t), h * (0.66 - 0.5 * t + 0.2 * t * t));
                for (n, t) in steps.into_iter().enumerate() {
                    let (x, y) = sweep(t);
                    let paint = match n {
                        0 => fill(&p.veil),
                        1 => fill(&p.soft),
                        2 => fill(&p.main_lit).fade(0.9),
                        _ => fill(&self.form),
                    };
                    c.slab((x - fw / 2.0, y - fh / 2.0, fw, fh), 5.0, paint);
                    c.slab((x - fw / 2.0, y - fh / 2.0, fw, fh), 5.0, line(&p.ink, 1.0).fade(0.5));
                }
                let (x, y) = sweep(1.0);
                self.textured(c, |c, paint| c.rect(x - fw / 2.0, y - fh / 2.0, fw, fh, paint));
                let (ax, ay) = self.at(0.08, 0.86);
                let motion =
                    Path::at(ax, ay).curve(self.at(0.3, 0.82), self.at(0.52, 0.62), (x, y));
                c.path(&motion, line(&p.ink, 1.8).round().dash(0.1, 7.0));
                for (t, r) in [(0.0, 0.018), (0.34, 0.026), (0.67, 0.036)] {
                    let (x, y) = sweep(t);
                    c.circle(x, y + fh * 0.2, u * r, fill(&p.deep));
                }
                c.circle(x, y, u * 0.065, fill(&p.spark));
                Some((self.x(0.16), h * 0.2, u * 0.085))
            }
            1 => {
                // A pan: one wide view, and where the frame stops along it.
                let (x, y) = self.at(0.7, 0.3);
                c.circle(x, y, u * 0.11, fill(&p.spark));
                self.land(c, dice, h * 0.46);
                let (fw, fh) = (w * 0.34, w * 0.34 * 0.6);
                for (n, t) in [0.0, 0.33, 0.66, 1.0].into_iter().enumerate() {
                    let (x, y) = self.at(0.24 + 0.5 * t, 0.62 - 0.24 * t);
                    let paint = line(&p.glow, if n == 3 { 2.6 } else { 1.1 });
                    c.slab(
                        (x - fw / 2.0, y - fh / 2.0, fw, fh),
                        4.0,
                        paint.fade(0.4 + 0.2 * n as f64),
                    );
                }
                let (end, start) = (self.at(0.74, 0.38), self.at(0.24, 0.62));
                c.path(
                    &Path::at(start.0, start.1).line(end.0, end.1),
                    line(&p.glow, 2.0).round().dash(0.1, 7.0),
                );
                Some((self.x(0.14), h * 0.18, u * 0.085))
            }
            2 => {
                // A push in: frame within frame within frame.
                let (x, y) = self.at(dice.range(0.5, 0.6), dice.range(0.46, 0.54));
                let colours = [&p.veil, &p.soft, &p.main_lit, &p.main, &p.deep];
                for (n, colour) in colours.into_iter().enumerate() {
                    let s = 0.86 - 0.17 * n as f64;
                    let mid = n as f64 / 4.0;
                    let (cx, cy) = (w / 2.0 + (x - w / 2.0) * mid, h / 2.0 + (y - h / 2.0) * mid);
                    let tilt = dice.range(-2.4, 2.4);
                    c.turn(tilt, cx, cy);
                    c.slab((cx - w * s / 2.0, cy - h * s / 2.0, w * s, h * s), 4.0, fill(colour));
                    if n == 2 {
                        self.textured(c, |c, paint| {
                            c.rect(cx - w * s / 2.0, cy - h * s / 2.0, w * s, h * s, paint);
                        });
                    }
                    c.close();
                }
                c.circle(x, y, u * 0.055, fill(&p.spark));
                let (m, arm) = (0.5, 0.36);
                let rays = Path::at(x - w * arm, y - h * arm)
                    .line(x - w * 0.07, y - h * 0.07)
                    .to(x + w * arm * m * 1.6, y - h * arm)
                    .line(x + w * 0.06, y - h * 0.07);
                c.path(&rays, line(&p.ink, 1.4).round().dash(0.1, 6.0));
                None
            }
            4 => {
                // A long take: the light's way over the land, in a wide frame.
                let (a, b) = (dice.range(0.1, 0.2), dice.range(0.78, 0.9));
                let (start, end) = (self.at(a, 0.62), self.at(b, 0.4));
                let top = self.at((a + b) / 2.0, -0.14);
                let on_the_way = |t: f64| {
                    let mix = |a: f64, m: f64, b: f64| {
                        (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * m + t * t * b
                    };
                    (mix(start.0, top.0, end.0), mix(start.1, top.1, end.1))
                };
                c.path(
                    &Path::at(start.0, start.1).bend(top, end),
                    line(&p.ink, 1.6).round().dash(0.1, 6.0).fade(0.7),
                );
                let now = dice.range(0.55, 0.8);
                for (t, r, opacity) in [(now - 0.42, 0.045, 0.35), (now - 0.2, 0.065, 0.6)] {
                    let (x, y) = on_the_way(t);
                    c.circle(x, y, u * r, fill(&p.spark).fade(opacity));
                }
                let (x, y) = on_the_way(now);
                c.circle(x, y, u * 0.1, fill(&p.spark));
                self.land(c, dice, h * 0.56);
                let m = u * 0.05;
                c.slab((m, m, w - m * 2.0, h - m * 2.0), 3.0, line(&p.glow, 1.6).fade(0.8));
                Some((self.x(0.3), h * 0.26, u * 0.08))
            }
            _ => {
                // A strip of moments: the same disc, later in each.
                let count = 4_i32;
                let (gap, top, tall) = (w * 0.016, h * 0.2, h * 0.6);
                let wide = (w * 0.88 - gap * 3.0) / f64::from(count);
                let lift = dice.range(0.25, 0.5);
                let mut track = Path::default();
                for n in 0..count {
                    let t = f64::from(n) / 3.0;
                    let left = w * 0.06 + (wide + gap) * f64::from(n);
                    let bow = 4.0 * t * (1.0 - t);
                    let (x, y) = (wide * (0.28 + 0.44 * t), tall * (0.66 - lift * bow));
                    c.window(left, top, wide, tall);
                    c.rect(
                        0.0,
                        0.0,
                        wide,
                        tall,
                        fill(
                            [&p.veil, &p.soft, &p.main_lit, &p.soft]
                                .get(n as usize)
                                .unwrap_or(&&p.veil),
                        ),
                    );
                    c.circle(x, y, u * 0.085, fill(if n == 2 { &p.spark } else { &p.second }));
                    let land = Path::at(-2.0, tall * 0.7 - 16.0 * t)
                        .bend(
                            (wide * 0.5, tall * (0.55 + 0.12 * t)),
                            (wide + 2.0, tall * 0.7 + 8.0 * t),
                        )
                        .down(tall + 2.0)
                        .across(-2.0)
                        .close();
                    c.path(&land, fill(if n == 2 { &p.deep } else { &p.main }));
                    if n == 2 || n == 0 {
                        self.textured(c, |c, paint| c.path(&land, paint));
                    }
                    c.close_window();
                    track = if n == 0 {
                        track.to(left + x, top + y)
                    } else {
                        track.line(left + x, top + y)
                    };
                }
                c.path(&track, line(&p.ink, 1.6).round().dash(0.1, 6.0));
                let holes = Path::at(w * 0.06, h * 0.12)
                    .across(w * 0.94)
                    .to(w * 0.06, h * 0.88)
                    .across(w * 0.94);
                c.path(&holes, line(&p.ink, h * 0.032).dash(w * 0.02, w * 0.024).fade(0.75));
                None
            }
        }
    }
}
