//! Whatever a prompt holds, its blanks are found and filled in without harm.
//!
//! 1. Without values a text stays as it is, and its marks are the blanks as they were written.
//! 2. Filled in, a text is what stood between its blanks, and the values; within a JSON document
//!    they are escaped. A value is never read again.
//! 3. Valid JSON stays valid: its strings hold the values, and nothing else changes.
//! 4. A layout of a JSON document changes no blank.
//!
//! What to expect is worked out here, from the text and from `serde_json`; of what is tested
//! only where the blanks stand is believed. `json::documents` and `json::escaped` are
//! believed as well; they have a target of their own.
//!
//! # What an input is
//!
//! A prompt, below front matter if there is any. `␤` stands for a line break in a value.
//!
//! ```text
//! blank product name
//! value a "red" lamp
//! +++
//! A [product name] by the ${light:window}
//! ```
//!
//! `off` turns blanks off. The first value is for the first field, and so on.

use std::ops::Range;

use prompt_gallery::catalog::{Blank, Blanks};
use prompt_gallery::json::{self, Layout};
use prompt_gallery::placeholders::{Field, Filled, Mark, Template, key};

use super::json::{around_strings, decoded, is_document, is_json, strings};

/// A prompt, what is declared of it, and what a reader writes.
#[derive(Debug)]
struct Input {
    text: String,
    blanks: Blanks,
    values: Vec<String>,
}

/// More would only make a run slow: every candidate is compared with every declared name.
const MOST_DECLARED: usize = 8;

impl Input {
    fn read(bytes: &[u8]) -> Self {
        // A byte that is no text must not hide all that follows.
        let input = String::from_utf8_lossy(bytes);
        let (front, text) = input.split_once("+++\n").unwrap_or(("", &input));
        let lines = || front.split('\n');
        let declared = lines().filter_map(|line| line.strip_prefix("blank "));
        let values = lines().filter_map(|line| line.strip_prefix("value "));
        let blanks = if lines().any(|line| line == "off") {
            Blanks::Off
        } else {
            Blanks::On(declared.take(MOST_DECLARED).map(Blank::named).collect())
        };
        let values = values.map(|value| value.replace('␤', "\n")).collect();
        Self { text: text.to_owned(), blanks, values }
    }
}

/// Values that mean something to a notation, to JSON, or to those who lay a text out.
const HOSTILE: [&str; 4] = [
    "[x] 【x】 {{x}} ${x} ${x:y} <x> {argument name=\"x\" default=\"y\"}",
    "\"}], {\"a\": \"\\u005bx]\" \\",
    "\u{feff}\u{0}\t\r\n```\n\u{7f}\u{2028}🌧\u{301}",
    "]",
];

/// Checks one prompt.
pub fn check(input: &[u8]) {
    let Input { text, blanks, values } = &Input::read(input);
    let written = blanks_are_filled_in(text, blanks, values);
    if is_document(text) {
        for layout in Layout::ALL {
            let laid_out = json::laid_out(text, layout);
            let found = blanks_are_filled_in(&laid_out, blanks, values);
            assert_eq!(keys(&written), keys(&found), "{layout:?} has other blanks: {laid_out}");
        }
    }
}

fn keys(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.key.as_str()).collect()
}

/// A blank where it was written.
struct Spot {
    range: Range<usize>,
    field: usize,
    in_json: bool,
}

/// Fills a text in in many ways; its fields.
fn blanks_are_filled_in(text: &str, blanks: &Blanks, values: &[String]) -> Vec<Field> {
    let template = Template::new(text, blanks);
    let fields = template.fields();
    let spots = spots_as_written(text, &template);
    fields_are_in_order(blanks, fields, &spots);

    let given: Vec<Option<&str>> = values.iter().map(|value| Some(value.as_str())).collect();
    let everywhere = (0..fields.len()).map(|field| {
        let values = values.iter().map(String::as_str);
        values.chain(HOSTILE).filter(|value| !value.is_empty()).cycle().nth(field)
    });
    let hostile = (0..fields.len()).map(|field| HOSTILE.into_iter().cycle().nth(field));
    // Every blank gets the next one as its value.
    let crossed = (0..fields.len()).map(|field| {
        let next = (field + 1) % fields.len();
        spots.iter().find(|spot| spot.field == next).map(|spot| &text[spot.range.clone()])
    });
    let all = [given, everywhere.collect(), hostile.collect(), crossed.collect()];
    for values in &all {
        let filled = template.fill(values);
        values_are_put_in(text, &spots, values, &filled);
        no_value_is_read_again(text, &template, &spots, values, &filled);
        if is_document(text) {
            json_stays_json(text, &spots, values, &filled);
        } else {
            documents_stay_json(text, &spots, &filled);
        }
    }
    fields.to_vec()
}

