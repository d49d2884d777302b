//! A prompt to the text of its seed file, and that text to disk.
//!
//! [`PromptFile`] is what such a file says, field by field and not yet held against anything: what
//! programs that write seeds deal in. Reading what was written gives the same prompt, to the byte;
//! the layout is that of a file written by hand. Front matter is kept as data, so a field that is
//! new to seed files needs no mention here.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::fields::{Place, json};
use super::read::{FENCE, is_fence, split_front_matter};
use crate::catalog::{Blanks, LocalText, Locale, Object, Prompt, Slug, Source, Status};

/// The order of fields that are no tables; others follow, in the order they have.
const ORDER: [&str; 16] = [
    "title",
    "description",
    "category",
    "endpoint",
    "model",
    "language",
    "tags",
    "status",
    "publish_at",
    "created",
    "featured",
    "author",
    "source_url",
    "license",
    "aliases",
    "blanks",
];

/// Fields written as TOML's own dates and times.
const TIMES: [&str; 2] = ["created", "publish_at"];

/// The table of free form.
pub(super) const PARAMS: &str = "params";

/// What a seed file says of a prompt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PromptFile {
    /// Its front matter; days and times are texts.
    pub fields: Object,
    /// The prompt, verbatim.
    pub text: String,
}

/// Why no seed file can say something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Unwritable {
    /// The field.
    pub field: String,
    /// What is in the way, and the remedy.
    pub message: &'static str,
}

impl PromptFile {
    /// A prompt without its samples: of these, it knows the results and not the originals.
    #[must_use]
    pub fn of(prompt: &Prompt) -> Self {
        // Named one by one, so that a new field is not forgotten.
        let Prompt {
            slug: _,
            title,
            description,
            text,
            language,
            category,
            endpoint,
            model,
            params,
            blanks,
            tags,
            featured,
            status,
            publish_at,
            created,
            source: Source { author, url, license },
            aliases,
            media: _,
        } = prompt;
        let mut fields = Object::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(key.into(), value);
            }
        };
        let text_of = |text: &Option<String>| text.clone().map(Value::String);
        put("title", local(title));
        put("description", local(description));
        put("category", Some(category.as_str().into()));
        put("endpoint", Some(endpoint.as_str().into()));
        put("model", text_of(model));
        put("language", Some(language.tag().into()));
        put("tags", slugs(tags));
        let is_usual = *status == Status::default();
        put("status", (!is_usual).then(|| status.slug().into()));
        put("publish_at", publish_at.as_ref().map(|time| time.to_string().into()));
        put("created", text_of(created));
        put("featured", featured.then_some(Value::Bool(true)));
        put("author", text_of(author));
        put("source_url", text_of(url));
        put("license", text_of(license));
        put("aliases", slugs(aliases));
        put(PARAMS, (!params.is_empty()).then(|| Value::Object(params.clone())));
        put(
            "blanks",
            match blanks {
                Blanks::On(declared) if declared.is_empty() => None,
                // It has no keys but texts, so it is always JSON.
                blanks => serde_json::to_value(blanks).ok(),
            },
        );
        Self { fields, text: text.clone() }
    }

    /// What a file says; its line ends are LF already.
    ///
    /// # Errors
    /// Where it is no prompt's file, with the line and what is wrong there.
    pub fn parse(content: &str) -> Result<Self, (usize, String)> {
        let Some((front, text, _)) = split_front_matter(content) else {
            return Err((1, "must begin with front matter between two +++ lines".into()));
        };
        let place = Place { file: Path::new(""), text: front, first_line: 2 };
        let table = DeTable::parse(front).map_err(|error| {
            let line = error.span().map_or(place.first_line, |span| place.line(span.start));
            (line, format!("is not valid TOML: {}", error.message()))
        })?;
        let mut fields = Object::new();
        for (key, value) in table.get_ref() {
            let value = match value.get_ref() {
                DeValue::Datetime(time) => Value::String(time.to_string()),
                value => json(value).map_err(|message| {
                    (place.line(key.span().start), format!("{}: {message}", key.get_ref()))
                })?,
            };
            fields.insert(key.get_ref().to_string(), value);
        }
        Ok(Self { fields, text: text.into() })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Where a file cannot say it: NUL characters, line ends of Windows in the prompt, null,
    /// numbers beyond 64 bits.
    pub fn written(&self) -> Result<String, Unwritable> {
        let fault = |message| Err(Unwritable { field: "text".into(), message });
        if self.text.contains('\0') {
            return fault("holds a NUL character; remove it");
        }
        if self.text.contains("\r\n") {
            return fault("has line ends of Windows; replace CR LF by LF");
        }
        let mut file = format!("{FENCE}\n");
        let (mut values, mut tables) = (Vec::new(), Vec::new());
        for (key, value) in &self.fields {
            let list = if is_table(key, value) { &mut tables } else { &mut values };
            list.push((key.as_str(), value));
        }
        let place = |key: &str| ORDER.iter().position(|known| *known == key);
        values.sort_by_key(|(key, _)| place(key).unwrap_or(ORDER.len()));
        // Parameters are part of the call, and what is declared and shown comes below.
        tables.sort_by_key(|(key, _)| *key != PARAMS);
        for (key, value) in values {
            let time = value.as_str().filter(|text| TIMES.contains(&key) && is_time(text));
            match time {
                Some(time) => put_line(&mut file, &[key], time),
                None => put_field(&mut file, key, value)?,
            }
        }
        for (key, value) in tables {
            match value {
                Value::Array(items) => {
                    for item in items.iter().filter_map(Value::as_object) {
                        let _ = writeln!(file, "\n[[{}]]", toml_key(key));
                        for (name, value) in item {
                            put_field(&mut file, name, value).map_err(|fault| fault.below(key))?;
                        }
                    }
                }
                Value::Object(members) => {
                    let _ = writeln!(file, "[{}]", toml_key(key));
                    for (name, value) in members {
                        let value = literal(value).map_err(|fault| fault.below(name).below(key))?;
                        put_line(&mut file, &[name], &value);
                    }
                }
                _ => {}
            }
        }
        file += FENCE;
        file.push('\n');
        file += &self.text;
        // The final line feed is the file's. After a CR it would be half of a line end of Windows.
        if !self.text.ends_with('\r') {
            file.push('\n');
        }
        Ok(file)
    }
}

