//! JSON, as one list or an object a line.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Collection, Fault, Lines, RowPlace};
use crate::catalog::Object;

/// Reads a list of objects, or an object that holds one.
pub(super) fn read(text: &str) -> Result<Collection, Fault> {
    let is_list = text.trim_start().starts_with('[');
    let items = if is_list { list(text, 0, text)? } else { list_inside(text)? };
    let mut collection = Collection::default();
    let mut lines = Lines::of(text);
    for (row, item) in (1..).zip(items) {
        let place = RowPlace { row, line: lines.at(offset_in(text, item.get())) };
        record(&mut collection, place, item.get());
    }
    collection.name_columns();
    Ok(collection)
}

/// Reads an object a line; empty lines are none.
pub(super) fn read_lines(text: &str) -> Result<Collection, Fault> {
    let mut collection = Collection::default();
    for (line, raw) in (1..).zip(text.split('\n')) {
        if !raw.trim().is_empty() {
            record(&mut collection, RowPlace { row: line, line }, raw);
        }
    }
    if !collection.faults.is_empty() && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Err(Fault::file(1, "is one JSON document; rename it to .json, or pass --as json"));
    }
    collection.name_columns();
    Ok(collection)
}

/// The items of a list, each as it is written.
fn list<'a>(text: &'a str, offset: usize, whole: &str) -> Result<Vec<&'a RawValue>, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let lines = whole.get(..offset).unwrap_or_default().matches('\n').count();
        Fault::file(lines + error.line(), format!("is not valid JSON: {error}"))
    })
}

/// The one list of objects that an object holds.
fn list_inside(text: &str) -> Result<Vec<&RawValue>, Fault> {
    const NEEDED: &str = "a collection is a list of objects, or an object that holds one";
    let members: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(text)
        .map_err(|error| {
            let message = if error.is_data() {
                NEEDED.to_owned()
            } else {
                format!("is not valid JSON: {error}")
            };
            Fault::file(error.line(), message)
        })?;
    let mut lists: Vec<(&String, &RawValue)> = members
        .iter()
        .filter(|(_, value)| value.get().starts_with('['))
        .map(|(k, v)| (k, *v))
        .collect();
    lists.retain(|(_, value)| {
        value.get().trim_start_matches(['[', ' ', '\t', '\r', '\n']).starts_with('{')
    });
    match lists.as_slice() {
        [(_, value)] => list(value.get(), offset_in(text, value.get()), text),
        [] => Err(Fault::file(1, format!("holds no list of objects; {NEEDED}"))),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!(
                "holds several lists: {}; put the one that is meant in a file of its own",
                names.join(", ")
            );
            Err(Fault::file(1, message))
        }
    }
}

/// Where a part of a text begins in it.
fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

fn record(collection: &mut Collection, place: RowPlace, raw: &str) {
    let fault = match serde_json::from_str::<Value>(raw) {
        Ok(Value::Object(values)) if depth(&values) <= super::MOST_DEPTH => {
            return collection.push(place, values);
        }
        Ok(Value::Object(_)) => {
            format!("is nested deeper than {} levels; make it flatter", super::MOST_DEPTH)
        }
        Ok(_) => "is no object; write {\"text\": \"…\"}".into(),
        Err(error) => format!("is not valid JSON: {error}"),
    };
    collection.faults.push(Fault::row(place, fault));
}

fn depth(values: &Map<String, Value>) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(of).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(of).max().unwrap_or(0),
            _ => 0,
        }
    }
    1 + values.values().map(of).max().unwrap_or(0)
}

/// Writes a list of objects.
pub(super) fn write(records: &[Object]) -> String {
    // Values have no keys but texts, so this does not fail.
    let mut text = serde_json::to_string_pretty(records).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes an object a line.
pub(super) fn write_lines(records: &[Object]) -> String {
    let lines = records.iter().filter_map(|record| serde_json::to_string(record).ok());
    lines.map(|line| line + "\n").collect()
}
