//! Whatever a file holds, it is rows, and faults that say where they are.
//!
//! 1. A fault has a line of the file and a message on one line; rows come in order, each with a line of the
//!    file, and none of them is empty.
//! 2. Written down in any format and read again, the rows are the same, and nothing is wrong with them: as
//!    values where the format has values, as texts where it has texts.
//!
//! # What an input is
//!
//! The ending of a file's name, below that its content. Without an ending that is known it is read
//! in every format.

use prompt_gallery::catalog::Object;
use prompt_gallery::collection::{self, Collection, Format};
use serde_json::Value;

/// Checks one file.
pub fn check(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (first, rest) = input.split_at(end);
    let named = Format::ALL.into_iter().find(|format| format.name().as_bytes() == first);
    match named {
        Some(format) => file_is_read(rest.get(1..).unwrap_or_default(), format),
        None => Format::ALL.into_iter().for_each(|format| file_is_read(input, format)),
    }
}

fn file_is_read(content: &[u8], format: Format) {
    let lines = content.split(|byte| *byte == b'\n').count();
    match collection::read(content, format) {
        Ok(collection) => {
            rows_are_in_place(&collection, lines);
            let records: Vec<Object> = collection.rows.into_iter().map(|row| row.values).collect();
            for other in Format::ALL {
                comes_back(&records, other);
            }
        }
        Err(fault) => assert!(fault.line <= lines && !fault.message.is_empty(), "{fault:?}"),
    }
}

fn rows_are_in_place(collection: &Collection, lines: usize) {
    let places = || collection.rows.iter().map(|row| row.place);
    assert!(places().is_sorted(), "rows out of order");
    assert!(places().all(|place| place.row > 0 && (1..=lines).contains(&place.line)));
    for fault in &collection.faults {
        assert!(fault.row.is_some() && (1..=lines).contains(&fault.line), "{fault:?}");
        assert!(!fault.message.is_empty());
    }
    for row in &collection.rows {
        assert!(!row.values.is_empty(), "an empty row");
        let known = row.values.keys().all(|name| collection.columns.contains(name));
        assert!(known, "a value without a column: {:?}", row.values);
    }
}

fn comes_back(records: &[Object], format: Format) {
    // A header needs names that differ by more than case, and a field of Markdown one that is a word.
    let plain = |name: &String| {
        !name.is_empty()
            && name.len() < 40
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let records: Vec<Object> = records
        .iter()
        .map(|record| {
            let kept = record.iter().filter(|(name, _)| plain(name) || *name == collection::TEXT);
            // Without a name a record of Markdown takes its heading for one.
            let slug = ("slug".to_owned(), Value::from("a"));
            [slug]
                .into_iter()
                .chain(kept.map(|(name, value)| (name.clone(), value.clone())))
                .collect()
        })
        .collect();
    let written = collection::write(&[], &records, format);
    let back = collection::read(written.as_bytes(), format);
    let back = back.unwrap_or_else(|fault| {
        assert!(records.is_empty(), "{fault:?} in {format:?}\n{written}");
        Collection::default()
    });
    assert_eq!(back.faults, [], "in {format:?}\n{written}");
    let found: Vec<Object> = back.rows.into_iter().map(|row| row.values).collect();
    let expected: Vec<Object> =
        records.iter().map(|record| texts(record, |value| is_text(value, format))).collect();
    assert_eq!(found, expected, "in {format:?}\n{written}");
}

/// Whether a format keeps a value as its text.
fn is_text(value: &Value, format: Format) -> bool {
    match format {
        Format::Csv | Format::Tsv => true,
        Format::Markdown => !value.is_array() && !value.is_object(),
        Format::Json | Format::JsonLines | Format::Yaml => false,
    }
}

fn texts(record: &Object, is_text: impl Fn(&Value) -> bool) -> Object {
    let value = |value: &Value| match value {
        Value::String(text) => text.clone().into(),
        value if is_text(value) => value.to_string().into(),
        value => value.clone(),
    };
    record.iter().map(|(name, kept)| (name.clone(), value(kept))).collect()
}
