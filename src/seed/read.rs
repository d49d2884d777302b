//! Step one: files to records.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::agents;
use crate::catalog::{
    Agent, Article, Blank, Blanks, Category, FaqEntry, Install, LocalText, Locale, Platform,
    Prompt, Provider, Remote, Service, Slug, Source, Status, Tag, did_you_mean,
};
use crate::markdown;
use crate::media::Workshop;

use super::Problems;
use super::fields::{Fields, Place};
use super::gates::{Gate, Warning};
use super::media::Originals;

/// What the files say, not yet held against each other.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) folder: PathBuf,
    pub(super) catalog: Option<CatalogRecord>,
    pub(super) categories: Vec<Category>,
    pub(super) tags: Vec<Tag>,
    pub(super) agents: Vec<Agent>,
    pub(super) faq: Vec<FaqRecord>,
    pub(super) articles: Vec<Article>,
    pub(super) prompts: Vec<PromptRecord>,
    /// What is doubtful about samples.
    pub(super) warnings: Vec<Warning>,
}

/// `catalog.toml`, with its text for finding the lines of faults.
#[derive(Debug)]
pub(super) struct CatalogRecord {
    pub(super) file: PathBuf,
    pub(super) text: String,
    pub(super) platform: Platform,
    pub(super) providers: Vec<Provider>,
    pub(super) services: Vec<Service>,
}

/// A question, with the line it stands in.
#[derive(Debug)]
pub(super) struct FaqRecord {
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) entry: FaqEntry,
}

/// A prompt file, with the lines of its fields.
#[derive(Debug)]
pub(super) struct PromptRecord {
    pub(super) file: PathBuf,
    /// What it says; a field that is missing or wrong, and reported, holds a stand-in.
    pub(super) prompt: Prompt,
    /// Whether the category is what the file says.
    pub(super) has_category: bool,
    /// Whether the endpoint is what the file says.
    pub(super) has_endpoint: bool,
    /// Whether the language is what the file says.
    pub(super) has_language: bool,
    /// The doubts it accepts, and where it says so.
    pub(super) accept: Vec<(Gate, usize)>,
    lines: BTreeMap<String, usize>,
    front_matter: usize,
}

impl PromptRecord {
    /// Whether it says that a doubt is none.
    pub(super) fn accepts(&self, gate: Gate) -> bool {
        self.accept.iter().any(|(accepted, _)| *accepted == gate)
    }

    /// The line of a field, or of the front matter where the field is missing.
    pub(super) fn line(&self, field: &str) -> usize {
        let mut field = field;
        loop {
            if let Some(line) = self.lines.get(field) {
                return *line;
            }
            match field.rsplit_once('.') {
                Some((parent, _)) => field = parent,
                None => return self.front_matter,
            }
        }
    }
}

/// Reads every seed file below a folder.
pub(super) fn read(folder: &Path, workshop: &mut Workshop, problems: &mut Problems) -> Records {
    let mut records = read_reference(folder, problems);
    let files = prompt_paths(folder, problems);
    let mut originals = Originals::new(folder, workshop);
    records.prompts =
        files.iter().filter_map(|file| read_prompt(file, &mut originals, problems)).collect();
    records.warnings = originals.warnings();
    records
}

/// Reads every seed file but the prompts.
pub(super) fn read_reference(folder: &Path, problems: &mut Problems) -> Records {
    let mut records = Records { folder: folder.into(), ..Records::default() };
    if !folder.is_dir() {
        problems.add(
            folder,
            0,
            "",
            "there is no such folder; name the folder of seed files with --seeds",
        );
        return records;
    }
    records.catalog = read_catalog(&folder.join("catalog.toml"), problems);
    records.categories = read_tables(
        &folder.join("categories.toml"),
        "categories",
        category,
        |c| c.slug.as_str(),
        problems,
    );
    records.tags =
        read_tables(&folder.join("tags.toml"), "tags", tag, |tag| tag.slug.as_str(), problems);
    records.agents =
        read_tables(&folder.join("agents.toml"), "agents", agent, |agent| &agent.slug, problems);
    for locale in Locale::ALL {
        read_faq(&folder.join("faq").join(format!("{locale}.md")), locale, &mut records, problems);
        let about = folder.join("about").join(format!("{locale}.md"));
        records.articles.extend(article(&about, "about", locale, problems));
    }
    records
}