impl Unwritable {
    fn of(message: &'static str) -> Self {
        Self { field: String::new(), message }
    }

    fn below(self, key: &str) -> Self {
        let rest = if self.field.is_empty() { String::new() } else { format!(".{}", self.field) };
        Self { field: format!("{key}{rest}"), ..self }
    }
}

/// Writes a file so that whoever looks finds the old content or the new one, and no half of it.
/// Folders are made; what an interruption leaves behind is a hidden file, which is no seed.
///
/// # Errors
/// Where it cannot be written.
pub fn save(file: &Path, content: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unfinished = folder.join(format!(".{name}.unfinished"));
    let result = fs::write(&unfinished, content).and_then(|()| fs::rename(&unfinished, file));
    if result.is_err() {
        // It is of no use to anybody, and in nobody's way.
        let _ = fs::remove_file(&unfinished);
    }
    result
}

fn local(texts: &LocalText) -> Option<Value> {
    let texts: Object =
        texts.iter().map(|(locale, text)| (locale.tag().into(), text.into())).collect();
    (!texts.is_empty()).then_some(Value::Object(texts))
}

fn slugs(slugs: &[Slug]) -> Option<Value> {
    let list: Vec<Value> = slugs.iter().map(|slug| slug.as_str().into()).collect();
    (!list.is_empty()).then_some(Value::Array(list))
}

/// Whether a field has a heading of its own, `[params]` or `[[blanks]]`.
fn is_table(key: &str, value: &Value) -> bool {
    match value {
        Value::Object(members) => key == PARAMS && !members.is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_object),
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    text.parse::<toml::value::Datetime>().is_ok_and(|time| time.to_string() == text)
}

/// `key = value`, or `key.en = value` for each language.
fn put_field(file: &mut String, key: &str, value: &Value) -> Result<(), Unwritable> {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            // Languages in the order of the site; other names as they come.
            members.sort_by_key(|(name, _)| Locale::from_tag(name));
            for (name, value) in members {
                let value = literal(value).map_err(|fault| fault.below(name).below(key))?;
                put_line(file, &[key, name], &value);
            }
        }
        value => put_line(file, &[key], &literal(value).map_err(|fault| fault.below(key))?),
    }
    Ok(())
}

