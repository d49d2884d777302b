//! What an agent can do here by itself: find a prompt, read it, fill it in, take code for it.
//!
//! Every tool only reads, and does one thing. What it may be given comes from the catalogue, so
//! that a model sees the names there are. A call that cannot be fulfilled has a result that says why,
//! because a model can act on that; faults of the protocol it does not see.

use std::fmt::Write as _;
use std::sync::Arc;

use rmcp::model::{CallToolResult, ErrorData, JsonObject, Tool, ToolAnnotations};

use super::arguments::{self, Argument, Given, Kind};
use super::output::{self, Categories, FilledPrompt, Found, Program, refusal, result};
use super::{GREATEST_TEXT, Reader, failed, invalid};
use crate::catalog::{Locale, Modality, Slug, did_you_mean};
use crate::documents::{BlankDocument, Filling, PromptDocument, PromptSummary, Refusal, Wish};
use crate::gallery::{Facet, ListRequest, Selection, Snapshot, Sort};
use crate::i18n::McpTexts;
use crate::snippets::{self, Form, LANGUAGES};
use crate::store::{PromptLookup, StoredPrompt};

/// Prompts on a page of what was found: few, for a model reads every one.
const PAGE_SIZE: usize = 10;
/// The most characters a search may have.
const LONGEST_QUERY: usize = 200;
/// The most tags a search may choose.
const MOST_TAGS: usize = 8;
/// Names are told to a model one by one up to so many.
const MOST_NAMES: usize = 200;
/// The last page that may be asked for.
const LAST_PAGE: u64 = 1_000_000;

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kit {
    SearchPrompts,
    GetPrompt,
    FillPrompt,
    GetSnippet,
    ListCategories,
}

impl Kit {
    const ALL: [Kit; 5] =
        [Kit::SearchPrompts, Kit::GetPrompt, Kit::FillPrompt, Kit::GetSnippet, Kit::ListCategories];