/// The files of prompts below a folder of seeds, in order.
pub(super) fn prompt_paths(folder: &Path, problems: &mut Problems) -> Vec<PathBuf> {
    let mut files = Vec::new();
    // What is no folder at all is told of already.
    if folder.is_dir() {
        walk(&folder.join(PROMPTS), &mut files, problems);
    }
    files.sort();
    files
}

/// The text of a file: UTF-8, with LF line ends and without a byte order mark or NUL.
pub(super) fn read_text(file: &Path, problems: &mut Problems) -> Option<String> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            problems.add(file, 0, "", "there is no such file; create it");
            return None;
        }
        Err(error) => {
            problems.add(file, 0, "", format!("cannot be read: {error}"));
            return None;
        }
    };
    text_of(file, bytes, problems)
}

/// The same, of a file's bytes.
fn text_of(file: &Path, bytes: Vec<u8>, problems: &mut Problems) -> Option<String> {
    let line_at =
        |offset: usize| 1 + bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    if let Err(error) = std::str::from_utf8(&bytes) {
        let line = line_at(error.valid_up_to());
        problems.add(file, line, "", "is not UTF-8; save the file as UTF-8");
        return None;
    }
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        problems.add(file, line_at(offset), "", "holds a NUL character; remove it");
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Some(text.replace("\r\n", "\n"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    platform: Platform,
    #[serde(default)]
    providers: Vec<Provider>,
    services: Vec<Service>,
}

fn read_catalog(file: &Path, problems: &mut Problems) -> Option<CatalogRecord> {
    let text = read_text(file, problems)?;
    match toml::from_str::<CatalogFile>(&text) {
        Ok(CatalogFile { platform, providers, services }) => {
            Some(CatalogRecord { file: file.into(), text, platform, providers, services })
        }
        Err(error) => {
            let place = Place { file, text: &text, first_line: 1 };
            let line = error.span().map_or(0, |span| place.line(span.start));
            problems.add(file, line, "", error.message());
            None
        }
    }
}

/// The line of a value in a TOML text, by keys and list positions from the root.
pub(super) fn line_of_path(text: &str, path: &[String]) -> usize {
    fn walk<'a, 'i>(value: &'a Spanned<DeValue<'i>>, path: &[String]) -> usize {
        let here = value.span().start;
        let Some((key, rest)) = path.split_first() else { return here };
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get(key.as_str()),
            DeValue::Array(items) => key.parse().ok().and_then(|at: usize| items.get(at)),
            _ => None,
        };
        next.map_or(here, |next| walk(next, rest))
    }
    let Ok(root) = DeTable::parse(text) else { return 0 };
    let place = Place { file: Path::new(""), text, first_line: 1 };
    let offset = path
        .split_first()
        .and_then(|(key, rest)| Some(walk(root.get_ref().get(key.as_str())?, rest)))
        .unwrap_or(0);
    place.line(offset)
}

/// A file that holds one array of tables.
fn read_tables<T>(
    file: &Path,
    key: &'static str,
    parse: fn(Fields<'_, '_>, &Path, &mut Problems) -> Option<T>,
    slug: fn(&T) -> &str,
    problems: &mut Problems,
) -> Vec<T> {
    let Some(text) = read_text(file, problems) else { return Vec::new() };
    let place = Place { file, text: &text, first_line: 1 };
    let (root, errors) = DeTable::parse_recoverable(&text);
    if !errors.is_empty() {
        report_syntax(place, &errors, problems);
        return Vec::new();
    }
    let mut items: Vec<T> = Vec::new();
    for (name, value) in root.get_ref() {
        let line = place.line(name.span().start);
        match value.get_ref() {
            DeValue::Array(tables) if name.get_ref() == key => {
                for table in tables {
                    let Some(fields) = Fields::of_item(place, table) else {
                        problems.add(file, line, key, format!("must be tables, [[{key}]]"));
                        continue;
                    };
                    let slug_line = fields.line_of("slug");
                    let Some(item) = parse(fields, file, problems) else { continue };
                    if items.iter().any(|other| slug(other) == slug(&item)) {
                        let message = format!("\"{}\" is listed twice; remove one", slug(&item));
                        problems.add(file, slug_line, "slug", message);
                    }
                    items.push(item);
                }
            }
            _ => problems.add(
                file,
                line,
                name.get_ref().as_ref(),
                format!("unknown; write [[{key}]] tables"),
            ),
        }
    }
    items
}

fn report_syntax(place: Place<'_>, errors: &[toml::de::Error], problems: &mut Problems) {
    for error in errors {
        let line = error.span().map_or(place.first_line, |span| place.line(span.start));
        problems.add(place.file, line, "", format!("is not valid TOML: {}", error.message()));
    }
}

fn slug_field(fields: &mut Fields<'_, '_>, file: &Path, problems: &mut Problems) -> Option<Slug> {
    let text = fields.required_string("slug", problems)?;
    Slug::parse(&text)
        .map_err(|error| problems.add(file, fields.line_of("slug"), "slug", error.to_string()))
        .ok()
}

fn category(mut fields: Fields<'_, '_>, file: &Path, problems: &mut Problems) -> Option<Category> {
    let slug = slug_field(&mut fields, file, problems);
    let name = fields.local_text("name", true, problems);
    let description = fields.local_text("description", true, problems);
    for (locale, text) in description.iter() {
        let line = fields.text_line("description", locale);
        report_markdown(file, line, &format!("description.{locale}"), text, problems);
    }
    fields.finish(problems);
    Some(Category { slug: slug?, name, description })
}

fn tag(mut fields: Fields<'_, '_>, file: &Path, problems: &mut Problems) -> Option<Tag> {
    let slug = slug_field(&mut fields, file, problems);
    let name = fields.local_text("name", true, problems);
    fields.finish(problems);
    Some(Tag { slug: slug?, name })
}

fn agent(mut fields: Fields<'_, '_>, file: &Path, problems: &mut Problems) -> Option<Agent> {
    let slug = slug_field(&mut fields, file, problems);
    let name = fields.required_string("name", problems);
    let link = fields.string("link", problems);
    if let Some(message) = link.as_deref().and_then(agents::link_fault) {
        problems.add(file, fields.line_of("link"), "link", message);
    }
    let restart = agent_text(&mut fields, "restart", true, file, problems);
    let check = agent_text(&mut fields, "check", true, file, problems);
    let install = fields.table("install", problems).and_then(|mut install| {
        let line = install.start();
        let command = install.string("command", problems);
        let path = install.string("file", problems);
        let older_file = install.string("older_file", problems);
        let find = agent_text(&mut install, "find", false, file, problems);
        let key = install.string("key", problems);
        let (extra, _) = install.object("extra", problems);
        install.finish(problems);
        match (command, path, key) {
            (Some(command), None, None) => Some(Install::Command { command }),
            (None, Some(file), Some(key)) => {
                Some(Install::File { file, older_file, find, key, extra })
            }
            _ => {
                problems.add(file, line, "install", "needs either a command, or a file and a key");
                None
            }
        }
    });
    let remote = remote(&mut fields, install.as_ref(), file, problems);
    fields.finish(problems);
    let (slug, name, install) = (slug?.to_string(), name?, install?);
    Some(Agent { slug, name, install, remote, link, restart, check })
}

/// How an agent gets a server that is reached by its address.
fn remote(
    fields: &mut Fields<'_, '_>,
    install: Option<&Install>,
    file: &Path,
    problems: &mut Problems,
) -> Option<Remote> {
    if !fields.has("remote") {
        return None;
    }
    let mut remote = fields.table("remote", problems)?;
    let line = remote.start();
    let command = remote.string("command", problems);
    let has_entry = remote.has("entry");
    let (entry, _) = remote.object("entry", problems);
    let has_settings = remote.has("settings");
    let settings = agent_text(&mut remote, "settings", false, file, problems);
    remote.finish(problems);
    let remote = match (command, has_entry, has_settings) {
        (Some(command), false, false) => Remote::Command { command },
        (None, true, false) => Remote::Entry { entry },
        (None, false, true) => Remote::Settings { settings },
        _ => {
            problems.add(file, line, "remote", "needs one of: a command, an entry, settings");
            return None;
        }
    };
    if let Some(message) = agents::remote_fault(&remote, install) {
        problems.add(file, line, "remote", message);
    }
    Some(remote)
}

/// A Markdown text shown with an agent: in every language where it is `needed`, else in every
/// language or none.
fn agent_text(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    needed: bool,
    file: &Path,
    problems: &mut Problems,
) -> LocalText {
    let texts = fields.local_text(key, needed || fields.has(key), problems);
    for (locale, text) in texts.iter() {
        let line = fields.text_line(key, locale);
        report_markdown(file, line, &format!("{key}.{locale}"), text, problems);
    }
    texts
}

fn read_faq(file: &Path, locale: Locale, records: &mut Records, problems: &mut Problems) {
    let Some(text) = read_text(file, problems) else { return };
    report_markdown(file, 1, "", &text, problems);
    for section in markdown::sections(&text) {
        let Some(slug) = section.id.as_deref().and_then(|id| Slug::parse(id).ok()) else {
            let message = "the question needs an id, as in ## Why? {#why}";
            problems.add(file, section.line, section.heading, message);
            continue;
        };
        if section.body.is_empty() {
            problems.add(file, section.line, &section.heading, "has no answer; write one");
        }
        let is_same =
            |other: &FaqRecord| other.entry.locale == locale && other.entry.slug == slug.as_str();
        if records.faq.iter().any(is_same) {
            problems.add(
                file,
                section.line,
                &section.heading,
                format!("the id {slug} is used twice"),
            );
        }
        // The class .prompt stands for all prompts, whatever else is named.
        let is_for_all = section.classes.iter().any(|class| class == "prompt");
        records.faq.push(FaqRecord {
            file: file.into(),
            line: section.line,
            entry: FaqEntry {
                locale,
                slug: slug.to_string(),
                question: section.heading,
                answer: section.body,
                on_prompt: !section.classes.is_empty(),
                subjects: if is_for_all { Vec::new() } else { section.classes },
            },
        });
    }
}

fn article(file: &Path, slug: &str, locale: Locale, problems: &mut Problems) -> Option<Article> {
    let text = read_text(file, problems)?;
    report_markdown(file, 1, "", &text, problems);
    let Some((title, body)) = text.strip_prefix("# ").and_then(|rest| rest.split_once('\n')) else {
        problems.add(file, 1, "", "must begin with its title, as in # About");
        return None;
    };
    Some(Article {
        locale,
        slug: slug.into(),
        title: title.trim().into(),
        body: body.trim().into(),
    })
}

fn report_markdown(file: &Path, line: usize, field: &str, text: &str, problems: &mut Problems) {
    for fault in markdown::faults(text) {
        problems.add(file, line + fault.line - 1, field, fault.message);
    }
}

/// The folder of prompts in a folder of seeds.
pub(super) const PROMPTS: &str = "prompts";

/// Every prompt file below a folder; hidden files and READMEs are no prompts.
fn walk(folder: &Path, files: &mut Vec<PathBuf>, problems: &mut Problems) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            problems.add(folder, 0, "", format!("cannot be read: {error}"));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') || name == "README.md" {
            continue;
        }
        if path.is_dir() {
            walk(&path, files, problems);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        } else {
            problems.add(
                &path,
                0,
                "",
                "prompts are .md files; rename this one or move it elsewhere",
            );
        }
    }
}

