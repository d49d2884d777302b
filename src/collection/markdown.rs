//! Markdown, as lists of prompts are written in it.
//!
//! A heading begins a record and is its `title`; the heading above that is its `section`. Lines such
//! as `- author: Ada` below it are fields. The [`TEXT`] is
//!
//! 1. the code in a fence, if any section of the document has one; each fence is a record;
//! 2. else the rows of its tables, if there are any, as in a spreadsheet;
//! 3. else the quotation below a heading, if any section has one;
//! 4. else the paragraphs and lists below a heading.
//!
//! In the first and third case, what else stands below a heading is its `note`. A text is taken as
//! it is written, with its marks. A value that is a JSON string, list or object is read as such. A
//! heading is no title where the list of fields has a title, or a slug, which is how it is written
//! here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::{Collection, Fault, Lines, RowPlace, TEXT, cell};
use crate::catalog::Object;
use crate::markdown::push_escaped;

/// A part of a document that is in no other.
struct Block {
    kind: Kind,
    range: Range<usize>,
}

enum Kind {
    Heading(HeadingLevel, String),
    Fence(String),
    Table(Vec<Vec<(usize, String)>>),
    Quote,
    List,
    Other,
}

/// What texts stand in.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    Fences,
    Tables,
    Quotes,
    Paragraphs,
}

/// Reads headings with what stands below them.
pub(super) fn read(text: &str) -> Result<Collection, Fault> {
    let blocks = blocks(text);
    let has = |of: fn(&Kind) -> bool| blocks.iter().any(|block| of(&block.kind));
    let place = if has(|kind| matches!(kind, Kind::Fence(_))) {
        Where::Fences
    } else if has(|kind| matches!(kind, Kind::Table(_))) {
        Where::Tables
    } else if has(|kind| matches!(kind, Kind::Quote)) {
        Where::Quotes
    } else {
        Where::Paragraphs
    };
    let mut collection = Collection::default();
    let mut lines = Lines::of(text);
    if place == Where::Tables {
        for block in &blocks {
            if let Kind::Table(rows) = &block.kind {
                table(&mut collection, rows, &mut lines)?;
            }
        }
    } else {
        sections(&mut collection, text, &blocks, place, &mut lines);
    }
    collection.name_columns();
    if collection.rows.is_empty() && collection.faults.is_empty() {
        let message = "holds no prompts: write each below a heading of its own, in a fence of ```, \
                       or in a table";
        return Err(Fault::file(0, message));
    }
    Ok(collection)
}

/// The blocks of a document, outermost only.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut depth = 0;
    let mut words = String::new();
    let mut content = String::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                match tag {
                    _ if depth > 0 => {}
                    Tag::Heading { .. } => words.clear(),
                    Tag::CodeBlock(_) => content.clear(),
                    Tag::Table(_) => rows.clear(),
                    _ => {}
                }
                match tag {
                    Tag::TableHead | Tag::TableRow => rows.push(Vec::new()),
                    Tag::TableCell => {
                        let raw = text.get(range.clone()).unwrap_or_default();
                        if let Some(row) = rows.last_mut() {
                            row.push((range.start, table_cell(raw)));
                        }
                    }
                    Tag::CodeBlock(CodeBlockKind::Indented) if depth == 0 => words.clear(),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(end) => {
                depth -= 1;
                if depth > 0 {
                    continue;
                }
                let raw = text.get(range.clone()).unwrap_or_default();
                let is_fence = raw.trim_start().starts_with(['`', '~']);
                let kind = match end {
                    TagEnd::Heading(level) => Kind::Heading(level, words.trim().to_owned()),
                    TagEnd::CodeBlock if is_fence => {
                        let content = std::mem::take(&mut content);
                        Kind::Fence(fence_content(text, &range).unwrap_or(content))
                    }
                    TagEnd::Table => Kind::Table(std::mem::take(&mut rows)),
                    TagEnd::BlockQuote(_) => Kind::Quote,
                    TagEnd::List(_) => Kind::List,
                    _ => Kind::Other,
                };
                blocks.push(Block { kind, range });
            }
            Event::Text(part) => {
                words += &part;
                content += &part;
            }
            Event::Code(part) => words += &part,
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    blocks
}

