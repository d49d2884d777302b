//! Quality: what is doubtful about seed files, though a gallery can be made of them.
//!
//! Every kind of doubt is a [`Gate`] with a stable name, and is there because somebody should act
//! on it. A prompt that is as it should be names the gate in its front matter,
//! `accept = ["near-duplicate"]`, and is let through. Only reviewing a folder asks for all this;
//! seeding does not.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;

use super::Problem;
use super::alike::Alike;
use super::import::screen;
use super::read::{FaqRecord, PromptRecord, Records};
use crate::catalog::{Blanks, LocalText, Locale, Status, columns, did_you_mean};
use crate::json;
use crate::placeholders::{self, MOST_FIELDS, Template};

/// The widest title, in columns: a Chinese character has two. Cards and lists of search engines
/// show about as much.
const WIDEST_TITLE: usize = 72;

/// A kind of doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// The text is nearly that of another prompt.
    NearDuplicate,
    /// Another prompt has the title, in the same language.
    RepeatedTitle,
    /// A text is there in one language of the site and not in another.
    MissingTranslation,
    /// A title is cut off wherever it is listed.
    LongTitle,
    /// The text is in another language than the file says.
    WrongLanguage,
    /// A blank occurs and is not declared.
    UndeclaredBlank,
    /// A blank is declared and does not occur.
    UnusedBlank,
    /// Something looks like a blank, and is written in no notation that is read.
    UnreadBlank,
    /// There are more blanks than anybody fills in.
    TooManyBlanks,
    /// The text has characters nobody sees.
    HiddenCharacters,
    /// The text has what looks like a secret or somebody's address.
    Secret,
    /// A video has sound and no captions.
    NoCaptions,
    /// A question stands below the prompts of an endpoint that the catalogue has not.
    UnknownEndpoint,
    /// A file among the samples is named by no prompt.
    UnusedMedia,
    /// A prompt accepts what nobody doubts.
    UnusedAccept,
}

impl Gate {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::NearDuplicate,
        Self::RepeatedTitle,
        Self::MissingTranslation,
        Self::LongTitle,
        Self::WrongLanguage,
        Self::UndeclaredBlank,
        Self::UnusedBlank,
        Self::UnreadBlank,
        Self::TooManyBlanks,
        Self::HiddenCharacters,
        Self::Secret,
        Self::NoCaptions,
        Self::UnknownEndpoint,
        Self::UnusedMedia,
        Self::UnusedAccept,
    ];

    /// Its name, which stays the same in all versions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NearDuplicate => "near-duplicate",
            Self::RepeatedTitle => "repeated-title",
            Self::MissingTranslation => "missing-translation",
            Self::LongTitle => "long-title",
            Self::WrongLanguage => "wrong-language",
            Self::UndeclaredBlank => "undeclared-blank",
            Self::UnusedBlank => "unused-blank",
            Self::UnreadBlank => "unread-blank",
            Self::TooManyBlanks => "too-many-blanks",
            Self::HiddenCharacters => "hidden-characters",
            Self::Secret => "secret",
            Self::NoCaptions => "no-captions",
            Self::UnknownEndpoint => "unknown-endpoint",
            Self::UnusedMedia => "unused-media",
            Self::UnusedAccept => "unused-accept",
        }
    }

    /// The gate of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.name() == name)
    }

    /// Whether a prompt can accept it: not what is said of other files, nor of accepting.
    #[must_use]
    pub const fn is_acceptable(self) -> bool {
        !matches!(self, Self::UnknownEndpoint | Self::UnusedMedia | Self::UnusedAccept)
    }
}

/// Something doubtful, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// The field; empty for the file as a whole.
    pub field: String,
    /// What kind of doubt it is.
    pub gate: Gate,
    /// The doubt.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// On one line, as a [`Problem`] is.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, field, gate, message, remedy } = self;
        let message = format!("{message}; {remedy} [{}]", gate.name());
        let told = Problem { file: file.clone(), line: *line, field: field.clone(), message };
        write!(f, "{told}")
    }
}

/// A warning about a prompt.
struct Doubt {
    warning: Warning,
    /// The prompt, and another that has an equal part in it: either may accept it.
    of: [usize; 2],
}

/// Collects what is doubtful about some prompts.
struct Doubts<'r> {
    prompts: &'r [PromptRecord],
    found: Vec<Doubt>,
}