/// The field that says which row of an imported collection a prompt is.
pub(super) const KEY: &str = "key";

/// The fence around front matter.
pub(super) const FENCE: &str = "+++";

/// Whether a line ends front matter.
pub(super) fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

fn read_prompt(
    file: &Path,
    originals: &mut Originals<'_>,
    problems: &mut Problems,
) -> Option<PromptRecord> {
    let content = read_text(file, problems)?;
    prompt_of(file, &content, originals, problems)
}

/// What the text of a file says; its line ends are LF already.
pub(super) fn prompt_of(
    file: &Path,
    content: &str,
    originals: &mut Originals<'_>,
    problems: &mut Problems,
) -> Option<PromptRecord> {
    let Some((front, text, text_line)) = split_front_matter(content) else {
        problems.add(file, 1, "", "must begin with front matter between two +++ lines");
        return None;
    };
    let place = Place { file, text: front, first_line: 2 };
    let (root, errors) = DeTable::parse_recoverable(front);
    if !errors.is_empty() {
        report_syntax(place, &errors, problems);
        return None;
    }
    let mut fields = Fields::new(place, &root);
    let mut lines = BTreeMap::from([(String::from("text"), text_line)]);
    for key in root.get_ref().keys() {
        lines.insert(key.get_ref().to_string(), place.line(key.span().start));
    }
    let title = fields.local_text("title", false, problems);
    let description = fields.local_text("description", false, problems);
    let category = fields.required_string("category", problems);
    let endpoint = fields.required_string("endpoint", problems);
    let model = fields.string("model", problems);
    let language = fields.required_string("language", problems);
    let tags = slugs(&mut fields, "tags", file, problems);
    let aliases = slugs(&mut fields, "aliases", file, problems);
    let status = status(&mut fields, file, problems);
    let publish_at = fields.moment("publish_at", problems);
    let created = fields.date("created", problems);
    let featured = fields.boolean("featured", problems).unwrap_or(false);
    let author = fields.string("author", problems);
    let url = fields.string("source_url", problems);
    let license = fields.string("license", problems);
    let accept = accepted(&mut fields, file, problems);
    // By which row of which collection it is: of use to `import` only.
    fields.string(KEY, problems);
    let (params, param_lines) = fields.object("params", problems);
    lines.extend(param_lines.into_iter().map(|(name, line)| (format!("params.{name}"), line)));
    let (blanks, blank_lines) = blanks(&mut fields, problems);
    lines.extend((0..).zip(blank_lines).map(|(at, line)| (format!("blanks.{at}"), line)));
    let media = originals.media(&mut fields, file, problems);
    check_address(&fields, url.as_deref(), file, problems);
    for (locale, markdown) in description.iter() {
        let line = fields.text_line("description", locale);
        report_markdown(file, line, &format!("description.{locale}"), markdown, problems);
    }
    let language = language.and_then(|tag| {
        let line = fields.line_of("language");
        known_language(&tag).map_err(|message| problems.add(file, line, "language", message)).ok()
    });
    let category = category.and_then(|text| {
        let line = fields.line_of("category");
        Slug::parse(&text)
            .map_err(|error| problems.add(file, line, "category", error.to_string()))
            .ok()
    });
    fields.finish(problems);
    if text.trim().is_empty() {
        let message = "the prompt is empty; write it below the second +++ line";
        problems.add(file, text_line, "text", message);
    }
    let slug = slug_of(file, problems)?;
    Some(PromptRecord {
        file: file.into(),
        lines,
        front_matter: 1,
        has_category: category.is_some(),
        has_endpoint: endpoint.is_some(),
        has_language: language.is_some(),
        accept,
        prompt: Prompt {
            category: category.unwrap_or_else(|| slug.clone()),
            slug,
            title,
            description,
            text: text.into(),
            language: language.unwrap_or(Locale::DEFAULT),
            endpoint: endpoint.unwrap_or_default(),
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
            media,
        },
    })
}

