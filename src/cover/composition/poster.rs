//! Posters: bold blocks, letter forms and bars of pseudo-type.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::{Scene, Spot};

impl Scene {
    pub(super) fn poster(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let m = u * 0.09;
        match dice.below(4) {
            0 => {
                // Quarter circles on a grid.
                let columns = if h > w { 3.0 } else { 4.0 };
                let cell = (w - m * 2.0) / columns;
                let rows = ((h - m * 2.0) / cell).floor().max(2.0);
                let (rows, cell) = (rows, cell.min((h - m * 2.2) / rows));
                let left = (w - cell * columns) / 2.0;
                for row in 0..rows as u32 {
                    for column in 0..columns as u32 {
                        let (x, y) = (left + cell * f64::from(column), m + cell * f64::from(row));
                        let back = dice.pick(&p.veil, &[&p.soft, &p.ground_far]);
                        let front = dice.pick(&p.main, &[&p.deep, &p.second, &p.main, &p.glow]);
                        match dice.below(6) {
                            0 | 1 => {
                                c.rect(x, y, cell, cell, fill(back));
                                let (x, y, s, d) = if dice.chance(50) {
                                    (x, y, cell, cell)
                                } else {
                                    (x + cell, y + cell, -cell, -cell)
                                };
                                c.path(
                                    &Path::at(x, y)
                                        .line(x + s, y)
                                        .arc(cell, cell, true, x, y + d)
                                        .close(),
                                    fill(front),
                                );
                            }
                            2 => c.circle(x + cell / 2.0, y + cell / 2.0, cell / 2.0, fill(front)),
                            3 => c.path(
                                &Path::at(x, y + cell / 2.0)
                                    .arc(cell / 2.0, cell / 2.0, true, x + cell, y + cell / 2.0)
                                    .down(y + cell)
                                    .across(x)
                                    .close(),
                                fill(front),
                            ),
                            4 => {
                                c.rect(x, y, cell, cell, fill(front));
                                self.textured(c, |c, paint| c.rect(x, y, cell, cell, paint));
                            }
                            _ => self.lines_of_type(
                                c,
                                dice,
                                (x + 4.0, y + cell * 0.2, cell - 8.0, cell * 0.6),
                                false,
                            ),
                        }
                    }
                }
                c.circle(
                    left + cell * (columns - 0.5),
                    m + cell * (rows - 0.5),
                    cell * 0.24,
                    fill(&p.spark),
                );
                None
            }
            1 => {
                // One disc and a tilted block.
                let r = u * dice.range(0.34, 0.42);
                let (x, y) = self.at(0.36, 0.42);
                c.circle(x, y, r, fill(&self.form));
                self.textured(c, |c, paint| c.circle(x, y, r, paint));
                c.turn(self.lit * dice.range(14.0, 26.0), x, y);
                c.rect(x - w, y + r * 0.25, w * 2.4, r * 0.34, fill(&p.deep));
                c.rect(x - w, y + r * 0.66, w * 2.4, r * 0.07, fill(&p.spark));
                c.close();
                self.headline(c, dice, (m, h - m, w * 0.5));
                Some((self.x(0.82), h * 0.22, u * 0.095))
            }
            2 => {
                // A letter nobody can read, built from stems and bowls.
                let (stem, top, tall) = (u * 0.16, h * 0.12, h * 0.62);
                let left = w * 0.5 - u * 0.34;
                c.rect(left, top, stem, tall, fill(&p.deep));
                let bowl = tall * 0.5;
                let reach = left + stem + bowl / 2.0;
                let bowl_at = |y: f64| {
                    Path::at(left + stem, y)
                        .across(reach)
                        .arc(bowl / 2.0, bowl / 2.0, true, reach, y + bowl)
                        .across(left + stem)
                        .close()
                };
                c.path(&bowl_at(top), fill(&self.form));
                self.textured(c, |c, paint| c.path(&bowl_at(top), paint));
                if dice.chance(50) {
                    let leg = Path::at(left + stem, top + bowl)
                        .line(left + stem + bowl * 0.4, top + bowl)
                        .line(left + u * 0.68, top + tall)
                        .line(left + u * 0.44, top + tall)
                        .close();
                    c.path(&leg, fill(&p.second));
                } else {
                    c.path(&bowl_at(top + bowl), fill(&p.second));
                }
                c.circle(left + u * 0.66, top + bowl * 0.5, u * 0.055, fill(&p.spark));
                c.path(
                    &Path::at(m, top)
                        .across(w - m)
                        .to(m, top + tall)
                        .across(w - m)
                        .to(m, top + bowl)
                        .across(w - m),
                    line(&p.ink, 0.8).fade(0.4),
                );
                self.lines_of_type(
                    c,
                    dice,
                    (left, top + tall + h * 0.07, u * 0.68, h * 0.1),
                    false,
                );
                None
            }
            _ => {
                // Two broad fields, and a round that changes colour where they meet.
                let cut = h * dice.range(0.52, 0.64);
                c.rect(0.0, 0.0, w, cut, fill(&self.form));
                self.textured(c, |c, paint| c.rect(0.0, 0.0, w, cut, paint));
                let (x, r) = (self.x(dice.range(0.34, 0.44)), u * dice.range(0.24, 0.32));
                let half = |x: f64, r: f64, up: bool| {
                    Path::at(x - r, cut).arc(r, r, up, x + r, cut).close()
                };
                let variant = dice.below(3);
                match variant {
                    0 => {
                        c.path(&half(x, r, true), fill(&p.glow));
                        c.path(&half(x, r, false), fill(&p.deep));
                        c.circle(self.x(0.84), h * 0.14, u * 0.035, fill(&p.spark));
                    }
                    1 => {
                        // Two halves slipped along the cut.
                        c.path(&half(x, r, true), fill(&p.deep));
                        c.path(&half(x + self.lit * r, r, false), fill(&p.second));
                        c.circle(x, cut - r * 0.42, r * 0.16, fill(&p.spark));
                    }
                    _ => {
                        // Rings that rise, and their reflection in bars.
                        for (n, colour) in
                            [&p.glow, &p.deep, &p.second, &p.spark].into_iter().enumerate()
                        {
                            c.path(&half(x, r * (1.2 - 0.3 * n as f64), true), fill(colour));
                        }
                        let mut bars = Path::default();
                        for n in 1..5 {
                            let n = f64::from(n);
                            bars = bars
                                .to(x - r * (1.2 - 0.24 * n), cut + r * 0.17 * n)
                                .across(x + r * (1.2 - 0.24 * n));
                        }
                        c.path(&bars, line(&p.deep, r * 0.07));
                    }
                }
                if variant < 2 {
                    let wide = w * 0.3;
                    let left = if self.lit < 0.0 { w - m - wide } else { m };
                    self.headline(c, dice, (left, h - m, wide));
                }
                Some((self.x(0.12), h * 0.16, u * 0.08))
            }
        }
    }

