//! Steps three and four: what differs from the database, and making it so.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use crate::catalog::{Catalog, Locale, Prompt, Reference, Slug};
use crate::i18n;
use crate::store::{self, StoredPrompt, Update};

use super::{Problems, SeedPrompt, Seeds};

/// What seeding will change.
#[derive(Debug)]
pub struct Plan {
    new_reference: Reference,
    old_reference: Option<Reference>,
    reference: Vec<String>,
    add: Vec<Prompt>,
    change: Vec<Change>,
    remove: Vec<StoredPrompt>,
    /// Prompts whose file is gone, kept because removing was not asked for.
    orphans: Vec<String>,
    unchanged: usize,
}

#[derive(Debug)]
struct Change {
    stored: StoredPrompt,
    prompt: Prompt,
    fields: Vec<&'static str>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The files and the database contradict each other.
    #[error(transparent)]
    Conflict(#[from] Problems),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Plan {
    /// Holds the seeds against what is stored. With `prune`, prompts whose file is gone are
    /// removed.
    ///
    /// The plan is made and applied inside the same exclusive [`Update`], so that nothing
    /// can change in between.
    ///
    /// # Errors
    /// When a slug belongs to a prompt that no seed file made, or the database cannot be read.
    pub async fn make(seeds: &Seeds, update: &mut Update, prune: bool) -> Result<Self, PlanError> {
        let old_reference = match update.reference().await {
            Ok(reference) => reference,
            // What cannot be read is replaced as a whole.
            Err(store::Error::Corrupt { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let names = seeds.prompts.iter().flat_map(|SeedPrompt { prompt, .. }| {
            std::iter::once(&prompt.slug).chain(&prompt.aliases).map(Slug::as_str)
        });
        let (foreign, foreign_aliases) = update.foreign(&names.collect::<Vec<_>>()).await?;
        let mut stored: BTreeMap<String, StoredPrompt> = update
            .seeded_prompts()
            .await?
            .into_iter()
            .map(|stored| (stored.prompt.slug.to_string(), stored))
            .collect();
        let mut plan = Self {
            reference: reference_changes(&seeds.reference, old_reference.as_ref()),
            new_reference: seeds.reference.clone(),
            old_reference,
            add: Vec::new(),
            change: Vec::new(),
            remove: Vec::new(),
            orphans: Vec::new(),
            unchanged: 0,
        };
        let mut problems = Problems::default();
        let files: HashSet<&str> =
            seeds.prompts.iter().map(|seed| seed.prompt.slug.as_str()).collect();
        for SeedPrompt { file, prompt } in &seeds.prompts {
            let slug = prompt.slug.as_str();
            if foreign.contains(slug) {
                problems.add(
                    file,
                    0,
                    "",
                    "the slug belongs to a prompt that a migration added; rename the file",
                );
                continue;
            }
            for alias in prompt.aliases.iter().map(Slug::as_str) {
                let owner = if foreign.contains(alias) {
                    "is the name of a prompt that a migration added"
                } else if foreign_aliases.contains(alias) {
                    "is the former name of a prompt that a migration added"
                } else {
                    continue;
                };
                problems.add(file, 0, "aliases", format!("\"{alias}\" {owner}; remove it"));
            }
            // A file renamed with its old name as an alias takes over the stored prompt.
            let renamed = || {
                let gone = |alias: &&str| !files.contains(alias);
                prompt.aliases.iter().map(Slug::as_str).filter(gone).map(str::to_owned)
            };
            let found =
                stored.remove(slug).or_else(|| renamed().find_map(|alias| stored.remove(&alias)));
            match found {
                None => plan.add.push(prompt.clone()),
                Some(before) => {
                    let fields = differences(&before.prompt, prompt);
                    if fields.is_empty() {
                        plan.unchanged += 1;
                    } else {
                        plan.change.push(Change { stored: before, prompt: prompt.clone(), fields });
                    }
                }
            }
        }
        for SeedPrompt { file, prompt } in seeds.prompts.iter().filter(|_| !prune) {
            for alias in prompt.aliases.iter().filter(|alias| stored.contains_key(alias.as_str())) {
                let message = format!(
                    "\"{alias}\" is still the name of a prompt whose file is gone; \
                     `seed --prune` removes that one"
                );
                problems.add(file, 0, "aliases", message);
            }
        }
        if problems.iter().next().is_some() {
            return Err(PlanError::Conflict(problems));
        }
        if prune {
            plan.remove.extend(stored.into_values());
        } else {
            plan.orphans.extend(stored.into_keys());
        }
        Ok(plan)
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reference.is_empty()
            && self.add.is_empty()
            && self.change.is_empty()
            && self.remove.is_empty()
    }

    /// One line about the plan, for a log.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.is_empty() {
            let prompts = (i18n::texts(Locale::En).prompt_count)(self.unchanged);
            return format!("seeds unchanged, {prompts}");
        }
        format!(
            "{} added, {} changed, {} removed, {} unchanged",
            (i18n::texts(Locale::En).prompt_count)(self.add.len()),
            self.change.len(),
            self.remove.len(),
            self.unchanged
        )
    }

    /// Makes it so. Nothing is kept before [`Update::finish`].
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn apply(&self, update: &mut Update) -> Result<(), store::Error> {
        if !self.reference.is_empty() {
            update.put_reference(&self.new_reference, self.old_reference.as_ref()).await?;
        }
        for stored in &self.remove {
            update.remove_prompt(stored).await?;
        }
        for change in &self.change {
            update.change_prompt(&change.stored, &change.prompt).await?;
        }
        update.add_prompts(&self.add).await?;
        for prompt in self.change.iter().map(|change| &change.prompt).chain(&self.add) {
            update.put_aliases(&prompt.slug, &prompt.aliases).await?;
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.reference {
            writeln!(f, "  ~ {line}")?;
        }
        for prompt in &self.add {
            writeln!(f, "  + {}", prompt.slug)?;
        }
        for Change { stored, prompt, fields } in &self.change {
            let was = if stored.prompt.slug == prompt.slug {
                String::new()
            } else {
                format!(" (was {})", stored.prompt.slug)
            };
            writeln!(f, "  ~ {}{was}: {}", prompt.slug, fields.join(", "))?;
        }
        for stored in &self.remove {
            writeln!(f, "  - {}", stored.prompt.slug)?;
        }
        for slug in &self.orphans {
            writeln!(f, "  ? {slug}: its file is gone; --prune removes it")?;
        }
        write!(f, "{}", self.summary())
    }
}

/// The fields in which a seed file differs from what is stored.
fn differences(old: &Prompt, new: &Prompt) -> Vec<&'static str> {
    let comparisons = [
        ("slug", old.slug == new.slug),
        ("title", old.title == new.title),
        ("description", old.description == new.description),
        ("text", old.text == new.text),
        ("language", old.language == new.language),
        ("category", old.category == new.category),
        ("endpoint", old.endpoint == new.endpoint),
        ("model", old.model == new.model),
        // Objects compare without regard to order, but the order is shown, too.
        ("params", old.params.iter().eq(new.params.iter())),
        ("blanks", old.blanks == new.blanks),
        ("tags", old.tags == new.tags),
        ("featured", old.featured == new.featured),
        ("status", old.status == new.status),
        ("publish_at", old.publish_at == new.publish_at),
        ("created", new.created.is_none() || old.created == new.created),
        ("author", old.source.author == new.source.author),
        ("source_url", old.source.url == new.source.url),
        ("license", old.source.license == new.source.license),
        // A prompt may have more old names than its file lists: renames keep them.
        ("media", old.media == new.media),
        ("aliases", new.aliases.iter().all(|alias| old.aliases.contains(alias))),
    ];
    comparisons.into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect()
}

/// One line for each part of the reference data that differs.
fn reference_changes(new: &Reference, old: Option<&Reference>) -> Vec<String> {
    fn keyed<T: Clone>(items: &[T], key: fn(&T) -> String) -> HashMap<String, T> {
        items.iter().map(|item| (key(item), item.clone())).collect()
    }
    fn compare<T: Clone + PartialEq>(
        what: &str,
        new: &[T],
        old: &[T],
        key: fn(&T) -> String,
    ) -> Option<String> {
        if new == old {
            return None;
        }
        let before = keyed(old, key);
        let after = keyed(new, key);
        let added = after.keys().filter(|key| !before.contains_key(*key)).count();
        let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
        let changed = after
            .iter()
            .filter(|(key, item)| before.get(*key).is_some_and(|other| other != *item))
            .count();
        Some(format!("{what}: {added} added, {changed} changed, {removed} removed"))
    }
    let none: Vec<_> = Vec::new();
    let mut lines = Vec::new();
    let old_catalog = old.map(|old| &old.catalog);
    if old_catalog.map(Catalog::platform) != Some(new.catalog.platform()) {
        lines.push(format!("platform: {}", new.catalog.platform().name));
    }
    lines.extend(compare(
        "providers",
        new.catalog.providers(),
        old_catalog.map_or(&[], |catalog| catalog.providers()),
        |provider| provider.slug.clone(),
    ));
    lines.extend(compare(
        "services",
        new.catalog.services(),
        old_catalog.map_or(&[], |catalog| catalog.services()),
        |service| service.slug.clone(),
    ));
    lines.extend(compare(
        "categories",
        &new.categories,
        old.map_or(&none, |old| &old.categories),
        |category| category.slug.to_string(),
    ));
    lines.extend(compare("tags", &new.tags, old.map_or(&[], |old| &old.tags), |tag| {
        tag.slug.to_string()
    }));
    lines.extend(compare("agents", &new.agents, old.map_or(&[], |old| &old.agents), |agent| {
        agent.slug.clone()
    }));
    lines.extend(compare("questions", &new.faq, old.map_or(&[], |old| &old.faq), |entry| {
        format!("{}/{}", entry.locale, entry.slug)
    }));
    lines.extend(compare(
        "articles",
        &new.articles,
        old.map_or(&[], |old| &old.articles),
        |page| format!("{}/{}", page.locale, page.slug),
    ));
    lines
}
