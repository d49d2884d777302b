//! The colours of a cover, built in OKLCH so that covers side by side look like one collection:
//! the prompt decides the hues, the roles decide lightness and chroma.

use super::canvas::{Dice, root, sin_cos};
use super::words::{Hour, Reading};

/// A colour by hue (degrees), chroma and lightness in OKLCH.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Tint {
    pub(super) hue: f64,
    pub(super) chroma: f64,
    pub(super) lightness: f64,
}

impl Tint {
    /// Too grey to be called by its hue.
    const fn is_neutral(&self) -> bool {
        self.chroma < 0.048
    }
}

/// The parts colours play in every composition, each `#rrggbb`.
pub(super) struct Palette {
    /// The paper, and what it turns to where less light falls.
    pub(super) ground: String,
    pub(super) ground_far: String,
    /// A shape that hardly leaves the ground.
    pub(super) veil: String,
    /// A quiet, fuller shape.
    pub(super) soft: String,
    /// The colour one would name the cover by, and its lit and shaded sides.
    pub(super) main: String,
    pub(super) main_lit: String,
    pub(super) deep: String,
    /// A second colour from the text, or one that goes with the first.
    pub(super) second: String,
    /// The small loud one.
    pub(super) spark: String,
    /// Where the light is brightest.
    pub(super) glow: String,
    /// A face, and its far side.
    pub(super) skin: String,
    pub(super) skin_far: String,
    /// Fine lines and type.
    pub(super) ink: String,
    /// The direction of `main` in steps of 15 degrees; none where it is grey.
    pub(super) hue: Option<u8>,
}

