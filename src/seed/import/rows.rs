//! A row of a collection to what a seed file would say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Settings;
use super::columns::{Column, LOCAL, bare, marks, value};
use crate::catalog::{Kind, Locale, Object, Reference, did_you_mean};
use crate::collection::{Row, TEXT};
use crate::seed::write::PARAMS;

/// What a row says; nothing is filled in yet.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Fields, with `title.en` for those inside of others; none where the row has a column for it
    /// and nothing in it.
    pub(super) fields: Vec<(String, Option<Value>)>,
    pub(super) text: String,
    /// The name of the file, as it is written.
    pub(super) slug: Option<String>,
    /// What tells the row apart, as it is written.
    pub(super) key: Option<String>,
    /// What is wrong, by field.
    pub(super) faults: Vec<(String, String)>,
    /// What was left out or changed.
    pub(super) remarks: Vec<String>,
}

/// Reads a row by its columns.
pub(super) fn read(
    row: &Row,
    columns: &[Column],
    settings: &Settings,
    reference: &Reference,
) -> Said {
    let mut said = Said::default();
    let has_slug = columns.iter().any(|column| column.field.as_deref() == Some(super::SLUG));
    for column in columns {
        let Some(field) = &column.field else { continue };
        let value = value(row, &column.column).filter(|value| !value.is_null());
        let value = value.map(|value| named(field, value, settings));
        // A column that has the field's own name comes from `export`, and is taken as it is.
        let is_exact = column.column == *field;
        let value =
            value.map(|value| written(&value, settings.unescape, field == TEXT || !is_exact));
        match (field.as_str(), value) {
            (TEXT, value) => said.text = value.map(|value| string(&value)).unwrap_or_default(),
            (super::SLUG, value) => said.slug = value.map(|value| string(&value)),
            (super::KEY, value) if !has_slug => said.key = value.map(|value| string(&value)),
            (field, None) => {
                // What is in a column for all languages may be in the file for each of them.
                if !LOCAL.contains(&field) {
                    said.fields.push((field.to_owned(), None));
                }
            }
            (field, Some(value)) => said.take(field, &value, is_exact, settings, reference),
        }
    }
    said
}

impl Said {
    fn take(
        &mut self,
        field: &str,
        value: &Value,
        is_exact: bool,
        settings: &Settings,
        reference: &Reference,
    ) {
        let result = match field {
            "title" | "description" => return self.local(field, value, settings),
            "tags" => Ok(self.tags(value, reference)),
            "aliases" | "accept" => Ok(Value::from(list(value))),
            "featured" => boolean(value),
            "created" => day(value),
            "category" => category(value, reference),
            "language" => language_named(value),
            PARAMS => object(value),
            "blanks" | "media" => structured(value),
            field if field.starts_with("params.") => Ok(value.clone()),
            _ if is_exact => Ok(string(value).into()),
            field if field.starts_with("title.") => Ok(one_line(&string(value)).into()),
            _ => Ok(string(value).trim().into()),
        };
        match result {
            // Blanks alone say nothing.
            Ok(value) => {
                let is_blank =
                    |text: &str| if is_exact { text.is_empty() } else { text.trim().is_empty() };
                let is_nothing = value.as_str().is_some_and(is_blank)
                    || value.as_array().is_some_and(Vec::is_empty)
                    || value.as_object().is_some_and(Object::is_empty);
                self.fields.push((field.to_owned(), (!is_nothing).then_some(value)));
            }
            Err(message) => self.faults.push((field.to_owned(), message)),
        }
    }

    /// A title or description without a language of its own.
    fn local(&mut self, field: &str, value: &Value, settings: &Settings) {
        if let Value::Object(texts) = value {
            for (tag, text) in texts {
                let tag = bare(tag);
                let locale =
                    Locale::ALL.into_iter().find(|locale| marks(*locale).contains(&tag.as_str()));
                match locale {
                    Some(locale) => self.put_local(field, locale, string(text)),
                    None => self.faults.push((
                        format!("{field}.{tag}"),
                        "unknown language; known are en and zh-CN".into(),
                    )),
                }
            }
            return;
        }
        let text = string(value);
        if settings.split_titles
            && field == "title"
            && let Some((english, chinese)) = bilingual(&text)
        {
            self.put_local(field, Locale::En, english.into());
            self.put_local(field, Locale::ZhCn, chinese.into());
            return;
        }
        let text = if field == "title" { one_line(&text) } else { text };
        self.put_local(field, language(&text).unwrap_or(Locale::DEFAULT), text);
    }

    fn put_local(&mut self, field: &str, locale: Locale, text: String) {
        let name = format!("{field}.{locale}");
        // A column of this language knows better.
        if text.trim().is_empty()
            || self.fields.iter().any(|(other, value)| *other == name && value.is_some())
        {
            return;
        }
        self.fields.push((name, Some(text.into())));
    }

