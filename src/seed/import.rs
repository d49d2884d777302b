//! A collection to seed files.
//!
//! Every row is held against the files that are there: it adds one, changes one, or leaves one as it
//! is. What a column says is taken from it, also that there is nothing; what no column says stays as
//! the file has it. Where nothing says it, the settings do, or it is found out from the text, and the
//! report tells. A row that would not pass `check` is refused, and no other row with it.
//!
//! # Which file a row is
//!
//! 1. the one of its `slug`, where the collection has such a column, as those have that were
//!    exported;
//! 2. else the one with its `key` in front matter, which is the collection's name and what the key
//!    column holds: `key = "spring/12"`;
//! 3. else, without a key column, one that came from a collection of this name and has the same
//!    text, or else the same title.
//!
//! So a second run changes nothing, and a new title makes no second file.

mod columns;
mod rows;
pub(super) mod screen;
mod shelves;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use pinyin::ToPinyin as _;
use serde::Serialize;
use serde_json::Value;

pub use columns::{Column, Mapping};
pub use screen::Words;

use super::alike::Alike;
use super::check::{check, check_blanks, check_call, check_word};
use super::media::Originals;
use super::read::{KEY, PROMPTS, prompt_of, prompt_paths, read_reference, read_text};
use super::write::{PARAMS, PromptFile, save};
use super::{Problems, Seeds};
use crate::catalog::{Digest, Locale, Object, Reference, Slug, did_you_mean};
use crate::collection::{Collection, Fault, Row, RowPlace};
use crate::media::Workshop;
pub(super) use columns::{LOCAL, SLUG};
use rows::Said;
use shelves::Shelves;

/// The field and the value of a prompt that is held back.
const HELD: (&str, &str) = ("status", "draft");

/// The most bytes of a row, so that a broken file makes no page that is megabytes long.
const MOST_OF_A_ROW: usize = 1 << 20;

/// The most characters of a slug made from a title.
const LONGEST_SLUG: usize = 60;

/// How a collection is taken.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What was told of its columns and values.
    pub mapping: Mapping,
    /// Whether `\n` in a text means a line end.
    pub unescape: bool,
    /// Whether a title holds both languages, as in "English / 中文".
    pub split_titles: bool,
    /// Whether texts that are nearly the same as another are taken all the same.
    pub near_duplicates: bool,
    /// Words that make a prompt a draft.
    pub hold: Words,
}

/// Why nothing of a collection can be taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The seeds are not in order as they are.
    #[error("the seed files are to be put in order first\n{0}")]
    Seeds(Problems),
    /// What was told of it does not fit; each with its remedy.
    #[error("{}", .0.join("\n"))]
    Settings(Vec<String>),
}

/// What becomes of a collection.
#[derive(Debug)]
pub struct Import {
    /// What to tell of it.
    pub report: Report,
    files: Vec<(PathBuf, String)>,
}

/// What is told of an import.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The name its keys are kept under.
    pub collection: String,
    /// The columns and what is made of them.
    pub columns: Vec<Column>,
    /// How often each thing happened.
    pub counts: Counts,
    /// Every row.
    pub rows: Vec<Outcome>,
}

/// How many rows had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // as `Outcome` says
pub struct Counts {
    pub rows: usize,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub duplicate: usize,
    pub near_duplicate: usize,
    pub refused: usize,
}

/// What happens with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It makes a new file.
    Added,
    /// It changes a file.
    Changed,
    /// A file says the same already.
    Unchanged,
    /// Another prompt has this very text.
    Duplicate,
    /// Another prompt has nearly this text.
    NearDuplicate,
    /// Something is wrong with it.
    Refused,
}

/// What happens with a row, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The row, as a spreadsheet counts.
    pub row: usize,
    /// The line it begins on.
    pub line: usize,
    /// What happens.
    pub what: What,
    /// The prompt; none where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The file, below the folder of seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// What is wrong, or which fields change, or which prompt is the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What else is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The field; empty for the row as a whole.
    pub field: String,
    /// The reason, and the remedy of what is wrong.
    pub message: String,
}

