//! Prompts as the records of a collection.
//!
//! A record has everything that a seed file says, in its own shape where the format has lists and
//! objects. Where it has only cells, texts of several languages have a column each, words are parted
//! by commas, and what is left is JSON. `import` reads both back as the same files.

use std::path::Path;

use serde_json::Value;

use super::Problems;
use super::import::{LOCAL, SLUG, says_nothing};
use super::read::{prompt_paths, read_text};
use super::write::PromptFile;
use crate::catalog::{Locale, Object};
use crate::collection::{self, Format, TEXT};

/// Fields whose words are parted by commas in a cell.
const WORDS: [&str; 3] = ["tags", "aliases", "accept"];

/// Reads every prompt file below a folder of seeds: its slug and what it says.
///
/// # Errors
/// Where one is no prompt file; whether what it says makes sense is not looked at.
pub fn prompt_files(folder: &Path) -> Result<Vec<(String, PromptFile)>, Problems> {
    let mut problems = Problems::default();
    if !folder.is_dir() {
        problems.add(folder, 0, "", "there is no such folder; name one with --seeds");
    }
    let mut files = Vec::new();
    for path in prompt_paths(folder, &mut problems) {
        let Some(content) = read_text(&path, &mut problems) else { continue };
        let slug = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        match PromptFile::parse(&content) {
            Ok(file) => files.push((slug.unwrap_or_default(), file)),
            Err((line, message)) => problems.add(&path, line, "", message),
        }
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    if problems.iter().next().is_none() { Ok(files) } else { Err(problems) }
}

/// Prompts as the text of a collection.
#[must_use]
pub fn collection(prompts: &[(String, PromptFile)], format: Format) -> String {
    let records: Vec<Object> =
        prompts.iter().map(|(slug, file)| record(slug, file, format)).collect();
    collection::write(&columns(&records), &records, format)
}

/// The columns that somebody who edits a table looks at first, as far as there are any.
fn columns(records: &[Object]) -> Vec<String> {
    let titles = Locale::ALL.into_iter().map(|locale| format!("title.{locale}"));
    let descriptions = Locale::ALL.into_iter().map(|locale| format!("description.{locale}"));
    let first = [SLUG.to_owned()].into_iter().chain(titles).chain([TEXT.to_owned()]);
    let is_there = |name: &String| records.iter().any(|record| record.contains_key(name));
    first.chain(descriptions).filter(is_there).collect()
}

fn record(slug: &str, file: &PromptFile, format: Format) -> Object {
    let mut record = Object::from_iter([(SLUG.to_owned(), Value::from(slug))]);
    for (name, value) in &file.fields {
        if says_nothing(value) {
            continue;
        }
        match value {
            Value::Object(texts) if format.is_flat() && LOCAL.contains(&name.as_str()) => {
                let texts = texts.iter().map(|(tag, text)| (format!("{name}.{tag}"), text.clone()));
                record.extend(texts);
            }
            Value::Array(words)
                if format.is_flat()
                    && WORDS.contains(&name.as_str())
                    && words.iter().all(|word| word.as_str().is_some_and(is_word)) =>
            {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                record.insert(name.clone(), words.join(", ").into());
            }
            value => drop(record.insert(name.clone(), value.clone())),
        }
    }
    record.insert(TEXT.to_owned(), file.text.as_str().into());
    record
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
