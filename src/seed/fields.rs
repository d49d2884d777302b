//! Reading a TOML table field by field, so that every fault in it is found, with its line.
//!
//! Deserialising into a struct would stop at the first.

use std::path::Path;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::catalog::{LocalText, Locale, Object, UtcTime, did_you_mean};

use super::Problems;

/// A text and where it stands, for turning offsets into lines.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file.
    pub(super) file: &'a Path,
    /// The TOML text offsets count in.
    pub(super) text: &'a str,
    /// The line of the file the text begins on, counted from 1.
    pub(super) first_line: usize,
}

impl Place<'_> {
    /// The line an offset stands on.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.first_line + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }
}

/// One table being read.
pub(super) struct Fields<'a, 'i> {
    place: Place<'a>,
    table: &'a DeTable<'i>,
    prefix: String,
    start: usize,
    known: Vec<&'static str>,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(place: Place<'a>, table: &'a Spanned<DeTable<'i>>) -> Self {
        Self {
            place,
            table: table.get_ref(),
            prefix: String::new(),
            start: place.line(table.span().start),
            known: Vec::new(),
        }
    }

    /// A table found in an array of tables.
    pub(super) fn of_item(place: Place<'a>, item: &'a Spanned<DeValue<'i>>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else { return None };
        Some(Self {
            place,
            table,
            prefix: String::new(),
            start: place.line(item.span().start),
            known: Vec::new(),
        })
    }

    /// The line the table begins on.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    fn field(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn get(&mut self, key: &'static str) -> Option<(&'a DeValue<'i>, usize)> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), self.place.line(value.span().start)))
    }

    /// Whether the field is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The line of a field, or of the table where the field is missing.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.table.get(key).map_or(self.start, |value| self.place.line(value.span().start))
    }

    /// The line the text of one language begins on.
    pub(super) fn text_line(&self, key: &str, locale: Locale) -> usize {
        let Some(DeValue::Table(texts)) = self.table.get(key).map(Spanned::get_ref) else {
            return self.start;
        };
        let Some(value) = texts.get(locale.tag()) else { return self.line_of(key) };
        let offset = value.span().start;
        // A multi-line text begins below its quotation marks.
        let raw = self.place.text.get(offset..).unwrap_or_default();
        let below = ["\"\"\"\n", "'''\n"].iter().any(|quotes| raw.starts_with(quotes));
        self.place.line(offset) + usize::from(below)
    }

    fn refuse(&self, key: &str, line: usize, expected: &str, problems: &mut Problems) {
        problems.add(self.place.file, line, self.field(key), format!("must be {expected}"));
    }

    pub(super) fn string(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        match self.get(key)? {
            (DeValue::String(text), line) => {
                if text.contains('\0') {
                    problems.add(
                        self.place.file,
                        line,
                        self.field(key),
                        "holds a NUL character; remove it",
                    );
                }
                Some(text.clone().into_owned())
            }
            (_, line) => {
                self.refuse(key, line, "a text in quotation marks", problems);
                None
            }
        }
    }

    pub(super) fn required_string(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<String> {
        let value = self.string(key, problems);
        if !self.table.contains_key(key) {
            problems.add(self.place.file, self.start, self.field(key), "missing; add it");
        } else if value.as_deref().is_some_and(|text| text.trim().is_empty()) {
            problems.add(self.place.file, self.line_of(key), self.field(key), "must not be empty");
            return None;
        }
        value
    }

    pub(super) fn boolean(&mut self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        match self.get(key)? {
            (DeValue::Boolean(value), _) => Some(*value),
            (_, line) => {
                self.refuse(key, line, "true or false", problems);
                None
            }
        }
    }

    /// A calendar day, written as a TOML date or as a text.
    pub(super) fn date(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        let (value, line) = self.get(key)?;
        let text = match value {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => String::new(),
        };
        // TOML's own parser knows the calendar.
        let parsed: Result<toml::value::Datetime, _> = text.parse();
        if parsed.is_ok_and(|date| date.date.is_some() && date.time.is_none()) {
            Some(text)
        } else {
            self.refuse(key, line, "a day such as 2026-11-22", problems);
            None
        }
    }

    /// A moment, written as a TOML time with its offset, as a TOML date, or as a text of either.
    pub(super) fn moment(&mut self, key: &'static str, problems: &mut Problems) -> Option<UtcTime> {
        let (value, line) = self.get(key)?;
        let time = match value {
            DeValue::Datetime(time) => UtcTime::parse(&time.to_string()),
            DeValue::String(text) => UtcTime::parse(text),
            _ => None,
        };
        if time.is_none() {
            let expected = "a time with its offset, such as 2026-12-01T09:00:00Z or \
                            2026-12-01T17:00:00+08:00, or a day, such as 2026-12-01";
            self.refuse(key, line, expected, problems);
        }
        time
    }

    pub(super) fn strings(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Vec<(String, usize)> {
        let Some((value, line)) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.refuse(key, line, "a list of texts", problems);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            let line = self.place.line(item.span().start);
            match item.get_ref() {
                DeValue::String(text) => texts.push((text.clone().into_owned(), line)),
                _ => self.refuse(key, line, "a list of texts", problems),
            }
        }
        texts
    }

    /// A text by language. Where `complete`, every language of the site is needed.
    pub(super) fn local_text(
        &mut self,
        key: &'static str,
        complete: bool,
        problems: &mut Problems,
    ) -> LocalText {
        let mut texts = LocalText::new();
        let found = self.get(key);
        let line = found.map_or(self.start, |(_, line)| line);
        match found {
            None => {}
            Some((DeValue::Table(table), _)) => {
                for (tag, value) in table {
                    let line = self.place.line(tag.span().start);
                    let field = format!("{}.{}", self.field(key), tag.get_ref());
                    let Some(locale) = Locale::from_tag(tag.get_ref()) else {
                        let known = Locale::ALL.map(Locale::tag);
                        let hint = did_you_mean(tag.get_ref(), known).unwrap_or("en");
                        problems.add(
                            self.place.file,
                            line,
                            field,
                            format!("unknown language; did you mean \"{hint}\"?"),
                        );
                        continue;
                    };
                    match value.get_ref() {
                        DeValue::String(text) if text.trim().is_empty() => {
                            problems.add(
                                self.place.file,
                                line,
                                field,
                                "must not be empty; write it or remove it",
                            );
                        }
                        DeValue::String(text) if text.contains('\0') => {
                            problems.add(
                                self.place.file,
                                line,
                                field,
                                "holds a NUL character; remove it",
                            );
                        }
                        DeValue::String(text) => texts.insert(locale, text.clone().into_owned()),
                        _ => problems.add(
                            self.place.file,
                            line,
                            field,
                            "must be a text in quotation marks",
                        ),
                    }
                }
            }
            Some(_) => problems.add(
                self.place.file,
                line,
                self.field(key),
                format!("must say its language, as in {key}.en = \"…\""),
            ),
        }
        if complete {
            for locale in Locale::ALL.into_iter().filter(|locale| texts.get(*locale).is_none()) {
                problems.add(
                    self.place.file,
                    line,
                    format!("{}.{locale}", self.field(key)),
                    "missing; add it",
                );
            }
        }
        texts
    }

    /// A table of free form, as JSON, with the line of each of its keys.
    pub(super) fn object(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> (Object, Vec<(String, usize)>) {
        let Some((value, line)) = self.get(key) else { return Default::default() };
        let DeValue::Table(table) = value else {
            self.refuse(key, line, "a table", problems);
            return Default::default();
        };
        let mut object = Object::new();
        let mut lines = Vec::new();
        for (name, value) in table {
            let line = self.place.line(name.span().start);
            let field = format!("{}.{}", self.field(key), name.get_ref());
            lines.push((name.get_ref().clone().into_owned(), line));
            match json(value.get_ref()) {
                Ok(value) => drop(object.insert(name.get_ref().clone().into_owned(), value)),
                Err(message) => problems.add(self.place.file, line, field, message),
            }
        }
        (object, lines)
    }

    /// What a key holds where it is a switch; none where it is anything else or missing.
    pub(super) fn switch(&self, key: &str) -> Option<bool> {
        match self.table.get(key).map(Spanned::get_ref) {
            Some(DeValue::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    /// The tables of an array of tables.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        expected: &str,
        problems: &mut Problems,
    ) -> Vec<Fields<'a, 'i>> {
        let Some((value, line)) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.refuse(key, line, expected, problems);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match Fields::of_item(self.place, item) {
                Some(table) => {
                    tables.push(Fields { prefix: format!("{}.", self.field(key)), ..table });
                }
                None => self.refuse(key, self.place.line(item.span().start), expected, problems),
            }
        }
        tables
    }

    /// A nested table.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<Fields<'a, 'i>> {
        match self.get(key) {
            Some((DeValue::Table(table), line)) => Some(Fields {
                place: self.place,
                table,
                prefix: format!("{}.", self.field(key)),
                start: line,
                known: Vec::new(),
            }),
            Some((_, line)) => {
                self.refuse(key, line, "a table", problems);
                None
            }
            None => {
                problems.add(self.place.file, self.start, self.field(key), "missing; add it");
                None
            }
        }
    }

    /// Leaves the rest of the table unread.
    pub(super) fn ignore(self) {}

    /// Reports every key that was not asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) {
                continue;
            }
            let hint = did_you_mean(name, self.known.iter().copied()).map_or_else(
                || format!("known are {}", self.known.join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            let line = self.place.line(key.span().start);
            problems.add(self.place.file, line, self.field(name), format!("unknown key; {hint}"));
        }
    }
}

/// A TOML value as JSON.
pub(super) fn json(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(Value::from)
            .map_err(|_| format!("{number} is too large a number"))?,
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| format!("{number} is no number JSON knows"))?,
        DeValue::Datetime(_) => {
            return Err("JSON knows no dates; write it as a text in quotation marks".into());
        }
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| json(item.get_ref())).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Object(
            table
                .iter()
                .map(|(key, value)| Ok((key.get_ref().to_string(), json(value.get_ref())?)))
                .collect::<Result<_, String>>()?,
        ),
    })
}