impl Import {
    /// Holds a collection against the seeds. `told` is called with rows done and rows in all.
    ///
    /// # Errors
    /// Where the seeds are not in order, or what was told does not fit the collection.
    pub fn plan(
        folder: &Path,
        name: &str,
        collection: &Collection,
        settings: &Settings,
        workshop: &mut Workshop,
        told: impl Fn(usize, usize),
    ) -> Result<Self, ImportError> {
        let columns =
            columns::resolve(collection, &settings.mapping).map_err(ImportError::Settings)?;
        let name = settings.mapping.name.as_deref().unwrap_or(name);
        let known = Known::read(folder)?;
        check_set(&settings.mapping.set, &known.reference)?;
        let mut planning = Planning {
            folder,
            name,
            settings,
            columns: &columns,
            // What a first run guessed is no reason for a second to guess otherwise.
            shelves: Shelves::of(
                &known.reference,
                known.files.iter().map(|known| &known.file).filter(|file| !came_from(file, name)),
            ),
            originals: Originals::new(folder, workshop),
            known,
            taken: HashMap::new(),
            keys: HashMap::new(),
            claimed: HashSet::new(),
            titles: HashMap::new(),
            files: Vec::new(),
        };
        planning.claim(&collection.rows);
        let mut outcomes: Vec<Outcome> = collection.faults.iter().map(Outcome::of_fault).collect();
        for (done, row) in collection.rows.iter().enumerate() {
            told(done, collection.rows.len());
            outcomes.push(planning.row(row));
        }
        outcomes.sort_by_key(|outcome| (outcome.row, outcome.line));
        let files = planning.files;
        let mut counts = Counts { rows: outcomes.len(), ..Counts::default() };
        for outcome in &outcomes {
            *match outcome.what {
                What::Added => &mut counts.added,
                What::Changed => &mut counts.changed,
                What::Unchanged => &mut counts.unchanged,
                What::Duplicate => &mut counts.duplicate,
                What::NearDuplicate => &mut counts.near_duplicate,
                What::Refused => &mut counts.refused,
            } += 1;
        }
        let report = Report { collection: name.to_owned(), columns, counts, rows: outcomes };
        Ok(Self { report, files })
    }

    /// Writes the files that are new or changed; each is there as a whole or not at all. `told` is
    /// called with files done and files in all.
    ///
    /// # Errors
    /// Where one cannot be written, with its path; a next run goes on from there.
    pub fn apply(&self, told: impl Fn(usize, usize)) -> Result<(), (PathBuf, std::io::Error)> {
        for (done, (path, content)) in self.files.iter().enumerate() {
            told(done, self.files.len());
            save(path, content).map_err(|error| (path.clone(), error))?;
        }
        Ok(())
    }
}

