//! Reading: rows out of the database and into the domain.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, FromRow};

use crate::catalog::{
    Agent, Article, Blanks, Catalog, Category, Digest, Endpoint, FaqEntry, LocalText, Locale,
    Medium, MediumContent, Object, Picture, Prompt, Provider, Reference, Service, Slug, Source,
    Status, Tag, TextFormat, UtcTime,
};

use crate::placeholders::Template;

use super::found::CardWords;
use super::shown::{APPEARED, EVERY, SHOWN, shown};
use super::{Error, Point, Store};

/// A prompt as it is shown in a list.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its key.
    pub id: i64,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its own title, which may be missing.
    pub title: LocalText,
    /// What can be read off its text.
    pub digest: Digest,
    /// The language it is written in.
    pub language: Locale,
    /// Its shelf.
    pub category: String,
    /// The endpoint it is written for.
    pub endpoint: String,
    /// The model it is written for.
    pub model: Option<String>,
    /// The proportions it asks for, as `16:9`.
    pub aspect_ratio: Option<String>,
    /// What its first sample with something to see looks like.
    pub picture: Option<Picture>,
    /// The revision of its last change.
    pub revision: i64,
    /// What a search may have found it by; only where that was asked for.
    pub words: Option<Box<CardWords>>,
}

/// What a prompt's cover is drawn from.
#[derive(Clone, Debug, FromRow)]
pub struct CoverSource {
    /// Its name in addresses.
    pub slug: String,
    /// The beginning of its text, at least 4 kB of it.
    pub text: String,
    /// Its shelf.
    pub category: String,
    /// The endpoint it is written for.
    pub endpoint: String,
    /// The proportions it asks for, as `16:9`.
    pub aspect_ratio: Option<String>,
    /// The revision of its last change.
    pub revision: i64,
}

/// Where a prompt is, and when it last changed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Stamp {
    /// Its name in addresses.
    pub slug: String,
    /// When it last changed, RFC 3339 in UTC.
    pub updated: String,
}

/// A prompt with what the database knows about it.
#[derive(Clone, Debug)]
pub struct StoredPrompt {
    /// Its key.
    pub id: i64,
    /// The prompt; `created` and `aliases` are filled.
    pub prompt: Prompt,
    /// What can be read off its text.
    pub digest: Digest,
    /// When it last changed, RFC 3339 in UTC.
    pub updated: String,
}

/// What is found under a slug.
#[derive(Clone, Debug)]
pub enum PromptLookup {
    /// The prompt.
    Found(Box<StoredPrompt>),
    /// A name it had before, and the one it has now.
    Moved(Slug),
    /// It was shown once, and is not to be any more.
    Retired(Box<Retired>),
}

/// A prompt that is shown no more, by what others like it are found.
#[derive(Clone, Debug)]
pub struct Retired {
    /// What lists knew of it.
    pub facts: Facts,
    /// What it said.
    pub words: Words,
}

/// What lists need to know of a prompt, besides its card: what it is narrowed, sorted and
/// labelled by.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its key.
    pub id: i64,
    /// Its name in addresses.
    pub slug: Slug,
    /// The day it was added, as `2026-11-22`.
    pub created: String,
    /// The day it last changed.
    pub changed: String,
    /// Whether it is featured.
    pub featured: bool,
    /// The language it is written in.
    pub language: Locale,
    /// Prose or JSON.
    pub format: TextFormat,
    /// Whether it has blanks.
    pub has_blanks: bool,
    /// Whether it sets parameters.
    pub has_params: bool,
    /// Its own title.
    pub title: LocalText,
    /// The title read off its text.
    pub digest_title: String,
    /// Its shelf.
    pub category: String,
    /// The endpoint it is written for.
    pub endpoint: String,
    /// The model it is written for.
    pub model: Option<String>,
    /// Words it is filed under.
    pub tags: Vec<String>,
    /// Who wrote it.
    pub author: Option<String>,
}

/// Some of the prompts that changed after a revision.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Those there are, by rising key.
    pub facts: Vec<Facts>,
    /// The keys of those that are gone.
    pub removed: Vec<i64>,
    /// The last key among them; none where there were no more.
    pub last: Option<i64>,
}