impl Palette {
    pub(super) fn of(reading: &Reading, dice: &mut Dice) -> Self {
        let invented =
            dice.pick(35.0, &[60.0, 85.0, 140.0, 165.0, 200.0, 235.0, 262.0, 300.0, 10.0]);
        let lean = dice.pick(32.0, &[-32.0, 45.0]);
        let vivid = |(tint, weight): &(Tint, f64)| (!tint.is_neutral()).then_some((*tint, *weight));
        let neutral = reading.tints.iter().find(|(tint, _)| tint.is_neutral());
        let mut named = reading.tints.iter().filter_map(vivid);

        let first = named.next();
        // A text that speaks of greys and only in passing of a colour keeps its greys.
        let grey = match (first, neutral) {
            (None, Some(_)) => true,
            (Some((_, hue)), Some((tint, plain))) => tint.chroma < 0.02 && hue * 3.0 < *plain,
            _ => false,
        };
        let key = first.map_or_else(
            || Tint {
                hue: neutral.map_or(invented, |(tint, _)| tint.hue),
                chroma: if neutral.is_some() { 0.05 } else { 0.10 },
                lightness: 0.6,
            },
            |(tint, _)| tint,
        );
        let key = if grey { Tint { chroma: key.chroma.min(0.03), ..key } } else { key };
        let apart = |hue: f64, other: f64| {
            let turn = (hue - other).abs() % 360.0;
            turn.min(360.0 - turn)
        };
        let second = named.find(|(tint, _)| apart(tint.hue, key.hue) > 24.0).map_or_else(
            || Tint { hue: key.hue + lean, chroma: key.chroma * 0.8, lightness: 0.7 },
            |(tint, _)| tint,
        );
        let spark = named
            .map(|(tint, _)| tint.hue)
            .find(|hue| {
                let dull = (105.0..220.0).contains(hue);
                !dull && apart(*hue, key.hue) > 50.0 && apart(*hue, second.hue) > 24.0
            })
            .unwrap_or(warm(key.hue));

        let hour = hour_of(reading, neutral, dice);
        let paper = neutral.map_or(
            key.hue,
            |(tint, _)| {
                if tint.chroma > 0.015 { tint.hue } else { key.hue }
            },
        );
        // Main shapes keep some of the named colour's own lightness: navy stays deeper than sky.
        let lean_to = |own: f64, base: f64, pull: f64| base + (own - base) * pull;
        let strength = key.chroma.clamp(0.016, 0.15);
        let colour = |lightness, chroma, hue| hex(in_gamut(lightness, chroma, hue));
        let main = |l: f64| {
            colour(
                lean_to(key.lightness, l, 0.45),
                strength.max(if grey { 0.016 } else { 0.075 }),
                key.hue,
            )
        };
        let lit = |l: f64| colour(lean_to(key.lightness, l, 0.4), strength * 0.8, key.hue + 6.0);
        let other = |l: f64| {
            let chroma = if grey { 0.03 } else { second.chroma.clamp(0.05, 0.115) };
            colour(lean_to(second.lightness, l, 0.4), chroma, second.hue)
        };
        let wash = (strength * 0.55).min(0.06);
        // Of any complexion; a text in greys has grey people.
        let complexion = dice.pick(0.84, &[0.78, 0.69, 0.58, 0.48]);
        let skin = |shade: f64| {
            let chroma = if grey { 0.012 } else { 0.055 + shade * 0.15 };
            colour(complexion - shade, chroma, 58.0 - shade * 90.0)
        };
        let hue = (!grey).then(|| step_of(key.hue));
        // Some sheets are printed in full colour, so that a list of them is not all paper.
        let is_full = dice.chance(26) && !grey && first.is_some();
        // Yellows turn muddy when they are not light.
        let lift = if (60.0..120.0).contains(&key.hue.rem_euclid(360.0)) { 0.07 } else { 0.0 };
        match hour {
            Hour::Day if is_full => Self {
                ground: colour(0.74 + lift, (strength * 0.85).min(0.115), key.hue + 6.0),
                ground_far: colour(0.66 + lift, strength.min(0.125), key.hue),
                veil: colour(0.795 + lift * 0.8, (strength * 0.7).min(0.085), key.hue + 4.0),
                soft: colour(0.855 + lift * 0.6, (strength * 0.5).min(0.06), key.hue + 8.0),
                main: colour(0.46, (strength * 0.9).max(0.06), key.hue - 4.0),
                main_lit: colour(0.56, (strength * 0.95).max(0.06), key.hue),
                deep: colour(0.32, strength * 0.6, key.hue - 8.0),
                second: other(0.82),
                spark: loud(0.70, if apart(spark, key.hue) < 30.0 { spark + 50.0 } else { spark }),
                skin: skin(0.0),
                skin_far: skin(0.11),
                glow: colour(0.972, 0.018, 88.0),
                ink: colour(0.24, strength.min(0.05), key.hue - 8.0),
                hue,
            },
            Hour::Day => Self {
                ground: colour(0.945, (strength * 0.18).clamp(0.008, 0.02), paper),
                ground_far: colour(0.885, (strength * 0.35).clamp(0.01, 0.035), paper),
                veil: colour(0.855, wash * 0.75, key.hue),
                soft: colour(0.79, wash * 1.2, key.hue),
                main: main(0.60),
                main_lit: lit(0.74),
                deep: colour(0.39, strength * 0.6, key.hue - 8.0),
                second: other(0.72),
                spark: loud(0.66, spark),
                skin: skin(0.0),
                skin_far: skin(0.11),
                glow: colour(0.982, 0.014, 90.0),
                ink: colour(0.27, strength.min(0.05), key.hue - 8.0),
                hue,
            },
            Hour::Dusk => Self {
                ground: colour(0.83, wash * 1.05, second.hue),
                ground_far: colour(0.73, (strength * 0.7).min(0.08), key.hue),
                veil: colour(0.76, wash * 1.2, key.hue),
                soft: colour(0.69, wash * 1.4, key.hue),
                main: main(0.55),
                main_lit: lit(0.69),
                deep: colour(0.35, strength * 0.6, key.hue - 8.0),
                second: other(0.66),
                spark: loud(0.69, spark),
                skin: skin(0.0),
                skin_far: skin(0.11),
                glow: colour(0.955, 0.035, 85.0),
                ink: colour(0.25, strength.min(0.05), key.hue - 8.0),
                hue,
            },
            Hour::Night => Self {
                ground: colour(0.255, (strength * 0.4).clamp(0.008, 0.045), key.hue),
                ground_far: colour(0.335, (strength * 0.5).clamp(0.01, 0.06), key.hue - 10.0),
                veil: colour(0.37, (strength * 0.5).min(0.055), key.hue),
                soft: colour(0.47, (strength * 0.6).min(0.075), key.hue),
                main: main(0.63),
                main_lit: lit(0.77),
                deep: colour(0.18, strength * 0.3, key.hue - 8.0),
                second: other(0.68),
                spark: loud(0.74, spark),
                skin: skin(0.0),
                skin_far: skin(0.11),
                glow: colour(0.93, 0.05, 88.0),
                ink: colour(0.91, 0.02, key.hue),
                hue,
            },
        }
    }
}

