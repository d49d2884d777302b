//! What prompts said before, read back from what triggers kept.
//!
//! Of a version that was replaced only those fields are stored that the next one changed. So a
//! version is put together going back from the prompt as it is.

use sqlx::{AssertSqlSafe, Connection as _, FromRow};

use super::shown::EVERY;
use super::{Error, Store};

/// The fields of which versions are kept, as they are called in the database.
const FIELDS: [&str; 10] = [
    "title",
    "description",
    "text",
    "language",
    "category",
    "endpoint",
    "model",
    "params",
    "blanks",
    "status",
];

/// The versions of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Its name in addresses.
    pub slug: String,
    /// Those that are known, the oldest first; the last is the prompt as it is.
    pub versions: Vec<Version>,
}

/// A prompt as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, counted from 1.
    pub number: i64,
    /// When it came to be, RFC 3339 in UTC, or as a day; none where that is forgotten.
    pub since: Option<String>,
    /// What it said: each field with its value as the database holds it. A prompt without a model
    /// has an empty one.
    pub fields: Vec<(&'static str, String)>,
}

impl Version {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map_or("", |(_, value)| value)
    }

    /// The fields in which it differs from another.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let pairs = self.fields.iter().zip(&other.fields);
        pairs.filter(|(one, other)| one != other).map(|((name, _), _)| *name).collect()
    }
}

#[derive(FromRow)]
struct PromptRow {
    id: i64,
    slug: String,
    created: String,
    fields: String,
}

#[derive(FromRow)]
struct VersionRow {
    version: i64,
    replaced: String,
    fields: String,
}

impl Store {
    /// The versions of the prompt that has this slug, or had it; shown or not.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn history(&self, slug: &str) -> Result<Option<History>, Error> {
        let columns = FIELDS.join(", ");
        let mut reader = self.readers.acquire().await?;
        let mut connection = reader.begin().await?; // both of one state
        let prompt: Option<PromptRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT id, slug, created, json_array({columns}) AS fields FROM {EVERY} \
             WHERE id = coalesce((SELECT id FROM {EVERY} WHERE slug = ?1), \
             (SELECT prompt_id FROM prompt_aliases WHERE slug = ?1))"
        )))
        .bind(slug)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(prompt) = prompt else { return Ok(None) };
        let rows: Vec<VersionRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT version, replaced, json_array({columns}) AS fields FROM prompt_history \
             WHERE prompt_id = ?1 ORDER BY version DESC"
        )))
        .bind(prompt.id)
        .fetch_all(&mut *connection)
        .await?;
        let values = |key: &str, text: &str| -> Result<Vec<Option<String>>, Error> {
            super::read::json("prompt_history", "fields", key, text)
        };
        let mut current: Vec<String> = values(&prompt.slug, &prompt.fields)?
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        let version = |number: i64, values: &[String]| Version {
            number,
            since: (number == 1).then(|| prompt.created.clone()),
            fields: FIELDS.into_iter().zip(values.iter().cloned()).collect(),
        };
        let last = rows.first().map_or(1, |row| row.version + 1);
        let mut versions = vec![version(last, &current)];
        for row in rows {
            if let Some(next) = versions.last_mut() {
                next.since = Some(row.replaced);
            }
            for (value, before) in current.iter_mut().zip(values(&prompt.slug, &row.fields)?) {
                if let Some(before) = before {
                    *value = before;
                }
            }
            versions.push(version(row.version, &current));
        }
        versions.reverse();
        Ok(Some(History { slug: prompt.slug, versions }))
    }
}