/// A prompt that changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its key.
    pub id: i64,
    /// The revision of its last change.
    pub revision: i64,
    /// The prompt; none where it is gone.
    pub prompt: Option<StoredPrompt>,
}

/// What a prompt says.
#[derive(Clone, Debug)]
pub struct Words {
    /// Its key.
    pub id: i64,
    /// Its text.
    pub text: String,
    /// Its description, Markdown.
    pub description: LocalText,
}

#[derive(FromRow)]
struct PromptRow {
    id: i64,
    slug: String,
    text: String,
    language: String,
    category: String,
    endpoint: String,
    model: Option<String>,
    params: String,
    blanks: String,
    title: String,
    description: String,
    author: Option<String>,
    source_url: Option<String>,
    license: Option<String>,
    featured: bool,
    created: String,
    status: String,
    publish_at: Option<String>,
    updated: String,
    tags: String,
    aliases: String,
    media: String,
    digest_title: Option<String>,
    digest_excerpt: Option<String>,
    digest_format: Option<String>,
}

/// A prompt with the cards of others, as JSON.
#[derive(FromRow)]
struct PromptWithCardsRow {
    #[sqlx(flatten)]
    prompt: PromptRow,
    cards: String,
}

#[derive(Deserialize, FromRow)]
pub(super) struct CardRow {
    id: i64,
    slug: String,
    title: String,
    language: String,
    category: String,
    endpoint: String,
    model: Option<String>,
    aspect_ratio: Option<String>,
    picture: Option<String>,
    revision: i64,
    digest_title: Option<String>,
    digest_excerpt: Option<String>,
    digest_format: Option<String>,
    text: Option<String>,
}

/// When a prompt last changed. Whoever writes rows may have written that in any way SQLite reads,
/// or in none. Appearing is a change, too.
macro_rules! updated {
    () => {
        "max(coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', p.updated), p.created || 'T00:00:00Z'), \
         coalesce(p.publish_at, ''))"
    };
}

/// Selects [`PromptRow`]s from a table `p` of prompts, with what is put in between.
const PROMPT: [&str; 2] = [
    concat!(
        "SELECT p.id, p.slug, p.text, p.language, p.category, p.endpoint, p.model, p.params, p.blanks, p.title, \
         p.description, p.author, p.source_url, p.license, p.featured, p.created, p.status, p.publish_at, ",
        updated!(),
        " AS updated, \
         (SELECT json_group_array(tag) FROM (SELECT tag FROM prompt_tags WHERE prompt_id = p.id \
          ORDER BY position, tag)) AS tags, \
         (SELECT json_group_array(slug) FROM (SELECT slug FROM prompt_aliases WHERE prompt_id = p.id \
          ORDER BY slug)) AS aliases, \
         (SELECT json_group_array(json_object('made_by', made_by, 'alt', json(alt), \
          'content', json(content))) FROM (SELECT made_by, alt, content FROM prompt_media \
          WHERE prompt_id = p.id ORDER BY position)) AS media, \
         d.title AS digest_title, d.excerpt AS digest_excerpt, d.format AS digest_format "
    ),
    " p LEFT JOIN prompt_digests d ON d.prompt_id = p.id ",
];

/// Selects the rows of prompts that are shown.
fn shown_prompts(condition: &str) -> String {
    let [what, from] = PROMPT;
    format!("{what} FROM {SHOWN}{from}{condition}")
}

#[derive(FromRow)]
struct FactsRow {
    id: i64,
    slug: Option<String>,
    created: Option<String>,
    changed: Option<String>,
    featured: Option<bool>,
    language: Option<String>,
    has_params: Option<bool>,
    title: Option<String>,
    category: Option<String>,
    endpoint: Option<String>,
    model: Option<String>,
    author: Option<String>,
    tags: String,
    digest_title: Option<String>,
    digest_format: Option<String>,
    digest_blanks: Option<i64>,
    /// Only where it was not digested yet.
    text: Option<String>,
    blanks: Option<String>,
}

