//! Architecture and interiors: stepped planes and a wedge of light.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::super::words::Form;
use super::{Scene, Spot};

impl Scene {
    pub(super) fn architecture(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let offered = [Form::Stair, Form::Arch, Form::Facade, Form::Room];
        let form = self
            .words
            .form(&offered)
            .unwrap_or_else(|| dice.pick(Form::Stair, &[Form::Arch, Form::Facade, Form::Room]));
        match form {
            Form::Stair => {
                let wedge = Path::at(self.x(-0.02), -2.0)
                    .line(self.x(0.34), -2.0)
                    .line(self.x(1.02), h * 0.86)
                    .line(self.x(1.02), h)
                    .line(self.x(0.5), h)
                    .close();
                c.path(&wedge, fill(&self.light));
                let count = 6 + dice.below(2);
                let (run, rise) = (w * 0.86 / count as f64, h * 0.62 / count as f64);
                let mut flight = Path::at(self.x(0.14), h + 2.0);
                let (mut x, mut y) = (0.14, h);
                for _ in 0..count {
                    y -= rise;
                    flight = flight.down(y);
                    x += run / w;
                    flight = flight.across(self.x(x));
                }
                let flight = flight.down(h + 2.0).close();
                c.path(&flight, fill(&self.form));
                self.textured(c, |c, paint| c.path(&flight, paint));
                let mut x = 0.14;
                let mut y = h;
                for _ in 0..count {
                    y -= rise;
                    let left = self.x(x).min(self.x(x + run / w));
                    c.rect(left, y, run, rise * 0.24, fill(&p.glow).fade(0.8));
                    x += run / w;
                }
                let wall = Path::at(self.x(0.66), -2.0)
                    .line(self.x(1.02), -2.0)
                    .line(self.x(1.02), h * 0.3)
                    .line(self.x(0.66), h * 0.12)
                    .close();
                c.path(&wall, fill(&p.deep).fade(0.9));
                c.circle(self.x(0.22), h * 0.44, u * 0.036, fill(&p.spark));
                Some((self.x(0.2), h * 0.2, u * 0.08))
            }
            Form::Arch => {
                // Arches behind arches, each one lighter.
                let colours = [&p.soft, &p.main, &p.deep, &p.second, &p.glow];
                let x = self.x(0.46);
                for (n, colour) in colours.into_iter().enumerate() {
                    let shrink = n as f64 / 5.0;
                    let half = u * (0.47 - 0.4 * shrink);
                    let x = x + self.lit * u * 0.08 * shrink;
                    let top = h * (0.08 + 0.3 * shrink) + half;
                    let foot = h * (1.0 - 0.13 * shrink) + if n == 0 { 2.0 } else { 0.0 };
                    let arch = Path::at(x - half, foot)
                        .down(top.min(foot))
                        .arc(half, half, true, x + half, top.min(foot))
                        .down(foot)
                        .close();
                    c.path(&arch, fill(colour));
                    if n == 1 {
                        self.textured(c, |c, paint| c.path(&arch, paint));
                    }
                }
                let spill = Path::at(x + self.lit * u * 0.06 - u * 0.07, h * 0.89)
                    .by(u * 0.14, 0.0)
                    .line(self.x(0.76), h + 2.0)
                    .line(self.x(0.4), h + 2.0)
                    .close();
                c.path(&spill, fill(&p.glow).fade(0.75));
                c.circle(self.x(0.9), h * 0.2, u * 0.045, fill(&p.spark));
                Some((self.x(0.1), h * 0.2, u * 0.07))
            }
            Form::Facade => {
                let (left, right, top) = (w * 0.16, w * 0.84, h * 0.12);
                c.rect(left, top, right - left, h, fill(&self.form));
                self.textured(c, |c, paint| c.rect(left, top, right - left, h, paint));
                let shade = Path::at(self.x(0.16), h + 2.0)
                    .line(self.x(0.84), h * 0.3)
                    .line(self.x(0.84), h + 2.0)
                    .close();
                let (columns, rows) = (if h > w { 4 } else { 6 }, if h > w { 6 } else { 4 });
                let (cw, ch) = ((right - left) / f64::from(columns), (h - top) / f64::from(rows));
                let open = dice.below(u64::from((columns * rows) as u32));
                let mut sills = Path::default();
                let mut panes = Path::default();
                for n in 0..columns * rows {
                    let (x, y) = (
                        left + cw * (f64::from(n % columns) + 0.24),
                        top + ch * (f64::from(n / columns) + 0.24),
                    );
                    let (wide, tall) = (cw * 0.52, ch * 0.54);
                    if n as u64 == open {
                        c.rect(x, y, wide, tall, fill(&p.spark));
                    } else if dice.chance(24) {
                        c.rect(x, y, wide, tall, fill(&p.glow));
                        c.rect(x, y, wide, tall * dice.range(0.25, 0.7), fill(&p.second));
                    } else {
                        panes = panes.to(x, y).by(wide, 0.0).by(0.0, tall).by(-wide, 0.0).close();
                    }
                    sills = sills.to(x - 2.0, y + tall).by(wide + 4.0, 0.0);
                }
                c.path(&panes, fill(&p.deep));
                c.path(&sills, line(&p.glow, 2.0).fade(0.8));
                c.path(&shade, fill(&p.deep).fade(0.3));
                None
            }
            _ => {
                // A corner of a room: two walls, a floor, the window's light lying on them.
                let (x, top, foot) = (self.x(0.62), h * 0.08, h * 0.66);
                let far = Path::at(x, top)
                    .line(self.x(1.02), -h * 0.05)
                    .line(self.x(1.02), h * 0.94)
                    .line(x, foot)
                    .close();
                c.path(&far, fill(&self.form));
                self.textured(c, |c, paint| c.path(&far, paint));
                let floor = Path::at(self.x(-0.02), h * 0.92)
                    .line(x, foot)
                    .line(self.x(1.02), h * 0.94)
                    .down(h + 2.0)
                    .across(self.x(-0.02))
                    .close();
                c.path(&floor, fill(&p.deep));
                let pane = |n: f64, m: f64| {
                    let (x0, y0) = (0.7 + 0.12 * n, 0.2 + 0.2 * m + 0.045 * n);
                    let ((ax, ay), (bx, by)) = (self.at(x0, y0), self.at(x0 + 0.1, y0 + 0.038));
                    Path::at(ax, ay)
                        .line(bx, by)
                        .line(bx, by + h * 0.17)
                        .line(ax, ay + h * 0.17)
                        .close()
                };
                for (n, m) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                    c.path(&pane(n, m), fill(&p.glow).fade(0.8));
                }
                let lie = Path::at(self.x(0.34), h * 0.86)
                    .line(self.x(0.56), h * 0.77)
                    .line(self.x(0.8), h * 0.88)
                    .line(self.x(0.6), h + 2.0)
                    .line(self.x(0.46), h + 2.0)
                    .close();
                c.path(&lie, fill(&self.light).fade(0.75));
                // One chair-height thing and one lamp, so that the room has a measure.
                let (sx, sy) = self.at(0.3, 0.84);
                c.rect(sx - u * 0.13, sy - u * 0.16, u * 0.26, u * 0.045, fill(&p.second));
                c.path(
                    &Path::at(sx - u * 0.1, sy - u * 0.12)
                        .by(0.0, u * 0.2)
                        .to(sx + u * 0.1, sy - u * 0.12)
                        .by(0.0, u * 0.2),
                    line(&p.ink, 3.0),
                );
                let lx = self.x(0.36);
                c.path(&Path::at(lx, -2.0).down(h * 0.24), line(&p.ink, 1.4));
                c.path(
                    &Path::at(lx - u * 0.075, h * 0.31)
                        .arc(u * 0.075, u * 0.08, true, lx + u * 0.075, h * 0.31)
                        .close(),
                    fill(&p.spark),
                );
                Some((self.x(0.16), h * 0.4, u * 0.085))
            }
        }
    }
}
