//! YAML: a list of mappings.
//!
//! Read as events, so that every record knows its line and nothing is expanded: aliases, by which a
//! small file can mean a huge one, are refused. A number stays a text where writing it as a number
//! would change it, as in `1.10` or `007`.

use std::borrow::Cow;
use std::fmt::Write as _;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};
use serde_json::{Number, Value};

use super::{Collection, Fault, Lines, MOST_DEPTH, RowPlace};
use crate::catalog::Object;

/// Reads a list of mappings, or a mapping that holds one.
pub(super) fn read(text: &str) -> Result<Collection, Fault> {
    const NEEDED: &str = "a collection is a list of mappings, or a mapping that holds one";
    let mut source = Source { parser: Parser::new_from_str(text), lines: Lines::of(text) };
    let root = source.document()?;
    let items = match root.map(|node| node.content) {
        Some(Content::List(items)) => items,
        Some(Content::Map(members)) => {
            let mut lists: Vec<(String, Vec<Node>)> = members
                .into_iter()
                .filter_map(|(name, node)| match node.content {
                    Content::List(items) if items.iter().any(Node::is_map) => Some((name, items)),
                    _ => None,
                })
                .collect();
            match (lists.pop(), lists.as_slice()) {
                (None, _) => {
                    return Err(Fault::file(1, format!("holds no list of mappings; {NEEDED}")));
                }
                (Some((_, items)), []) => items,
                (Some((name, _)), others) => {
                    let names: Vec<&str> =
                        others.iter().map(|(name, _)| name.as_str()).chain([&*name]).collect();
                    let message = format!(
                        "holds several lists: {}; put the one that is meant in a file of its own",
                        names.join(", ")
                    );
                    return Err(Fault::file(1, message));
                }
            }
        }
        _ => return Err(Fault::file(1, format!("holds no list; {NEEDED}"))),
    };
    let mut collection = Collection::default();
    for (row, item) in (1..).zip(items) {
        let place = RowPlace { row, line: item.line };
        match item.content {
            Content::Map(_) => {
                if let Value::Object(values) = item.value() {
                    collection.push(place, values);
                }
            }
            _ => {
                let message = "is no mapping; write the fields as name: value";
                collection.faults.push(Fault::row(place, message));
            }
        }
    }
    collection.name_columns();
    Ok(collection)
}

/// A value and its line.
struct Node {
    line: usize,
    content: Content,
}

enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    fn value(self) -> Value {
        match self.content {
            Content::Scalar(value) => value,
            Content::List(items) => Value::Array(items.into_iter().map(Node::value).collect()),
            Content::Map(members) => Value::Object(
                members.into_iter().map(|(name, node)| (name, node.value())).collect(),
            ),
        }
    }
}

struct Source<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// YAML takes a lone CR for a line end, and an editor does not.
    lines: Lines<'a>,
}

impl<'a> Source<'a> {
    /// The next event that is part of the content.
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Fault> {
        let next = self.parser.next_event().transpose();
        next.map_err(|error| {
            let line = self.line(*error.marker());
            Fault::file(line, format!("is not valid YAML: {}", error.info()))
        })
    }

    fn line(&mut self, marker: Marker) -> usize {
        self.lines.at(marker.byte_offset().unwrap_or_default())
    }

