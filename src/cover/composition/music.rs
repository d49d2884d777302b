//! Music and voice: bars, pipes and strings that follow the text's syllables.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::{Scene, Spot};

impl Scene {
    pub(super) fn music(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let loudest = self.words.rhythm.iter().copied().max().unwrap_or(1).max(1);
        let beat = |n: usize| {
            let known = self.words.rhythm.get(n).copied();
            let (value, most) = known.map_or(((n * 7 % 5) as u8, 5), |value| (value, loudest));
            f64::from(value) / f64::from(most)
        };
        match dice.below(4) {
            0 => {
                // A staff, and the text as bars about its middle line.
                let (m, y) = (w * 0.1, h * dice.range(0.48, 0.54));
                let count = 36_i32;
                let step = (w - m * 2.0) / f64::from(count);
                c.circle(self.x(0.3), y, u * dice.range(0.26, 0.34), fill(&p.soft).fade(0.7));
                let mut staff = Path::default();
                for n in -2..=2 {
                    staff = staff.to(m * 0.5, y + f64::from(n) * u * 0.09).across(w - m * 0.5);
                }
                c.path(&staff, line(&p.ink, 0.9).fade(0.4));
                let (mut bars, mut rests, mut peak) =
                    (Path::default(), Path::default(), (0.0, 0.0));
                for n in 0..count {
                    let x = m + step * (f64::from(n) + 0.5);
                    let tall = u * 0.3 * beat(n as usize);
                    if tall < 0.5 {
                        rests = rests.to(x, y).by(0.0, 0.1);
                    } else {
                        bars = bars.to(x, y - tall).by(0.0, tall * 1.7);
                    }
                    if tall > peak.0 && n > 3 {
                        peak = (tall, x);
                    }
                }
                c.path(&bars, line(&p.main, step * 0.52).round());
                c.path(&rests, line(&p.ink, step * 0.4).round());
                c.circle(peak.1, y - peak.0 - u * 0.05, u * 0.024, fill(&p.spark));
                Some((self.x(0.86), h * 0.14, u * 0.07))
            }
            1 => {
                // Pipes: each as tall as its words are long, under one arch.
                let count = 17_i32;
                let (m, foot) = (w * 0.09, h * 0.84);
                let step = (w - m * 2.0) / f64::from(count);
                let peak = self.x(dice.range(0.3, 0.5)) / w * f64::from(count);
                let mut best = (0.0, 0.0);
                for n in 0..count {
                    let off = (f64::from(n) - peak) / f64::from(count);
                    let tall = h
                        * (0.18 + 0.36 * beat(n as usize) + 0.2 * (1.0 - 3.0 * off * off).max(0.0));
                    let x = m + step * f64::from(n);
                    let paint = match n % 4 {
                        0 => fill(&self.form),
                        2 => fill(&p.deep),
                        _ if beat(n as usize) > 0.7 => fill(&p.second),
                        _ => fill(&p.soft),
                    };
                    c.slab((x, foot - tall, step * 0.74, tall), step * 0.37, paint);
                    if tall > best.0 {
                        best = (tall, x + step * 0.37);
                    }
                }
                c.path(&Path::at(m * 0.5, foot + u * 0.03).across(w - m * 0.5), line(&p.ink, 1.2));
                c.circle(best.1, foot - best.0 - u * 0.06, step * 0.3, fill(&p.spark));
                Some((self.x(0.9), h * 0.14, u * 0.07))
            }
            2 => {
                // The same beats around a record.
                let (x, y) = self.at(dice.range(0.42, 0.58), 0.5);
                let r = u * 0.21;
                let mut bars = Path::default();
                let count = 60_i32;
                for n in 0..count {
                    let (s, k) = sin_cos(f64::from(n) * 6.0 - 90.0);
                    let reach = r * 1.22 + u * 0.2 * beat(n as usize) + 1.0;
                    bars = bars
                        .to(x + r * 1.22 * k, y + r * 1.22 * s)
                        .line(x + reach * k, y + reach * s);
                }
                c.circle(x, y, u * 0.46, fill(&p.veil).fade(0.6));
                c.path(&bars, line(&p.main, u * 0.016).round());
                c.circle(x, y, r, fill(&p.deep));
                self.textured(c, |c, paint| c.circle(x, y, r, paint));
                for n in [0.88, 0.74, 0.6] {
                    c.circle(x, y, r * n, line(&p.soft, 0.9).fade(0.6));
                }
                c.circle(x, y, r * 0.4, fill(&p.spark));
                c.circle(x, y, r * 0.07, fill(&p.glow));
                Some((self.x(0.1), h * 0.16, u * 0.07))
            }
            _ => {
                // Strings: each one swings as far as its words are long.
                let count = 9_i32;
                let gap = h * 0.72 / f64::from(count - 1);
                c.circle(self.x(0.64), h * 0.5, u * 0.3, fill(&self.form));
                self.textured(c, |c, paint| c.circle(self.x(0.64), h * 0.5, u * 0.3, paint));
                for n in 0..count {
                    let y = h * 0.14 + gap * f64::from(n);
                    let at = (n as usize) * 4;
                    let mut string = Path::at(-4.0, y);
                    let mut up = if n % 2 == 0 { -1.0 } else { 1.0 };
                    for k in 0..5_i32 {
                        let x0 = w * 0.2 * f64::from(k);
                        let swing = gap * (0.2 + 1.5 * beat(at + k as usize)) * up;
                        string = string.bend((x0 + w * 0.1, y + swing), (x0 + w * 0.2, y));
                        up = -up;
                    }
                    let colour =
                        if n == 4 { line(&p.spark, 2.6) } else { line(&p.ink, 1.2).fade(0.75) };
                    c.path(&string, colour);
                }
                None
            }
        }
    }
}