/// The blanks of a text, which is the text when nothing is put in.
fn spots_as_written(text: &str, template: &Template<'_>) -> Vec<Spot> {
    let nothing = template.fill(&[]);
    let fields = template.fields().len();
    assert_eq!(nothing.text, text);
    assert_eq!(nothing, template.fill(&vec![None; fields]));
    assert_eq!(nothing, template.fill(&vec![Some(""); fields + 1]));
    marks_are_in_order(&nothing);
    let documents = json::documents(text);
    // What becomes a document by its values has strings, too; how they are filled tells.
    let probe = template.fill(&vec![Some("\""); fields]);
    let is_escaped =
        |at: usize| documents.is_empty() && probe.text[probe.marks[at].range.clone()] == *"\\\"";
    let mut spots = Vec::new();
    for (at, Mark { range, field, filled }) in nothing.marks.into_iter().enumerate() {
        assert!(!filled && field < fields && template.occurs(field));
        let written = &text[range.clone()];
        let is_written_like_a_blank =
            [("[", "]"), ("【", "】"), ("<", ">"), ("{{", "}}"), ("${", "}"), ("{argument", "}")]
                .iter()
                .any(|(open, close)| written.starts_with(open) && written.ends_with(close));
        assert!(is_written_like_a_blank, "{written}");
        let in_json =
            documents.iter().any(|document| document.contains(&range.start)) || is_escaped(at);
        if let Some(name) = name_in(written) {
            // An escape that stands for nothing is part of the name.
            let read = || serde_json::from_str(&format!("\"{name}\"")).ok();
            let name = in_json.then(read).flatten().unwrap_or_else(|| name.to_owned());
            assert_eq!(template.fields()[field].key, key(&name), "{written}");
        }
        spots.push(Spot { range, field, in_json });
    }
    spots
}

/// The name in a blank as it was written; an argument hides it too well.
fn name_in(written: &str) -> Option<&str> {
    let between = |open: &str, close: &str| written.strip_prefix(open)?.strip_suffix(close);
    between("[", "]")
        .or_else(|| between("【", "】"))
        .or_else(|| between("<", ">"))
        .or_else(|| between("{{", "}}"))
        .or_else(|| between("${", "}")?.split(':').next())
        .map(str::trim)
}

fn marks_are_in_order(filled: &Filled) {
    let mut at = 0;
    for Mark { range, .. } in &filled.marks {
        assert!(at <= range.start && range.start < range.end, "{range:?} after {at}");
        assert!(filled.text.get(range.clone()).is_some(), "half a character at {range:?}");
        at = range.end;
    }
}

/// What is declared comes first; what is found follows, each once, as it occurs.
fn fields_are_in_order(blanks: &Blanks, fields: &[Field], spots: &[Spot]) {
    let Blanks::On(declared) = blanks else {
        assert!(fields.is_empty() && spots.is_empty());
        return;
    };
    let (first, found) = fields.split_at(declared.len());
    assert!(first.iter().all(|field| field.declared));
    assert!(first.iter().zip(declared).all(|(field, blank)| field.blank.name == blank.name));
    let mut known: Vec<&str> = keys(first);
    for field in found {
        assert!(!field.declared);
        assert!(!known.contains(&field.key.as_str()), "{} is there twice", field.key);
        known.push(&field.key);
    }
    let mut next = declared.len();
    for spot in spots {
        assert!(spot.field <= next, "a field comes before its place");
        next = next.max(spot.field + 1);
    }
    assert_eq!(next, fields.len(), "a field was found that occurs nowhere");
}