    /// The foot of a poster: set in columns where the prompt is Chinese, in lines otherwise.
    pub(super) fn headline(&self, c: &mut Canvas, dice: &mut Dice, (x, y, wide): (f64, f64, f64)) {
        let p = &self.p;
        let tall = self.u * 0.17;
        if self.words.chinese {
            self.lines_of_type(
                c,
                dice,
                (x, y - tall * 1.5, wide.min(tall * 2.2), tall * 1.5),
                true,
            );
        } else {
            let size = tall * 0.4;
            c.rect(x, y - tall, wide, size, fill(&p.ink));
            self.lines_of_type(c, dice, (x, y - tall * 0.42, wide, tall * 0.42), false);
        }
    }

    /// Type too small to read: lines of words, or columns of square characters.
    pub(super) fn lines_of_type(
        &self,
        c: &mut Canvas,
        dice: &mut Dice,
        (x, y, w, h): (f64, f64, f64, f64),
        columns: bool,
    ) {
        let mut words = Path::default();
        // Columns are told in whole characters, so that none is cut.
        let (set, gap) = (w / 3.0 * 0.5, w / 3.0 * 0.16);
        let most = ((h + gap) / (set + gap)).floor().max(1.0);
        for n in 0..3 {
            let n = f64::from(n);
            if columns {
                let characters = (most * dice.range(0.45, 1.0)).ceil();
                words = words
                    .to(x + w - w / 3.0 * (n + 0.5), y)
                    .by(0.0, characters * (set + gap) - gap);
            } else {
                words = words.to(x, y + h / 3.0 * (n + 0.5)).by(w * dice.range(0.5, 0.98), 0.0);
            }
        }
        let ink = if columns {
            line(&self.p.ink, set * 1.05).dash(set, gap)
        } else {
            line(&self.p.ink, h / 9.0)
        };
        c.path(&words, ink.fade(0.85));
    }
}