impl Doubts<'_> {
    /// `at` is the place of the line, `field` what is shown.
    fn add(
        &mut self,
        of: [usize; 2],
        gate: Gate,
        at: &str,
        field: impl Into<String>,
        (message, remedy): (impl Into<String>, impl Into<String>),
    ) {
        let Some(record) = self.prompts.get(of[0]) else { return };
        let warning = Warning {
            file: record.file.clone(),
            line: record.line(at),
            field: field.into(),
            gate,
            message: message.into(),
            remedy: remedy.into(),
        };
        self.found.push(Doubt { warning, of });
    }

    /// Moves the last one down by some lines, from where its text begins.
    fn move_down(&mut self, lines: usize) {
        if let Some(Doubt { warning, .. }) = self.found.last_mut() {
            warning.line += lines;
        }
    }
}

/// Everything doubtful that nobody accepts, by file and line.
pub(super) fn warnings(records: &Records) -> Vec<Warning> {
    let prompts = &records.prompts;
    let mut doubts = Doubts { prompts, found: Vec::new() };
    for (of, record) in shown(prompts) {
        let of = [of, of];
        look_at_titles(&mut doubts, of, record);
        look_at_languages(&mut doubts, of, record);
        look_at_blanks(&mut doubts, of, record);
        look_for_what_slipped_in(&mut doubts, of, record);
    }
    look_for_repeats(&mut doubts);
    let Doubts { found, .. } = doubts;
    let by_file: HashMap<_, _> =
        (0..).zip(prompts).map(|(at, record)| (&record.file, at)).collect();
    let of_samples = records.warnings.iter().map(|warning| {
        // What is no prompt's file has nobody to accept it.
        let of = by_file.get(&warning.file).copied().unwrap_or(usize::MAX);
        Doubt { warning: warning.clone(), of: [of, of] }
    });
    let mut accepted: HashSet<(usize, Gate)> = HashSet::new();
    let mut warnings = Vec::new();
    for Doubt { warning, of } in found.into_iter().chain(of_samples) {
        let gate = warning.gate;
        let accepts = |of: &usize| prompts.get(*of).is_some_and(|record| record.accepts(gate));
        let by: Vec<usize> = of.into_iter().filter(accepts).collect();
        if by.is_empty() {
            warnings.push(warning);
        }
        accepted.extend(by.into_iter().map(|by| (by, gate)));
    }
    for (at, record) in shown(prompts) {
        let unused = record.accept.iter().filter(|(gate, _)| !accepted.contains(&(at, *gate)));
        warnings.extend(unused.map(|(gate, line)| Warning {
            file: record.file.clone(),
            line: *line,
            field: "accept".into(),
            gate: Gate::UnusedAccept,
            message: format!("there is no {} to accept", gate.name()),
            remedy: "remove it".into(),
        }));
    }
    warnings.extend(misplaced_questions(records));
    warnings.sort();
    warnings
}

/// The prompts but those that are retired, with their places: of these, nobody reads any more.
fn shown(prompts: &[PromptRecord]) -> impl Iterator<Item = (usize, &PromptRecord)> {
    (0..).zip(prompts).filter(|(_, record)| record.prompt.status != Status::Retired)
}

/// Questions below the prompts of an endpoint that is not there. It may be another gateway's, so
/// that is no error.
fn misplaced_questions(records: &Records) -> Vec<Warning> {
    let Some(catalog) = &records.catalog else { return Vec::new() };
    let endpoints = catalog.services.iter().flat_map(|service| &service.endpoints);
    let known: Vec<&str> = endpoints.map(|endpoint| endpoint.slug.as_str()).collect();
    let mut warnings = Vec::new();
    for FaqRecord { file, line, entry } in &records.faq {
        let subjects = entry.subjects.iter().map(String::as_str);
        for subject in subjects.filter(|name| name.contains('_') && !known.contains(name)) {
            let remedy = did_you_mean(subject, known.iter().copied()).map_or_else(
                || String::from("remove it if that is no mistake"),
                |near| format!("did you mean .{near}?"),
            );
            warnings.push(Warning {
                file: file.clone(),
                line: *line,
                field: entry.question.clone(),
                gate: Gate::UnknownEndpoint,
                message: format!("no endpoint is called .{subject}"),
                remedy,
            });
        }
    }
    warnings
}

fn look_at_titles(doubts: &mut Doubts<'_>, of: [usize; 2], record: &PromptRecord) {
    for (locale, title) in record.prompt.title.iter() {
        let columns = columns(title);
        if columns > WIDEST_TITLE {
            let message = format!("{columns} columns wide, where lists show {WIDEST_TITLE}");
            let remedy = "shorten it; what it loses can stand in the description";
            doubts.add(of, Gate::LongTitle, "title", format!("title.{locale}"), (message, remedy));
        }
    }
}