impl Outcome {
    fn new(place: RowPlace, what: What) -> Self {
        Self {
            row: place.row,
            line: place.line,
            what,
            slug: None,
            file: None,
            reasons: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn of_fault(fault: &Fault) -> Self {
        let place = fault.row.unwrap_or(RowPlace { row: 0, line: fault.line });
        Self::new(place, What::Refused).because("", fault.message.clone())
    }

    fn because(mut self, field: &str, message: impl Into<String>) -> Self {
        self.reasons.push(Reason { field: field.into(), message: message.into() });
        self
    }
}

/// A prompt there is.
struct KnownFile {
    path: PathBuf,
    slug: String,
    file: PromptFile,
}

/// The seeds as they are.
struct Known {
    reference: Reference,
    files: Vec<KnownFile>,
    by_slug: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
    by_title: HashMap<String, Vec<usize>>,
    /// Names that are taken: slugs and former ones.
    names: HashSet<String>,
    /// Slugs by text.
    texts: HashMap<String, String>,
    alike: Alike<String>,
}

impl Known {
    fn read(folder: &Path) -> Result<Self, ImportError> {
        let mut problems = Problems::default();
        let records = read_reference(folder, &mut problems);
        let paths = prompt_paths(folder, &mut problems);
        let seeds = check(records, &mut problems);
        let mut files = Vec::new();
        for path in paths {
            let Some(content) = read_text(&path, &mut problems) else { continue };
            let slug = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            match PromptFile::parse(&content) {
                Ok(file) => {
                    files.push(KnownFile { path, slug: slug.unwrap_or_default(), file });
                }
                Err((line, message)) => problems.add(&path, line, "", message),
            }
        }
        let mut by_key: HashMap<String, usize> = HashMap::new();
        for (at, known) in files.iter().enumerate() {
            let Some(key) = known.file.fields.get(KEY).and_then(Value::as_str) else { continue };
            if let Some(other) = by_key.insert(key.to_owned(), at).and_then(|at| files.get(at)) {
                let message =
                    format!("\"{key}\" is the key of {}; remove it here", other.path.display());
                problems.add(&known.path, 0, KEY, message);
            }
        }
        let Some(Seeds { reference, .. }) = seeds.filter(|_| problems.iter().next().is_none())
        else {
            problems.0.sort();
            problems.0.dedup();
            return Err(ImportError::Seeds(problems));
        };
        let mut known = Self {
            reference,
            by_slug: HashMap::new(),
            by_key,
            by_title: HashMap::new(),
            names: HashSet::new(),
            texts: HashMap::new(),
            alike: Alike::new(),
            files: Vec::new(),
        };
        for (at, found) in files.iter().enumerate() {
            known.by_slug.insert(found.slug.clone(), at);
            let own = found.file.fields.get("title").and_then(Value::as_object);
            for title in own.into_iter().flat_map(Object::values).filter_map(Value::as_str) {
                known.by_title.entry(title.to_owned()).or_default().push(at);
            }
            known.take_in(&found.slug, &found.file);
        }
        known.files = files;
        Ok(known)
    }

    /// Remembers a prompt that is there, or will be.
    fn take_in(&mut self, slug: &str, file: &PromptFile) {
        let aliases = file.fields.get("aliases").and_then(Value::as_array);
        let aliases = aliases.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        self.names.extend(aliases);
        self.names.insert(slug.to_owned());
        self.texts.entry(file.text.trim().to_owned()).or_insert_with(|| slug.to_owned());
        self.alike.add(slug.to_owned(), &file.text);
    }
}

/// What a field of the settings says must make sense before any row is looked at.
fn check_set(set: &Object, reference: &Reference) -> Result<(), ImportError> {
    let mut faults = Vec::new();
    let mut word = |field: &str, known: Vec<&str>| {
        let Some(given) = set.get(field).and_then(Value::as_str) else { return };
        if known.contains(&given) {
            return;
        }
        let hint = did_you_mean(given, known.iter().copied()).map_or_else(
            || format!("known are {}", known.join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        faults.push(format!("{field}: unknown \"{given}\"; {hint}"));
    };
    word("category", reference.categories.iter().map(|known| known.slug.as_str()).collect());
    word("endpoint", reference.catalog.endpoint_ids().collect());
    word("language", Locale::ALL.map(Locale::tag).to_vec());
    if faults.is_empty() { Ok(()) } else { Err(ImportError::Settings(faults)) }
}

struct Planning<'a> {
    folder: &'a Path,
    name: &'a str,
    settings: &'a Settings,
    columns: &'a [Column],
    shelves: Shelves,
    originals: Originals<'a>,
    known: Known,
    /// Files that a row was already found for, and which.
    taken: HashMap<PathBuf, usize>,
    /// Keys of rows that were taken, and which.
    keys: HashMap<String, usize>,
    /// Without a key column: files whose very text is in some row.
    claimed: HashSet<usize>,
    /// Without a key column: in how many rows each title is.
    titles: HashMap<String, usize>,
    files: Vec<(PathBuf, String)>,
}

impl Planning<'_> {
    fn row(&mut self, row: &Row) -> Outcome {
        let mut said = rows::read(row, self.columns, self.settings, &self.known.reference);
        let mut outcome = Outcome::new(row.place, What::Refused);
        let size: usize = screen::texts(&row.values, "").iter().map(|(_, text)| text.len()).sum();
        if size > MOST_OF_A_ROW {
            let most = MOST_OF_A_ROW >> 10;
            return outcome
                .because("", format!("has {} KiB, the most is {most}; shorten it", size >> 10));
        }
        if said.text.trim().is_empty() {
            said.faults
                .push(("text".into(), "is empty; write the prompt, or remove the row".into()));
        }
        let key = said.key.as_deref().map(str::trim).filter(|key| !key.is_empty());
        let key = key.map(|key| format!("{}/{key}", self.name));
        let before = self.file_of(&said, key.as_deref());
        if before.is_none()
            && said.faults.is_empty()
            && let Some(slug) = self.known.texts.get(said.text.trim())
        {
            outcome.what = What::Duplicate;
            return outcome.because("text", format!("is that of {slug}"));
        }
        let mut file = match before.and_then(|at| self.known.files.get(at)) {
            Some(known) => known.file.clone(),
            None => PromptFile::default(),
        };
        file.text = std::mem::take(&mut said.text);
        let fields = std::mem::take(&mut said.fields);
        for (field, value) in fields {
            put(&mut file.fields, &field, value);
        }
        self.fill_in(&mut file, &mut said);
        self.screen(&mut file, &mut said);
        outcome.remarks = std::mem::take(&mut said.remarks);
        let (slug, path) = match before.and_then(|at| self.known.files.get(at)) {
            Some(known) => (known.slug.clone(), known.path.clone()),
            None => match self.name_of(&file, &said) {
                Ok(slug) => {
                    let category = string(&file.fields, "category").unwrap_or_default();
                    let shelf = self.folder.join(PROMPTS).join(category);
                    (slug.clone(), shelf.join(format!("{slug}.md")))
                }
                Err(message) => {
                    said.faults.push(("slug".into(), message));
                    (String::from("prompt"), self.folder.join(PROMPTS).join("prompt.md"))
                }
            },
        };
        if before.is_none() && said.slug.is_none() {
            let key = key.unwrap_or_else(|| format!("{}/{slug}", self.name));
            put(&mut file.fields, KEY, Some(key.into()));
        }
        let of_key = said.key.as_deref().map(str::trim).and_then(|key| self.keys.get(key));
        if let Some(other) = of_key.or_else(|| self.taken.get(&path)) {
            let message =
                format!("row {other} is this prompt, too; remove one, or tell them apart");
            said.faults.push((String::new(), message));
        }
        let content = match file.written() {
            Ok(content) => content,
            Err(fault) => {
                said.faults.push((fault.field, fault.message.to_owned()));
                String::new()
            }
        };
        let old = before.and_then(|at| self.known.files.get(at));
        let changes = old.map(|known| differences(&known.file, &file));
        let is_same = changes.as_ref().is_some_and(Vec::is_empty);
        if !content.is_empty() && !is_same {
            self.check(&path, &content, &mut said);
        }
        if !said.faults.is_empty() {
            said.faults.dedup();
            for (field, message) in said.faults.drain(..) {
                outcome = outcome.because(&field, message);
            }
            return outcome;
        }
        if before.is_none()
            && !self.settings.near_duplicates
            && let Some(near) = self.known.alike.nearest(&file.text)
        {
            outcome.what = What::NearDuplicate;
            let message =
                format!("is nearly that of {} ({:.0} %)", near.key, near.similarity * 100.0);
            return outcome.because("text", message);
        }
        outcome.slug = Some(slug.clone());
        outcome.file = Some(path.strip_prefix(self.folder).unwrap_or(&path).to_owned());
        self.taken.insert(path.clone(), row.place.row);
        if let Some(key) = said.key.filter(|key| !key.trim().is_empty()) {
            self.keys.insert(key.trim().to_owned(), row.place.row);
        }
        match changes {
            Some(changes) if changes.is_empty() => {
                outcome.what = What::Unchanged;
                // What it was found to have has been told when it came.
                outcome.remarks.clear();
                return outcome;
            }
            Some(changes) => {
                outcome.what = What::Changed;
                for field in changes {
                    outcome = outcome.because(&field, "changed");
                }
            }
            None => {
                outcome.what = What::Added;
                self.known.take_in(&slug, &file);
            }
        }
        self.files.push((path, content));
        outcome
    }

    /// The file a row is.
    fn file_of(&self, said: &Said, key: Option<&str>) -> Option<usize> {
        if let Some(slug) = &said.slug {
            return self.known.by_slug.get(slug.trim()).copied();
        }
        if let Some(key) = key {
            return self.known.by_key.get(key).copied();
        }
        if let Some(at) = self.of_text(&said.text) {
            // Of two rows of one text, the second is a duplicate.
            let is_free = |known: &&KnownFile| !self.taken.contains_key(&known.path);
            return self.known.files.get(at).filter(is_free).map(|_| at);
        }
        // A text that is known is another prompt, whatever its title.
        if self.known.texts.contains_key(said.text.trim()) {
            return None;
        }
        let is_one_row = |title: &&str| self.titles.get(*title) == Some(&1);
        let mut found: Vec<usize> = titles(said)
            .filter(is_one_row)
            .flat_map(|title| self.known.by_title.get(title).into_iter().flatten().copied())
            .filter(|at| self.is_ours(*at) && !self.claimed.contains(at))
            .collect();
        found.sort_unstable();
        found.dedup();
        // Of several of one title, none is certain.
        if let [only] = found.as_slice() { Some(*only) } else { None }
    }

    /// Takes stock of what tells rows apart that have no key.
    fn claim(&mut self, rows: &[Row]) {
        let is_keyed = self.columns.iter().any(|column| {
            matches!(column.field.as_deref(), Some(field) if field == SLUG || field == KEY)
        });
        if is_keyed {
            return;
        }
        for row in rows {
            let said = rows::read(row, self.columns, self.settings, &self.known.reference);
            self.claimed.extend(self.of_text(&said.text));
            for title in titles(&said) {
                *self.titles.entry(title.to_owned()).or_default() += 1;
            }
        }
    }

    /// The file of this collection that has a text.
    fn of_text(&self, text: &str) -> Option<usize> {
        let at = *self.known.by_slug.get(self.known.texts.get(text.trim())?)?;
        self.is_ours(at).then_some(at)
    }

    /// Whether a file came from this collection.
    fn is_ours(&self, at: usize) -> bool {
        self.known.files.get(at).is_some_and(|known| came_from(&known.file, self.name))
    }

    /// What neither the row nor the file says.
    fn fill_in(&self, file: &mut PromptFile, said: &mut Said) {
        let set = &self.settings.mapping.set;
        let mut defaults = Vec::new();
        flatten(set, "", &mut defaults);
        for (field, value) in defaults {
            if get(&file.fields, &field).is_none() {
                put(&mut file.fields, &field, Some(value));
            }
        }
        if !file.fields.contains_key("language") {
            match rows::language(&file.text) {
                Some(locale) => put(&mut file.fields, "language", Some(locale.tag().into())),
                None => said.faults.push((
                    "language".into(),
                    "is neither English nor Chinese, by its script; leave the row out, or say the \
                     language in a column or with --set language=en"
                        .into(),
                )),
            }
        }
        let catalog = &self.known.reference.catalog;
        let model = string(&file.fields, "model").map(str::to_owned);
        if !file.fields.contains_key("endpoint") {
            let mut ids = catalog.endpoint_ids().filter(|id| {
                let runs = catalog.endpoint(id).map(|(_, endpoint)| &endpoint.models);
                runs.is_some_and(|models| models.iter().any(|known| Some(known) == model.as_ref()))
            });
            match (ids.next(), ids.next()) {
                (Some(id), None) => put(&mut file.fields, "endpoint", Some(id.into())),
                (Some(one), Some(other)) => said.faults.push((
                    "endpoint".into(),
                    format!("missing; the model runs at {one}, {other} and perhaps more: say which, with --endpoint or a column"),
                )),
                _ => said.faults.push((
                    "endpoint".into(),
                    "missing; say it with --endpoint service/endpoint or a column".into(),
                )),
            }
        }
        let endpoint = string(&file.fields, "endpoint").map(str::to_owned);
        let found = endpoint.as_deref().and_then(|id| catalog.endpoint(id));
        if let Some((_, endpoint)) = found
            && model.is_none()
            && let [only] = endpoint.models.as_slice()
        {
            put(&mut file.fields, "model", Some(only.as_str().into()));
        }
        if let (Some((_, endpoint)), Some(Value::Object(params))) =
            (found, file.fields.get_mut(PARAMS))
        {
            // In a spreadsheet everything is text.
            for (name, value) in params.iter_mut() {
                let kind = endpoint.parameters.get(name).map(|parameter| parameter.kind);
                *value = rows::parameter(value, kind);
            }
        }
        let is_told_wrong = said.faults.iter().any(|(field, _)| field == "category");
        if !file.fields.contains_key("category") && !is_told_wrong {
            let titles = file.fields.get("title").and_then(Value::as_object);
            let titles = titles.into_iter().flat_map(Object::values).filter_map(Value::as_str);
            let words: Vec<&str> = titles.chain([file.text.as_str()]).collect();
            match self.shelves.suggest(&words.join("\n"), catalog, endpoint.as_deref()) {
                Some(slug) => {
                    said.remarks.push(format!("category \"{slug}\" is a guess by its words"));
                    put(&mut file.fields, "category", Some(slug.as_str().into()));
                }
                None => said.faults.push((
                    "category".into(),
                    "missing, and its words suggest none; say it with --category or a column"
                        .into(),
                )),
            }
        }
    }

    /// Looks for what must not slip in.
    fn screen(&self, file: &mut PromptFile, said: &mut Said) {
        let mut held = None;
        for (field, text) in screen::texts(&file.fields, &file.text) {
            for fault in screen::faults(text) {
                said.faults.push((field.clone(), fault));
            }
            if let Some(hidden) = screen::hidden(text) {
                said.remarks.push(format!("{field}: {hidden}"));
            }
            held = held.or_else(|| self.settings.hold.found_in(text).map(|word| (field, word)));
        }
        let (status, draft) = HELD;
        if let Some((field, word)) = held
            && !file.fields.contains_key(status)
        {
            said.remarks.push(format!("held back as a draft: \"{word}\" is in its {field}"));
            put(&mut file.fields, status, Some(draft.into()));
        }
    }

    /// The slug of a new prompt: the one it has, or one made of its title or text.
    fn name_of(&self, file: &PromptFile, said: &Said) -> Result<String, String> {
        let is_taken = |slug: &str| self.known.names.contains(slug);
        if let Some(given) = &said.slug {
            let slug = Slug::parse(given.trim()).map_err(|error| format!("\"{given}\" {error}"))?;
            if is_taken(slug.as_str()) {
                return Err(format!("\"{slug}\" is the name of another prompt; choose another"));
            }
            return Ok(slug.to_string());
        }
        let titles = file.fields.get("title").and_then(Value::as_object);
        let title = |locale: Locale| titles.and_then(|titles| titles.get(locale.tag())?.as_str());
        let own = Digest::of(&file.text).title;
        let candidates = Locale::ALL.into_iter().filter_map(title).chain([own.as_str()]);
        let name = candidates.map(slug_of).find(|slug| slug.len() > 1).unwrap_or("prompt".into());
        if !is_taken(&name) {
            return Ok(name);
        }
        let numbered = (2..).map(|number| format!("{name}-{number}")).find(|name| !is_taken(name));
        Ok(numbered.unwrap_or(name))
    }

    /// What `check` would find in the file.
    fn check(&mut self, path: &Path, content: &str, said: &mut Said) {
        let mut problems = Problems::default();
        if let Some(record) = prompt_of(path, content, &mut self.originals, &mut problems) {
            let reference = &self.known.reference;
            let known = reference.categories.iter().map(|known| known.slug.as_str()).collect();
            check_word(&record, "category", &record.prompt.category, &known, &mut problems);
            let known: HashSet<&str> = reference.tags.iter().map(|tag| tag.slug.as_str()).collect();
            for tag in &record.prompt.tags {
                check_word(&record, "tags", tag, &known, &mut problems);
            }
            check_call(&record, &reference.catalog, &mut problems);
            check_blanks(&record, &mut problems);
        }
        // What is wrong with a field is said once.
        let is_told = |field: &str| said.faults.iter().any(|(told, _)| told == field);
        let new = problems.0.into_iter().filter(|problem| !is_told(&problem.field));
        let new: Vec<_> = new.map(|problem| (problem.field, problem.message)).collect();
        said.faults.extend(new);
    }
}

/// Whether a file came from a collection of this name.
fn came_from(file: &PromptFile, name: &str) -> bool {
    let key = string(&file.fields, KEY).and_then(|key| key.strip_prefix(name));
    key.is_some_and(|key| key.starts_with('/'))
}

/// The titles a row says.
fn titles(said: &Said) -> impl Iterator<Item = &str> {
    let titles = said.fields.iter().filter(|(field, _)| field.starts_with("title."));
    titles.filter_map(|(_, value)| value.as_ref()?.as_str())
}

/// Fields that differ between two states of a file.
fn differences(one: &PromptFile, other: &PromptFile) -> Vec<String> {
    let names: HashSet<&String> = one.fields.keys().chain(other.fields.keys()).collect();
    // An empty list says as much as none.
    let said = |file: &PromptFile, name: &str| {
        file.fields.get(name).filter(|value| !says_nothing(value)).cloned()
    };
    let mut fields: Vec<String> =
        names.into_iter().filter(|name| said(one, name) != said(other, name)).cloned().collect();
    fields.sort();
    if one.text != other.text {
        fields.push("text".into());
    }
    fields
}

/// Whether a field could as well be left out.
pub(super) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn string<'a>(fields: &'a Object, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

/// The value of `title` or `title.en`.
fn get<'a>(fields: &'a Object, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((name, below)) => fields.get(name)?.as_object()?.get(below),
        None => fields.get(path),
    }
}

