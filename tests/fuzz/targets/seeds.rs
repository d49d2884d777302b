//! Whatever a seed file holds, it is content or a list of what is wrong with it.
//!
//! 1. A problem names a file of the folder, a line of that file and a remedy, on one line;
//!    problems come by file and line, each once.
//! 2. A byte order mark and the line ends of Windows change nothing.
//! 3. A prompt is what stands below its front matter, its fields are what TOML says they are, and
//!    written down again as another author would it is the same prompt.
//!
//! # What an input is
//!
//! A seed file, below its path: `tags.toml`, or `prompts/light/name.md`. Without a path that is
//! known it is a prompt.

use std::fs;
use std::path::Path;

use prompt_gallery::catalog::{Blank, Blanks, LocalText, Prompt};
use prompt_gallery::media::{self, Folder};
use prompt_gallery::seed::{self, Problems, Seeds, Warning};
use serde_json::Value as Json;
use tempfile::TempDir;
use toml::{Table, Value};

use super::gallery::{FILES, write, write_files};

/// Where a prompt is put.
const PROMPT: &str = "prompts/light/fuzz.md";

thread_local! {
    static SEEDS: TempDir = {
        let folder = TempDir::new().expect("a folder");
        write_files(folder.path());
        write(folder.path(), "prompts/known.md", b"+++\ncategory = \"light\"\n\
            endpoint = \"pictures/make\"\nmodel = \"model-1\"\nlanguage = \"en\"\n+++\nA heron\n");
        folder
    };
}

/// Checks one file.
pub fn check(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (first, rest) = input.split_at(end);
    let file = FILES.iter().find(|(path, _)| path.as_bytes() == first);
    let (path, content) = match file {
        Some((path, _)) => (*path, rest.get(1..).unwrap_or_default()),
        None => (PROMPT, input),
    };
    SEEDS.with(|folder| {
        file_is_read(folder.path(), path, content);
        match file {
            Some((path, usual)) => write(folder.path(), path, usual.as_bytes()),
            None => fs::remove_file(folder.path().join(PROMPT)).expect("the file"),
        }
    });
}

fn file_is_read(folder: &Path, path: &str, content: &[u8]) {
    write(folder, path, content);
    let read = load(folder);
    match &read {
        Ok(_) => {
            for warning in warnings(folder) {
                assert!(warning.file.starts_with(folder) && !warning.message.is_empty());
                assert!(!warning.to_string().contains('\n'), "{warning}");
            }
        }
        Err(problems) => problems_say_where_and_what(problems, folder),
    }
    if !content.contains(&b'\r') && !content.contains(&0) {
        let mut windows = String::from("\u{feff}").into_bytes();
        for byte in content {
            windows.extend_from_slice(if *byte == b'\n' {
                b"\r\n"
            } else {
                std::slice::from_ref(byte)
            });
        }
        if !content.starts_with("\u{feff}".as_bytes()) {
            write(folder, path, &windows);
            same(&read, &load(folder));
        }
    }
    let prompt = read.ok().filter(|_| path == PROMPT).and_then(|seeds| {
        let found = seeds.prompts.into_iter().find(|prompt| prompt.file.ends_with(PROMPT));
        found.map(|prompt| prompt.prompt)
    });
    if let Some(prompt) = prompt {
        prompt_is_as_written(&prompt, content);
        if prompt.text.contains('\r') {
            return; // and a line end of Windows in the next file
        }
        write(folder, path, written(&prompt).as_bytes());
        let again =
            load(folder).unwrap_or_else(|problems| panic!("{problems}: {}", written(&prompt)));
        let again = again.prompts.into_iter().find(|prompt| prompt.file.ends_with(PROMPT));
        assert_eq!(again.map(|again| again.prompt), Some(prompt));
    }
}

/// Fields that stand in a file just as they are.
const PLAIN: [&str; 12] = [
    "title",
    "description",
    "category",
    "endpoint",
    "model",
    "language",
    "tags",
    "aliases",
    "author",
    "source_url",
    "license",
    "params",
];

fn prompt_is_as_written(prompt: &Prompt, content: &[u8]) {
    let content = std::str::from_utf8(content).expect("text").replace("\r\n", "\n");
    let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
    let content = content.strip_suffix('\n').unwrap_or(content);
    let above = content.strip_suffix(prompt.text.as_str()).expect("the prompt at the end");
    let (first, rest) = above.split_once('\n').expect("front matter");
    let (fields, last) = rest.trim_end().rsplit_once("+++").expect("its end");
    assert_eq!((first.trim_end(), last), ("+++", ""));
    let fields: Table = toml::from_str(fields).expect("TOML");
    let read = front_matter(prompt);
    for field in PLAIN {
        if let Some(value) = fields.get(field) {
            assert_eq!(read.get(field), Some(value), "{field}");
        }
    }
}

