//! Step two: records to a valid gallery, or everything that is wrong with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::catalog::{
    Article, Catalog, FaqEntry, Locale, Modality, Platform, Reference, Slug, did_you_mean,
};

use crate::placeholders;

use super::read::{CatalogRecord, FaqRecord, PromptRecord, Records, line_of_path};
use super::{Problems, SeedPrompt, Seeds};

/// Holds the records against each other.
pub(super) fn check(records: Records, problems: &mut Problems) -> Option<Seeds> {
    let Records { folder, catalog, categories, tags, agents, faq, articles, prompts, .. } = records;
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
        check_subjects(&faq, catalog, problems);
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
    Some(Seeds { reference, prompts })
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
fn check_subjects(faq: &[FaqRecord], catalog: &Catalog, problems: &mut Problems) {
    let kinds: Vec<&str> =
        ["prompt"].into_iter().chain(Modality::ALL.map(Modality::slug)).collect();
    for FaqRecord { file, line, entry } in faq {
        for subject in entry.subjects.iter().map(String::as_str) {
            let mut endpoints = catalog.services().iter().flat_map(|service| &service.endpoints);
            if subject.contains('_')
                || kinds.contains(&subject)
                || endpoints.any(|endpoint| endpoint.slug == subject)
            {
                continue;
            }
            let hint = did_you_mean(subject, kinds.iter().copied()).map_or_else(
                || format!("known are .{} and the slugs of endpoints", kinds.join(", .")),
                |near| format!("did you mean .{near}?"),
            );
            let message = format!("unknown class .{subject}; {hint}");
            problems.add(file, *line, &entry.question, message);
        }
    }
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