fn look_at_languages(doubts: &mut Doubts<'_>, of: [usize; 2], record: &PromptRecord) {
    let prompt = &record.prompt;
    let mut translated = |at: &str, field: &str, texts: &LocalText| {
        let missing = Locale::ALL.into_iter().filter(|locale| texts.get(*locale).is_none());
        for locale in missing.filter(|_| !texts.is_empty()) {
            let there: Vec<String> =
                texts.iter().map(|(locale, _)| format!("{field}.{locale}")).collect();
            let message = format!("missing, though there is {}", there.join(" and "));
            let field = format!("{field}.{locale}");
            doubts.add(of, Gate::MissingTranslation, at, field, (message, "add it"));
        }
    };
    translated("title", "title", &prompt.title);
    translated("description", "description", &prompt.description);
    for medium in &prompt.media {
        translated("media", "media.alt", &medium.alt);
    }
    if let Blanks::On(declared) = &prompt.blanks {
        for (at, blank) in declared.iter().enumerate() {
            translated(&format!("blanks.{at}"), "blanks.label", &blank.label);
            translated(&format!("blanks.{at}"), "blanks.help", &blank.help);
        }
    }
    if !record.has_language {
        return;
    }
    let (characters, words) = characters_and_words(&prompt.text);
    let meant = match prompt.language {
        Locale::En if characters > 3 * words && characters > 10 => Locale::ZhCn,
        Locale::ZhCn if words > 10 * characters && words > 10 => Locale::En,
        _ => return,
    };
    let message = format!("\"{}\", though the text is not", prompt.language);
    let remedy = format!("write language = \"{meant}\"");
    doubts.add(of, Gate::WrongLanguage, "language", "language", (message, remedy));
}

/// The Chinese characters and the words of letters in a text.
fn characters_and_words(text: &str) -> (usize, usize) {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    let words = text.split(|c: char| !c.is_alphabetic() || is_han(c));
    (text.chars().filter(|c| is_han(*c)).count(), words.filter(|word| word.len() > 1).count())
}

/// Declared blanks that do not occur, undeclared ones that do, and what only looks like one.
fn look_at_blanks(doubts: &mut Doubts<'_>, of: [usize; 2], record: &PromptRecord) {
    let prompt = &record.prompt;
    let template = Template::new(&prompt.text, &prompt.blanks);
    let (occurring, missing): (Vec<_>, Vec<_>) =
        (0..).zip(template.fields()).partition(|(at, _)| template.occurs(*at));
    for (at, field) in missing {
        let message = format!("\"{}\" does not occur in the text", field.blank.name);
        let at = format!("blanks.{at}");
        doubts.add(of, Gate::UnusedBlank, &at, "blanks", (message, "remove it"));
    }
    if template.left_out() > 0 {
        let message = format!(
            "the text has {} more than the {MOST_FIELDS} that can be filled in",
            template.left_out()
        );
        let remedy = "write them out, the page leaves them as they are";
        doubts.add(of, Gate::TooManyBlanks, "text", "blanks", (message, remedy));
    }
    let undeclared: Vec<String> = occurring
        .into_iter()
        .filter(|(_, field)| !field.declared)
        .map(|(_, field)| format!("\"{}\"", field.blank.name))
        .collect();
    if !undeclared.is_empty() {
        let message = format!("{} found in the text", undeclared.join(", "));
        let remedy = "declare each as a [[blanks]] table with a name, or write blanks = false \
                      where nothing is to be filled in";
        doubts.add(of, Gate::UndeclaredBlank, "text", "blanks", (message, remedy));
    }
    if prompt.blanks != Blanks::Off {
        let unread = unread(&prompt.text);
        if let Some(first) = unread.first() {
            let names: Vec<&str> = unread.iter().map(|(written, _)| *written).collect();
            let message = format!("{} looks like a blank and is not read as one", names.join(", "));
            let remedy = format!(
                "write {{{{{}}}}} where readers fill something in, or blanks = false where not",
                first.1
            );
            doubts.add(of, Gate::UnreadBlank, "text", "blanks", (message, remedy));
        }
    }
}

/// A few words in single braces, or several or capitals in angle brackets.
static UNREAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let braces = r"(?:^|[^{}$\\^_A-Za-z0-9])(\{([\p{L}\d]+(?:[ _/-][\p{L}\d]+){0,4})\})(?:[^}]|$)";
    let angles = r"(<(\p{Lu}[\p{Lu}\d]+|[\p{L}\d]+(?:[ _-][\p{L}\d]+){1,4})>)";
    Regex::new(&format!("{braces}|{angles}")).ok()
});