    /// The first document; there must be no other.
    fn document(&mut self) -> Result<Option<Node>, Fault> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                _ if root.is_some() => {
                    let message = "holds a second document after ---; put it in a file of its own";
                    return Err(Fault::file(self.line(span.start), message));
                }
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        Ok(root)
    }

    /// The value an event begins.
    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Fault> {
        let line = self.line(span.start);
        if depth > MOST_DEPTH {
            let message = format!("is nested deeper than {MOST_DEPTH} levels; make it flatter");
            return Err(Fault::file(line, message));
        }
        let content = match event {
            Event::Scalar(text, style, _, tag) => {
                // A tag that says it is text is the only one that matters here.
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                Content::Scalar(if is_plain { plain(text) } else { Value::String(text.into()) })
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.expect(line)? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => items.push(self.node(event, span, depth + 1)?),
                    }
                }
                Content::List(items)
            }
            Event::MappingStart(..) => {
                let mut members: Vec<(String, Node)> = Vec::new();
                loop {
                    let (event, span) = self.expect(line)?;
                    if event == Event::MappingEnd {
                        break;
                    }
                    let line = self.line(span.start);
                    let Event::Scalar(name, ..) = event else {
                        return Err(Fault::file(line, "the name of a field must be a text"));
                    };
                    if members.iter().any(|(known, _)| *known == name) {
                        let message = format!("\"{name}\" stands twice in one mapping; remove one");
                        return Err(Fault::file(line, message));
                    }
                    let (event, span) = self.expect(line)?;
                    let node = self.node(event, span, depth + 1)?;
                    members.push((name.into(), node));
                }
                Content::Map(members)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let message = "an alias (*name) stands here; write the value itself";
                return Err(Fault::file(line, message));
            }
            _ => Content::Scalar(Value::Null),
        };
        Ok(Node { line, content })
    }

    fn expect(&mut self, line: usize) -> Result<(Event<'a>, Span), Fault> {
        self.next()?.ok_or_else(|| Fault::file(line, "is not valid YAML: it ends too early"))
    }
}

/// What an unquoted word means.
fn plain(text: Cow<'_, str>) -> Value {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        word => match word.parse::<Number>() {
            Ok(number) if number.to_string() == word => Value::Number(number),
            _ => Value::String(text.into()),
        },
    }
}

/// Writes a list of mappings.
pub(super) fn write(records: &[Object]) -> String {
    let mut out = String::new();
    for record in records {
        for (number, (name, value)) in record.iter().enumerate() {
            out += if number == 0 { "- " } else { "  " };
            put(&mut out, name, value, 2);
        }
        if record.is_empty() {
            out += "- {}\n";
        }
    }
    if out.is_empty() { "[]\n".into() } else { out }
}

/// A field of a mapping that stands so many columns in.
fn put(out: &mut String, name: &str, value: &Value, indent: usize) {
    let pad = " ".repeat(indent);
    let _ = match value {
        Value::String(text) if reads_well_in_lines(text) => {
            // Exactly as many final line feeds as there are, and however the first line begins.
            let chomp = if text.ends_with('\n') { "+" } else { "-" };
            let _ = writeln!(out, "{}: |2{chomp}", key(name));
            let text = text.strip_suffix('\n').unwrap_or(text);
            for line in text.split('\n') {
                // An empty line needs no blanks.
                let pad = if line.is_empty() { "" } else { &*format!("{pad}  ") };
                let _ = writeln!(out, "{pad}{line}");
            }
            Ok(())
        }
        Value::Object(members) if !members.is_empty() => {
            let _ = writeln!(out, "{}:", key(name));
            for (name, value) in members {
                out.push_str(&pad);
                out.push_str("  ");
                put(out, name, value, indent + 2);
            }
            Ok(())
        }
        // JSON is YAML, once what cannot be printed is written as escapes.
        value => writeln!(out, "{}: {}", key(name), printable(&value.to_string())),
    };
}

fn key(name: &str) -> String {
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && plain(name.into()).is_string();
    if is_word { name.into() } else { printable(&Value::from(name).to_string()) }
}

/// Whether a text of several lines can stand as it is.
fn reads_well_in_lines(text: &str) -> bool {
    let is_special = |character: char| character != '\n' && !is_printable(character);
    let lines: Vec<&str> = text.split('\n').collect();
    lines.len() > 1
        && !text.contains(is_special)
        && lines.iter().any(|line| !line.is_empty())
        // Blanks at the end of lines are lost by editors, and a line of blanks is ambiguous.
        && lines.iter().all(|line| line.trim_end() == *line)
}

fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// JSON with everything escaped that YAML does not take as it is.
fn printable(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_printable(character) {
            out.push(character);
        } else {
            // All of them are in the first plane.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
    }
    out
}