/// Day unless the text says otherwise.
fn hour_of(reading: &Reading, neutral: Option<&(Tint, f64)>, dice: &mut Dice) -> Hour {
    let dark = neutral.filter(|(tint, _)| tint.lightness < 0.3);
    let night = reading.hour(Hour::Night) + dark.map_or(0.0, |(_, weight)| weight * 0.3);
    let (day, dusk) = (reading.hour(Hour::Day), reading.hour(Hour::Dusk));
    let roll = dice.below(100);
    if night > 0.7 && night > day * 1.15 && night > dusk {
        Hour::Night
    } else if dusk > 0.4 && dusk > day || day < 0.3 && roll < 34 {
        Hour::Dusk
    } else if night > day && roll < 50 {
        Hour::Night
    } else {
        Hour::Day
    }
}

/// The loud spot where the text names none: always warm, which ties the collection together.
fn warm(key: f64) -> f64 {
    match key.rem_euclid(360.0) {
        hue if (50.0..135.0).contains(&hue) => 32.0,
        hue if (135.0..290.0).contains(&hue) => 45.0,
        _ => 80.0,
    }
}

/// Cool hues turn shrill before warm ones do, and yellows turn muddy when they are not light.
fn loud(lightness: f64, hue: f64) -> String {
    let hue = hue.rem_euclid(360.0);
    let chroma = if (105.0..330.0).contains(&hue) { 0.105 } else { 0.155 };
    let lift = if (65.0..115.0).contains(&hue) { 0.09 } else { 0.0 };
    hex(in_gamut(lightness + lift, chroma, hue))
}

/// The nearest of 24 directions on the circle of hues.
fn step_of(hue: f64) -> u8 {
    ((hue.rem_euclid(360.0) / 15.0).round() as u8) % 24
}

type Rgb = (u8, u8, u8);

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The nearest colour sRGB has, giving up chroma rather than hue or lightness.
fn in_gamut(lightness: f64, chroma: f64, hue: f64) -> Rgb {
    let mut chroma = chroma;
    for _ in 0..40 {
        let (r, g, b) = linear(lightness, chroma, hue);
        if [r, g, b].iter().all(|v| (-0.0005..=1.0005).contains(v)) {
            return (encode(r), encode(g), encode(b));
        }
        chroma *= 0.94;
    }
    let (r, g, b) = linear(lightness, 0.0, hue);
    (encode(r), encode(g), encode(b))
}

/// OKLCH to linear sRGB.
fn linear(lightness: f64, chroma: f64, hue: f64) -> (f64, f64, f64) {
    let (sin, cos) = sin_cos(hue);
    let (a, b) = (chroma * cos, chroma * sin);
    let l = lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b;
    let m = lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b;
    let s = lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b;
    let (l, m, s) = (l * l * l, m * m * m, s * s * s);
    (
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    )
}

/// The sRGB transfer curve, from light to a byte; `x^(5/12)` is taken by roots.
fn encode(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        let twelfth = root(light.sqrt().sqrt(), 3);
        let square = twelfth * twelfth;
        1.055 * square * square * twelfth - 0.055
    };
    (value * 255.0).round() as u8
}

/// The sRGB transfer curve, from a byte to light.
fn decode(byte: u8) -> f64 {
    let value = f64::from(byte) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        let base = (value + 0.055) / 1.055;
        let fifth = root(base, 5);
        base * base * fifth * fifth
    }
}

/// Six hexadecimal digits as sRGB.
pub(super) fn rgb_of_hex(digits: &str) -> Option<Rgb> {
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
    Some((channel(0)?, channel(2)?, channel(4)?))
}

/// Six hexadecimal digits in OKLCH.
pub(super) fn tint_of_hex(digits: &str) -> Option<Tint> {
    let (r, g, b) = rgb_of_hex(digits)?;
    let (r, g, b) = (decode(r), decode(g), decode(b));
    let l = root(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b, 3);
    let m = root(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b, 3);
    let s = root(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b, 3);
    let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
    let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
    let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
    Some(Tint { hue: direction(a, b), chroma: (a * a + b * b).sqrt(), lightness })
}

/// The angle of `(a, b)` in whole degrees: the one whose direction fits best.
fn direction(a: f64, b: f64) -> f64 {
    let fits = |degrees: f64| {
        let (sin, cos) = sin_cos(degrees);
        a * cos + b * sin
    };
    let mut best = 0.0;
    for (reach, step) in [(12, 15.0), (8, 1.0)] {
        let middle = best;
        for n in -reach..=reach {
            let degrees = middle + f64::from(n) * step;
            if fits(degrees) > fits(best) {
                best = degrees;
            }
        }
    }
    best
}
