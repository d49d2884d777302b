//! Food and drink: plates, bowls, cups and steam.

use super::super::canvas::{Canvas, Dice, Path, fill, line, sin_cos};
use super::super::words::Form;
use super::{Scene, Spot, leaf};

impl Scene {
    pub(super) fn food(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let offered = [Form::Bowl, Form::Plate, Form::Cup, Form::Glass];
        let form = self
            .words
            .form(&offered)
            .unwrap_or_else(|| dice.pick(Form::Plate, &[Form::Bowl, Form::Cup]));
        // The table: a cloth, cut at a slant, or a board.
        let edge = h * dice.range(0.6, 0.72);
        match form {
            Form::Cup | Form::Glass => {
                c.circle(self.x(0.3), edge - u * 0.3, u * 0.27, fill(&p.soft).fade(0.6));
                c.rect(0.0, edge, w, h - edge, fill(&p.veil));
                self.textured(c, |c, paint| c.rect(0.0, edge, w, h - edge, paint));
                let x = self.x(0.53);
                c.ellipse(
                    x - self.lit * u * 0.16,
                    edge + u * 0.14,
                    u * 0.4,
                    u * 0.05,
                    fill(&p.deep).fade(0.22),
                );
                if form == Form::Cup {
                    c.ellipse(x, edge + u * 0.115, u * 0.29, u * 0.05, fill(&p.glow));
                    c.ellipse(x, edge + u * 0.108, u * 0.16, u * 0.022, fill(&p.soft));
                    c.circle(x + self.lit * u * 0.38, edge + u * 0.13, u * 0.034, fill(&p.spark));
                }
                self.object(c, form, (x, edge + u * 0.11), u * 0.62);
                Some((self.x(0.84), h * 0.2, u * 0.085))
            }
            Form::Bowl => {
                let (x, r, y) = (self.x(0.52), u * 0.33, h * 0.52);
                c.circle(x, y - r * 0.2, r * 1.22, fill(&p.soft).fade(0.55));
                c.rect(0.0, y + r * 0.86, w, h, fill(&p.veil));
                self.textured(c, |c, paint| c.rect(0.0, y + r * 0.86, w, h, paint));
                c.ellipse(
                    x - self.lit * r * 0.35,
                    y + r * 0.98,
                    r * 1.1,
                    r * 0.11,
                    fill(&p.deep).fade(0.25),
                );
                c.path(
                    &Path::at(x - r * 0.38, y + r * 0.8)
                        .by(r * 0.06, r * 0.2)
                        .by(r * 0.64, 0.0)
                        .by(r * 0.06, -r * 0.2)
                        .close(),
                    fill(&p.deep),
                );
                // What is in it rises over the rim.
                for (at, size, colour) in [
                    (-0.5, 0.3, &p.second),
                    (0.45, 0.34, &p.main_lit),
                    (-0.02, 0.4, &p.glow),
                    (0.2, 0.15, &p.spark),
                ] {
                    c.circle(x + r * at, y - r * (0.02 + size * 0.1), r * size, fill(colour));
                }
                let bowl = Path::at(x - r, y).arc(r, r * 0.9, false, x + r, y).close();
                c.path(&bowl, fill(&self.form));
                c.path(
                    &Path::at(x - r * 0.97, y + r * 0.16)
                        .bend((x, y + r * 0.26), (x + r * 0.97, y + r * 0.16)),
                    line(&p.glow, 2.0).fade(0.8),
                );
                let sticks = Path::at(x + self.lit * r * 0.2, y - r * 0.1)
                    .by(self.lit * -r * 1.5, -r * 0.75)
                    .to(x + self.lit * r * 0.34, y - r * 0.14)
                    .by(self.lit * -r * 1.46, -r * 0.92);
                c.path(&sticks, line(&p.ink, 4.0).round());
                self.steam(c, x + self.lit * r * 0.25, y - r * 0.55, r * 0.75);
                Some((self.x(0.13), h * 0.2, u * 0.075))
            }
            _ => {
                // From above.
                let (x, y) = self.at(dice.range(0.46, 0.54), 0.51);
                let r = (u * 0.37).min(w * 0.33);
                let cloth = Path::at(self.x(0.0), -2.0)
                    .line(self.x(dice.range(0.3, 0.45)), -2.0)
                    .line(self.x(dice.range(0.12, 0.25)), h + 2.0)
                    .line(self.x(0.0), h + 2.0)
                    .close();
                c.path(&cloth, fill(&p.soft));
                self.textured(c, |c, paint| c.path(&cloth, paint));
                c.circle(x - self.lit * u * 0.025, y + u * 0.03, r, fill(&p.deep).fade(0.25));
                c.circle(x, y, r, fill(&p.glow));
                c.circle(x, y, r * 0.74, line(&p.soft, 1.6));
                c.circle(x, y, r * 0.94, line(&p.second, 1.2).fade(0.7));
                let turn = dice.range(0.0, 360.0);
                match dice.below(3) {
                    0 => {
                        // Slices fanned around the middle.
                        for n in 0..5 {
                            let (s, k) = sin_cos(turn + 52.0 * f64::from(n));
                            let colour = if n % 2 == 0 { &p.main } else { &p.main_lit };
                            c.circle(x + r * 0.33 * k, y + r * 0.33 * s, r * 0.27, fill(colour));
                            c.circle(
                                x + r * 0.33 * k,
                                y + r * 0.33 * s,
                                r * 0.2,
                                line(&p.glow, 1.2).fade(0.7),
                            );
                        }
                        c.circle(x, y, r * 0.14, fill(&p.spark));
                    }
                    1 => {
                        // A wedge taken from a round.
                        let q = r * 0.58;
                        let ((s0, c0), (s1, c1)) = (sin_cos(turn), sin_cos(turn + 110.0));
                        c.circle(x, y, q, fill(&self.form));
                        c.path(
                            &Path::at(x, y)
                                .line(x + q * 1.02 * c0, y + q * 1.02 * s0)
                                .arc(q * 1.02, q * 1.02, true, x + q * 1.02 * c1, y + q * 1.02 * s1)
                                .close(),
                            fill(&p.glow),
                        );
                        c.circle(
                            x,
                            y,
                            q * 0.8,
                            line(&p.deep, 1.0).dash(q * 0.1, q * 0.12).fade(0.6),
                        );
                        let (s, k) = sin_cos(turn + 200.0);
                        c.circle(x + q * 0.42 * k, y + q * 0.42 * s, q * 0.16, fill(&p.spark));
                    }
                    _ => {
                        // Leaves and rounds.
                        for n in 0..6 {
                            let angle = turn + 60.0 * f64::from(n);
                            let (s, k) = sin_cos(angle);
                            let colour = if n % 2 == 0 { &p.main } else { &p.second };
                            c.path(
                                &leaf(x + r * 0.34 * k, y + r * 0.34 * s, r * 0.3, angle),
                                fill(colour),
                            );
                        }
                        c.circle(x, y, r * 0.2, fill(&p.deep));
                        c.circle(x, y, r * 0.1, fill(&p.spark));
                    }
                }
                let tool = x - self.lit * r * 1.24;
                if self.words.chinese {
                    c.path(
                        &Path::at(tool, y - r)
                            .line(tool - self.lit * r * 0.06, y + r)
                            .to(tool - self.lit * r * 0.14, y - r)
                            .line(tool - self.lit * r * 0.16, y + r),
                        line(&p.ink, 3.6).round(),
                    );
                } else {
                    c.path(
                        &Path::at(tool, y + r * 0.9).down(y - r * 0.3),
                        line(&p.ink, 3.4).round(),
                    );
                    c.ellipse(tool, y - r * 0.55, r * 0.1, r * 0.26, fill(&p.ink));
                }
                None
            }
        }
    }
}