/// Where the front matter says that a prompt stands; else it is published.
fn status(fields: &mut Fields<'_, '_>, file: &Path, problems: &mut Problems) -> Status {
    let Some(text) = fields.string("status", problems) else { return Status::default() };
    Status::from_slug(&text).unwrap_or_else(|| {
        let known = Status::ALL.map(Status::slug);
        let hint = did_you_mean(&text, known).map_or_else(
            || format!("known are {}", known.join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        let message = format!("unknown \"{text}\"; {hint}");
        problems.add(file, fields.line_of("status"), "status", message);
        Status::default()
    })
}

/// What the front matter says about blanks, and the line of each declaration.
fn blanks(fields: &mut Fields<'_, '_>, problems: &mut Problems) -> (Blanks, Vec<usize>) {
    if fields.switch("blanks").is_some() {
        let on = fields.boolean("blanks", problems).unwrap_or(true);
        return (if on { Blanks::default() } else { Blanks::Off }, Vec::new());
    }
    let expected = "false, or tables [[blanks]] with a name each";
    let mut declared = Vec::new();
    let mut lines = Vec::new();
    for mut table in fields.tables("blanks", expected, problems) {
        let line = table.start();
        let name = table.required_string("name", problems);
        let blank = Blank {
            label: table.local_text("label", false, problems),
            help: table.local_text("help", false, problems),
            default: table.string("default", problems),
            options: table
                .strings("options", problems)
                .into_iter()
                .map(|(option, _)| option)
                .collect(),
            multiline: table.boolean("multiline", problems).unwrap_or(false),
            required: table.boolean("required", problems).unwrap_or(true),
            ..Blank::named(name.as_deref().unwrap_or_default())
        };
        table.finish(problems);
        if name.is_some() {
            declared.push(blank);
            lines.push(line);
        }
    }
    (Blanks::On(declared), lines)
}

/// The doubts a prompt accepts.
fn accepted(
    fields: &mut Fields<'_, '_>,
    file: &Path,
    problems: &mut Problems,
) -> Vec<(Gate, usize)> {
    let mut accepted = Vec::new();
    for (name, line) in fields.strings("accept", problems) {
        let message = match Gate::from_name(&name) {
            Some(gate) if gate.is_acceptable() => {
                accepted.push((gate, line));
                continue;
            }
            Some(_) => format!("\"{name}\" is not for a prompt to accept; remove it"),
            None => {
                let all = Gate::ALL.into_iter().filter(|gate| gate.is_acceptable());
                let known: Vec<&str> = all.map(Gate::name).collect();
                let hint = did_you_mean(&name, known.iter().copied()).map_or_else(
                    || format!("known are {}", known.join(", ")),
                    |near| format!("did you mean \"{near}\"?"),
                );
                format!("unknown \"{name}\"; {hint}")
            }
        };
        problems.add(file, line, "accept", message);
    }
    accepted
}

fn known_language(tag: &str) -> Result<Locale, String> {
    Locale::from_tag(tag).ok_or_else(|| {
        let known = Locale::ALL.map(|locale| format!("\"{locale}\"")).join(" and ");
        format!("unknown language \"{tag}\"; known are {known}")
    })
}

fn check_address(fields: &Fields<'_, '_>, url: Option<&str>, file: &Path, problems: &mut Problems) {
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if url.is_some_and(|url| !is_web(url)) {
        let message = "must be an http or https address";
        problems.add(file, fields.line_of("source_url"), "source_url", message);
    }
}

/// The slug a file's name gives its prompt.
fn slug_of(file: &Path, problems: &mut Problems) -> Option<Slug> {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Slug::parse(&stem)
        .map_err(|error| {
            let message = format!("the file's name, which is the slug, {error}; rename it");
            problems.add(file, 0, "", message);
        })
        .ok()
}

fn slugs(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    file: &Path,
    problems: &mut Problems,
) -> Vec<Slug> {
    let mut slugs: Vec<Slug> = Vec::new();
    for (text, line) in fields.strings(key, problems) {
        match Slug::parse(&text) {
            Ok(slug) if slugs.contains(&slug) => {
                problems.add(file, line, key, format!("\"{text}\" is listed twice"));
            }
            Ok(slug) => slugs.push(slug),
            Err(error) => problems.add(file, line, key, format!("\"{text}\" {error}")),
        }
    }
    slugs
}

/// Front matter, the prompt below it, and the line the prompt begins on.
///
/// The prompt is everything after the closing fence; one final line feed is the file's, not
/// the prompt's.
pub(super) fn split_front_matter(content: &str) -> Option<(&str, &str, usize)> {
    let (first, rest) = content.split_once('\n')?;
    if !is_fence(first) {
        return None;
    }
    let mut offset = 0;
    for (line_number, line) in (2..).zip(rest.split_inclusive('\n')) {
        if is_fence(line) {
            let text = rest.get(offset + line.len()..).unwrap_or_default();
            let text = text.strip_suffix('\n').unwrap_or(text);
            return Some((rest.get(..offset)?, text, line_number + 1));
        }
        offset += line.len();
    }
    None
}

/// A prompt from the text of its file, as if that lay in a folder of seeds without samples.
#[cfg(test)]
pub(super) fn read_back(file: &Path, content: &str) -> Result<Prompt, Problems> {
    let folder = tempfile::tempdir().unwrap();
    let beside = crate::media::Folder::beside(&folder.path().join("gallery.db"));
    let mut workshop = beside.workshop(crate::media::Mode::Discard);
    let mut problems = Problems::default();
    let content = text_of(file, content.into(), &mut problems);
    let mut originals = Originals::new(folder.path(), &mut workshop);
    let record = content
        .and_then(|content| prompt_of(file, &content, &mut originals, &mut problems))
        .filter(|_| problems.0.is_empty());
    record.map(|record| record.prompt).ok_or(problems)
}

#[cfg(test)]
mod tests {
    use super::split_front_matter;

    #[test]
    fn the_prompt_is_everything_below_the_second_fence_but_one_final_line_feed() {
        assert_eq!(split_front_matter("+++\na = 1\n+++\nhi\n"), Some(("a = 1\n", "hi", 4)));
        assert_eq!(split_front_matter("+++\n+++\n\n  hi \n\n"), Some(("", "\n  hi \n", 3)));
        assert_eq!(split_front_matter("+++\n+++\n+++\n"), Some(("", "+++", 3)));
        assert_eq!(split_front_matter("+++\n+++"), Some(("", "", 3)));
        assert_eq!(split_front_matter("+++\nno end"), None);
        assert_eq!(split_front_matter("hello"), None);
    }
}
