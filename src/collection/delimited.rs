//! CSV and TSV: a header, then a row a line.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use super::{Collection, Fault, Lines, RowPlace, cell};
use crate::catalog::Object;

/// Reads rows of cells; without a separator, the header shows which one it is.
pub(super) fn read(text: &str, separator: Option<u8>) -> Result<Collection, Fault> {
    let separator = separator.unwrap_or_else(|| separator_of(text));
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut collection = Collection::default();
    let mut lines = Lines::of(text);
    let mut record = ByteRecord::new();
    let mut header: Vec<String> = Vec::new();
    let mut row = 0;
    loop {
        let start = offset(&reader);
        // Only an unequal number of cells and a fault of the source end in an error; neither is
        // possible here.
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            break;
        }
        row += 1;
        // Empty lines before a row are no rows.
        let raw = text.get(start..offset(&reader)).unwrap_or_default();
        let skipped = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        let place = RowPlace { row, line: lines.at(start + skipped) };
        let cells: Vec<&str> =
            record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or_default()).collect();
        let quotes = quotes(raw.get(skipped..).unwrap_or_default(), separator);
        if header.is_empty() {
            header = names(&cells, place.line)?;
            if quotes == Quotes::Open {
                return Err(Fault::file(
                    place.line,
                    "a quotation mark in the header is never closed; close it",
                ));
            }
            collection.columns.clone_from(&header);
            continue;
        }
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        match quotes {
            Quotes::Closed => {}
            Quotes::Open => {
                let message = "a quotation mark at the beginning of a cell is never closed, so the \
                               rest of the file was not read; close it, or double the quotation \
                               marks that belong to the text";
                collection.faults.push(Fault::row(place, message));
                continue;
            }
            Quotes::Torn => {
                let message = "something follows the closing quotation mark of a cell; double \
                               quotation marks that belong to the text, and put the whole cell in \
                               quotation marks";
                collection.faults.push(Fault::row(place, message));
                continue;
            }
        }
        let (cells, more) = cells.split_at(cells.len().min(header.len()));
        if cells.len() < header.len() || more.iter().any(|cell| !cell.is_empty()) {
            let message = format!(
                "has {} cells where the header has {}; put cells that hold separators, quotation \
                 marks or line ends in quotation marks",
                record.len(),
                header.len()
            );
            collection.faults.push(Fault::row(place, message));
            continue;
        }
        let values = header.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let values = values.map(|(name, cell)| (name.clone(), (*cell).into()));
        collection.push(place, values.collect());
    }
    if header.is_empty() {
        return Err(Fault::file(1, "is empty; its first row names the columns"));
    }
    Ok(collection)
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// The separator a header uses: the one it has most of, outside quotation marks.
fn separator_of(text: &str) -> u8 {
    let header = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in header.bytes() {
        if byte == b'"' {
            is_quoted = !is_quoted;
        } else if !is_quoted
            && let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte)
        {
            *count += 1;
        }
    }
    // Of equals the comma.
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(separator, _)| separator)
}

/// The names in a header.
fn names(cells: &[&str], line: usize) -> Result<Vec<String>, Fault> {
    let mut known = HashSet::new();
    let mut names = Vec::new();
    for (number, cell) in (1..).zip(cells) {
        let name = match cell.trim() {
            "" => format!("column {number}"),
            name => name.to_owned(),
        };
        if !known.insert(name.to_lowercase()) {
            let message = format!("the header has \"{name}\" twice; rename one of the columns");
            return Err(Fault::file(line, message));
        }
        names.push(name);
    }
    Ok(names)
}

/// How the quotation marks of a row stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    Closed,
    /// One opens a cell and none closes it.
    Open,
    /// Something follows where a cell should end.
    Torn,
}

fn quotes(raw: &str, separator: u8) -> Quotes {
    #[derive(PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Quote,
    }
    let mut at = At::Start;
    let mut is_torn = false;
    for byte in raw.bytes() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Start | At::Quote, b'"') => At::Quoted,
            (At::Start | At::Plain | At::Quote, byte)
                if byte == separator || byte == b'\n' || byte == b'\r' =>
            {
                At::Start
            }
            (At::Quote, _) => {
                is_torn = true;
                At::Plain
            }
            (At::Start | At::Plain, _) => At::Plain,
        };
    }
    match at {
        At::Quoted => Quotes::Open,
        _ if is_torn => Quotes::Torn,
        _ => Quotes::Closed,
    }
}

/// Writes a header and a row a record.
pub(super) fn write(columns: &[String], records: &[Object], separator: u8) -> String {
    let mut header: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut known: HashSet<&str> = header.iter().copied().collect();
    for name in records.iter().flat_map(Object::keys) {
        if known.insert(name) {
            header.push(name);
        }
    }
    let mut writer = WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    // Writing to memory does not fail, and every row has as many cells as the header.
    let _ = writer.write_record(&header);
    for record in records {
        let _ = writer.write_record(
            header.iter().map(|name| record.get(*name).map(cell).unwrap_or_default()),
        );
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