/// What looks like a blank to a reader though it is none: as it is written, and its name. Each
/// once.
fn unread(text: &str) -> Vec<(&str, &str)> {
    // Braces are part of these, whatever is between them.
    let is_code = text.contains("```") || !json::documents(text).is_empty();
    let Some(pattern) = UNREAD.as_ref().filter(|_| !is_code) else { return Vec::new() };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for captures in pattern.captures_iter(text) {
        let part = |one, other| captures.get(one).or(captures.get(other)).map(|part| part.as_str());
        let (Some(written), Some(name)) = (part(1, 3), part(2, 4)) else { continue };
        // An element, and no blank.
        let is_closed = written.starts_with('<') && text.contains(&format!("</{name}>"));
        if !is_closed && !found.iter().any(|(other, _)| *other == written) {
            found.push((written, name));
        }
    }
    // Some name such a thing without meaning to have it filled in.
    let declared: HashSet<String> = Template::new(text, &Blanks::default())
        .fields()
        .iter()
        .map(|field| field.key.clone())
        .collect();
    found.retain(|(_, name)| !declared.contains(&placeholders::key(name)));
    found
}

/// What nobody sees, and what nobody should. Both are rare, so a text is read line by line only
/// where it has any.
fn look_for_what_slipped_in(doubts: &mut Doubts<'_>, of: [usize; 2], record: &PromptRecord) {
    let text = &record.prompt.text;
    if screen::hidden(text).is_some() {
        for (below, line) in text.split('\n').enumerate() {
            if let Some(told) = screen::hidden(line) {
                let message = told.replace(" in line 1", "");
                let remedy = "remove it, or write it out where it is meant";
                doubts.add(of, Gate::HiddenCharacters, "text", "text", (message, remedy));
                doubts.move_down(below);
            }
        }
    }
    if !screen::faults(text).is_empty() {
        for (below, line) in text.split('\n').enumerate() {
            for told in screen::faults(line) {
                let told = told.strip_prefix("line 1 ").unwrap_or(&told);
                let (message, remedy) = told.split_once("; ").unwrap_or((told, "remove it"));
                doubts.add(of, Gate::Secret, "text", "text", (message, remedy));
                doubts.move_down(below);
            }
        }
    }
}

/// Texts and titles that another prompt has. The later file is doubted.
fn look_for_repeats(doubts: &mut Doubts<'_>) {
    let prompts = doubts.prompts;
    let mut texts: Alike<usize> = Alike::new();
    let mut titles: HashMap<(Locale, String), usize> = HashMap::new();
    for (at, record) in shown(prompts) {
        let name = |at: usize| prompts.get(at).map(|other| other.file.display().to_string());
        let prompt = &record.prompt;
        // An empty text is a fault, not a copy of another.
        if !prompt.text.trim().is_empty() {
            if let Some(found) = texts.nearest(&prompt.text)
                && let Some(other) = name(*found.key)
            {
                let percent = (found.similarity * 100.0).floor();
                let message = if found.similarity < 1.0 {
                    format!("{percent} % of it is in {other}, too")
                } else {
                    format!("the text of {other}, but for case, punctuation and names of blanks")
                };
                let remedy = "keep one of the two, or tell them apart";
                let of = [at, *found.key];
                doubts.add(of, Gate::NearDuplicate, "text", "text", (message, remedy));
            }
            texts.add(at, &prompt.text);
        }
        for (locale, title) in prompt.title.iter() {
            let folded: String = title.nfkc().flat_map(char::to_lowercase).collect();
            let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
            let first = *titles.entry((locale, folded)).or_insert(at);
            if let Some(other) = name(first).filter(|_| first != at) {
                let message = format!("\"{title}\" is the title of {other}, too");
                let remedy = "say what is special about this one";
                let field = format!("title.{locale}");
                doubts.add([at, first], Gate::RepeatedTitle, "title", field, (message, remedy));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_known_by_their_names() {
        let mut names = HashSet::new();
        for gate in Gate::ALL {
            assert_eq!(Gate::from_name(gate.name()), Some(gate));
            assert!(names.insert(gate.name()));
        }
        assert_eq!(Gate::from_name("near_duplicate"), None);
    }

    #[test]
    fn what_looks_like_a_blank_is_seen_where_it_stands_in_prose() {
        assert_eq!(
            unread("{city} in <PRODUCT_NAME>, {city}, <art style>，给{主体}"),
            [
                ("{city}", "city"),
                ("<PRODUCT_NAME>", "PRODUCT_NAME"),
                ("<art style>", "art style"),
                ("{主体}", "主体")
            ]
        );
        for other in [
            "{{city}} and ${city} and [city] and {argument name=\"a b\"}",
            "<break time=\"2.0s\" /> <div> <RULES>be kind</RULES> 1 <b> 2",
            "{\"city\": \"{city}\"}",
            "```\nfn main() {x}\n```",
            "\\frac{a}{b} x^{2}",
            "{}",
        ] {
            assert_eq!(unread(other), [], "{other}");
        }
    }
}