fn put_line(file: &mut String, keys: &[&str], value: &str) {
    let keys: Vec<String> = keys.iter().map(|key| toml_key(key)).collect();
    let _ = writeln!(file, "{} = {value}", keys.join("."));
}

fn toml_key(key: &str) -> String {
    let is_bare = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { key.into() } else { quoted(key) }
}

/// A value as TOML.
fn literal(value: &Value) -> Result<String, Unwritable> {
    Ok(match value {
        Value::Null => return Err(Unwritable::of("is null, which seed files have not; remove it")),
        Value::Bool(on) => on.to_string(),
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            return Err(Unwritable::of("is too large a number; write a smaller one"));
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\0') => {
            return Err(Unwritable::of("holds a NUL character; remove it"));
        }
        Value::String(text) if reads_well_in_lines(text) => format!("\"\"\"\n{text}\"\"\""),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(literal).collect::<Result<_, _>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) if members.is_empty() => "{}".into(),
        Value::Object(members) => {
            let mut parts = Vec::new();
            for (name, value) in members {
                let value = literal(value).map_err(|fault| fault.below(name))?;
                parts.push(format!("{} = {value}", toml_key(name)));
            }
            format!("{{ {} }}", parts.join(", "))
        }
    })
}

/// Whether a text has several lines and nothing that would have to be escaped or mistaken.
fn reads_well_in_lines(text: &str) -> bool {
    text.contains('\n')
        && !text.contains(['"', '\\'])
        && !text.chars().any(|character| character != '\n' && must_show(character))
        && text.split('\n').all(|line| line == line.trim_end() && !is_fence(line))
}

/// A text in quotation marks, with what cannot be seen written out.
fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal += "\\\"",
            '\\' => literal += "\\\\",
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            character if must_show(character) => {
                let code = u32::from(character);
                let _ = match code {
                    0..=0xffff => write!(literal, "\\u{code:04X}"),
                    _ => write!(literal, "\\U{code:08X}"),
                };
            }
            character => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// Control characters, line ends by other names, and what turns the direction of writing.
