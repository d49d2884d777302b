//! Step two: records to a valid gallery, or everything that is wrong with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::catalog::{
    Article, Catalog, FaqEntry, Locale, Modality, Platform, Reference, Slug, did_you_mean,
};

use crate::placeholders::{self, MOST_FIELDS, Template};

use super::read::{CatalogRecord, FaqRecord, PromptRecord, Records, line_of_path};
use super::{Problem, Problems, SeedPrompt, Seeds};

/// Holds the records against each other.
pub(super) fn check(records: Records, problems: &mut Problems) -> Option<Seeds> {
    let Records { folder, catalog, categories, tags, agents, faq, articles, prompts, mut warnings } =
        records;
    let by_locale: HashMap<Locale, HashSet<&str>> = Locale::ALL
        .into_iter()
        .map(|locale| {
            let entries = faq.iter().map(|record| &record.entry);
            let slugs = entries.filter(|entry| entry.locale == locale);
            (locale, slugs.map(|entry| entry.slug.as_str()).collect())
        })
        .collect();
    for locale in Locale::ALL {
        let Some(here) = by_locale.get(&locale) else { continue };
        // What several others have is missing once.
        let mut missing: BTreeMap<&str, Locale> = BTreeMap::new();
        for other in Locale::ALL {
            for slug in by_locale.get(&other).into_iter().flatten() {
                if !here.contains(slug) {
                    missing.entry(*slug).or_insert(other);
                }
            }
        }
        for (slug, other) in missing {
            let file = folder.join("faq").join(format!("{locale}.md"));
            problems.add(&file, 0, slug, format!("missing, though faq/{other}.md has it; add it"));
        }
    }
    let catalog = catalog.and_then(|record| check_catalog(record, problems));
    if let Some(catalog) = &catalog {
        warnings.extend(check_subjects(&faq, catalog, problems));
    }
    let categories_known: HashSet<&str> = categories.iter().map(|c| c.slug.as_str()).collect();
    let tags_known: HashSet<&str> = tags.iter().map(|tag| tag.slug.as_str()).collect();
    for record in &prompts {
        if record.has_category {
            check_word(record, "category", &record.prompt.category, &categories_known, problems);
        }
        for tag in &record.prompt.tags {
            check_word(record, "tags", tag, &tags_known, problems);
        }
        if let Some(catalog) = catalog.as_ref().filter(|_| record.has_endpoint) {
            check_call(record, catalog, problems);
        }
    }
    check_names(&prompts, problems);
    for record in &prompts {
        check_blanks(record, problems);
        warnings.extend(doubtful_blanks(record));
    }
    let mut prompts: Vec<SeedPrompt> = prompts
        .into_iter()
        .map(|record| SeedPrompt { file: record.file, prompt: record.prompt })
        .collect();
    prompts.sort_by(|a, b| a.prompt.slug.cmp(&b.prompt.slug));
    let catalog = catalog?;
    let platform = catalog.platform();
    let faq = faq
        .into_iter()
        .map(|FaqRecord { entry, .. }| FaqEntry {
            question: with_platform(&entry.question, platform),
            answer: with_platform(&entry.answer, platform),
            ..entry
        })
        .collect();
    let articles = articles
        .into_iter()
        .map(|article| Article { body: with_platform(&article.body, platform), ..article })
        .collect();
    let mut tags = tags;
    tags.sort_by(|a, b| a.slug.cmp(&b.slug));
    let reference = Reference { catalog, categories, tags, agents, faq, articles };
    Some(Seeds { reference, prompts, warnings })
}

/// Puts the platform's name and addresses into a text, so that a gallery for another gateway
/// changes its catalogue and not its answers.
fn with_platform(text: &str, platform: &Platform) -> String {
    text.replace("{platform}", &platform.name)
        .replace("{base_url}", &platform.base_url)
        .replace("{key_url}", &platform.key_url)
        .replace("{key_variable}", &platform.key_variable)
}

fn check_catalog(record: CatalogRecord, problems: &mut Problems) -> Option<Catalog> {
    let CatalogRecord { file, text, platform, providers, services } = record;
    Catalog::new(platform, providers, services)
        .map_err(|faults| {
            for fault in faults {
                let line = line_of_path(&text, &fault.path);
                let keys: Vec<&str> = fault
                    .path
                    .iter()
                    .map(String::as_str)
                    .filter(|key| key.parse::<usize>().is_err())
                    .collect();
                problems.add(&file, line, keys.join("."), fault.message);
            }
        })
        .ok()
}

