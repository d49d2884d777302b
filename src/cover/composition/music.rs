//! Music and voice: bars, pipes and strings that follow the text's syllables.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Form;
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
        // The instrument a text speaks of, where it speaks of one.
        let variant = match self.words.form(&[Form::Voice, Form::Keys, Form::Strings, Form::Drum]) {
            Some(Form::Voice) => dice.pick(0, &[4, 4]),
            Some(Form::Keys) => dice.pick(5, &[5, 1]),
            Some(Form::Strings) => dice.pick(3, &[3, 1]),
            Some(_) => dice.pick(2, &[2, 0]),
            None => dice.below(6),
        };
        match variant {
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
            3 => {
                // Strings: each one swings as far as its words are long.
                let count = 7 + dice.below(3) as i32;
                let gap = h * 0.72 / f64::from(count - 1);
                let (x, y) = self.at(dice.range(0.5, 0.76), dice.range(0.4, 0.6));
                let r = u * dice.range(0.22, 0.34);
                c.circle(x, y, r, fill(&self.form));
                self.textured(c, |c, paint| c.circle(x, y, r, paint));
                let loud = dice.below(count as u64) as i32;
                let step = w / f64::from(4 + dice.below(3) as i32);
                for n in 0..count {
                    let y = h * 0.14 + gap * f64::from(n);
                    let mut up = if n % 2 == 0 { -1.0 } else { 1.0 };
                    let (mut string, mut x, mut k) = (Path::at(-4.0, y), 0.0, n as usize * 4);
                    while x < w + step {
                        // Level at every crest, so that no crest has a corner.
                        let swing = gap * (0.08 + 0.62 * beat(k)) * up;
                        let (from, to) = (x - step * 0.5, x + step * 0.5);
                        string = if k == n as usize * 4 {
                            string.curve((from, y), (from, y + swing), (to, y + swing))
                        } else {
                            string.smooth((to - step * 0.5, y + swing), (to, y + swing))
                        };
                        (x, k, up) = (x + step, k + 1, -up);
                    }
                    let paint =
                        if n == loud { line(&p.spark, 3.2) } else { line(&p.ink, 1.3).fade(0.75) };
                    c.path(&string, paint);
                }
                None
            }
            4 => {
                // A voice: rings that widen from where it is, each as full as its words are long.
                let (x, y) = self.at(dice.range(-0.04, 0.5), dice.range(0.2, 1.04));
                let count = 5 + dice.below(6) as i32;
                let step = (w * w + h * h).sqrt() * dice.range(0.6, 0.9) / f64::from(count);
                for n in (1..=count).rev() {
                    let colour = match n % 4 {
                        0 => &p.soft,
                        1 => &p.main,
                        2 => &p.veil,
                        _ => &p.main_lit,
                    };
                    let full = step * (0.16 + 0.62 * beat(n as usize));
                    c.circle(x, y, step * f64::from(n), line(colour, full));
                }
                c.circle(x, y, step * 0.56, fill(&p.deep));
                self.textured(c, |c, paint| c.circle(x, y, step * 0.56, paint));
                let (s, k) = sin_cos(dice.range(-30.0, 30.0));
                let (dx, reach) = (-self.lit * k, u * dice.range(0.36, 0.5));
                c.circle(x + reach * dx, y + reach * s, u * 0.045, fill(&p.spark));
                None
            }
            _ => {
                // Keys, and the text as it would run into them.
                let (keys, shelf) = (if w > h { 14 } else { 10 }, h * 0.7);
                let wide = w / f64::from(keys);
                let mut top = h * 0.07;
                let mut loudest = (0.0, 0.0, 0.0);
                for n in 0..26_usize {
                    let long = h * (0.03 + 0.12 * beat(n));
                    let key = (n * 5 + dice.below(4) as usize) % keys as usize;
                    let x = wide * (key as f64 + 0.16);
                    let colour = [&p.main, &p.soft, &p.deep, &p.second].into_iter().nth(n % 4);
                    if top + long < shelf - h * 0.02 && beat(n) > 0.0 {
                        let at = (x, top, wide * 0.68, long);
                        c.slab(at, wide * 0.2, fill(colour.unwrap_or(&p.main)));
                        loudest = (x, top, long);
                    }
                    top += h * 0.024;
                }
                c.slab((loudest.0, loudest.1, wide * 0.68, loudest.2), wide * 0.2, fill(&p.spark));
                c.rect(0.0, shelf, w, h - shelf, fill(&p.glow));
                let (mut gaps, mut black) = (Path::default(), Path::default());
                for n in 1..keys {
                    let x = wide * f64::from(n);
                    gaps = gaps.to(x, shelf).down(h);
                    if ![0, 3].contains(&(n % 7)) {
                        black = black.to(x, shelf).by(0.0, (h - shelf) * 0.58);
                    }
                }
                c.path(&gaps, line(&p.soft, 1.4));
                c.path(&black, line(&p.ink, wide * 0.52));
                c.rect(0.0, shelf - u * 0.012, w, u * 0.024, fill(&p.deep));
                None
            }
        }
    }
}