/// The value of a blank, if there is one.
fn value<'v>(values: &[Option<&'v str>], field: usize) -> Option<&'v str> {
    values.get(field).copied().flatten().filter(|value| !value.is_empty())
}

/// A value as it stands in the text.
fn as_written(value: &str, in_json: bool) -> String {
    if in_json { json::escaped(value) } else { value.to_owned() }
}

fn values_are_put_in(text: &str, spots: &[Spot], values: &[Option<&str>], filled: &Filled) {
    let (mut expected, mut rest) = (String::new(), 0);
    marks_are_in_order(filled);
    assert_eq!(filled.marks.len(), spots.len());
    for (spot, mark) in spots.iter().zip(&filled.marks) {
        expected += &text[rest..spot.range.start];
        rest = spot.range.end;
        let start = expected.len();
        let value = value(values, spot.field);
        expected += &value.map_or_else(
            || text[spot.range.clone()].to_owned(),
            |value| as_written(value, spot.in_json),
        );
        let range = start..expected.len();
        assert_eq!(mark, &Mark { range, field: spot.field, filled: value.is_some() });
    }
    expected += &text[rest..];
    assert_eq!(filled.text, expected);
}

/// Puts a token in for every value, and then the value for the token.
fn no_value_is_read_again(
    text: &str,
    template: &Template<'_>,
    spots: &[Spot],
    values: &[Option<&str>],
    filled: &Filled,
) {
    const TOKEN: char = '\u{e000}';
    if text.contains(TOKEN) {
        return;
    }
    let token = TOKEN.to_string();
    let tokens: Vec<Option<&str>> = (0..template.fields().len())
        .map(|field| value(values, field).map(|_| token.as_str()))
        .collect();
    let neutral = template.fill(&tokens).text;
    let mut pieces = neutral.split(TOKEN);
    let mut expected = pieces.next().unwrap_or_default().to_owned();
    let mut put_in =
        spots.iter().filter_map(|spot| Some(as_written(value(values, spot.field)?, spot.in_json)));
    for piece in pieces {
        expected += &put_in.next().expect("a value for every token");
        expected += piece;
    }
    assert_eq!(put_in.next(), None, "a token for every value");
    assert_eq!(filled.text, expected);
}

/// Everything around the strings is as it was, and each string says what it said, with the
/// values put in.
fn json_stays_json(text: &str, spots: &[Spot], values: &[Option<&str>], filled: &Filled) {
    assert!(is_document(&filled.text), "no JSON any more: {}", filled.text);
    assert_eq!(around_strings(text), around_strings(&filled.text));
    let mut left = spots.iter().peekable();
    for (before, after) in strings(text).into_iter().zip(strings(&filled.text)) {
        let (mut expected, mut rest) = (String::new(), before.start + 1);
        while let Some(spot) = left.next_if(|spot| spot.range.end < before.end) {
            assert!(before.start < spot.range.start, "a blank outside of the strings");
            expected += &decoded(&text[rest..spot.range.start]);
            expected += &value(values, spot.field)
                .map_or_else(|| decoded(&text[spot.range.clone()]), str::to_owned);
            rest = spot.range.end;
        }
        expected += &decoded(&text[rest..before.end - 1]);
        assert_eq!(decoded(&filled.text[after.start + 1..after.end - 1]), expected);
    }
    assert!(left.next().is_none(), "a blank behind the strings");
}

/// A document in prose is valid afterwards, unless a blank holds some of its structure.
fn documents_stay_json(text: &str, spots: &[Spot], filled: &Filled) {
    for document in json::documents(text) {
        let crosses =
            |spot: &Spot| spot.range.start < document.start && document.start < spot.range.end;
        if spots.iter().any(crosses) {
            continue;
        }
        let moved = |at: usize| {
            let before =
                spots.iter().zip(&filled.marks).take_while(|(spot, _)| spot.range.end <= at);
            before.last().map_or(at, |(spot, mark)| at - spot.range.end + mark.range.end)
        };
        let after = &filled.text[moved(document.start)..moved(document.end)];
        assert!(is_json(after), "no JSON any more: {after}");
    }
}