fn must_show(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalog::{Blank, UtcTime};
    use crate::seed::Problems;
    use crate::seed::read::read_back;

    fn full() -> Prompt {
        Prompt {
            slug: Slug::parse("north-window").unwrap(),
            title: [(Locale::En, "Linen".into()), (Locale::ZhCn, "北窗亚麻".into())]
                .into_iter()
                .collect(),
            description: [(Locale::En, "Says \"no\" in\n\ntwo lines".into())].into_iter().collect(),
            text: "Half-length portrait of [name]".into(),
            language: Locale::En,
            category: Slug::parse("portrait").unwrap(),
            endpoint: "gpt_image_2/text_to_image".into(),
            model: Some("gpt-image-2".into()),
            params: json!({"aspect_ratio": "3:4", "cut": [1, 0.5], "deep": {"a b": true}})
                .as_object()
                .unwrap()
                .clone(),
            blanks: Blanks::On(vec![Blank {
                label: [(Locale::En, "Name".into())].into_iter().collect(),
                options: vec!["Ada".into(), "一".into()],
                required: false,
                ..Blank::named("name")
            }]),
            tags: vec![Slug::parse("editorial").unwrap()],
            featured: true,
            status: Status::Draft,
            publish_at: UtcTime::parse("2026-12-01T09:00:00Z"),
            created: Some("2026-11-22".into()),
            source: Source {
                author: Some("Ada".into()),
                url: Some("https://ada.example".into()),
                license: Some("CC0-1.0".into()),
            },
            aliases: vec![Slug::parse("window").unwrap()],
            media: Vec::new(),
        }
    }

    /// What the reader makes of a file.
    fn read(slug: &Slug, content: &str) -> Result<Prompt, Problems> {
        read_back(&PathBuf::from(format!("{slug}.md")), content)
    }

    #[test]
    fn a_file_is_laid_out_as_one_written_by_hand() {
        let written = PromptFile::of(&full()).written().unwrap();
        let expected = r#"+++
title.en = "Linen"
title.zh-CN = "北窗亚麻"
description.en = "Says \"no\" in\n\ntwo lines"
category = "portrait"
endpoint = "gpt_image_2/text_to_image"
model = "gpt-image-2"
language = "en"
tags = ["editorial"]
status = "draft"
publish_at = 2026-12-01T09:00:00Z
created = 2026-11-22
featured = true
author = "Ada"
source_url = "https://ada.example"
license = "CC0-1.0"
aliases = ["window"]
[params]
aspect_ratio = "3:4"
cut = [1, 0.5]
deep = { "a b" = true }

[[blanks]]
name = "name"
label.en = "Name"
options = ["Ada", "一"]
required = false
+++
Half-length portrait of [name]
"#;
        assert_eq!(written, expected);
        assert_eq!(read(&full().slug, &written).unwrap(), full());
    }

    #[test]
    fn the_files_of_the_repository_are_written_as_they_are() {
        let mut files = vec![PathBuf::from("seeds/prompts")];
        let (mut read, mut same) = (0, 0);
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let content = fs::read_to_string(&path).unwrap();
            let file = PromptFile::parse(&content).unwrap();
            let written = file.written().unwrap();
            assert_eq!(PromptFile::parse(&written).as_ref(), Ok(&file), "{}", path.display());
            read += 1;
            same += usize::from(written == content);
        }
        // Not all: some are laid out by somebody with an opinion.
        assert!(same * 10 > read * 9, "{same} of {read}");
    }

    #[test]
    fn what_no_file_can_say_is_refused_with_its_field() {
        let file = |fields: Value, text: &str| PromptFile {
            fields: fields.as_object().unwrap().clone(),
            text: text.into(),
        };
        let fault = |file: PromptFile| file.written().unwrap_err().to_string();
        assert!(fault(file(json!({}), "a\0")).starts_with("text: holds a NUL"));
        assert!(fault(file(json!({}), "a\r\nb")).starts_with("text: has line ends of Windows"));
        assert!(fault(file(json!({"params": {"a": {"b": null}}}), "a")).starts_with("params.a.b:"));
        assert!(fault(file(json!({"params": {"a": u64::MAX}}), "a")).starts_with("params.a:"));
        assert!(fault(file(json!({"author": "\0"}), "a")).starts_with("author:"));
        assert!(
            fault(file(json!({"media": [{"alt": {"en": "\0"}}]}), "a")).starts_with("media.alt.en")
        );
    }

    #[test]
    fn an_interrupted_file_is_no_prompt() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portrait/kite.md");
        save(&file, "one").unwrap();
        save(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
        assert!(save(folder.path(), "a folder").is_err());
    }

    /// Lines that look like something to a reader of seed files, and any others.
    fn hostile() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            3 => "[^\\x00]{0,12}",
            1 => prop::sample::select(vec![
                "+++", "+++ ", "+++\u{3000}", "\n+++\n", "\n", "\r", "\t", " ", "\"", "\"\"\"", "'''",
                "\\", "\\n", "title.en = \"x\"", "[params]", "#", "\u{feff}", "\u{7f}", "\u{85}",
                "\u{1b}", "\u{2028}", "\u{202e}", "\u{e0041}", "【主题】", "👩‍🚀", "{{a}}", "[a]",
            ]).prop_map(String::from),
        ];
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON", |float| float.is_finite()).prop_map(Value::from),
            hostile().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((hostile(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn some_text() -> impl Strategy<Value = String> {
        hostile().prop_map(|text| if text.trim().is_empty() { "x".into() } else { text })
    }

    fn one_way(mut text: String) -> String {
        // What the reader makes LF of cannot be told from it; what is left may be one again.
        while text.contains("\r\n") {
            text = text.replace("\r\n", "\n");
        }
        text
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_as_it_was(
            text in some_text(),
            title in some_text(),
            author in hostile(),
            params in prop::collection::vec((hostile(), value()), 0..4),
            blank in some_text(),
            off in any::<bool>(),
        ) {
            let blank = Blank { default: Some(author.clone()), ..Blank::named(&blank) };
            let prompt = Prompt {
                title: [(Locale::ZhCn, title)].into_iter().collect(),
                text: one_way(text),
                source: Source { author: Some(author), ..Source::default() },
                params: params.into_iter().collect(),
                blanks: if off { Blanks::Off } else { Blanks::On(vec![blank]) },
                ..full()
            };
            let file = PromptFile::of(&prompt);
            let written = file.written().unwrap();
            prop_assert_eq!(PromptFile::parse(&written).unwrap(), file);
            let back = read(&prompt.slug, &written);
            prop_assert_eq!(back.map_err(|problems| problems.to_string()), Ok(prompt));
        }
    }
}
