//! Collections: many records in one file, as people keep them, to values and back.
//!
//! A [`Collection`] is rows of named values, each knowing where it stood. What these mean is the
//! reader's affair: nothing here knows what a prompt is, but for [`TEXT`], which Markdown has a
//! place of its own for. Whatever is wrong with one row costs that row; only a file that is not what
//! it says is refused as a whole.
//!
//! Reading what [`write()`] wrote gives the same records, in every format, but for values that say
//! nothing: null and the empty text are not told from a value that is missing.

mod delimited;
mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::Path;

use serde_json::Value;

use crate::catalog::Object;

/// The column of the text itself, which Markdown writes below the others.
pub const TEXT: &str = "text";

/// The most bytes of a file.
pub const MOST_BYTES: usize = 128 << 20;

/// The most rows of a file.
pub const MOST_ROWS: usize = 200_000;

/// How deep values may be nested.
const MOST_DEPTH: usize = 32;

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows of cells between commas, or semicolons as some spreadsheets write them.
    Csv,
    /// Rows of cells between tabs, quoted as in CSV.
    Tsv,
    /// A list of objects.
    Json,
    /// An object a line.
    JsonLines,
    /// A list of mappings.
    Yaml,
    /// A heading, a list of fields and a text in a fence each, or a table.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] =
        [Format::Csv, Format::Tsv, Format::Json, Format::JsonLines, Format::Yaml, Format::Markdown];

    /// The endings of its files, the usual one first.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Csv => &["csv"],
            Format::Tsv => &["tsv", "tab"],
            Format::Json => &["json"],
            Format::JsonLines => &["jsonl", "ndjson"],
            Format::Yaml => &["yaml", "yml"],
            Format::Markdown => &["md", "markdown"],
        }
    }

    /// Its name, which is the usual ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.endings().first().copied().unwrap_or_default()
    }

    /// The format a file's name promises.
    #[must_use]
    pub fn of(file: &Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
    }

    /// Whether its values are texts only, side by side.
    #[must_use]
    pub const fn is_flat(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Markdown)
    }
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// The names of its values, in the order they first occur.
    pub columns: Vec<String>,
    /// Its records.
    pub rows: Vec<Row>,
    /// Rows that cannot be read.
    pub faults: Vec<Fault>,
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub place: RowPlace,
    /// Its values; those that say nothing are left out.
    pub values: Object,
}

/// Where a row stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// Its number as a spreadsheet counts, which calls the header row 1; else from 1.
    pub row: usize,
    /// The line it begins on, from 1.
    pub line: usize,
}

/// What is wrong with a row, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row; none: the file.
    pub row: Option<RowPlace>,
    /// The line; 0 for the file as a whole.
    pub line: usize,
    /// The fault and its remedy.
    pub message: String,
}

impl Fault {
    fn file(line: usize, message: impl Into<String>) -> Self {
        Self { row: None, line, message: message.into() }
    }

    fn row(place: RowPlace, message: impl Into<String>) -> Self {
        Self { row: Some(place), line: place.line, message: message.into() }
    }
}

impl Collection {
    /// Adds a row, unless there is nothing in it.
    fn push(&mut self, place: RowPlace, mut values: Object) {
        values.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
        if !values.is_empty() {
            self.rows.push(Row { place, values });
        }
    }

    /// Takes stock of the names, where no header says them.
    fn name_columns(&mut self) {
        let mut known = std::collections::HashSet::new();
        for name in self.rows.iter().flat_map(|row| row.values.keys()) {
            if known.insert(name.as_str()) {
                self.columns.push(name.clone());
            }
        }
    }
}

/// Reads a collection.
///
/// # Errors
/// Where the file is too large, not UTF-8, or not in this format at all.
pub fn read(bytes: &[u8], format: Format) -> Result<Collection, Fault> {
    if bytes.len() > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(Fault::file(
            0,
            format!("is larger than {most} MiB; split it into several files"),
        ));
    }
    let text = text_of(bytes)?;
    let collection = match format {
        Format::Csv => delimited::read(text, None),
        Format::Tsv => delimited::read(text, Some(b'\t')),
        Format::Json => json::read(text),
        Format::JsonLines => json::read_lines(text),
        Format::Yaml => yaml::read(text),
        Format::Markdown => markdown::read(text),
    }?;
    if collection.rows.len() > MOST_ROWS {
        let message = format!("has more than {MOST_ROWS} rows; split it into several files");
        return Err(Fault::file(0, message));
    }
    Ok(collection)
}

/// Writes records as a collection, with these columns first.
///
/// In a flat format, what is no text is written as JSON.
#[must_use]
pub fn write(columns: &[String], records: &[Object], format: Format) -> String {
    match format {
        Format::Csv => delimited::write(columns, records, b','),
        Format::Tsv => delimited::write(columns, records, b'\t'),
        Format::Json => json::write(records),
        Format::JsonLines => json::write_lines(records),
        Format::Yaml => yaml::write(records),
        Format::Markdown => markdown::write(records),
    }
}

/// The bytes of a file as text, without a byte order mark.
fn text_of(bytes: &[u8]) -> Result<&str, Fault> {
    const SAVE: &str = "save it as UTF-8 (in Excel: \"CSV UTF-8\")";
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes {
        return Err(Fault::file(0, format!("is UTF-16, by the mark at byte 0; {SAVE}")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
        let value = bytes.get(at).copied().unwrap_or_default();
        // What Chinese editions of Windows wrote for decades begins with such bytes.
        let guess = if (0x81..=0xfe).contains(&value) { " (perhaps GBK or Latin-1)" } else { "" };
        Fault::file(line, format!("is not UTF-8: byte {at} is 0x{value:02x}{guess}; {SAVE}"))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A value as the text of a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Counts lines as it goes through a text, once.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset that is not before the last one asked for.
    fn at(&mut self, offset: usize) -> usize {
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count();
        self.at = self.at.max(offset);
        self.line
    }
}