/// Selects the rest of a [`FactsRow`].
const FACTS: &str = "p.slug, p.created, max(coalesce(date(p.updated), p.created), coalesce(date(p.publish_at), '')) AS changed, p.featured, p.language, p.params <> '{}' AS has_params, \
         p.title, p.category, p.endpoint, p.model, p.author, \
         (SELECT json_group_array(tag) FROM prompt_tags WHERE prompt_id = p.id) AS tags, \
         d.title AS digest_title, d.format AS digest_format, d.blanks AS digest_blanks, \
         CASE WHEN d.title IS NULL THEN p.text END AS text, \
         CASE WHEN d.title IS NULL THEN p.blanks END AS blanks";

/// Selects [`CardRow`]s; the text itself only where it has not been digested yet. What is taken out
/// of JSON is a text, whatever it was.
pub(super) const CARD: &str = concat!(
    "SELECT p.id, p.slug, p.title, p.language, p.category, p.endpoint, p.model, \
         p.params ->> '$.aspect_ratio' || '' AS aspect_ratio, \
         (SELECT content ->> '$.picture' || '' FROM prompt_media WHERE prompt_id = p.id \
          AND content ->> '$.picture' IS NOT NULL ORDER BY position LIMIT 1) AS picture, \
         coalesce((SELECT revision FROM prompt_changes WHERE prompt_id = p.id), 0) AS revision, \
         d.title AS digest_title, d.excerpt AS digest_excerpt, d.format AS digest_format, \
         CASE WHEN d.title IS NULL THEN p.text END AS text \
         FROM ",
    shown!(),
    " p LEFT JOIN prompt_digests d ON d.prompt_id = p.id "
);

/// Selects a [`PromptWithCardsRow`]; put together once, because every prompt page asks this.
static PROMPT_WITH_CARDS: LazyLock<String> = LazyLock::new(|| {
    let [what, from] = PROMPT;
    format!(
        "{what}, (SELECT json_group_array(json_object('id', id, 'slug', slug, 'title', title, \
         'language', language, 'category', category, 'endpoint', endpoint, 'model', model, \
         'aspect_ratio', aspect_ratio, 'picture', picture, 'revision', revision, \
         'digest_title', digest_title, 'digest_excerpt', digest_excerpt, \
         'digest_format', digest_format, 'text', text)) FROM \
         ({CARD} JOIN json_each(?3) wanted ON wanted.value = p.id)) AS cards \
         FROM {SHOWN}{from}WHERE p.slug = ?2"
    )
});

