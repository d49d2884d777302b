//! What a reader of a prompt may ask for besides it: values for its blanks, another layout, a
//! kind of program.
//!
//! A text is filled with what is asked for and nothing else: the default of a blank is what its
//! field offers, and a wish without values means the prompt exactly as it was written.

use crate::addresses::query_value;
use crate::catalog::{Locale, Prompt};
use crate::i18n::Texts;
use crate::json::{self, Layout};
use crate::placeholders::{self, Field, Filled, LONGEST_VALUE, Template};
use crate::snippets::Form;

/// What stands before the key of a blank in an address.
pub const VALUE: &str = "v.";

/// The most characters all values may have together; an address holds no more.
const LONGEST_VALUES: usize = 6000;

/// What is asked for, besides a prompt.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Values by the key of their blank.
    values: Vec<(String, String)>,
    /// How a JSON text is to be laid out.
    pub layout: Layout,
    /// The kind of program, where one is asked for.
    pub form: Option<Form>,
}

/// Why a blank does not take a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
    /// It has too many characters.
    TooLong(usize),
    /// All values have too many characters together.
    TooLongTogether(usize),
    /// It is none of the options.
    NoOption,
    /// It holds a NUL, which no program can hand on.
    Nul,
}

/// A value that is not put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The key of the blank it is for.
    pub key: String,
    /// Why.
    pub why: Refusal,
}

/// Why a value is not put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The prompt has only these blanks.
    Unknown(Vec<String>),
    /// Its blank does not take it.
    Fault(ValueFault),
}

/// A prompt with a wish fulfilled.
#[derive(Debug)]
pub struct Filling {
    /// The text and its blanks.
    pub filled: Filled,
    /// The blanks that stand in it.
    pub entries: Vec<Entry>,
    /// The keys of values that belong to no blank.
    pub unknown: Vec<String>,
    /// How the text is laid out.
    pub layout: Layout,
    /// The kind of program, where one is asked for.
    pub form: Option<Form>,
    /// Whether the visitor asked for the prompt and nothing else.
    pub is_bare: bool,
    /// Whether the visitor gave values.
    pub has_values: bool,
}

/// One blank as a form shows it.
#[derive(Debug)]
pub struct Entry {
    /// The blank.
    pub field: Field,
    /// What the address says; none where it says nothing.
    pub asked: Option<String>,
    /// Why that is not put in; none where it is.
    pub fault: Option<ValueFault>,
    /// Its number on the page, from 1.
    pub number: usize,
    /// Its index among the template's fields.
    index: usize,
}

impl Wish {
    /// Fills a blank, named as its author or its address names it.
    pub fn put(&mut self, blank: &str, value: &str) {
        // Forms send line ends as CR LF (HTML standard, section 4.10.21.4).
        self.values.push((placeholders::key(blank), value.replace("\r\n", "\n")));
    }

    /// Whether it holds a visitor's own words.
    pub const fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    /// Fulfils it.
    pub fn fill(&self, prompt: &Prompt) -> Filling {
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

    /// Fulfils it to the letter, for a program.
    ///
    /// # Errors
    /// All that cannot be done.
    pub fn fill_exactly(&self, prompt: &Prompt) -> Result<Filling, Vec<Refused>> {
        let filling = self.fill(prompt);
        let refused = filling.refused();
        if refused.is_empty() { Ok(filling) } else { Err(refused) }
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
    pub fn value(&self) -> &str {
        self.asked.as_deref().or(self.field.blank.default.as_deref()).unwrap_or_default()
    }

    /// Whether a value is put in.
    pub fn is_filled(&self) -> bool {
        self.fault.is_none() && self.asked.as_deref().is_some_and(|value| !value.is_empty())
    }

    /// What a reader of this language calls the blank.
    pub fn label(&self, locale: Locale) -> String {
        let blank = &self.field.blank;
        blank
            .label
            .best(&[locale])
            .map_or_else(|| blank.name.replace('_', " "), |(_, label)| label.to_owned())
    }
}

impl ValueFault {
    /// The fault in words.
    pub fn message(self, t: &Texts) -> String {
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

impl Refused {
    /// Why, in words.
    #[must_use]
    pub fn message(&self, t: &Texts) -> String {
        match &self.why {
            Refusal::Unknown(known) => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                (t.unknown_blank)(&self.key, &known)
            }
            Refusal::Fault(fault) => format!("{VALUE}{}: {}", self.key, fault.message(t)),
        }
    }
}

impl Filling {
    /// The text.
    pub fn text(&self) -> &str {
        &self.filled.text
    }

    /// The needed blanks that hold nothing.
    pub fn missing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.field.blank.required && !entry.is_filled())
    }

    /// The number on the page of the blank with this index.
    pub fn number(&self, field: usize) -> Option<usize> {
        self.entries.iter().find(|entry| entry.index == field).map(|entry| entry.number)
    }

    /// Every value that is not put in, and why.
    #[must_use]
    pub fn refused(&self) -> Vec<Refused> {
        let known: Vec<&str> = self.entries.iter().map(|entry| entry.field.key.as_str()).collect();
        let unknown = self.unknown.iter().map(|key| Refused {
            key: key.clone(),
            why: Refusal::Unknown(known.iter().map(|&key| key.to_owned()).collect()),
        });
        let faulty = self.entries.iter().filter_map(|entry| {
            let fault = entry.fault?;
            Some(Refused { key: entry.field.key.clone(), why: Refusal::Fault(fault) })
        });
        unknown.chain(faulty).collect()
    }

    /// Whether some value cannot be put in.
    pub fn is_faulty(&self) -> bool {
        self.entries.iter().any(|entry| entry.fault.is_some())
    }

    /// The address of some data with the same blanks filled.
    pub fn carry(&self, href: &str) -> String {
        let filled = self.entries.iter().filter(|entry| entry.is_filled());
        joined(href, filled, self.layout, None)
    }

    /// The address of the page with the same blanks filled, where an empty field differs from
    /// one that was never touched.
    pub fn carry_page(&self, href: &str) -> String {
        self.carry_page_in(href, self.layout)
    }

    /// The same in another layout.
    pub fn carry_page_in(&self, href: &str, layout: Layout) -> String {
        joined(href, self.touched(), layout, self.form)
    }

    /// The same to give to others: without what is a habit of one's own.
    pub fn carry_link(&self, href: &str) -> String {
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
