//! Portrait: head and shoulders as ovals and arcs against a window, a tondo or an arch.

use super::super::canvas::{Canvas, Dice, Path, fill, line};
use super::super::words::Form;
use super::{Scene, Spot};

impl Scene {
    pub(super) fn portrait(&self, c: &mut Canvas, dice: &mut Dice) -> Option<Spot> {
        let (w, h, u, p) = (self.w, self.h, self.u, &self.p);
        let x = self.x(dice.range(0.54, 0.6));
        let head = u * dice.range(0.145, 0.165);
        let y = h * 0.42;
        let spot = match dice.below(3) {
            0 => {
                // A window on the light's side, its panes crossing behind the figure.
                let (wide, top, tall) = (w * 0.4, h * 0.09, h * 0.66);
                let left = self.x(0.28) - wide / 2.0;
                c.rect(left, top, wide, tall, fill(&p.glow));
                c.rect(left, top, wide, tall, fill(&p.second).fade(0.28));
                let bars = Path::at(left + wide / 2.0, top)
                    .by(0.0, tall)
                    .to(left, top + tall * 0.33)
                    .by(wide, 0.0)
                    .to(left, top + tall * 0.67)
                    .by(wide, 0.0);
                c.path(&bars, line(&p.veil, u * 0.016));
                c.rect(left, top, wide, tall, line(&p.veil, u * 0.028));
                Some((self.x(0.85), h * 0.2, u * 0.075))
            }
            1 => {
                // Rings of light, like a tondo.
                for (n, opacity) in [(3.9, 0.5), (3.1, 0.7), (2.35, 1.0)] {
                    c.circle(x, y + head * 0.3, head * n, fill(&p.veil).fade(opacity));
                }
                c.circle(x, y + head * 0.3, head * 1.85, fill(&p.glow).fade(0.8));
                Some((self.x(0.13), h * 0.2, u * 0.075))
            }
            _ => {
                // A tall arch and a slant of light through it.
                let half = u * 0.36;
                let top = h * 0.08 + half;
                let arch = Path::at(x - half, h)
                    .down(top)
                    .arc(half, half, true, x + half, top)
                    .down(h)
                    .close();
                c.path(&arch, fill(&p.soft).fade(0.8));
                let slant = Path::at(self.x(0.0), 0.0)
                    .line(self.x(0.3), 0.0)
                    .line(self.x(0.95), h)
                    .line(self.x(0.25), h)
                    .close();
                c.path(&slant, fill(&self.light).fade(0.8));
                Some((self.x(0.12), h * 0.72, u * 0.075))
            }
        };
        self.figure(c, dice, (x, y), head);
        spot
    }

    /// Head, hair and shoulders as ovals and arcs, half in the light.
    pub(super) fn figure(&self, c: &mut Canvas, dice: &mut Dice, (x, y): (f64, f64), r: f64) {
        let (h, p) = (self.h, &self.p);
        let (side, tall) = (self.lit, r * 1.28);
        let away = -side;
        let neck = y + tall * 0.8;
        let collar = neck + r * 0.75;
        let span = r * dice.range(2.5, 2.9);
        // Hair behind the head: a bob, a bun, long, or short.
        let style = match (self.words.form(&[Form::ShortHair, Form::LongHair]), dice.below(4)) {
            (Some(Form::ShortHair), _) => 3,
            (Some(_), roll) => roll % 3,
            (None, roll) => roll,
        };
        let tilt = dice.sign() * dice.range(2.0, 8.0);
        c.turn(tilt, x, neck);
        match style {
            0 => c.ellipse(x + away * r * 0.12, y - r * 0.08, r * 1.26, tall * 1.16, fill(&p.deep)),
            1 => {
                c.circle(x + away * r * 0.95, y - tall * 0.85, r * 0.5, fill(&p.deep));
                c.ellipse(x + away * r * 0.1, y - r * 0.16, r * 1.12, tall * 1.02, fill(&p.deep));
            }
            3 => c.ellipse(x + away * r * 0.1, y - r * 0.22, r * 1.08, tall * 0.98, fill(&p.deep)),
            _ => {
                let long = Path::at(x - r * 1.22, y)
                    .arc(r * 1.22, tall * 1.1, true, x + r * 1.22, y)
                    .curve(
                        (x + r * 1.2, y + r),
                        (x + r * 1.5, y + r * 1.8),
                        (x + r * 1.35, collar + r * 0.9),
                    )
                    .across(x - r * 1.35)
                    .curve((x - r * 1.5, y + r * 1.8), (x - r * 1.2, y + r), (x - r * 1.22, y))
                    .close();
                c.path(&long, fill(&p.deep));
            }
        }
        c.close();
        let bust = |span: f64, top: f64| {
            Path::at(x - span, h + 4.0)
                .curve(
                    (x - span, top + r * 0.75),
                    (x - span * 0.6, top + r * 0.5),
                    (x - r * 0.42, top),
                )
                .across(x + r * 0.42)
                .curve(
                    (x + span * 0.6, top + r * 0.5),
                    (x + span, top + r * 0.75),
                    (x + span, h + 4.0),
                )
                .close()
        };
        c.rect(x - r * 0.4, y + tall * 0.4, r * 0.8, collar - y, fill(&p.skin_far));
        let clothes = bust(span, collar - r * 0.2);
        c.path(&clothes, fill(&self.form));
        self.textured(c, |c, paint| c.path(&clothes, paint));
        // The neckline, open or closed.
        if dice.chance(50) {
            let open = Path::at(x - r * 0.5, collar - r * 0.25)
                .line(x, collar + r * dice.range(0.5, 1.1))
                .line(x + r * 0.5, collar - r * 0.25)
                .close();
            c.path(&open, fill(&p.skin_far));
        } else {
            c.slab((x - r * 0.5, collar - r * 0.45, r, r * 0.42), r * 0.14, fill(&p.main));
        }
        let (arm, pit) = (span * 0.6, collar + r * 1.5);
        let sleeves = Path::at(x - arm, pit)
            .bend((x - arm * 0.98, pit + r), (x - arm * 1.1, h))
            .to(x + arm, pit)
            .bend((x + arm * 0.98, pit + r), (x + arm * 1.1, h));
        if pit + r < h {
            c.path(&sleeves, line(&p.deep, 1.4).round().fade(0.5));
        }
        // The face: one oval, its far half in shade.
        c.turn(tilt, x, neck);
        c.ellipse(x, y, r, tall, fill(&p.skin));
        let half = |reach: f64, clockwise: bool| {
            Path::at(x, y - tall)
                .arc(r, tall, away > 0.0, x, y + tall)
                .arc(reach, tall, clockwise, x, y - tall)
                .close()
        };
        c.path(&half(r * 0.3, away > 0.0), fill(&p.skin_far));
        // Hair over the brow.
        let brow = Path::at(x - r * 1.02, y - r * 0.1)
            .arc(r * 1.02, tall * 0.98, true, x + r * 1.02, y - r * 0.1)
            .bend((x + away * r * 0.6, y - tall * 0.62), (x + side * r * 0.25, y - tall * 0.68))
            .bend((x - r * 0.8, y - tall * 0.5), (x - r * 1.02, y - r * 0.1))
            .close();
        c.path(&brow, fill(&p.deep));
        if style != 3 && dice.chance(70) {
            c.circle(x + side * r * 1.0, y + r * 0.5, r * 0.1, fill(&p.spark));
        }
        c.close();
    }
}
