//! The SVG a cover is written into, and the arithmetic that must not differ between machines.
//!
//! Only presentation attributes are written, numbers carry at most one decimal, and the few
//! transcendental functions needed are built here from `+ - * /` and `sqrt`: those are exact under
//! IEEE 754, whereas `sin` or `powf` may differ in the last bit from one libm to the next.

use std::fmt::Write as _;

/// A splitmix64 stream, seeded from the slug so that a prompt keeps its cover.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: &str) -> Self {
        Self(fnv1a(seed))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `0` to `n - 1`; `0` when `n` is zero.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let roll = self.next() >> 16;
        roll.checked_rem(n).unwrap_or(0)
    }

    /// A number from `low` up to `high`.
    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// `true` in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// `-1` or `1`.
    pub(super) fn sign(&mut self) -> f64 {
        if self.chance(50) { -1.0 } else { 1.0 }
    }

    /// One of the given values.
    pub(super) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let roll = self.below(others.len() as u64 + 1) as usize;
        roll.checked_sub(1).and_then(|n| others.get(n)).copied().unwrap_or(first)
    }
}

/// The 64-bit FNV-1a hash.
pub(super) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Sine and cosine of an angle given in degrees.
pub(super) fn sin_cos(degrees: f64) -> (f64, f64) {
    /// The Taylor series on −π … π, where twelve terms are exact to well below a tenth of a unit.
    fn series(x: f64, first: f64, mut n: f64) -> f64 {
        let (mut term, mut sum) = (first, first);
        for _ in 0..12 {
            term *= -x * x / ((n + 1.0) * (n + 2.0));
            sum += term;
            n += 2.0;
        }
        sum
    }
    let turns = degrees / 360.0;
    let x = (turns - turns.round()) * std::f64::consts::TAU;
    (series(x, x, 1.0), series(x, 1.0, 0.0))
}

/// The `n`-th root of a number between zero and a few units, by Newton's method.
pub(super) fn root(x: f64, n: i32) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let degree = f64::from(n);
    let mut y = 1.0_f64.max(x);
    for _ in 0..60 {
        let mut power = 1.0;
        for _ in 1..n {
            power *= y;
        }
        let next = ((degree - 1.0) * y + x / power) / degree;
        if (next - y).abs() < 1e-14 {
            break;
        }
        y = next;
    }
    y
}

/// How a shape is painted.
#[derive(Clone, Copy)]
pub(super) struct Paint<'a> {
    fill: Option<&'a str>,
    stroke: Option<(&'a str, f64)>,
    opacity: f64,
    round: bool,
    dash: Option<(f64, f64)>,
}

/// A filled shape.
pub(super) const fn fill(colour: &str) -> Paint<'_> {
    Paint { fill: Some(colour), stroke: None, opacity: 1.0, round: false, dash: None }
}

/// A drawn line.
pub(super) const fn line(colour: &str, width: f64) -> Paint<'_> {
    Paint { fill: None, stroke: Some((colour, width)), opacity: 1.0, round: false, dash: None }
}

impl Paint<'_> {
    /// The same paint, let through by `opacity`.
    pub(super) const fn fade(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    /// The same line with round ends and joins.
    pub(super) const fn round(mut self) -> Self {
        self.round = true;
        self
    }

    /// The same line, broken into dashes.
    pub(super) const fn dash(mut self, on: f64, off: f64) -> Self {
        self.dash = Some((on, off));
        self
    }

    fn write(&self, out: &mut String) {
        match (self.fill, self.stroke) {
            (Some(colour), _) => attribute(out, "fill", colour),
            (None, Some(_)) => attribute(out, "fill", "none"),
            (None, None) => {}
        }
        if let Some((colour, width)) = self.stroke {
            attribute(out, "stroke", colour);
            measure(out, "stroke-width", width);
            if self.round {
                out.push_str(" stroke-linecap=\"round\" stroke-linejoin=\"round\"");
            }
            if let Some((on, off)) = self.dash {
                out.push_str(" stroke-dasharray=\"");
                number(out, on);
                out.push(' ');
                number(out, off);
                out.push('"');
            }
        }
        if self.opacity < 0.995 {
            let hundredths = (self.opacity.max(0.0) * 100.0).round() as u8;
            out.push_str(" opacity=\".");
            let _ = write!(out, "{hundredths:02}");
            if out.ends_with('0') {
                out.pop();
            }
            out.push('"');
        }
    }
}

/// Outline of a shape: the commands of a `d` attribute.
#[derive(Default)]
pub(super) struct Path(String);

impl Path {
    fn step(mut self, command: char, numbers: &[f64]) -> Self {
        self.0.push(command);
        for (n, value) in numbers.iter().enumerate() {
            let mark = self.0.len();
            number(&mut self.0, *value);
            if n > 0 && !self.0.get(mark..).is_some_and(|s| s.starts_with('-')) {
                self.0.insert(mark, ' ');
            }
        }
        self
    }

    pub(super) fn at(x: f64, y: f64) -> Self {
        Self::default().to(x, y)
    }

    /// Lifts the pen and sets it down again.
    pub(super) fn to(self, x: f64, y: f64) -> Self {
        self.step('M', &[x, y])
    }

    pub(super) fn line(self, x: f64, y: f64) -> Self {
        self.step('L', &[x, y])
    }

    /// A line drawn by a distance.
    pub(super) fn by(self, x: f64, y: f64) -> Self {
        self.step('l', &[x, y])
    }

    pub(super) fn across(self, x: f64) -> Self {
        self.step('H', &[x])
    }