    const fn name(self) -> &'static str {
        match self {
            Kit::SearchPrompts => "search_prompts",
            Kit::GetPrompt => "get_prompt",
            Kit::FillPrompt => "fill_prompt",
            Kit::GetSnippet => "get_snippet",
            Kit::ListCategories => "list_categories",
        }
    }

    /// For people.
    const fn title(self, t: &McpTexts) -> &'static str {
        match self {
            Kit::SearchPrompts => t.search_prompts,
            Kit::GetPrompt => t.get_prompt,
            Kit::FillPrompt => t.fill_prompt,
            Kit::GetSnippet => t.get_snippet,
            Kit::ListCategories => t.list_categories,
        }
    }

    /// For a model that has to choose.
    const fn about(self) -> &'static str {
        match self {
            Kit::SearchPrompts => {
                "Find prompts in the gallery by words (English or Chinese), by properties, or both. \
                 Without words it lists, the newest first. Returns ten a page, each with slug, \
                 title, beginning of the text and the keys of its blanks. Use get_prompt for the \
                 whole text."
            }
            Kit::GetPrompt => {
                "Read one prompt: its exact text, its blanks, the model and parameters it is \
                 written for, and the API request it describes. To get the text with blanks \
                 filled use fill_prompt, for code get_snippet."
            }
            Kit::FillPrompt => {
                "Put values into the blanks of a prompt and get the exact text that is ready to be \
                 sent. Says which blanks are still without a value; these stand in the text as \
                 they were written. Ask the user for values that cannot be known."
            }
            Kit::GetSnippet => {
                "Get a complete program that sends a prompt, filled in if values are given, to the \
                 API of its model and prints where the result is. The prompt is escaped exactly \
                 for the language; do not rewrite it."
            }
            Kit::ListCategories => {
                "List the categories of the gallery with what is found there and how many prompts \
                 each has. Then search_prompts with `category` lists these."
            }
        }
    }

    fn arguments(self, snapshot: &Snapshot) -> Vec<Argument> {
        let argument = |name, kind, about| Argument { name, about, kind, needed: false };
        let needed = |name, kind, about| Argument { name, about, kind, needed: true };
        let slug = || needed("slug", Kind::Slug, "The prompt's slug, as search_prompts gives it.");
        let values = || {
            let about = "Values for the blanks, by the blank's key. Give only what is known; a \
                         blank with options takes one of these, exactly.";
            argument("values", Kind::Values, about)
        };
        let locale = || {
            let names = Kind::Choice(Locale::ALL.map(|locale| locale.tag().to_owned()).into());
            let about = "The language of titles, labels and links. The text of a prompt is never \
                         translated.";
            argument("locale", names, about)
        };
        match self {
            Kit::SearchPrompts => vec![
                argument(
                    "q",
                    Kind::Text(LONGEST_QUERY),
                    "Words to search for in titles, texts and tags. Leave out to list.",
                ),
                argument("category", choice(snapshot, Facet::Category), "Only this category."),
                argument(
                    "model",
                    choice(snapshot, Facet::Model),
                    "Only prompts written for this model.",
                ),
                argument(
                    "modality",
                    Kind::Choice(Modality::ALL.map(|one| one.slug().to_owned()).into()),
                    "Only prompts that make this.",
                ),
                argument(
                    "tags",
                    Kind::Choices(names(snapshot, Facet::Tag), MOST_TAGS),
                    "Only prompts with all of these tags.",
                ),
                argument(
                    "language",
                    Kind::Choice(Locale::ALL.map(|locale| locale.tag().to_owned()).into()),
                    "Only prompts whose text is written in this language.",
                ),
                argument(
                    "blanks",
                    Kind::Flag,
                    "Only prompts with blanks to fill in (true), or only such without (false).",
                ),
                argument(
                    "json",
                    Kind::Flag,
                    "Only prompts whose text is a JSON document (true), or only prose (false).",
                ),
                argument(
                    "sort",
                    Kind::Choice(SORTS.map(|(name, _)| name.to_owned()).into()),
                    "The order; relevance unless nothing is searched for, then newest.",
                ),
                argument("page", Kind::Number(LAST_PAGE), "Which page, from 1."),
                locale(),
            ],
            Kit::GetPrompt => vec![slug(), locale()],
            Kit::FillPrompt => vec![slug(), Argument { needed: true, ..values() }, locale()],
            Kit::GetSnippet => vec![
                slug(),
                needed(
                    "language",
                    Kind::Choice(LANGUAGES.map(|language| language.slug.to_owned()).into()),
                    "The programming language.",
                ),
                argument(
                    "form",
                    Kind::Choice(Form::ALL.map(|form| form.slug().to_owned()).into()),
                    "sdk: with the vendor's package; http: with nothing but what comes with the \
                     language. Unless given: sdk where the language has one.",
                ),
                values(),
                locale(),
            ],
            Kit::ListCategories => vec![locale()],
        }
    }

    fn output(self) -> Arc<JsonObject> {
        match self {
            Kit::SearchPrompts => output::schema::<Found>(),
            Kit::GetPrompt => output::schema::<PromptDocument>(),
            Kit::FillPrompt => output::schema::<FilledPrompt>(),
            Kit::GetSnippet => output::schema::<Program>(),
            Kit::ListCategories => output::schema::<Categories>(),
        }
    }
}

const SORTS: [(&str, Sort); 4] = [
    ("relevance", Sort::Relevance),
    ("newest", Sort::Newest),
    ("featured", Sort::Featured),
    ("title", Sort::Title),
];

/// The values of a facet that prompts have; none where there are too many to tell.
fn names(snapshot: &Snapshot, facet: Facet) -> Option<Vec<String>> {
    let counts = snapshot.counts(&Selection::default(), None);
    let mut names: Vec<String> =
        counts.get(&facet).into_iter().flatten().map(|(name, _)| name.clone()).collect();
    names.sort_unstable();
    (!names.is_empty() && names.len() <= MOST_NAMES).then_some(names)
}

fn choice(snapshot: &Snapshot, facet: Facet) -> Kind {
    names(snapshot, facet).map_or(Kind::Text(LONGEST_QUERY), Kind::Choice)
}

