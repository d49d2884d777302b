//! Blanks: the spots of a prompt its reader fills in.
//!
//! Authors write them in six notations, `[x]`, `【x】`, `{{x}}`, `${x}` or `${x:default}`,
//! `{argument name="x" default="y"}` and, where it is declared, `<x>`; here they are one thing.
//! A [`Template`] knows every blank of a text once, however often and in whatever notation it
//! stands there. Filling it in is a single pass over the text: a value is never read again, so
//! it may hold anything, and inside a JSON string it is escaped, so that valid JSON stays valid.
//!
//! Brackets have many other uses. `detect` judges by what is inside and around them; what an
//! author declares is a blank wherever it stands.

mod detect;
mod notation;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;

use detect::Found;

use crate::catalog::{Blank, Blanks};
use crate::json;

/// A text and its blanks.
#[derive(Clone, Debug)]
pub struct Template<'t> {
    text: &'t str,
    fields: Vec<Field>,
    spots: Vec<Spot>,
    left_out: usize,
}

/// One blank, however often it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in addresses and data: `product_name`.
    pub key: String,
    /// What its author says of it; what is not declared is read off the text.
    pub blank: Blank,
    /// Whether its author declared it.
    pub declared: bool,
}

/// One occurrence of a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spot {
    range: Range<usize>,
    field: usize,
    /// Whether it stands inside a JSON string.
    in_json: bool,
}

/// A template with values put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// Where its blanks are now.
    pub marks: Vec<Mark>,
}

/// Where a blank stands in a filled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The value put in, or the blank as it was written.
    pub range: Range<usize>,
    /// Which blank: an index into [`Template::fields`].
    pub field: usize,
    /// Whether a value was put in.
    pub filled: bool,
}

/// The most blanks a text is taken to have: beyond that nobody fills in a form.
pub const MOST_FIELDS: usize = 40;

impl<'t> Template<'t> {
    /// Finds the blanks of a text.
    #[must_use]
    pub fn new(text: &'t str, blanks: &Blanks) -> Self {
        let Blanks::On(declared) = blanks else {
            return Self { text, fields: Vec::new(), spots: Vec::new(), left_out: 0 };
        };
        let mut fields: Vec<Field> = declared
            .iter()
            .map(|blank| Field { key: key(&blank.name), blank: blank.clone(), declared: true })
            .collect();
        let mut spots = Vec::new();
        let mut left_out: HashSet<String> = HashSet::new();
        let known: HashSet<String> = fields.iter().map(|field| field.key.clone()).collect();
        for Found { candidate, in_json } in detect::blanks(text, &known) {
            let key = key(&candidate.name);
            let field = match fields.iter().position(|field| field.key == key) {
                Some(field) => field,
                None if fields.len() < MOST_FIELDS => {
                    let blank = Blank::named(&candidate.name);
                    fields.push(Field { key, blank, declared: false });
                    fields.len() - 1
                }
                None => {
                    left_out.insert(key);
                    continue;
                }
            };
            if let Some(Field { blank, .. }) = fields.get_mut(field)
                && let Some(default) = candidate.default.filter(|_| blank.default.is_none())
                && (blank.options.is_empty() || blank.options.iter().any(|one| *one == default))
            {
                blank.default = Some(default.into());
            }
            spots.push(Spot { range: candidate.range, field, in_json });
        }
        Self { text, fields, spots, left_out: left_out.len() }
    }

    /// Every blank that was declared or found, the declared ones first.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How many blanks there are beyond [`MOST_FIELDS`]; they stay as they are written.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether the blank with this index stands anywhere in the text.
    #[must_use]
    pub fn occurs(&self, field: usize) -> bool {
        self.spots.iter().any(|spot| spot.field == field)
    }

    /// Puts values in, one for each field. A blank whose value is missing or empty stays as it
    /// is written.
    #[must_use]
    pub fn fill(&self, values: &[Option<&str>]) -> Filled {
        let mut text = String::with_capacity(self.text.len());
        let mut marks = Vec::with_capacity(self.spots.len());
        let mut rest = 0;
        for spot in &self.spots {
            text.push_str(self.text.get(rest..spot.range.start).unwrap_or_default());
            rest = spot.range.end;
            let value = values.get(spot.field).copied().flatten().filter(|value| !value.is_empty());
            let start = text.len();
            match value {
                Some(value) if spot.in_json => text.push_str(&json::escaped(value)),
                Some(value) => text.push_str(value),
                None => text.push_str(self.text.get(spot.range.clone()).unwrap_or_default()),
            }
            marks.push(Mark {
                range: start..text.len(),
                field: spot.field,
                filled: value.is_some(),
            });
        }
        text.push_str(self.text.get(rest..).unwrap_or_default());
        Filled { text, marks }
    }
}

/// Something wrong with a declared blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which declaration, counted from 0.
    pub blank: usize,
    /// The part of it.
    pub field: &'static str,
    /// The fault and its remedy.
    pub message: String,
}

/// The most characters a value may have.
pub const LONGEST_VALUE: usize = 4000;

/// What is wrong with declared blanks, if anything is.
#[must_use]
pub fn faults(blanks: &Blanks) -> Vec<Fault> {
    let Blanks::On(declared) = blanks else { return Vec::new() };
    let mut faults = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for (at, blank) in declared.iter().enumerate() {
        let mut add = |field, message: String| faults.push(Fault { blank: at, field, message });
        let key = key(&blank.name);
        if key.is_empty() {
            add("name", "needs a letter or a digit".into());
        } else if known.contains(&key) {
            add("name", format!("\"{}\" is declared twice; remove one", blank.name));
        }
        known.push(key);
        if at == MOST_FIELDS {
            add("name", format!("a prompt may have {MOST_FIELDS} blanks; remove the others"));
        }
        let is_long = |value: &String| value.chars().count() > LONGEST_VALUE;
        for (field, is_faulty) in [
            ("options", blank.options.iter().any(is_long)),
            ("default", blank.default.as_ref().is_some_and(is_long)),
        ] {
            if is_faulty {
                add(field, format!("is longer than {LONGEST_VALUE} characters"));
            }
        }
        if blank.options.iter().chain(&blank.default).any(|value| value.contains('\0')) {
            add("default", "holds a NUL character; remove it".into());
        }
        if blank.options.iter().any(String::is_empty) {
            add("options", "must not hold an empty text".into());
        }
        if blank.multiline && !blank.options.is_empty() {
            add("multiline", "is not possible together with options; remove one".into());
        }
        let Some(default) = &blank.default else { continue };
        if !blank.options.is_empty() && !blank.options.contains(default) {
            add("default", format!("\"{default}\" is none of the options; add it or change it"));
        }
        if default.contains('\n') && !blank.multiline {
            add("default", "has several lines; add multiline = true".into());
        }
    }
    faults
}

/// The name of a blank in addresses and data.
#[must_use]
pub fn key(name: &str) -> String {
    notation::key(name)
}