    pub(super) fn down(self, y: f64) -> Self {
        self.step('V', &[y])
    }

    pub(super) fn curve(self, a: (f64, f64), b: (f64, f64), end: (f64, f64)) -> Self {
        self.step('C', &[a.0, a.1, b.0, b.1, end.0, end.1])
    }

    /// A curve that leaves in the direction the last one arrived.
    pub(super) fn smooth(self, b: (f64, f64), end: (f64, f64)) -> Self {
        self.step('S', &[b.0, b.1, end.0, end.1])
    }

    pub(super) fn bend(self, a: (f64, f64), end: (f64, f64)) -> Self {
        self.step('Q', &[a.0, a.1, end.0, end.1])
    }

    /// Continues a [`Path::bend`] with its mirror image.
    pub(super) fn sway(self, x: f64, y: f64) -> Self {
        self.step('T', &[x, y])
    }

    /// A piece of an ellipse, never more than half of it, drawn clockwise if `clockwise`.
    pub(super) fn arc(self, rx: f64, ry: f64, clockwise: bool, x: f64, y: f64) -> Self {
        self.step('A', &[rx, ry, 0.0, 0.0, f64::from(u8::from(clockwise)), x, y])
    }

    pub(super) fn close(mut self) -> Self {
        self.0.push('Z');
        self
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The sheet being drawn on.
pub(super) struct Canvas {
    body: String,
    open: usize,
}

impl Canvas {
    pub(super) fn new() -> Self {
        Self { body: String::with_capacity(4096), open: 0 }
    }

    fn element(&mut self, name: &str, measures: &[(&str, f64)], paint: Paint<'_>) {
        self.body.push('<');
        self.body.push_str(name);
        for (key, value) in measures {
            measure(&mut self.body, key, *value);
        }
        paint.write(&mut self.body);
        self.body.push_str("/>");
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, paint: Paint<'_>) {
        let at = [("x", x), ("y", y), ("width", w.max(0.0)), ("height", h.max(0.0))];
        self.element("rect", &at, paint);
    }

    /// A rectangle with corners rounded by `r`.
    pub(super) fn slab(&mut self, (x, y, w, h): (f64, f64, f64, f64), r: f64, paint: Paint<'_>) {
        let at = [("x", x), ("y", y), ("width", w.max(0.0)), ("height", h.max(0.0)), ("rx", r)];
        self.element("rect", &at, paint);
    }

    pub(super) fn circle(&mut self, x: f64, y: f64, r: f64, paint: Paint<'_>) {
        let at = [("cx", x), ("cy", y), ("r", r.max(0.0))];
        self.element("circle", &at, paint);
    }

    pub(super) fn ellipse(&mut self, x: f64, y: f64, rx: f64, ry: f64, paint: Paint<'_>) {
        let at = [("cx", x), ("cy", y), ("rx", rx.max(0.0)), ("ry", ry.max(0.0))];
        self.element("ellipse", &at, paint);
    }

    pub(super) fn path(&mut self, path: &Path, paint: Paint<'_>) {
        if path.is_empty() {
            return;
        }
        self.body.push_str("<path");
        attribute(&mut self.body, "d", &path.0);
        paint.write(&mut self.body);
        self.body.push_str("/>");
    }

    /// Starts a group turned by `degrees` around a point.
    pub(super) fn turn(&mut self, degrees: f64, x: f64, y: f64) {
        self.body.push_str("<g transform=\"rotate(");
        for (n, value) in [degrees, x, y].into_iter().enumerate() {
            if n > 0 {
                self.body.push(' ');
            }
            number(&mut self.body, value);
        }
        self.body.push_str(")\">");
        self.open += 1;
    }

    /// Starts a window: what is drawn until [`Canvas::close`] is cut off at its edges, in its own
    /// coordinates. A nested `<svg>` clips without needing an id.
    pub(super) fn window(&mut self, x: f64, y: f64, w: f64, h: f64) {
        self.body.push_str("<svg");
        for (key, value) in [("x", x), ("y", y), ("width", w), ("height", h)] {
            measure(&mut self.body, key, value);
        }
        self.body.push('>');
    }

    /// Ends what [`Canvas::window`] started.
    pub(super) fn close_window(&mut self) {
        self.body.push_str("</svg>");
    }

    /// Ends the group [`Canvas::turn`] started.
    pub(super) fn close(&mut self) {
        if self.open > 0 {
            self.open -= 1;
            self.body.push_str("</g>");
        }
    }

    /// Whether a paint such as `url(#a)` was used.
    pub(super) fn uses(&self, paint: &str) -> bool {
        self.body.contains(paint)
    }

    /// The definitions and what was drawn.
    pub(super) fn finish(mut self, definitions: &str) -> String {
        while self.open > 0 {
            self.close();
        }
        if definitions.is_empty() {
            return self.body;
        }
        format!("<defs>{definitions}</defs>{}", self.body)
    }
}

fn attribute(out: &mut String, key: &str, value: &str) {
    let _ = write!(out, " {key}=\"{value}\"");
}

fn measure(out: &mut String, key: &str, value: f64) {
    let _ = write!(out, " {key}=\"");
    number(out, value);
    out.push('"');
}

/// Writes a number with at most one decimal, in as few characters as it takes.
fn number(out: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    if tenths < 0 {
        out.push('-');
    }
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let _ = match (whole, rest) {
        (_, 0) => write!(out, "{whole}"),
        (0, _) => write!(out, ".{rest}"),
        _ => write!(out, "{whole}.{rest}"),
    };
}