/// Every tool, described.
pub(super) fn list(reader: &Reader<'_>) -> Vec<Tool> {
    let t = &reader.texts().mcp;
    let tool = |kit: Kit| {
        let title = kit.title(t);
        let input = arguments::schema(&kit.arguments(&reader.snapshot));
        let annotations = ToolAnnotations::with_title(title)
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false);
        Tool::new(kit.name(), kit.about(), input)
            .with_title(title)
            .with_raw_output_schema(kit.output())
            .with_annotations(annotations)
    };
    Kit::ALL.map(tool).into()
}

/// Calls the tool with this name.
pub(super) async fn call(
    reader: Reader<'_>,
    name: &str,
    arguments: JsonObject,
) -> Result<CallToolResult, ErrorData> {
    let Some(kit) = Kit::ALL.into_iter().find(|kit| kit.name() == name) else {
        let names = Kit::ALL.map(Kit::name).join(", ");
        return Err(invalid(format!("Unknown tool; known are: {names}.")));
    };
    let counted = Arc::clone(&reader.inner.counted);
    let result = match Given::read(&kit.arguments(&reader.snapshot), arguments) {
        Ok(given) => run(reader, kit, &given).await,
        Err(faults) => Ok(refusal(faults.join("\n"))),
    };
    let is_done = result.as_ref().is_ok_and(|result| result.is_error != Some(true));
    counted(kit.name(), is_done);
    result
}

async fn run(reader: Reader<'_>, kit: Kit, given: &Given) -> Result<CallToolResult, ErrorData> {
    let locale = given.text("locale").and_then(Locale::from_tag).unwrap_or(reader.locale);
    let reader = reader.in_locale(locale);
    match kit {
        Kit::SearchPrompts => search_prompts(&reader, given).await,
        Kit::ListCategories => Ok(list_categories(&reader)),
        Kit::GetPrompt | Kit::FillPrompt | Kit::GetSnippet => {
            let slug = given.text("slug").unwrap_or_default();
            let Some(stored) = reader.prompt(slug).await? else {
                return Ok(refusal(unknown_prompt(&reader, slug).await?));
            };
            if stored.prompt.text.len() > GREATEST_TEXT {
                let url = reader.links().to(reader.links().href.prompt(&stored.prompt.slug));
                return Ok(refusal((reader.texts().mcp.prompt_too_long)(&url)));
            }
            Ok(match kit {
                Kit::FillPrompt => fill_prompt(&reader, &stored, given),
                Kit::GetSnippet => get_snippet(&reader, &stored, given),
                _ => get_prompt(&reader, &stored),
            })
        }
    }
}

async fn search_prompts(reader: &Reader<'_>, given: &Given) -> Result<CallToolResult, ErrorData> {
    let mut selection = Selection::default();
    for (facet, name) in
        [Facet::Category, Facet::Model, Facet::Modality].map(|facet| (facet, facet.slug()))
    {
        if let Some(value) = given.text(name) {
            selection.choose(facet, value);
        }
    }
    if let Some(language) = given.text("language") {
        selection.choose(Facet::Language, language);
    }
    for (facet, name) in [(Facet::Blanks, "blanks"), (Facet::Json, "json")] {
        if let Some(flag) = given.flag(name) {
            selection.choose(facet, if flag { "yes" } else { "no" });
        }
    }
    for tag in given.texts("tags") {
        selection.choose(Facet::Tag, tag);
    }
    let search = given.text("q").map(str::trim).filter(|q| !q.is_empty());
    let usual = if search.is_some() { Sort::Relevance } else { Sort::Newest };
    let sort = given.text("sort").and_then(|name| SORTS.into_iter().find(|one| one.0 == name));
    let sort = sort.map(|(_, sort)| sort).filter(|sort| *sort != Sort::Relevance);
    let page = given.number("page").unwrap_or(1);
    let request = ListRequest {
        selection: &selection,
        search,
        sort: sort.unwrap_or(usual),
        locale: reader.locale,
        page,
    };
    let gallery = &reader.inner.gallery;
    let listing = gallery.prompts(&reader.snapshot, request, PAGE_SIZE).await.map_err(failed)?;
    let Some(listing) = listing else {
        return Ok(refusal((reader.texts().mcp.no_such_page)(page)));
    };
    let t = reader.texts();
    let hits = listing.hits.as_ref();
    let mut notes: Vec<String> = Vec::new();
    let found_some = hits.filter(|_| listing.total > 0);
    if let Some(hits) = found_some {
        notes.extend(hits.corrections.iter().map(|(typed, meant)| (t.corrected)(typed, meant)));
        notes.extend(hits.is_partial.then(|| t.found_partly.to_owned()));
    }
    if let Some(progress) = reader.snapshot.indexing.filter(|_| search.is_some()) {
        notes.push((t.still_indexing)(progress.done * 100 / progress.total.max(1)));
    }
    let documents = reader.documents();
    let found = Found {
        total: listing.total,
        page: listing.page,
        last_page: listing.last_page,
        note: (!notes.is_empty()).then(|| notes.join(" ")),
        prompts: listing.items.iter().map(|stored| documents.summary(stored)).collect(),
    };
    let mut text = (t.prompt_count)(found.total);
    if found.last_page > 1 {
        let _ = write!(text, " · {}", (t.page_of)(found.page, found.last_page));
    }
    for note in &notes {
        let _ = write!(text, "\n{note}");
    }
    for prompt in &found.prompts {
        text.push_str(&line(prompt));
    }
    Ok(result(&found, [text]))
}

