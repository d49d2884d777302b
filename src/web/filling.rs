//! What a visitor fills in: the query of a prompt's address, read in one place for the page, its
//! formats and its programs, so that all of them say the same.
//!
//! `v.<blank>=value` fills a blank, `layout=pretty` lays a JSON prompt out, `form=http` chooses
//! between kinds of programs. A text is filled with what its address says and nothing else: the
//! default of a blank is what its field offers, and an address without values means the prompt
//! exactly as it was written.

use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

use super::addresses::query_value;
use super::caching::CachePolicy;
use super::errors::Error;
use super::routes::Name;
use crate::catalog::{Locale, Prompt};
use crate::i18n::Texts;
use crate::json::{self, Layout};
use crate::placeholders::{self, Field, Filled, LONGEST_VALUE, Template};
use crate::snippets::Form;

/// What stands before the key of a blank.
const VALUE: &str = "v.";

/// The most characters all values may have together; an address holds no more.
const LONGEST_VALUES: usize = 6000;

/// What an address asks for, besides a prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    /// Values by the key of their blank.
    values: Vec<(String, String)>,
    pub(super) layout: Layout,
    /// The kind of program, where one is asked for.
    pub(super) form: Option<Form>,
}

/// Why a value cannot be put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueFault {
    /// It has too many characters.
    TooLong(usize),
    /// All values have too many characters together.
    TooLongTogether(usize),
    /// It is none of the options.
    NoOption,
    /// It holds a NUL, which no program can hand on.
    Nul,
}

/// A prompt with a wish fulfilled.
#[derive(Debug)]
pub(super) struct Filling {
    /// The text and its blanks.
    pub(super) filled: Filled,
    /// The blanks that stand in it.
    pub(super) entries: Vec<Entry>,
    /// The keys of values that belong to no blank.
    pub(super) unknown: Vec<String>,
    /// How the text is laid out.
    pub(super) layout: Layout,
    /// The kind of program, where one is asked for.
    pub(super) form: Option<Form>,
    /// Whether the visitor asked for the prompt and nothing else.
    pub(super) is_bare: bool,
    /// Whether the visitor gave values.
    has_values: bool,
}

/// One blank as a form shows it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) field: Field,
    /// What the address says; none where it says nothing.
    pub(super) asked: Option<String>,
    pub(super) fault: Option<ValueFault>,
    /// Its number on the page, from 1.
    pub(super) number: usize,
    /// Its index among the template's fields.
    index: usize,
}

impl Wish {
    /// Reads the query of an address.
    pub(super) fn read(uri: &Uri) -> Result<Self, Error> {
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Error::NotFound)?;
        let mut wish = Self::default();
        for (name, value) in pairs {
            if let Some(blank) = name.strip_prefix(VALUE) {
                // Forms send line ends as CR LF (HTML standard, section 4.10.21.4).
                let value = value.replace("\r\n", "\n");
                wish.values.push((placeholders::key(blank), value));
            } else if name == "form" {
                wish.form = Some(Form::from_slug(&value).ok_or(Error::NotFound)?);
            } else if name == "layout" {
                wish.layout = Layout::from_slug(&value).ok_or(Error::NotFound)?;
            }
        }
        Ok(wish)
    }

    /// What a name in the query is to it.
    pub(super) fn name(name: &str) -> Name {
        match name {
            "form" | "layout" => Name::Read,
            name if name.starts_with(VALUE) => Name::Personal,
            _ => Name::Ignored,
        }
    }

    /// Whether it holds a visitor's own words.
    pub(super) const fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    /// Fulfils it.
    pub(super) fn fill(&self, prompt: &Prompt) -> Filling {
        let text = json::laid_out(&prompt.text, self.layout);
        let template = Template::new(&text, &prompt.blanks);
        let together: usize = self.values.iter().map(|(_, value)| value.chars().count()).sum();
        let mut values: Vec<Option<&str>> = Vec::with_capacity(template.fields().len());
        let mut entries = Vec::new();
        for (index, field) in template.fields().iter().enumerate() {
            let asked = self.value(&field.key);
            let fault = asked.filter(|value| !value.is_empty()).and_then(|value| {
                let is_much = together > LONGEST_VALUES;
                fault(field, value)
                    .or_else(|| is_much.then_some(ValueFault::TooLongTogether(together)))
            });
            values.push(asked.filter(|_| fault.is_none()));
            if template.occurs(index) {
                entries.push(Entry {
                    field: field.clone(),
                    asked: asked.map(str::to_owned),
                    fault,
                    number: entries.len() + 1,
                    index,
                });
            }
        }
        let filled = template.fill(&values);
        let unknown = self
            .values
            .iter()
            .map(|(key, _)| key.clone())
            .filter(|key| entries.iter().all(|entry| entry.field.key != *key))
            .collect();
        Filling {
            filled,
            entries,
            unknown,
            layout: self.layout,
            is_bare: self.values.is_empty()
                && self.layout == Layout::Written
                && self.form.is_none(),
            form: self.form,
            has_values: self.has_values(),
        }
    }

    /// Fulfils it to the letter, for a program: what cannot be done is an error.
    pub(super) fn fill_exactly(&self, prompt: &Prompt, t: &Texts) -> Result<Filling, Error> {
        let filling = self.fill(prompt);
        if let Some(key) = filling.unknown.first() {
            let known: Vec<&str> =
                filling.entries.iter().map(|entry| entry.field.key.as_str()).collect();
            return Err(Error::BadRequest((t.unknown_blank)(key, &known).into()));
        }
        let faulty = filling.entries.iter().find_map(|entry| Some((entry, entry.fault?)));
        if let Some((entry, fault)) = faulty {
            let message = format!("v.{}: {}", entry.field.key, fault.message(t));
            return Err(Error::BadRequest(message.into()));
        }
        Ok(filling)
    }
}