impl Store {
    /// Everything but the prompts.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn reference(&self) -> Result<Option<Reference>, Error> {
        let mut connection = self.readers.acquire().await?;
        reference(&mut connection, Scope::All).await
    }

    /// What is found under a slug, if anything is.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn prompt(&self, slug: &str) -> Result<Option<PromptLookup>, Error> {
        let row: Option<PromptRow> =
            sqlx::query_as(AssertSqlSafe(shown_prompts("WHERE p.slug = ?2")))
                .bind(self.now())
                .bind(slug)
                .fetch_optional(&self.readers)
                .await?;
        match row {
            Some(row) => Ok(Some(PromptLookup::Found(Box::new(row.parse()?)))),
            None => self.elsewhere(slug).await,
        }
    }

    /// The same with the cards of some prompts, in this order, where a prompt is found; unknown ids
    /// are left out. Asking the database takes longer than what it does then, so this asks once.
    ///
    /// # Errors
    /// As [`Store::prompt`].
    pub async fn prompt_with_cards(
        &self,
        slug: &str,
        ids: &[i64],
    ) -> Result<Option<(PromptLookup, Vec<Card>)>, Error> {
        let row: Option<PromptWithCardsRow> = sqlx::query_as(PROMPT_WITH_CARDS.as_str())
            .bind(self.now())
            .bind(slug)
            .bind(serde_json::Value::from(ids).to_string())
            .fetch_optional(&self.readers)
            .await?;
        let Some(PromptWithCardsRow { prompt, cards }) = row else {
            return Ok(self.elsewhere(slug).await?.map(|found| (found, Vec::new())));
        };
        let mut cards: Vec<CardRow> = json("prompts", "cards", slug, &cards)?;
        cards.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
        let cards = cards.into_iter().map(CardRow::parse).collect::<Result<_, Error>>()?;
        Ok(Some((PromptLookup::Found(Box::new(prompt.parse()?)), cards)))
    }

    /// These prompts, in this order; unknown ids are left out.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn prompts(&self, ids: &[i64]) -> Result<Vec<StoredPrompt>, Error> {
        let rows: Vec<PromptRow> = sqlx::query_as(AssertSqlSafe(shown_prompts(
            "JOIN json_each(?2) wanted ON wanted.value = p.id ORDER BY wanted.key",
        )))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(PromptRow::parse).collect()
    }

    /// Every prompt there is, shown or not, by slug: for whoever fills the gallery, and for no
    /// visitor.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn every_prompt(&self) -> Result<Vec<StoredPrompt>, Error> {
        let [what, from] = PROMPT;
        let sql = format!("{what} FROM {EVERY}{from}ORDER BY p.slug");
        let rows: Vec<PromptRow> =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        rows.into_iter().map(PromptRow::parse).collect()
    }

    /// What there is to say of a slug that no prompt which is shown has: the one that had it
    /// before, or the retired one that has it or had it.
    async fn elsewhere(&self, slug: &str) -> Result<Option<PromptLookup>, Error> {
        let moved: Option<String> = sqlx::query_scalar(concat!(
            "SELECT p.slug FROM prompt_aliases a JOIN ",
            shown!(),
            " p ON p.id = a.prompt_id WHERE a.slug = ?2"
        ))
        .bind(self.now())
        .bind(slug)
        .fetch_optional(&self.readers)
        .await?;
        match moved {
            Some(slug) => Ok(Some(PromptLookup::Moved(parse_slug("prompts", &slug)?))),
            None => Ok(self.retired(slug).await?.map(Box::new).map(PromptLookup::Retired)),
        }
    }

    /// The retired prompt that has this slug, or had it.
    async fn retired(&self, slug: &str) -> Result<Option<Retired>, Error> {
        let row: Option<FactsRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT p.id, {FACTS} FROM {EVERY} p LEFT JOIN prompt_digests d ON d.prompt_id = p.id \
             WHERE p.status = 'retired' AND p.id = coalesce((SELECT id FROM {EVERY} WHERE slug = ?1), \
             (SELECT prompt_id FROM prompt_aliases WHERE slug = ?1))",
        )))
        .bind(slug)
        .fetch_optional(&self.readers)
        .await?;
        let Some(facts) = row.map(FactsRow::parse).transpose()?.flatten() else { return Ok(None) };
        let words = self.words_in(EVERY, &[facts.id]).await?;
        Ok(words.into_iter().next().map(|words| Retired { facts, words }))
    }

    /// The cards of these prompts, in this order; unknown ids are left out.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn cards(&self, ids: &[i64]) -> Result<Vec<Card>, Error> {
        let rows: Vec<CardRow> = sqlx::query_as(AssertSqlSafe(format!(
            "{CARD} JOIN json_each(?2) wanted ON wanted.value = p.id ORDER BY wanted.key"
        )))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(CardRow::parse).collect()
    }

    /// Where these prompts are and when they last changed, in this order; unknown ids are left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stamps(&self, ids: &[i64]) -> Result<Vec<Stamp>, Error> {
        Ok(sqlx::query_as(concat!(
            "SELECT p.slug, ",
            updated!(),
            " AS updated FROM json_each(?2) wanted JOIN ",
            shown!(),
            " p ON p.id = wanted.value ORDER BY wanted.key"
        ))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?)
    }

    /// What the covers of these prompts are drawn from, in this order; unknown slugs are left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cover_sources(&self, slugs: &[Slug]) -> Result<Vec<CoverSource>, Error> {
        let slugs: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
        Ok(sqlx::query_as(concat!(
            "SELECT p.slug, substr(p.text, 1, 4096) AS text, p.category, p.endpoint, \
             p.params ->> '$.aspect_ratio' || '' AS aspect_ratio, \
             coalesce((SELECT revision FROM prompt_changes WHERE prompt_id = p.id), 0) AS revision \
             FROM json_each(?2) wanted JOIN ",
            shown!(),
            " p ON p.slug = wanted.value ORDER BY wanted.key",
        ))
        .bind(self.now())
        .bind(serde_json::Value::from(slugs).to_string())
        .fetch_all(&self.readers)
        .await?)
    }

    /// The names of all files that samples have.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn media_files(&self) -> Result<HashSet<String>, Error> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT prompt_id, content FROM prompt_media")
                .fetch_all(&self.readers)
                .await?;
        let mut files = HashSet::new();
        for (id, content) in rows {
            let content: MediumContent =
                json("prompt_media", "content", &id.to_string(), &content)?;
            files.extend(content.files().map(str::to_owned));
        }
        Ok(files)
    }

    /// How many prompts there are, shown or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn count(&self) -> Result<usize, Error> {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {EVERY}")))
            .fetch_one(&self.readers)
            .await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The next prompts that changed, or appeared by themselves, after a point, by their keys: up to
    /// some thousands of those above `after`. One that is shown no more counts as gone.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn changes(&self, since: Point, after: i64) -> Result<Changes, Error> {
        // Tests take several without having thousands. The first are few, so that whoever waits for
        // them has something to do while the next are read.
        const BATCH: i64 = if cfg!(test) { 2 } else { 2_000 };
        const FIRST: i64 = if cfg!(test) { 2 } else { 64 };
        let most = if after == i64::MIN { FIRST } else { BATCH };
        let changed = changed(since);
        let [from, until] = self.span(since);
        let rows: Vec<FactsRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT c.id AS id, {FACTS} FROM {changed} c \
             LEFT JOIN {SHOWN} p ON p.id = c.id \
             LEFT JOIN prompt_digests d ON d.prompt_id = c.id \
             ORDER BY c.id LIMIT ?6",
        )))
        .bind(self.now())
        .bind(from)
        .bind(until)
        .bind(since.number)
        .bind(after)
        .bind(most)
        .fetch_all(&self.readers)
        .await?;
        let mut changes = Changes { last: rows.last().map(|row| row.id), ..Changes::default() };
        for row in rows {
            let id = row.id;
            match row.parse()? {
                Some(facts) => changes.facts.push(facts),
                None => changes.removed.push(id),
            }
        }
        Ok(changes)
    }

    /// The next prompts that changed, or appeared by themselves, after a point, with everything about
    /// them: some of those above `after`, by rising key. One that is shown no more counts as gone.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn changed_prompts(&self, since: Point, after: i64) -> Result<Vec<Change>, Error> {
        const MOST: i64 = 100;
        /// The most bytes of text, unless a single prompt has more.
        const MOST_BYTES: i64 = 1 << 20;
        let changed = changed(since);
        let [from, until] = self.span(since);
        let mut rows: Vec<(i64, i64, i64)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT c.id, coalesce((SELECT revision FROM prompt_changes WHERE prompt_id = c.id), 0), \
             coalesce((SELECT octet_length(text) FROM {SHOWN} WHERE id = c.id), 0) \
             FROM {changed} c ORDER BY c.id LIMIT ?6",
        )))
        .bind(self.now())
        .bind(from)
        .bind(until)
        .bind(since.number)
        .bind(after)
        .bind(MOST)
        .fetch_all(&self.readers)
        .await?;
        let mut left = MOST_BYTES;
        let fitting = rows.iter().take_while(|(_, _, bytes)| {
            left -= bytes;
            left >= 0
        });
        let fitting = fitting.count().max(1);
        rows.truncate(fitting);
        let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
        let mut prompts = self.prompts(&ids).await?.into_iter().peekable();
        let change = |(id, revision, _)| {
            let prompt = prompts.next_if(|prompt| prompt.id == id);
            Change { id, revision, prompt }
        };
        Ok(rows.into_iter().map(change).collect())
    }

    /// The facts of these prompts, by rising key; unknown keys are left out.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn facts(&self, ids: &[i64]) -> Result<Vec<Facts>, Error> {
        let rows: Vec<FactsRow> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT p.id, {FACTS} FROM {SHOWN} p LEFT JOIN prompt_digests d ON d.prompt_id = p.id \
             WHERE p.id IN (SELECT value FROM json_each(?2)) ORDER BY p.id",
        )))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().filter_map(|row| row.parse().transpose()).collect()
    }

    /// What these prompts say, by rising key; unknown keys are left out.
    ///
    /// # Errors
    /// When the database cannot be read or holds what the domain does not allow.
    pub async fn words(&self, ids: &[i64]) -> Result<Vec<Words>, Error> {
        self.words_in(SHOWN, ids).await
    }

    /// What the prompts of a table say.
    async fn words_in(&self, table: &str, ids: &[i64]) -> Result<Vec<Words>, Error> {
        let rows: Vec<(i64, String, String, String)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT id, slug, text, description FROM {table} \
             WHERE id IN (SELECT value FROM json_each(?2)) ORDER BY id",
        )))
        .bind(self.now())
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(id, slug, text, description)| {
                let description = json("prompts", "description", &slug, &description)?;
                Ok(Words { id, text, description })
            })
            .collect()
    }
}