fn load(folder: &Path) -> Result<Seeds, Problems> {
    let mut workshop = Folder::beside(&folder.join("gallery.db")).workshop(media::Mode::Discard);
    seed::load(folder, &mut workshop)
}

fn warnings(folder: &Path) -> Vec<Warning> {
    let mut workshop = Folder::beside(&folder.join("gallery.db")).workshop(media::Mode::Discard);
    seed::review(folder, &mut workshop).warnings
}

fn problems_say_where_and_what(problems: &Problems, folder: &Path) {
    let all: Vec<_> = problems.iter().collect();
    assert!(!all.is_empty());
    assert!(all.is_sorted() && all.windows(2).all(|two| two[0] != two[1]), "{problems}");
    for problem in all {
        assert!(problem.file.starts_with(folder), "{problem}");
        let text = fs::read(&problem.file).unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n').count();
        assert!(problem.line <= lines, "{problem}: of {lines} lines");
        assert!(!problem.message.trim().is_empty(), "{problem:?}");
        assert!(!problem.to_string().contains('\n'), "{problem}");
    }
}

fn same(one: &Result<Seeds, Problems>, other: &Result<Seeds, Problems>) {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            let prompts = |seeds: &Seeds| -> Vec<Prompt> {
                seeds.prompts.iter().map(|prompt| prompt.prompt.clone()).collect()
            };
            assert_eq!(prompts(one), prompts(other));
            assert_eq!(format!("{:?}", one.reference.faq), format!("{:?}", other.reference.faq));
            assert_eq!(format!("{:?}", one.reference.tags), format!("{:?}", other.reference.tags));
        }
        (Err(one), Err(other)) => assert_eq!(one.to_string(), other.to_string()),
        (Ok(_), Err(problems)) | (Err(problems), Ok(_)) => {
            panic!("read in one way only: {problems}")
        }
    }
}

/// A prompt as a file.
fn written(prompt: &Prompt) -> String {
    format!("+++\n{}+++\n{}\n", front_matter(prompt), prompt.text)
}

fn front_matter(prompt: &Prompt) -> Table {
    let mut front = Table::new();
    let text = |text: &str| Value::String(text.into());
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            front.insert(key.into(), value);
        }
    };
    put("title", local(&prompt.title));
    put("description", local(&prompt.description));
    put("category", Some(text(prompt.category.as_str())));
    put("endpoint", Some(text(&prompt.endpoint)));
    put("model", prompt.model.as_deref().map(text));
    put("language", Some(text(prompt.language.tag())));
    let slugs = |slugs: &[prompt_gallery::catalog::Slug]| {
        Value::Array(slugs.iter().map(|slug| text(slug.as_str())).collect())
    };
    put("tags", Some(slugs(&prompt.tags)));
    put("aliases", Some(slugs(&prompt.aliases)));
    put("status", Some(text(prompt.status.slug())));
    put("publish_at", prompt.publish_at.map(|time| text(&time.to_string())));
    put("created", prompt.created.as_deref().map(text));
    put("featured", Some(Value::Boolean(prompt.featured)));
    put("author", prompt.source.author.as_deref().map(text));
    put("source_url", prompt.source.url.as_deref().map(text));
    put("license", prompt.source.license.as_deref().map(text));
    let params = prompt.params.iter().map(|(name, value)| (name.clone(), from_json(value)));
    put("params", Some(Value::Table(params.collect())));
    put(
        "blanks",
        match &prompt.blanks {
            Blanks::Off => Some(Value::Boolean(false)),
            Blanks::On(blanks) if blanks.is_empty() => None,
            Blanks::On(blanks) => Some(Value::Array(blanks.iter().map(blank).collect())),
        },
    );
    front
}

fn blank(blank: &Blank) -> Value {
    let mut table = Table::new();
    let text = |text: &String| Value::String(text.clone());
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            table.insert(key.into(), value);
        }
    };
    put("name", Some(text(&blank.name)));
    put("label", local(&blank.label));
    put("help", local(&blank.help));
    put("default", blank.default.as_ref().map(text));
    put("options", Some(Value::Array(blank.options.iter().map(text).collect())));
    put("multiline", Some(Value::Boolean(blank.multiline)));
    put("required", Some(Value::Boolean(blank.required)));
    Value::Table(table)
}

fn local(texts: &LocalText) -> Option<Value> {
    let table =
        texts.iter().map(|(locale, text)| (locale.tag().into(), Value::String(text.into())));
    (!texts.is_empty()).then(|| Value::Table(table.collect()))
}

/// A parameter; TOML has no null, so none was read.
fn from_json(value: &Json) -> Value {
    match value {
        Json::Null => panic!("null was read"),
        Json::Bool(on) => Value::Boolean(*on),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Value::Float(number.as_f64().expect("a number")), Value::Integer),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(from_json).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), from_json(value)));
            Value::Table(members.collect())
        }
    }
}