/// What stands in a fence that begins its line, as it is written: a parser takes a lone CR for a
/// line end, and a prompt keeps it.
fn fence_content(text: &str, range: &Range<usize>) -> Option<String> {
    let before = text.get(..range.start)?;
    let raw = text.get(range.clone())?.trim_end_matches(['\r', '\n']);
    if !(before.is_empty() || before.ends_with('\n')) || !raw.starts_with(['`', '~']) {
        return None;
    }
    let (first, rest) = raw.split_once('\n')?;
    let mark = first.chars().next()?;
    let (content, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let is_closed = last.trim_start().starts_with(mark);
    let content = if is_closed { content } else { rest };
    let content = content.strip_suffix('\r').filter(|_| first.ends_with('\r')).unwrap_or(content);
    Some(content.to_owned())
}

/// A cell as it is written, with what cannot stand in one.
fn table_cell(raw: &str) -> String {
    let raw = raw.trim_matches(['|', ' ', '\t']);
    ["<br>", "<br/>", "<br />"]
        .into_iter()
        .fold(raw.replace("\\|", "|"), |cell, break_| cell.replace(break_, "\n"))
}

fn table(
    collection: &mut Collection,
    rows: &[Vec<(usize, String)>],
    lines: &mut Lines<'_>,
) -> Result<(), Fault> {
    let Some((header, rows)) = rows.split_first() else { return Ok(()) };
    for (number, (at, name)) in header.iter().enumerate() {
        if header.iter().take(number).any(|(_, other)| other.eq_ignore_ascii_case(name)) {
            let message = format!("the header has \"{name}\" twice; rename one of the columns");
            return Err(Fault::file(lines.at(*at), message));
        }
    }
    for cells in rows {
        let Some((at, _)) = cells.first() else { continue };
        let row = collection.rows.len() + collection.faults.len() + 2;
        let place = RowPlace { row, line: lines.at(*at) };
        let values = header.iter().zip(cells).filter(|((_, name), _)| !name.is_empty());
        let values = values.map(|((_, name), (_, cell))| (name.clone(), cell.as_str().into()));
        collection.push(place, values.collect());
    }
    Ok(())
}

/// A heading and what is being gathered below it.
#[derive(Default)]
struct Section {
    start: usize,
    title: String,
    above: Option<String>,
    fields: Object,
    notes: Vec<String>,
    texts: Vec<(usize, String)>,
}

fn sections(
    collection: &mut Collection,
    text: &str,
    blocks: &[Block],
    place: Where,
    lines: &mut Lines<'_>,
) {
    let headings = blocks.iter().filter_map(|block| match &block.kind {
        Kind::Heading(level, _) => Some(*level),
        _ => None,
    });
    let levels: Vec<HeadingLevel> = headings.collect();
    // A document's own title, with others below it, is no prompt's.
    let top = levels.iter().min().copied().filter(|top| {
        *top == HeadingLevel::H1
            && levels.iter().filter(|level| *level == top).count() == 1
            && levels.len() > 1
    });
    let mut open: Vec<(HeadingLevel, String)> = Vec::new();
    let mut section = Section::default();
    // What stands above the first heading introduces the document.
    let mut is_introduction = true;
    for block in blocks {
        let raw = text.get(block.range.clone()).unwrap_or_default();
        match &block.kind {
            Kind::Heading(level, title) => {
                finish(
                    collection,
                    std::mem::take(&mut section),
                    is_introduction && place != Where::Fences,
                    place,
                    lines,
                );
                is_introduction = Some(*level) == top;
                open.retain(|(other, _)| other < level);
                let above = open.iter().rev().find(|(level, _)| Some(*level) != top);
                section = Section {
                    start: block.range.start,
                    title: title.clone(),
                    above: above.map(|(_, title)| title.clone()),
                    ..Section::default()
                };
                open.push((*level, title.clone()));
            }
            Kind::Fence(content) if place == Where::Fences => {
                section.texts.push((block.range.start, content.clone()));
            }
            Kind::Quote if place == Where::Quotes => {
                section.texts.push((block.range.start, unquoted(raw)));
            }
            Kind::List if section.texts.is_empty() && section.fields.is_empty() => {
                match fields(raw) {
                    Some(fields) => section.fields = fields,
                    None => put_aside(&mut section, block, raw, place),
                }
            }
            Kind::Fence(_) | Kind::Table(_) | Kind::Quote | Kind::List | Kind::Other => {
                put_aside(&mut section, block, raw, place);
            }
        }
    }
    finish(collection, section, is_introduction && place != Where::Fences, place, lines);
}

/// Keeps what is no text, or, where everything is, makes it part of that.
fn put_aside(section: &mut Section, block: &Block, raw: &str, place: Where) {
    let raw = raw.trim_matches(['\n', '\r']);
    if place == Where::Paragraphs {
        match section.texts.last_mut() {
            Some((_, text)) => {
                text.push_str("\n\n");
                text.push_str(raw);
            }
            None => section.texts.push((block.range.start, raw.to_owned())),
        }
    } else if !matches!(raw, "---" | "***" | "___") {
        section.notes.push(raw.trim().to_owned());
    }
}

fn finish(
    collection: &mut Collection,
    section: Section,
    is_introduction: bool,
    place: Where,
    lines: &mut Lines<'_>,
) {
    let Section { start, title, above, fields, notes, mut texts } = section;
    if is_introduction || texts.is_empty() && fields.is_empty() {
        return;
    }
    if place == Where::Quotes && texts.len() > 1 {
        // Quotations with a remark between them are one text of several paragraphs.
        let joined = texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n\n");
        texts = vec![(start, joined)];
    }
    if texts.is_empty() {
        texts.push((start, String::new()));
    }
    let is_named =
        fields.keys().any(|name| name == "slug" || name == "title" || name.starts_with("title."));
    for (at, text) in texts {
        let row = collection.rows.len() + collection.faults.len() + 1;
        let row = RowPlace { row, line: lines.at(at) };
        let mut values = Object::new();
        if !is_named {
            values.insert("title".into(), title.as_str().into());
        }
        values.insert("section".into(), above.as_deref().unwrap_or_default().into());
        values.extend(fields.clone());
        // A field of this name is told, and the rest only found.
        values.entry("note").or_insert_with(|| notes.join("\n\n").into());
        values.insert(TEXT.into(), text.into());
        collection.push(row, values);
    }
}

/// A quotation without its marks.
fn unquoted(raw: &str) -> String {
    let lines = raw.trim_end_matches(['\n', '\r']).split('\n').map(|line| {
        let line = line.trim_start_matches(' ');
        let line = line.strip_prefix('>').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The fields of a list whose every item is one.
fn fields(raw: &str) -> Option<Object> {
    let mut fields = Object::new();
    for line in raw.split('\n').filter(|line| !line.trim().is_empty()) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let item = line.strip_prefix(['-', '*', '+'])?.strip_prefix(' ')?;
        let (name, value) = item.split_once([':', '：'])?;
        let name = name.trim().trim_matches(['*', '_', '`']);
        let is_name = !name.is_empty()
            && name.chars().count() <= 40
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '));
        if !is_name || fields.contains_key(name) {
            return None;
        }
        let value = value.strip_prefix("**").unwrap_or(value);
        let value = value.strip_prefix(' ').unwrap_or(value);
        fields.insert(name.to_owned(), value_of(value));
    }
    Some(fields)
}

fn value_of(text: &str) -> Value {
    if text.starts_with(['"', '[', '{'])
        && let Ok(value) = serde_json::from_str(text)
    {
        return value;
    }
    text.into()
}

/// Writes a heading, a list of fields and a fence a record.
pub(super) fn write(records: &[Object]) -> String {
    let mut out = String::new();
    for record in records {
        let titles =
            record.iter().filter(|(name, _)| *name == "title" || name.starts_with("title."));
        let title = titles.chain(record.iter().filter(|(name, _)| *name == "slug")).next();
        let title = title.map(|(_, value)| cell(value)).unwrap_or_default();
        if !out.is_empty() {
            out.push('\n');
        }
        out += "## ";
        let words: Vec<&str> = title.split_whitespace().collect();
        let _ = push_escaped(&mut out, &words.join(" "));
        out += "\n\n";
        for (name, value) in record.iter().filter(|(name, _)| *name != TEXT) {
            let value = match value {
                Value::String(text) if is_plain(text) => text.clone(),
                value => one_line(&value.to_string()),
            };
            out += &format!("- {name}: {value}\n");
        }
        let text = record.get(TEXT).map(cell).unwrap_or_default();
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        out += &format!("\n{fence}text\n{text}\n{fence}\n");
    }
    out
}

/// Whether a text can stand behind its name and is read as what it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text == text.trim()
        && !text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        && !text.starts_with(['"', '[', '{'])
        && !text.starts_with("**")
}

/// JSON without anything some program takes for the end of a line.
fn one_line(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            out += &format!("\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