/// The keys above `?5` of what changed, or appeared by itself, after a point, as a table. It takes `?2`
/// and `?3` of [`Store::span`], and the point's number as `?4`.
fn changed(since: Point) -> String {
    // Everything is walked through by keys; a few changes are found by their revision, which
    // SQLite would not choose by itself because they are wanted by keys as well.
    if since == Point::default() {
        "(SELECT prompt_id AS id FROM prompt_changes NOT INDEXED \
         WHERE revision > ?4 AND prompt_id > ?5)"
            .to_owned()
    } else {
        format!(
            "(SELECT prompt_id AS id FROM prompt_changes INDEXED BY prompt_changes_by_revision \
             WHERE revision > ?4 AND prompt_id > ?5 UNION {APPEARED} AND id > ?5)"
        )
    }
}

/// Every prompt that a seed file made, as an update sees them.
pub(super) async fn seeded_prompts(
    connection: &mut sqlx::SqliteConnection,
) -> Result<Vec<StoredPrompt>, Error> {
    let [what, from] = PROMPT;
    let sql = format!("{what} FROM {EVERY}{from}WHERE p.origin = 'seed' ORDER BY p.id");
    let rows: Vec<PromptRow> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await?;
    rows.into_iter().map(PromptRow::parse).collect()
}