/// A question stands below all prompts, below those that make something, or below those of an
/// endpoint. One that the catalogue does not know may be another gateway's, so that is no error.
fn check_subjects(faq: &[FaqRecord], catalog: &Catalog, problems: &mut Problems) -> Vec<Problem> {
    let kinds: Vec<&str> =
        ["prompt"].into_iter().chain(Modality::ALL.map(Modality::slug)).collect();
    let services = catalog.services().iter();
    let endpoints: Vec<&str> = services
        .flat_map(|service| &service.endpoints)
        .map(|endpoint| endpoint.slug.as_str())
        .collect();
    let mut warnings = Vec::new();
    for FaqRecord { file, line, entry } in faq {
        for subject in entry.subjects.iter().map(String::as_str) {
            if kinds.contains(&subject) || endpoints.contains(&subject) {
                continue;
            }
            let is_endpoint = subject.contains('_');
            let hint = |known: &[&str], otherwise: String| {
                did_you_mean(subject, known.iter().copied())
                    .map_or(otherwise, |near| format!("did you mean .{near}?"))
            };
            if is_endpoint {
                let hint = hint(&endpoints, "remove it if that is no mistake".into());
                let message = format!("no endpoint is called .{subject}; {hint}");
                let field = entry.question.clone();
                warnings.push(Problem { file: file.clone(), line: *line, field, message });
            } else {
                let known = kinds.join(", .");
                let hint = hint(&kinds, format!("known are .{known} and the slugs of endpoints"));
                problems.add(
                    file,
                    *line,
                    &entry.question,
                    format!("unknown class .{subject}; {hint}"),
                );
            }
        }
    }
    warnings
}

pub(super) fn check_word(
    record: &PromptRecord,
    field: &str,
    word: &Slug,
    known: &HashSet<&str>,
    problems: &mut Problems,
) {
    if known.contains(word.as_str()) {
        return;
    }
    let hint = did_you_mean(word.as_str(), known.iter().copied()).map_or_else(
        || {
            let mut all: Vec<&str> = known.iter().copied().collect();
            all.sort_unstable();
            format!("known are {}", all.join(", "))
        },
        |near| format!("did you mean \"{near}\"?"),
    );
    problems.add(&record.file, record.line(field), field, format!("unknown \"{word}\"; {hint}"));
}

pub(super) fn check_call(record: &PromptRecord, catalog: &Catalog, problems: &mut Problems) {
    let prompt = &record.prompt;
    let Some((_, endpoint)) = catalog.endpoint(&prompt.endpoint) else {
        let hint = did_you_mean(&prompt.endpoint, catalog.endpoint_ids()).map_or_else(
            || String::from("it is written service/endpoint, as in catalog.toml"),
            |near| format!("did you mean \"{near}\"?"),
        );
        let message = format!("unknown \"{}\"; {hint}", prompt.endpoint);
        problems.add(&record.file, record.line("endpoint"), "endpoint", message);
        return;
    };
    for fault in endpoint.problems(prompt.model.as_deref(), &prompt.params, &prompt.text) {
        problems.add(&record.file, record.line(&fault.field), fault.field, fault.message);
    }
}

pub(super) fn check_blanks(record: &PromptRecord, problems: &mut Problems) {
    for fault in placeholders::faults(&record.prompt.blanks) {
        let line = record.line(&format!("blanks.{}", fault.blank));
        problems.add(&record.file, line, format!("blanks.{}", fault.field), fault.message);
    }
}

/// Declared blanks that do not occur, and undeclared ones that do.
fn doubtful_blanks(record: &PromptRecord) -> Vec<Problem> {
    let template = Template::new(&record.prompt.text, &record.prompt.blanks);
    let warning = |field: &str, message| Problem {
        file: record.file.clone(),
        line: record.line(field),
        field: "blanks".into(),
        message,
    };
    let (occurring, missing): (Vec<_>, Vec<_>) =
        (0..).zip(template.fields()).partition(|(at, _)| template.occurs(*at));
    let mut warnings: Vec<Problem> = missing
        .into_iter()
        .map(|(at, field)| {
            let message = format!("\"{}\" does not occur in the text; remove it", field.blank.name);
            warning(&format!("blanks.{at}"), message)
        })
        .collect();
    let undeclared: Vec<String> = occurring
        .into_iter()
        .filter(|(_, field)| !field.declared)
        .map(|(_, field)| format!("\"{}\"", field.blank.name))
        .collect();
    if template.left_out() > 0 {
        let message = format!(
            "the text has {} more than the {MOST_FIELDS} that can be filled in; they stay as written",
            template.left_out()
        );
        warnings.push(warning("text", message));
    }
    if !undeclared.is_empty() {
        let message = format!(
            "{} found in the text; declare each as a [[blanks]] table with a name, or write \
             blanks = false where nothing is to be filled in",
            undeclared.join(", ")
        );
        warnings.push(warning("text", message));
    }
    warnings
}

/// No two prompts may claim one name, be it as slug or as alias.
fn check_names(prompts: &[PromptRecord], problems: &mut Problems) {
    let mut owners: BTreeMap<&Slug, &PromptRecord> = BTreeMap::new();
    for record in prompts {
        if let Some(first) = owners.insert(&record.prompt.slug, record) {
            let message =
                format!("the slug is taken by {}; rename one of the files", first.file.display());
            problems.add(&record.file, 0, "", message);
        }
    }
    let mut aliases: BTreeMap<&Slug, &PromptRecord> = BTreeMap::new();
    for record in prompts {
        for alias in &record.prompt.aliases {
            let taken = owners.get(alias).or_else(|| aliases.get(alias)).copied();
            if let Some(owner) = taken {
                let message =
                    format!("\"{alias}\" is the name of {}; remove it", owner.file.display());
                problems.add(&record.file, record.line("aliases"), "aliases", message);
            } else {
                aliases.insert(alias, record);
            }
        }
    }
}