/// A prompt that was found, as an item of a list.
fn line(prompt: &PromptSummary) -> String {
    let PromptSummary { slug, title, category, excerpt, url, blanks, .. } = prompt;
    let mut about = vec![category.as_str()];
    about.extend(prompt.model.as_deref());
    let mut line = format!(
        "\n\n- {} (slug: {slug}; {})\n  {}\n  {url}",
        title.replace('\n', " "),
        about.join(", "),
        excerpt.replace('\n', " ")
    );
    if !blanks.is_empty() {
        let _ = write!(line, "\n  [{}]", blanks.join("] ["));
    }
    line
}

fn list_categories(reader: &Reader<'_>) -> CallToolResult {
    let categories = Categories {
        prompts: reader.snapshot.facets.total(),
        categories: reader.documents().categories(),
    };
    let count = reader.texts().prompt_count;
    let lines = categories.categories.iter().map(|one| {
        format!(
            "- {} (category: {}; {}): {}",
            one.name,
            one.slug,
            count(one.prompts),
            one.description
        )
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    result(&categories, [text])
}

fn get_prompt(reader: &Reader<'_>, stored: &StoredPrompt) -> CallToolResult {
    let filling = Wish::default().fill(&stored.prompt);
    let documents = reader.documents();
    let document = documents.without_snippets(stored, &filling);
    let markdown = documents.markdown(stored, &filling);
    match document.zip(markdown) {
        Some((document, markdown)) => result(&document, [markdown]),
        None => refusal(reader.texts().mcp.no_endpoint),
    }
}

fn fill_prompt(reader: &Reader<'_>, stored: &StoredPrompt, given: &Given) -> CallToolResult {
    let filling = match filled(reader, stored, given) {
        Ok(filling) => filling,
        Err(message) => return refusal(message),
    };
    let links = reader.links();
    let filled = FilledPrompt {
        slug: stored.prompt.slug.to_string(),
        text: filling.text().to_owned(),
        complete: filling.missing().next().is_none(),
        remaining: remaining(reader, &filling),
        url: links.to(filling.carry_page(&links.href.prompt(&stored.prompt.slug))),
    };
    let left = told(reader, &filled.remaining);
    result(&filled, std::iter::once(filled.text.clone()).chain(left))
}

fn get_snippet(reader: &Reader<'_>, stored: &StoredPrompt, given: &Given) -> CallToolResult {
    let t = &reader.texts().mcp;
    let filling = match filled(reader, stored, given) {
        Ok(filling) => filling,
        Err(message) => return refusal(message),
    };
    let Some(language) = given.text("language").and_then(snippets::language) else {
        return refusal(t.no_endpoint);
    };
    let form = given.text("form").and_then(Form::from_slug).unwrap_or_else(|| language.preferred());
    if language.forms().all(|other| other != form) {
        let forms: Vec<_> = language.forms().map(Form::slug).collect();
        return refusal((t.no_such_form)(language.name, form.slug(), &forms.join(", ")));
    }
    let Some(snippet) = reader.documents().snippet(stored, &filling, language, form) else {
        return refusal(t.no_endpoint);
    };
    let code = snippet.code.clone().unwrap_or_default();
    let install = snippet.install.clone();
    let program = Program {
        slug: stored.prompt.slug.to_string(),
        snippet,
        key_variable: reader.snapshot.reference.catalog.platform().key_variable.clone(),
        complete: filling.missing().next().is_none(),
        remaining: remaining(reader, &filling),
    };
    let left = told(reader, &program.remaining);
    result(&program, std::iter::once(code).chain(install).chain(left))
}

/// A prompt with the values given, all of which must be right.
fn filled(reader: &Reader<'_>, stored: &StoredPrompt, given: &Given) -> Result<Filling, String> {
    let mut wish = Wish::default();
    for (blank, value) in given.values("values") {
        wish.put(blank, value);
    }
    wish.fill_exactly(&stored.prompt).map_err(|refused| {
        let t = reader.texts();
        let messages = refused.iter().map(|refused| match &refused.why {
            Refusal::Unknown(known) => {
                let message = refused.message(t);
                match did_you_mean(&refused.key, known.iter().map(String::as_str)) {
                    Some(meant) => format!("{message} {}", (t.mcp.did_you_mean)(meant)),
                    None => message,
                }
            }
            Refusal::Fault(_) => {
                let entry = super::prompts::blanks(reader, stored)
                    .into_iter()
                    .find(|one| one.key == refused.key);
                let options = entry.map(|blank| blank.options).unwrap_or_default();
                let message = refused.message(t);
                if options.is_empty() {
                    message
                } else {
                    format!("{message} {}", options.join(" | "))
                }
            }
        });
        messages.collect::<Vec<_>>().join("\n")
    })
}

/// The blanks without a value.
fn remaining(reader: &Reader<'_>, filling: &Filling) -> Vec<BlankDocument> {
    let blanks = reader.documents().blanks(filling).into_iter();
    blanks.filter(|blank| blank.value.is_none()).collect()
}

/// Tells of the blanks without a value, if there are any.
fn told(reader: &Reader<'_>, remaining: &[BlankDocument]) -> Option<String> {
    let t = &reader.texts().mcp;
    let lines = remaining.iter().map(|blank| {
        let about = super::prompts::about(blank, t);
        let dot = if about.is_empty() { "" } else { ". " };
        format!("\n- {}: {}{dot}{about}", blank.key, blank.label)
    });
    (!remaining.is_empty()).then(|| t.remaining.to_owned() + &lines.collect::<String>())
}

/// What to say where there is no such prompt: those that could be meant.
pub(super) async fn unknown_prompt(reader: &Reader<'_>, slug: &str) -> Result<String, ErrorData> {
    let slug = &slug.chars().take(Slug::MAX).collect::<String>();
    let gallery = &reader.inner.gallery;
    if let Some(PromptLookup::Retired(retired)) = gallery.lookup(slug).await.map_err(failed)? {
        let similar = gallery.similar(&reader.snapshot, &retired).await.map_err(failed)?;
        let similar: Vec<&str> = similar.iter().map(|card| card.slug.as_str()).collect();
        return Ok((reader.texts().mcp.retired_prompt)(slug, &similar.join(", ")));
    }
    let words = slug.replace('-', " ");
    let similar = gallery.suggest(&reader.snapshot, &words, reader.locale).await.map_err(failed)?;
    // A search finds something for nearly everything.
    let is_meant = |found: &&str| {
        let shares_a_word = found.split('-').any(|word| slug.split('-').any(|other| word == other));
        shares_a_word || did_you_mean(slug, [*found]).is_some()
    };
    let similar = similar.prompts.iter().map(|card| card.slug.as_str());
    let similar: Vec<&str> = similar.filter(is_meant).collect();
    Ok((reader.texts().mcp.unknown_prompt)(slug, &similar.join(", ")))
}