/// Whose categories and tags are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everyone's.
    All,
    /// Those of seed files.
    Seeded,
}

/// Everything but the prompts; none before the first seeding.
pub(super) async fn reference(
    connection: &mut sqlx::SqliteConnection,
    scope: Scope,
) -> Result<Option<Reference>, Error> {
    let platform: Option<String> = sqlx::query_scalar("SELECT definition FROM platform")
        .fetch_optional(&mut *connection)
        .await?;
    let Some(platform) = platform else { return Ok(None) };
    let providers: Vec<(String, String)> =
        sqlx::query_as("SELECT slug, name FROM providers ORDER BY position")
            .fetch_all(&mut *connection)
            .await?;
    let providers = providers.into_iter().map(|(slug, name)| Provider { slug, name }).collect();
    let services = services(&mut *connection).await?;
    let catalog =
        Catalog::new(json("platform", "definition", "1", &platform)?, providers, services)
            .map_err(|faults| Error::Corrupt {
                table: "endpoints",
                column: "definition",
                key: faults.iter().map(|fault| fault.path.join(".")).collect::<Vec<_>>().join(", "),
                message: faults
                    .into_iter()
                    .map(|fault| fault.message)
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
    let categories: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT slug, name, description FROM categories WHERE ?1 OR origin = 'seed' \
             ORDER BY position, slug",
    )
    .bind(scope == Scope::All)
    .fetch_all(&mut *connection)
    .await?;
    let categories = categories
        .into_iter()
        .map(|(slug, name, description)| {
            Ok(Category {
                name: json("categories", "name", &slug, &name)?,
                description: json("categories", "description", &slug, &description)?,
                slug: parse_slug("categories", &slug)?,
            })
        })
        .collect::<Result<_, Error>>()?;
    let tags: Vec<(String, String)> =
        sqlx::query_as("SELECT slug, name FROM tags WHERE ?1 OR origin = 'seed' ORDER BY slug")
            .bind(scope == Scope::All)
            .fetch_all(&mut *connection)
            .await?;
    let tags = tags
        .into_iter()
        .map(|(slug, name)| {
            Ok(Tag { name: json("tags", "name", &slug, &name)?, slug: parse_slug("tags", &slug)? })
        })
        .collect::<Result<_, Error>>()?;
    let agents: Vec<(String, String)> =
        sqlx::query_as("SELECT slug, definition FROM agents ORDER BY position")
            .fetch_all(&mut *connection)
            .await?;
    let agents = agents
        .into_iter()
        .map(|(slug, definition)| json::<Agent>("agents", "definition", &slug, &definition))
        .collect::<Result<_, Error>>()?;
    let faq: Vec<(String, String, String, String, bool, String)> = sqlx::query_as(
        "SELECT locale, slug, question, answer, on_prompt, subjects FROM faq
         ORDER BY locale, position",
    )
    .fetch_all(&mut *connection)
    .await?;
    let faq = faq
        .into_iter()
        .map(|(locale, slug, question, answer, on_prompt, subjects)| {
            Ok(FaqEntry {
                locale: parse_locale("faq", &slug, &locale)?,
                subjects: json("faq", "subjects", &slug, &subjects)?,
                slug,
                question,
                answer,
                on_prompt,
            })
        })
        .collect::<Result<_, Error>>()?;
    let articles: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT locale, slug, title, body FROM articles ORDER BY locale, slug")
            .fetch_all(&mut *connection)
            .await?;
    let articles = articles
        .into_iter()
        .map(|(locale, slug, title, body)| {
            Ok(Article { locale: parse_locale("articles", &slug, &locale)?, slug, title, body })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Some(Reference { catalog, categories, tags, agents, faq, articles }))
}

async fn services(connection: &mut sqlx::SqliteConnection) -> Result<Vec<Service>, Error> {
    let rows: Vec<(String, String, Option<String>, String)> =
        sqlx::query_as("SELECT slug, name, provider, sdk FROM services ORDER BY position")
            .fetch_all(&mut *connection)
            .await?;
    let endpoints: Vec<(String, String, String)> =
        sqlx::query_as("SELECT service, id, definition FROM endpoints ORDER BY position")
            .fetch_all(&mut *connection)
            .await?;
    let mut by_service: HashMap<String, Vec<Endpoint>> = HashMap::new();
    for (service, id, definition) in endpoints {
        let endpoint = json("endpoints", "definition", &id, &definition)?;
        by_service.entry(service).or_default().push(endpoint);
    }
    rows.into_iter()
        .map(|(slug, name, provider, sdk)| {
            Ok(Service {
                sdk: json("services", "sdk", &slug, &sdk)?,
                endpoints: by_service.remove(&slug).unwrap_or_default(),
                slug,
                name,
                provider,
            })
        })
        .collect()
}

impl PromptRow {
    fn parse(self) -> Result<StoredPrompt, Error> {
        let digest = digest(
            self.digest_title,
            self.digest_excerpt,
            self.digest_format.as_deref(),
            &self.text,
        );
        let key = self.slug;
        let slugs = |column, text: &str| -> Result<Vec<Slug>, Error> {
            let texts: Vec<String> = json("prompts", column, &key, text)?;
            texts.iter().map(|text| parse_slug("prompts", text)).collect()
        };
        Ok(StoredPrompt {
            id: self.id,
            prompt: Prompt {
                slug: parse_slug("prompts", &key)?,
                title: json("prompts", "title", &key, &self.title)?,
                description: json("prompts", "description", &key, &self.description)?,
                language: parse_locale("prompts", &key, &self.language)?,
                category: parse_slug("prompts", &self.category)?,
                params: json::<Object>("prompts", "params", &key, &self.params)?,
                blanks: json("prompts", "blanks", &key, &self.blanks)?,
                tags: slugs("tags", &self.tags)?,
                aliases: slugs("aliases", &self.aliases)?,
                media: json::<Vec<Medium>>("prompt_media", "content", &key, &self.media)?,
                text: self.text,
                endpoint: self.endpoint,
                model: self.model,
                featured: self.featured,
                status: Status::from_slug(&self.status).ok_or_else(|| Error::Corrupt {
                    table: "prompts",
                    column: "status",
                    key: key.clone(),
                    message: format!("\"{}\" is unknown", self.status),
                })?,
                publish_at: self.publish_at.as_deref().and_then(UtcTime::parse),
                created: Some(self.created),
                source: Source { author: self.author, url: self.source_url, license: self.license },
            },
            digest,
            updated: self.updated,
        })
    }
}

impl CardRow {
    pub(super) fn parse(self) -> Result<Card, Error> {
        let picture = self.picture.as_deref();
        let picture = picture
            .map(|picture| json("prompt_media", "content", &self.slug, picture))
            .transpose()?;
        Ok(Card {
            id: self.id,
            picture,
            title: json("prompts", "title", &self.slug, &self.title)?,
            digest: digest(
                self.digest_title,
                self.digest_excerpt,
                self.digest_format.as_deref(),
                self.text.as_deref().unwrap_or_default(),
            ),
            language: parse_locale("prompts", &self.slug, &self.language)?,
            slug: parse_slug("prompts", &self.slug)?,
            category: self.category,
            endpoint: self.endpoint,
            model: self.model,
            aspect_ratio: self.aspect_ratio,
            revision: self.revision,
            words: None,
        })
    }
}

impl FactsRow {
    /// The facts; none where there is no such prompt any more.
    fn parse(self) -> Result<Option<Facts>, Error> {
        let Some(key) = self.slug else { return Ok(None) };
        let format = self.digest_format.as_deref().and_then(TextFormat::from_slug);
        let undigested = || Digest::of(self.text.as_deref().unwrap_or_default());
        let blanks = || {
            let text = self.text.as_deref().unwrap_or_default();
            blank_count(text, self.blanks.as_deref().unwrap_or_default())
        };
        Ok(Some(Facts {
            id: self.id,
            slug: parse_slug("prompts", &key)?,
            created: self.created.unwrap_or_default(),
            changed: self.changed.unwrap_or_default(),
            featured: self.featured.unwrap_or_default(),
            language: parse_locale("prompts", &key, &self.language.unwrap_or_default())?,
            format: format.unwrap_or_else(|| undigested().format),
            has_blanks: self.digest_blanks.unwrap_or_else(blanks) > 0,
            has_params: self.has_params.unwrap_or_default(),
            title: json("prompts", "title", &key, self.title.as_deref().unwrap_or("{}"))?,
            digest_title: self.digest_title.unwrap_or_else(|| undigested().title),
            category: self.category.unwrap_or_default(),
            endpoint: self.endpoint.unwrap_or_default(),
            model: self.model,
            tags: json("prompt_tags", "tag", &key, &self.tags)?,
            author: self.author,
        }))
    }
}

/// How many blanks a text has.
pub(super) fn blank_count(text: &str, blanks: &str) -> i64 {
    let blanks: Blanks = serde_json::from_str(blanks).unwrap_or_default();
    let template = Template::new(text, &blanks);
    let occurring = (0..template.fields().len()).filter(|field| template.occurs(*field));
    i64::try_from(occurring.count()).unwrap_or(i64::MAX)
}

/// The stored digest, or one read off the text now if the row has not been indexed yet.
fn digest(
    title: Option<String>,
    excerpt: Option<String>,
    format: Option<&str>,
    text: &str,
) -> Digest {
    match (title, excerpt, format.and_then(TextFormat::from_slug)) {
        (Some(title), Some(excerpt), Some(format)) => Digest { title, excerpt, format },
        _ => Digest::of(text),
    }
}

pub(super) fn json<T: DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    key: &str,
    text: &str,
) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Corrupt {
        table,
        column,
        key: key.into(),
        message: error.to_string(),
    })
}

fn parse_slug(table: &'static str, text: &str) -> Result<Slug, Error> {
    Slug::parse(text).map_err(|error| Error::Corrupt {
        table,
        column: "slug",
        key: text.into(),
        message: error.to_string(),
    })
}

fn parse_locale(table: &'static str, key: &str, tag: &str) -> Result<Locale, Error> {
    Locale::from_tag(tag).ok_or_else(|| Error::Corrupt {
        table,
        column: "language",
        key: key.into(),
        message: format!("\"{tag}\" is no language of this site"),
    })
}