/// Sets or removes the value of `title` or `title.en`.
fn put(fields: &mut Object, path: &str, value: Option<Value>) {
    let Some((name, below)) = path.split_once('.') else {
        match value {
            Some(value) => drop(fields.insert(path.into(), value)),
            None => drop(fields.shift_remove(path)),
        }
        return;
    };
    let inside = fields.entry(name).or_insert_with(|| Value::Object(Object::new()));
    if !inside.is_object() {
        *inside = Value::Object(Object::new());
    }
    let Some(members) = inside.as_object_mut() else { return };
    match value {
        Some(value) => drop(members.insert(below.into(), value)),
        None => drop(members.shift_remove(below)),
    }
    if members.is_empty() {
        fields.shift_remove(name);
    }
}

/// Settings with `title.en` for what is inside of another; parameters stay whole.
fn flatten(set: &Object, prefix: &str, fields: &mut Vec<(String, Value)>) {
    for (name, value) in set {
        match value {
            Value::Object(inner) if prefix.is_empty() => {
                flatten(inner, &format!("{name}."), fields);
            }
            value => fields.push((format!("{prefix}{name}"), value.clone())),
        }
    }
}

/// A title as a slug; Chinese as it is spoken. Empty where nothing of it can stand in one.
fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    let mut word = String::new();
    let mut is_room = true;
    let mut flush = |word: &mut String| {
        is_room &= slug.is_empty() || slug.len() + 1 + word.len() <= LONGEST_SLUG;
        if !word.is_empty() && is_room {
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.extend(word.chars().take(LONGEST_SLUG));
        }
        word.clear();
    };
    for character in title.chars() {
        if let Some(spoken) = character.to_pinyin() {
            flush(&mut word);
            word.extend(
                spoken.with_tone_num_end().chars().filter(|c| c.is_ascii_alphabetic() || *c == 'ü'),
            );
            word = word.replace('ü', "v");
            flush(&mut word);
        } else if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        } else if !matches!(character, '\'' | '’') {
            flush(&mut word);
        }
    }
    flush(&mut word);
    slug
}
