//! Infographics: a measured grid, and what is plotted on it.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Form;
use super::{Scene, Spot, leaf};

impl Scene {
    pub(super) fn infographic(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let m = u * 0.1;
        let offered = [Form::Timeline, Form::Layers, Form::Guide, Form::Network];
        let form = self.words.form(&offered).unwrap_or_else(|| {
            dice.pick(Form::Timeline, &[Form::Layers, Form::Guide, Form::Network])
        });
        // The measuring edge along the top and one side.
        c.path(&Path::at(m, m * 0.55).across(w - m), line(&p.ink, 5.0).dash(1.0, 9.0).fade(0.6));
        c.path(&Path::at(m * 0.55, m).down(h - m), line(&p.ink, 5.0).dash(1.0, 9.0).fade(0.6));
        match form {
            Form::Layers => {
                // Strata, cut open, with leaders to their labels.
                let (left, wide, count) = (m * 1.3, w * 0.54, 4 + dice.below(2));
                let colours = [&p.glow, &p.soft, &p.main_lit, &p.main, &p.deep, &p.ink];
                let (mut y, foot) = (m * 1.3, h - m * 1.1);
                let step = (foot - y) / count as f64;
                let mut leaders = Path::default();
                for (n, colour) in colours.into_iter().enumerate().take(count as usize) {
                    let bump = dice.range(-0.22, 0.22) * step;
                    let layer = Path::at(left, y)
                        .bend((left + wide * 0.25, y - bump), (left + wide * 0.5, y))
                        .sway(left + wide, y)
                        .down(foot)
                        .across(left)
                        .close();
                    c.path(&layer, fill(colour));
                    if n == 2 {
                        self.textured(c, |c, paint| c.path(&layer, paint));
                    }
                    let (from, to) = (left + wide, w - m - u * dice.range(0.1, 0.2));
                    let level = y + step * 0.5;
                    leaders = leaders.to(from, level).across(to);
                    c.circle(from, level, u * 0.014, fill(if n == 1 { &p.spark } else { &p.ink }));
                    c.rect(to + 5.0, level - 3.0, w - m - to - 5.0, 6.0, fill(&p.ink).fade(0.75));
                    y += step;
                }
                c.path(&leaders, line(&p.ink, 1.0));
                None
            }
            Form::Timeline if dice.chance(45) => {
                // Years as rings, what happened on them, and one cut from bark to heart.
                let (x, y) = (w * 0.5, h * 0.52);
                let (most, count) = (u * 0.41, 5 + dice.below(3));
                for n in (1..=count).rev() {
                    let r = most * n as f64 / count as f64;
                    let colour = [&p.veil, &p.glow, &p.soft].into_iter().nth((n % 3) as usize);
                    c.circle(x, y, r, fill(colour.unwrap_or(&p.veil)));
                    if n == 3 {
                        self.textured(c, |c, paint| c.circle(x, y, r, paint));
                    }
                    let mut turn = dice.range(0.0, 360.0);
                    for _ in 0..=dice.below(2) {
                        let (s, k) = sin_cos(turn);
                        let long = 30.0 + dice.range(0.0, 70.0);
                        let (s1, k1) = sin_cos(turn + long);
                        let part =
                            Path::at(x + r * k, y + r * s).arc(r, r, true, x + r * k1, y + r * s1);
                        let colour = dice.pick(&p.main, &[&p.deep, &p.second]);
                        c.path(&part, line(colour, u * 0.026).round());
                        turn += long + dice.range(40.0, 140.0);
                    }
                }
                let (s, k) = sin_cos(dice.range(-60.0, 60.0));
                c.path(
                    &Path::at(x, y).by(most * 1.1 * k, most * 1.1 * s),
                    line(&p.ink, 1.4).dash(4.0, 4.0),
                );
                c.circle(x + most * 1.1 * k, y + most * 1.1 * s, u * 0.03, fill(&p.spark));
                c.circle(x, y, u * 0.03, fill(&p.ink));
                None
            }
            Form::Timeline => {
                // Stations along a road that winds down the sheet.
                let rows = if h > w { 4 } else { 3 };
                let (top, gap) = (m * 1.8, (h - m * 3.4) / f64::from(rows - 1));
                // The bends stay inside the measuring edges.
                let (left, right) = (m * 1.4 + gap / 2.0, w - m * 1.1 - gap / 2.0);
                let mut road = Path::at(left, top);
                for row in 0..rows {
                    let y = top + gap * f64::from(row);
                    let (end, clockwise) = if row % 2 == 0 { (right, true) } else { (left, false) };
                    road = road.line(end, y);
                    if row + 1 < rows {
                        road = road.arc(gap / 2.0, gap / 2.0, clockwise, end, y + gap);
                    }
                }
                c.path(&road, line(&p.veil, u * 0.075).round());
                c.path(&road, line(&p.main, 2.0).round());
                for row in 0..rows {
                    let y = top + gap * f64::from(row);
                    let mut x = left + (right - left) * dice.range(0.04, 0.2);
                    let last = row + 1 == rows;
                    while x < right - u * 0.04 {
                        let r = u * dice.pick(0.022, &[0.022, 0.034, 0.05]);
                        let colour = dice.pick(&p.main, &[&p.deep, &p.second, &p.main]);
                        let ends =
                            if rows % 2 == 1 { x > right - u * 0.13 } else { x < left + u * 0.13 };
                        if last && ends {
                            x += u * 0.1;
                            continue;
                        }
                        c.circle(x, y, r, fill(colour));
                        c.rect(
                            x - r * 0.2,
                            y + u * 0.062,
                            u * dice.range(0.06, 0.12),
                            4.0,
                            fill(&p.ink).fade(0.7),
                        );
                        x += (right - left) * dice.range(0.19, 0.32);
                    }
                }
                let end = if rows % 2 == 1 { right } else { left };
                c.circle(end, h - m * 1.6, u * 0.045, fill(&p.spark));
                None
            }
            Form::Guide => {
                // A plate of specimens, no two the same.
                let columns: i32 = if w > h * 1.2 { 4 } else { 3 };
                let rows: i32 = if h > w { 4 } else { 3 };
                let (cw, ch) =
                    ((w - m * 2.0) / f64::from(columns), (h - m * 1.8) / f64::from(rows));
                let star = dice.below(columns as u64 * rows as u64);
                for n in 0..columns * rows {
                    let x = m * 1.15 + cw * (f64::from(n % columns) + 0.5);
                    let y = m * 0.95 + ch * (f64::from(n / columns) + 0.43);
                    let r = cw.min(ch) * dice.range(0.24, 0.33);
                    let colour = if u64::from(n as u32) == star {
                        &p.spark
                    } else {
                        dice.pick(&p.main, &[&p.second, &p.deep, &p.soft, &p.main_lit])
                    };
                    match dice.below(4) {
                        0 => {
                            c.circle(x, y, r, fill(colour));
                            c.circle(x, y, r * 0.55, line(&p.glow, 1.2));
                        }
                        1 => c.path(&leaf(x, y, r * 1.25, dice.range(-50.0, -10.0)), fill(colour)),
                        2 => c.path(
                            &Path::at(x - r, y + r * 0.5)
                                .arc(r, r, true, x + r, y + r * 0.5)
                                .close(),
                            fill(colour),
                        ),
                        _ => c.ellipse(x, y, r * 0.62, r, fill(colour)),
                    }
                    c.path(
                        &Path::at(x - cw * 0.26, y + ch * 0.44).by(cw * dice.range(0.3, 0.52), 0.0),
                        line(&p.ink, 3.0).fade(0.7),
                    );
                }
                None
            }
            _ => {
                // Rings of distance around a hub, and what hangs on it.
                let (x, y) = (self.x(0.44), h * 0.53);
                for n in 1..=3 {
                    c.circle(x, y, u * 0.14 * f64::from(n), line(&p.ink, 0.9).fade(0.35));
                }
                c.circle(x, y, u * 0.35, line(&p.veil, u * 0.08));
                let count = 7 + dice.below(4);
                let turn = dice.range(0.0, 360.0);
                let mut spokes = Path::default();
                let mut nodes = Vec::with_capacity(12);
                for n in 0..count {
                    let (s, k) =
                        sin_cos(turn + 360.0 / count as f64 * n as f64 + dice.range(-9.0, 9.0));
                    let r = u * dice.pick(0.28, &[0.385, 0.35]);
                    nodes.push((x + r * k, y + r * s));
                    spokes = spokes.to(x, y).line(x + r * k, y + r * s);
                }
                c.path(&spokes, line(&p.ink, 1.1));
                for (n, (x, y)) in nodes.into_iter().enumerate() {
                    let colour = if n == 0 {
                        &p.spark
                    } else {
                        dice.pick(&p.main, &[&p.second, &p.deep, &p.main])
                    };
                    c.circle(x, y, u * dice.pick(0.025, &[0.035, 0.05]), fill(colour));
                }
                c.circle(x, y, u * 0.1, fill(&self.form));
                self.textured(c, |c, paint| c.circle(x, y, u * 0.1, paint));
                let labels = if self.lit < 0.0 { w - m - w * 0.16 } else { m * 1.2 };
                self.lines_of_type(c, dice, (labels, m * 1.2, w * 0.15, u * 0.13), false);
                None
            }
        }
    }
}
