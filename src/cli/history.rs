//! What a prompt said before: its versions, how each differs from the one before it, and the exact
//! text of any of them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::{Failure, say};
use crate::config::DataConfig;
use crate::store::{self, History, Store, Version};

/// How much is shown before and after what changed, in characters.
const CONTEXT: usize = 40;

/// How long the shortest way from one text to another is looked for; then a longer one will do.
const PATIENCE: Duration = Duration::from_secs(2);

/// What changed in the status or the place of a prompt is told as a whole; in these fields, word by
/// word.
const PROSE: [&str; 3] = ["title", "description", "text"];

#[derive(Debug, Args)]
pub(super) struct HistoryArguments {
    /// The prompt: the name of its file, also one it had before
    slug: String,

    /// Print the text of this version and nothing else, byte for byte
    #[arg(long, value_name = "NUMBER", conflicts_with = "format")]
    version: Option<i64>,

    /// How the versions are written
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The newest first, with what each changed: [-removed-]{+added+}
    Human,
    /// As JSON, with everything each of them said, the oldest first
    Json,
}

pub(super) async fn run(data: &DataConfig, arguments: &HistoryArguments) -> Result<(), Failure> {
    store::vet(&data.database).await?;
    let store = Store::peek(&data.database).await?;
    let history = async {
        store.require_built_in().await?;
        store.history(&arguments.slug).await
    }
    .await;
    store.close().await;
    let slug = &arguments.slug;
    let history = history?.ok_or_else(|| {
        Failure::History(format!("there is no prompt \"{slug}\" in {}", data.database.display()))
    })?;
    if let Some(number) = arguments.version {
        let versions = &history.versions;
        let version =
            versions.iter().find(|version| version.number == number).ok_or_else(|| {
                let numbers = versions.iter().map(|version| version.number.to_string());
                let known = numbers.collect::<Vec<_>>().join(", ");
                Failure::History(format!("\"{slug}\" has no version {number}; known are {known}"))
            })?;
        std::io::stdout().write_all(version.get("text").as_bytes())?;
        return Ok(());
    }
    match arguments.format {
        Format::Human => say(told(&history).trim_end()),
        Format::Json => say(format_args!("{:#}", document(&history))),
    }
}

/// The versions, the newest first.
fn told(history: &History) -> String {
    let count = history.versions.len();
    let mut out =
        format!("{}: {count} version{}\n", history.slug, if count == 1 { "" } else { "s" });
    let before = history.versions.iter().map(Some);
    let before: Vec<Option<&Version>> = std::iter::once(None).chain(before).collect();
    for (version, before) in history.versions.iter().zip(before).rev() {
        let since = version.since.as_deref().unwrap_or("earlier");
        out += &format!("\nversion {}, {since}\n", version.number);
        for field in before.map_or_else(Vec::new, |before| version.differences(before)) {
            let before = before.map_or("", |before| before.get(field));
            tell_field(field, before, version.get(field), &mut out);
        }
    }
    out
}

/// How the value of a field changed; of one that holds several, each that did.
fn tell_field(field: &str, before: &str, after: &str, out: &mut String) {
    let parts = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(parts)) if field != "text" => Some(parts),
        _ => None,
    };
    if let (Some(before), Some(after)) = (parts(before), parts(after)) {
        let value = |value: Option<&Value>| match value {
            None => String::new(),
            Some(Value::String(text)) if PROSE.contains(&field) => text.clone(),
            Some(value) => value.to_string(),
        };
        let added = after.keys().filter(|key| !before.contains_key(*key));
        for key in before.keys().chain(added) {
            let (before, after) = (value(before.get(key)), value(after.get(key)));
            if before != after {
                tell_change(&format!("{field}.{key}"), &before, &after, out);
            }
        }
    } else {
        tell_change(field, before, after, out);
    }
}

fn tell_change(name: &str, before: &str, after: &str, out: &mut String) {
    let is_prose = PROSE.contains(&name.split('.').next().unwrap_or_default());
    let change = match (before, after) {
        ("", after) => format!("{{+{after}+}}"),
        (before, "") => format!("[-{before}-]"),
        (before, after) if is_prose => word_by_word(before, after),
        (before, after) => format!("[-{before}-]{{+{after}+}}"),
    };
    out.push_str(&format!("  {name}\n"));
    for line in printable(&change).lines() {
        let _ = writeln!(out, "    {line}"); // writing to a text cannot fail
    }
}

/// The words that changed, each with some of those around it.
fn word_by_word(before: &str, after: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(before, after);
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let last = runs.len().saturating_sub(1);
    let shown = (0..).zip(runs).map(|(at, (tag, text))| match tag {
        ChangeTag::Delete => format!("[-{text}-]"),
        ChangeTag::Insert => format!("{{+{text}+}}"),
        ChangeTag::Equal => shortened(&text, at > 0, at < last),
    });
    shown.collect()
}

/// A text that did not change, as far as it is near to what did, before it or after it.
fn shortened(text: &str, after_change: bool, before_change: bool) -> String {
    let count = text.chars().count();
    let head = if after_change { CONTEXT } else { 0 };
    let tail = if before_change { CONTEXT } else { 0 };
    if count <= head + tail + CONTEXT {
        return text.to_owned();
    }
    let first: String = text.chars().take(head).collect();
    let rest: String = text.chars().skip(count - tail).collect();
    format!("{first}…{rest}")
}

/// Without what would move the cursor of a terminal; texts may hold anything.
fn printable(text: &str) -> String {
    let escaped = |character: char| {
        if character.is_control() && character != '\n' && character != '\t' {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(escaped).collect()
}

/// The versions with everything they said, the oldest first.
fn document(history: &History) -> Value {
    let versions = history.versions.iter().enumerate().map(|(at, version)| {
        let before = at.checked_sub(1).and_then(|at| history.versions.get(at));
        let mut document = json!({
            "version": version.number,
            "since": version.since,
            "changed": before.map_or_else(Vec::new, |before| version.differences(before)),
        });
        for (field, value) in &version.fields {
            let value = match *field {
                "title" | "description" | "params" | "blanks" => {
                    serde_json::from_str(value).unwrap_or_default()
                }
                "model" if value.is_empty() => Value::Null,
                _ => Value::String(value.clone()),
            };
            if let Some(document) = document.as_object_mut() {
                document.insert((*field).to_owned(), value);
            }
        }
        document
    });
    json!({ "slug": history.slug, "versions": versions.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_word_by_word_with_some_of_what_is_around() {
        let around = "quiet ".repeat(40);
        let told = word_by_word(
            &format!("{around}red kite{around}"),
            &format!("{around}blue kite{around}"),
        );
        assert!(told.starts_with('…') && told.ends_with('…'), "{told}");
        assert!(told.contains("quiet [-red-]{+blue+} kite"), "{told}");
        assert_eq!(word_by_word("红色的风筝", "蓝色的风筝"), "[-红-]{+蓝+}色的风筝");
        assert_eq!(printable("a\u{1b}[31m\nb"), "a\\u{1b}[31m\nb");
    }
}