fn fault(field: &Field, value: &str) -> Option<ValueFault> {
    let characters = value.chars().count();
    let options = &field.blank.options;
    if characters > LONGEST_VALUE {
        Some(ValueFault::TooLong(characters))
    } else if value.contains('\0') {
        Some(ValueFault::Nul)
    } else if !value.is_empty() && !options.is_empty() && options.iter().all(|one| one != value) {
        Some(ValueFault::NoOption)
    } else {
        None
    }
}

impl Entry {
    /// What the field holds.
    pub(super) fn value(&self) -> &str {
        self.asked.as_deref().or(self.field.blank.default.as_deref()).unwrap_or_default()
    }

    /// Whether a value is put in.
    pub(super) fn is_filled(&self) -> bool {
        self.fault.is_none() && self.asked.as_deref().is_some_and(|value| !value.is_empty())
    }

    /// What a reader of this language calls the blank.
    pub(super) fn label(&self, locale: Locale) -> String {
        let blank = &self.field.blank;
        blank
            .label
            .best(&[locale])
            .map_or_else(|| blank.name.replace('_', " "), |(_, label)| label.to_owned())
    }
}

impl ValueFault {
    /// The fault in words.
    pub(super) fn message(self, t: &Texts) -> String {
        match self {
            ValueFault::TooLong(characters) => (t.value_too_long)(characters, LONGEST_VALUE),
            ValueFault::TooLongTogether(characters) => {
                (t.values_too_long)(characters, LONGEST_VALUES)
            }
            ValueFault::NoOption => t.value_no_option.to_owned(),
            ValueFault::Nul => t.value_nul.to_owned(),
        }
    }
}

impl Filling {
    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.filled.text
    }

    /// The needed blanks that hold nothing.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.field.blank.required && !entry.is_filled())
    }

    /// The number on the page of the blank with this index.
    pub(super) fn number(&self, field: usize) -> Option<usize> {
        self.entries.iter().find(|entry| entry.index == field).map(|entry| entry.number)
    }

    /// Marks an answer with this text: one with a visitor's own words is theirs, to keep and to
    /// find.
    pub(super) fn on(&self, response: impl IntoResponse) -> Response {
        if !self.has_values {
            return CachePolicy::Content.on(response);
        }
        let mut response = CachePolicy::Personal.on(response);
        let robots = HeaderName::from_static("x-robots-tag");
        response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
        response
    }

    /// Whether the visitor gave values.
    pub(super) const fn has_values(&self) -> bool {
        self.has_values
    }

    /// Whether some value cannot be put in.
    pub(super) fn is_faulty(&self) -> bool {
        self.entries.iter().any(|entry| entry.fault.is_some())
    }

    /// The address of some data with the same blanks filled.
    pub(super) fn carry(&self, href: &str) -> String {
        let filled = self.entries.iter().filter(|entry| entry.is_filled());
        joined(href, filled, self.layout, None)
    }

    /// The address of the page with the same blanks filled, where an empty field differs from
    /// one that was never touched.
    pub(super) fn carry_page(&self, href: &str) -> String {
        self.carry_page_in(href, self.layout)
    }

    /// The same in another layout.
    pub(super) fn carry_page_in(&self, href: &str, layout: Layout) -> String {
        joined(href, self.touched(), layout, self.form)
    }

    /// The same to give to others: without what is a habit of one's own.
    pub(super) fn carry_link(&self, href: &str) -> String {
        joined(href, self.touched(), self.layout, None)
    }

    /// What the address says, but for empty fields that are empty anyway.
    fn touched(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| {
            let is_empty = entry.asked.as_deref() == Some("");
            entry.asked.is_some() && !(is_empty && entry.field.blank.default.is_none())
        })
    }
}

/// An address with values, a layout and a kind of program.
fn joined<'e>(
    href: &str,
    values: impl Iterator<Item = &'e Entry>,
    layout: Layout,
    form: Option<Form>,
) -> String {
    let mut query: Vec<String> = values
        .filter_map(|entry| Some((&entry.field.key, entry.asked.as_deref()?)))
        .map(|(key, value)| format!("v.{}={}", query_value(key), query_value(value)))
        .collect();
    if layout != Layout::Written {
        query.push(format!("layout={}", layout.slug()));
    }
    query.extend(form.map(|form| format!("form={}", form.slug())));
    if query.is_empty() {
        return href.to_owned();
    }
    let mark = if href.contains('?') { '&' } else { '?' };
    format!("{href}{mark}{}", query.join("&"))
}