    /// Tags by slug or name; those that the gallery does not have are left out.
    fn tags(&mut self, value: &Value, reference: &Reference) -> Value {
        let mut tags: Vec<Value> = Vec::new();
        for given in list(value) {
            let folded = bare(&given);
            let tag = reference.tags.iter().find(|tag| {
                bare(tag.slug.as_str()) == folded
                    || tag.name.iter().any(|(_, name)| bare(name) == folded)
            });
            match tag {
                Some(tag) if tags.iter().any(|known| known == tag.slug.as_str()) => {}
                Some(tag) => tags.push(tag.slug.as_str().into()),
                None => self
                    .remarks
                    .push(format!("tag \"{given}\" is not in tags.toml and was left out")),
            }
        }
        tags.into()
    }
}

/// A value by the name it is told to have.
fn named(field: &str, value: &Value, settings: &Settings) -> Value {
    let names = settings.mapping.values.get(field);
    let text = string(value);
    match names.and_then(|names| names.get(text.trim())) {
        Some(value) => value.clone(),
        None => value.clone(),
    }
}

/// Every text of a value with what is escaped in it written out, and with the line ends of seed
/// files, where that is asked for.
fn written(value: &Value, unescape: bool, line_ends: bool) -> Value {
    let of = |value: &Value| written(value, unescape, line_ends);
    match value {
        Value::String(text) => {
            let text = if line_ends { text.replace("\r\n", "\n") } else { text.clone() };
            Value::String(if unescape { unescaped(&text) } else { text })
        }
        Value::Array(items) => items.iter().map(of).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), of(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            // It is half of a line end of Windows, or one of an old Macintosh.
            Some('r') => {
                if !characters.as_str().starts_with("\\n") {
                    out.push('\n');
                }
            }
            Some(other @ ('\\' | '"' | '\'')) => out.push(other),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

/// A value as text.
pub(super) fn string(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn one_line(text: &str) -> String {
    // What is one already stays as it is.
    if text.contains(['\n', '\r', '\t']) || text.trim() != text {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

fn json(value: &Value) -> Value {
    let parsed = value.as_str().and_then(|text| serde_json::from_str(text.trim()).ok());
    parsed.unwrap_or_else(|| value.clone())
}

/// The words of a list, be it one or written with separators.
fn list(value: &Value) -> Vec<String> {
    let words = match json(value) {
        Value::Array(items) => items.iter().map(string).collect(),
        other => string(&other)
            .split([',', ';', '|', '，', '；', '、'])
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    };
    words
        .iter()
        .map(|word| word.trim().trim_start_matches('#').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn boolean(value: &Value) -> Result<Value, String> {
    let word = string(value).trim().to_lowercase();
    match word.as_str() {
        "true" | "yes" | "y" | "1" | "x" | "是" | "✓" | "✔" => Ok(Value::Bool(true)),
        // It is what a file without the field says.
        "false" | "no" | "n" | "0" | "否" | "" => Ok(Value::String(String::new())),
        _ => Err(format!("\"{word}\" is neither yes nor no; write true or false")),
    }
}

/// A calendar day, with or without a time behind it.
fn day(value: &Value) -> Result<Value, String> {
    let text = string(value);
    let text = text.trim();
    let date = text.split(['T', ' ']).next().unwrap_or_default().replace(['/', '.'], "-");
    let parts: Vec<&str> = date.split('-').collect();
    let day = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => date,
    };
    let parsed: Result<toml::value::Datetime, _> = day.parse();
    if text.is_empty() || parsed.is_ok_and(|parsed| parsed.date.is_some()) {
        return Ok(day.into());
    }
    Err(format!("\"{text}\" is no day; write it as 2026-11-22"))
}

fn category(value: &Value, reference: &Reference) -> Result<Value, String> {
    let text = string(value);
    let given = text.trim();
    let folded = bare(given);
    let found = reference.categories.iter().find(|category| {
        category.slug.as_str() == given
            || bare(category.slug.as_str()) == folded
            || category.name.iter().any(|(_, name)| bare(name) == folded)
    });
    if given.is_empty() {
        return Ok(String::new().into());
    }
    let known = || reference.categories.iter().map(|category| category.slug.as_str());
    found.map(|category| category.slug.as_str().into()).ok_or_else(|| {
        let hint = did_you_mean(given, known()).map_or_else(
            || format!("known are {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        format!(
            "unknown \"{given}\"; {hint} A mapping file can say what it is called here: \
             [values.category]"
        )
    })
}

fn language_named(value: &Value) -> Result<Value, String> {
    let text = string(value);
    let folded = bare(&text);
    if folded.is_empty() {
        return Ok(String::new().into());
    }
    let locale = Locale::ALL.into_iter().find(|locale| marks(*locale).contains(&folded.as_str()));
    locale.map(|locale| locale.tag().into()).ok_or_else(|| {
        let known = Locale::ALL.map(|locale| format!("\"{locale}\"")).join(" and ");
        format!("unknown language \"{}\"; known are {known}", text.trim())
    })
}

fn object(value: &Value) -> Result<Value, String> {
    match json(value) {
        Value::Object(members) => Ok(Value::Object(members)),
        Value::String(text) if text.trim().is_empty() => Ok(Value::String(String::new())),
        _ => Err("must be a JSON object, as in {\"aspect_ratio\": \"3:4\"}".into()),
    }
}

fn structured(value: &Value) -> Result<Value, String> {
    match json(value) {
        Value::String(text) if text.trim().is_empty() => Ok(Value::String(String::new())),
        Value::String(_) => Err("must be JSON, as `export` writes it".into()),
        value => Ok(value),
    }
}

/// A parameter that stands in a cell, as the kind it has.
pub(super) fn parameter(value: &Value, kind: Option<Kind>) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let text = text.trim();
    let parsed = match kind {
        Some(Kind::Boolean) => boolean(value).ok().map(|on| Value::Bool(on == true)),
        Some(Kind::Integer) => text.parse::<i64>().ok().map(Value::from),
        Some(Kind::Number) => text
            .parse::<f64>()
            .ok()
            .map(|number| text.parse::<i64>().map_or_else(|_| Value::from(number), Value::from)),
        Some(Kind::String) => None,
        _ => serde_json::from_str(text).ok(),
    };
    parsed.unwrap_or_else(|| value.clone())
}

/// English and Chinese on both sides of a separator.
fn bilingual(text: &str) -> Option<(&str, &str)> {
    let parts = [" / ", " | ", "｜", "／", " - ", " – ", " — ", "/", "|", "\n"];
    parts.into_iter().find_map(|separator| {
        let (one, other) = text.split_once(separator)?;
        let (one, other) = (one.trim(), other.trim());
        match (language(one)?, language(other)?) {
            (Locale::En, Locale::ZhCn) => Some((one, other)),
            (Locale::ZhCn, Locale::En) => Some((other, one)),
            _ => None,
        }
    })
}

/// The language of a text by its script; none where it is mostly another.
pub(super) fn language(text: &str) -> Option<Locale> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for character in text.chars().filter(|c| c.is_alphabetic()) {
        let script = match u32::from(character) {
            0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff => "han",
            0x3040..=0x30ff | 0x31f0..=0x31ff => "kana",
            0..=0x24f | 0x1e00..=0x1eff => "latin",
            _ => "other",
        };
        *counts.entry(script).or_default() += 1;
    }
    let count = |script: &str| counts.get(script).copied().unwrap_or_default();
    // A word of English has some five letters, and one of Chinese two.
    let (han, latin, other) = (count("han") * 5, count("latin") * 2, count("other") * 2);
    if other > han + latin || count("kana") * 5 > count("han") {
        // One sign of kana is often mere decoration.
        if other > han + latin || count("kana") > 3 {
            return None;
        }
    }
    // A Chinese prompt is full of English terms; an English one quotes a few characters at most.
    Some(if han * 2 > latin { Locale::ZhCn } else { Locale::En })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_a_text_shows_its_language() {
        for (text, expected) in [
            ("A lighthouse in fog", Some(Locale::En)),
            ("", Some(Locale::En)),
            ("雨后的石桥，桥下有船。", Some(Locale::ZhCn)),
            ("将照片转换成 Q 版 3D 人物，octane render, soft light", Some(Locale::ZhCn)),
            ("A poster with the words 春山 in red, set in a grid of six columns", Some(Locale::En)),
            ("雨の後の石橋、下に船があります。", None),
            ("Маяк в тумане", None),
            ("안개 속의 등대", None),
            ("1234 !!", Some(Locale::En)),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }

    #[test]
    fn a_title_in_two_languages_is_parted() {
        assert_eq!(bilingual("Linen / 北窗亚麻"), Some(("Linen", "北窗亚麻")));
        assert_eq!(bilingual("北窗｜North window"), Some(("North window", "北窗")));
        assert_eq!(bilingual("Black / white"), None);
    }

    #[test]
    fn escapes_are_written_out_once() {
        assert_eq!(unescaped(r#"a\nb\r\nc\td \"e\" \\n \x \"#), "a\nb\nc\td \"e\" \\n \\x \\");
    }

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for (text, expected) in [
            ("2026-11-22", "2026-11-22"),
            ("2026/5/4", "2026-05-04"),
            ("2026-11-22T08:00:00Z", "2026-11-22"),
            ("2026.11.02 08:00", "2026-11-02"),
        ] {
            assert_eq!(day(&text.into()), Ok(expected.into()));
        }
        for text in ["22.11.2026", "11/22/26", "soon", "2026-02-30"] {
            assert!(day(&text.into()).is_err(), "{text}");
        }
    }
}
