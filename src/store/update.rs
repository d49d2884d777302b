//! Writing: one transaction that either does everything or leaves no trace.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Sqlite, Transaction};

use crate::catalog::{
    Blanks, Digest, LocalText, Locale, Medium, MediumContent, Prompt, Reference, Slug, UtcTime,
    did_you_mean,
};

use crate::placeholders;

use super::migrate::Migrations;
use super::read::{self, StoredPrompt};
use super::{Error, Revision, SILENCE, WRITER_PATIENCE, file, options, patiently, shown};

/// In bytes: what a database may have to be checked whole before a change is kept. SQLite reads
/// that much in a tenth of a second.
const CHECKED: i64 = 64 << 20;

/// The version of what is read off a text: raise it when that is done in another way.
pub(super) const DIGEST_VERSION: i64 = 2;

/// Whether an update is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Changes are kept by [`Update::finish`].
    Apply,
    /// Nothing is ever written to the file, and a missing file is not created.
    DryRun,
}

/// A prompt whose category, endpoint or model does not exist.
#[derive(sqlx::FromRow)]
struct DanglingRow {
    slug: String,
    category: String,
    endpoint: String,
    model: Option<String>,
    category_exists: bool,
    endpoint_exists: bool,
    models: Option<String>,
}

/// A prompt as a row to be; what holds JSON is the text of it.
#[derive(Serialize)]
struct NewRow<'p> {
    slug: &'p str,
    text: &'p str,
    language: &'p str,
    category: &'p str,
    endpoint: &'p str,
    model: Option<&'p str>,
    params: String,
    title: String,
    description: String,
    author: Option<&'p str>,
    source_url: Option<&'p str>,
    license: Option<&'p str>,
    featured: bool,
    status: &'static str,
    publish_at: Option<String>,
    created: Option<&'p str>,
    blanks: String,
    tags: Vec<&'p str>,
    media: &'p [Medium],
}

impl<'p> NewRow<'p> {
    fn of(prompt: &'p Prompt) -> Self {
        Self {
            slug: prompt.slug.as_str(),
            text: &prompt.text,
            language: prompt.language.tag(),
            category: prompt.category.as_str(),
            endpoint: &prompt.endpoint,
            model: prompt.model.as_deref(),
            params: json(&prompt.params),
            title: json(&prompt.title),
            description: json(&prompt.description),
            author: prompt.source.author.as_deref(),
            source_url: prompt.source.url.as_deref(),
            license: prompt.source.license.as_deref(),
            featured: prompt.featured,
            status: prompt.status.slug(),
            publish_at: prompt.publish_at.map(|time| time.to_string()),
            created: prompt.created.as_deref(),
            blanks: json(&prompt.blanks),
            tags: prompt.tags.iter().map(Slug::as_str).collect(),
            media: &prompt.media,
        }
    }
}

/// A change of content in the making: migrated, exclusive, and invisible until finished.
///
/// Foreign keys are checked at the end, so a migration may put a prompt into a category that
/// only the seeding after it brings.
#[derive(Debug)]
pub struct Update {
    transaction: Transaction<'static, Sqlite>,
    pool: SqlitePool,
    path: PathBuf,
    mode: Mode,
}

impl Update {
    /// Takes the write lock and applies outstanding migrations.
    ///
    /// The lock also keeps two processes from migrating one file at once, which sqlx's own
    /// migration lock does not do for SQLite.
    ///
    /// # Errors
    /// When the file cannot be opened or created, another process holds the lock for too
    /// long, or a migration is refused.
    pub async fn begin(path: &Path, migrations: Option<&Path>, mode: Mode) -> Result<Self, Error> {
        let migrations = Migrations::read(migrations).await?;
        file::inspect(path)?;
        let options = match mode {
            Mode::DryRun if !path.exists() => {
                SqliteConnectOptions::new().in_memory(true).foreign_keys(true)
            }
            Mode::DryRun => options(path, SILENCE).create_if_missing(false),
            Mode::Apply => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
                {
                    std::fs::create_dir_all(folder)
                        .map_err(|source| Error::Folder { path: folder.into(), source })?;
                }
                options(path, SILENCE).create_if_missing(true)
            }
        };
        let open = |source| Error::Open { path: path.into(), source };
        let (pool, mut transaction) = patiently(path, WRITER_PATIENCE, || async {
            let pool = SqlitePoolOptions::new().max_connections(1);
            let pool = pool.connect_with(options.clone()).await.map_err(open)?;
            let mut connection = pool.acquire().await.map_err(open)?;
            // Before anything is written to it.
            file::recognise(&mut connection, path).await?;
            if mode == Mode::Apply {
                let wal = sqlx::query("PRAGMA journal_mode = WAL");
                wal.execute(&mut *connection).await.map_err(open)?;
            }
            drop(connection);
            let transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(open)?;
            Ok((pool, transaction))
        })
        .await?;
        sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *transaction).await?;
        migrations.apply(&mut transaction).await?;
        for locale in Locale::ALL {
            sqlx::query("INSERT INTO languages VALUES (?1) ON CONFLICT DO NOTHING")
                .bind(locale.tag())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(Self { transaction, pool, path: path.into(), mode })
    }

    /// Everything but the prompts, as seeded before; none before the first seeding.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn reference(&mut self) -> Result<Option<Reference>, Error> {
        read::reference(&mut self.transaction, read::Scope::Seeded).await
    }

    /// Every prompt that a seed file made, as stored.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn seeded_prompts(&mut self) -> Result<Vec<StoredPrompt>, Error> {
        read::seeded_prompts(&mut self.transaction).await
    }

    /// Which of these names belong to prompts that no seed file made: as their slugs, and as
    /// their aliases.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn foreign(
        &mut self,
        names: &[&str],
    ) -> Result<(HashSet<String>, HashSet<String>), Error> {
        let names = json(&names);
        let slugs: Vec<String> = sqlx::query_scalar(
            "SELECT slug FROM prompts WHERE slug IN (SELECT value FROM json_each(?1)) \
             AND origin <> 'seed'",
        )
        .bind(&names)
        .fetch_all(&mut *self.transaction)
        .await?;
        let aliases: Vec<String> = sqlx::query_scalar(
            "SELECT a.slug FROM prompt_aliases a JOIN prompts p ON p.id = a.prompt_id \
             WHERE a.slug IN (SELECT value FROM json_each(?1)) AND p.origin <> 'seed'",
        )
        .bind(&names)
        .fetch_all(&mut *self.transaction)
        .await?;
        Ok((slugs.into_iter().collect(), aliases.into_iter().collect()))
    }

    /// Replaces everything but the prompts, table by table, where it differs.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn put_reference(
        &mut self,
        new: &Reference,
        old: Option<&Reference>,
    ) -> Result<(), Error> {
        let same =
            |equal: fn(&Reference, &Reference) -> bool| old.is_some_and(|old| equal(old, new));
        if !same(|a, b| a.catalog.platform() == b.catalog.platform()) {
            self.put_platform(new).await?;
        }
        let same_services = same(|a, b| {
            a.catalog.providers() == b.catalog.providers()
                && a.catalog.services() == b.catalog.services()
        });
        if !same_services {
            self.put_services(new).await?;
        }
        if !same(|a, b| a.categories == b.categories) {
            self.put_categories(new).await?;
        }
        if !same(|a, b| a.tags == b.tags) {
            self.put_tags(new).await?;
        }
        if !same(|a, b| a.agents == b.agents) {
            self.put_agents(new).await?;
        }
        if !same(|a, b| a.faq == b.faq) {
            self.put_faq(new).await?;
        }
        if !same(|a, b| a.articles == b.articles) {
            self.put_articles(new).await?;
        }
        Ok(())
    }

    async fn put_platform(&mut self, new: &Reference) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO platform VALUES (1, ?1) \
             ON CONFLICT (id) DO UPDATE SET definition = excluded.definition",
        )
        .bind(json(new.catalog.platform()))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    async fn put_services(&mut self, new: &Reference) -> Result<(), Error> {
        for table in [
            "DELETE FROM endpoint_models",
            "DELETE FROM endpoints",
            "DELETE FROM services",
            "DELETE FROM providers",
        ] {
            sqlx::query(table).execute(&mut *self.transaction).await?;
        }
        for (position, provider) in (0_i64..).zip(new.catalog.providers()) {
            sqlx::query("INSERT INTO providers VALUES (?1, ?2, ?3)")
                .bind(&provider.slug)
                .bind(&provider.name)
                .bind(position)
                .execute(&mut *self.transaction)
                .await?;
        }
        for (position, service) in (0_i64..).zip(new.catalog.services()) {
            sqlx::query("INSERT INTO services VALUES (?1, ?2, ?3, ?4, ?5)")
                .bind(&service.slug)
                .bind(&service.name)
                .bind(&service.provider)
                .bind(json(&service.sdk))
                .bind(position)
                .execute(&mut *self.transaction)
                .await?;
            for (position, endpoint) in (0_i64..).zip(&service.endpoints) {
                let id = format!("{}/{}", service.slug, endpoint.slug);
                sqlx::query("INSERT INTO endpoints VALUES (?1, ?2, ?3, ?4, ?5)")
                    .bind(&id)
                    .bind(&service.slug)
                    .bind(endpoint.modality.slug())
                    .bind(json(endpoint))
                    .bind(position)
                    .execute(&mut *self.transaction)
                    .await?;
                sqlx::query("INSERT INTO endpoint_models SELECT ?1, value FROM json_each(?2)")
                    .bind(&id)
                    .bind(json(&endpoint.models))
                    .execute(&mut *self.transaction)
                    .await?;
            }
        }
        Ok(())
    }

    /// Seeded categories and tags are replaced; those a migration added are kept.
    async fn put_categories(&mut self, new: &Reference) -> Result<(), Error> {
        let slugs: Vec<&str> = new.categories.iter().map(|c| c.slug.as_str()).collect();
        sqlx::query(
            "DELETE FROM categories WHERE origin = 'seed' AND slug NOT IN (SELECT value FROM json_each(?1))",
        )
        .bind(json(&slugs))
        .execute(&mut *self.transaction)
        .await?;
        for (position, category) in (0_i64..).zip(&new.categories) {
            sqlx::query(
                "INSERT INTO categories VALUES (?1, ?2, ?3, ?4, 'seed') ON CONFLICT (slug) DO UPDATE SET \
                 name = excluded.name, description = excluded.description, \
                 position = excluded.position, origin = 'seed'",
            )
            .bind(category.slug.as_str())
            .bind(json(&category.name))
            .bind(json(&category.description))
            .bind(position)
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    async fn put_tags(&mut self, new: &Reference) -> Result<(), Error> {
        let slugs: Vec<&str> = new.tags.iter().map(|tag| tag.slug.as_str()).collect();
        sqlx::query(
            "DELETE FROM tags WHERE origin = 'seed' AND slug NOT IN (SELECT value FROM json_each(?1))",
        )
        .bind(json(&slugs))
        .execute(&mut *self.transaction)
        .await?;
        for tag in &new.tags {
            sqlx::query(
                "INSERT INTO tags VALUES (?1, ?2, 'seed') ON CONFLICT (slug) DO UPDATE SET \
                 name = excluded.name, origin = 'seed'",
            )
            .bind(tag.slug.as_str())
            .bind(json(&tag.name))
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    async fn put_agents(&mut self, new: &Reference) -> Result<(), Error> {
        sqlx::query("DELETE FROM agents").execute(&mut *self.transaction).await?;
        for (position, agent) in (0_i64..).zip(&new.agents) {
            sqlx::query("INSERT INTO agents VALUES (?1, ?2, ?3)")
                .bind(&agent.slug)
                .bind(json(agent))
                .bind(position)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    async fn put_faq(&mut self, new: &Reference) -> Result<(), Error> {
        sqlx::query("DELETE FROM faq").execute(&mut *self.transaction).await?;
        for (position, entry) in (0_i64..).zip(&new.faq) {
            sqlx::query("INSERT INTO faq VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .bind(entry.locale.tag())
                .bind(&entry.slug)
                .bind(&entry.question)
                .bind(&entry.answer)
                .bind(entry.on_prompt)
                .bind(position)
                .bind(json(&entry.subjects))
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    async fn put_articles(&mut self, new: &Reference) -> Result<(), Error> {
        sqlx::query("DELETE FROM articles").execute(&mut *self.transaction).await?;
        for article in &new.articles {
            sqlx::query("INSERT INTO articles VALUES (?1, ?2, ?3, ?4)")
                .bind(article.locale.tag())
                .bind(&article.slug)
                .bind(&article.title)
                .bind(&article.body)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Adds prompts of seed files.
    ///
    /// Many go into the database with one statement: asking it costs more than what it does.
    ///
    /// # Errors
    /// When a statement fails, as when a slug belongs to a row of another origin.
    pub async fn add_prompts(&mut self, prompts: &[Prompt]) -> Result<(), Error> {
        const BATCH: usize = 256;
        for prompts in prompts.chunks(BATCH) {
            let rows: Vec<NewRow<'_>> = prompts.iter().map(NewRow::of).collect();
            let rows = json(&rows);
            sqlx::query(
                "INSERT INTO prompts (slug, text, language, category, endpoint, model, params, title, \
                 description, author, source_url, license, featured, created, blanks, origin, status, publish_at) \
                 SELECT value ->> 'slug', value ->> 'text', value ->> 'language', \
                 value ->> 'category', value ->> 'endpoint', value ->> 'model', \
                 value ->> 'params', value ->> 'title', value ->> 'description', \
                 value ->> 'author', value ->> 'source_url', value ->> 'license', \
                 value ->> 'featured', coalesce(value ->> 'created', date('now')), \
                 value ->> 'blanks', 'seed', value ->> 'status', value ->> 'publish_at' FROM json_each(?1) ORDER BY key",
            )
            .bind(&rows)
            .execute(&mut *self.transaction)
            .await?;
            sqlx::query(
                "INSERT INTO prompt_tags SELECT p.id, tag.value, tag.key FROM json_each(?1) new \
                 JOIN prompts p ON p.slug = new.value ->> 'slug', \
                 json_each(new.value, '$.tags') tag",
            )
            .bind(&rows)
            .execute(&mut *self.transaction)
            .await?;
            if prompts.iter().any(|prompt| !prompt.media.is_empty()) {
                sqlx::query(
                    "INSERT INTO prompt_media SELECT p.id, medium.key, medium.value ->> 'made_by', \
                     medium.value -> 'alt', medium.value -> 'content' FROM json_each(?1) new \
                     JOIN prompts p ON p.slug = new.value ->> 'slug', \
                     json_each(new.value, '$.media') medium",
                )
                .bind(&rows)
                .execute(&mut *self.transaction)
                .await?;
            }
        }
        Ok(())
    }

    /// Changes a stored prompt into what its seed file says now; a new slug renames it. One that was
    /// not to be seen before is as old as its publication, unless its file says otherwise.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn change_prompt(
        &mut self,
        stored: &StoredPrompt,
        prompt: &Prompt,
    ) -> Result<(), Error> {
        sqlx::query(
            "UPDATE prompts SET slug = ?2, text = ?3, language = ?4, category = ?5, endpoint = ?6, \
             model = ?7, params = ?8, title = ?9, description = ?10, author = ?11, source_url = ?12, \
             license = ?13, featured = ?14, blanks = ?16, status = ?17, publish_at = ?18, \
             created = coalesce(?15, CASE WHEN ?17 = 'published' AND (status = 'draft' \
             OR publish_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) \
             THEN max(created, date('now')) ELSE created END) WHERE id = ?1",
        )
        .bind(stored.id)
        .bind(prompt.slug.as_str())
        .bind(&prompt.text)
        .bind(prompt.language.tag())
        .bind(prompt.category.as_str())
        .bind(&prompt.endpoint)
        .bind(&prompt.model)
        .bind(json(&prompt.params))
        .bind(json(&prompt.title))
        .bind(json(&prompt.description))
        .bind(&prompt.source.author)
        .bind(&prompt.source.url)
        .bind(&prompt.source.license)
        .bind(prompt.featured)
        .bind(&prompt.created)
        .bind(json(&prompt.blanks))
        .bind(prompt.status.slug())
        .bind(prompt.publish_at.map(|time| time.to_string()))
        .execute(&mut *self.transaction)
        .await?;
        if stored.prompt.tags != prompt.tags {
            sqlx::query("DELETE FROM prompt_tags WHERE prompt_id = ?1")
                .bind(stored.id)
                .execute(&mut *self.transaction)
                .await?;
            self.put_tags_of(stored.id, &prompt.tags).await?;
        }
        if stored.prompt.media != prompt.media {
            sqlx::query("DELETE FROM prompt_media WHERE prompt_id = ?1")
                .bind(stored.id)
                .execute(&mut *self.transaction)
                .await?;
            sqlx::query(
                "INSERT INTO prompt_media SELECT ?1, key, value ->> 'made_by', value -> 'alt', \
                 value -> 'content' FROM json_each(?2)",
            )
            .bind(stored.id)
            .bind(json(&prompt.media))
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    async fn put_tags_of(&mut self, id: i64, tags: &[Slug]) -> Result<(), Error> {
        let tags: Vec<&str> = tags.iter().map(Slug::as_str).collect();
        sqlx::query("INSERT INTO prompt_tags SELECT ?1, value, key FROM json_each(?2)")
            .bind(id)
            .bind(json(&tags))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Sets the names a prompt is also found under. Call it when every prompt has its slug.
    ///
    /// # Errors
    /// When an alias is the slug of a prompt.
    pub async fn put_aliases(&mut self, slug: &Slug, aliases: &[Slug]) -> Result<(), Error> {
        for alias in aliases {
            sqlx::query(
                "INSERT INTO prompt_aliases SELECT ?1, id FROM prompts WHERE slug = ?2 \
                 ON CONFLICT (slug) DO UPDATE SET prompt_id = excluded.prompt_id",
            )
            .bind(alias.as_str())
            .bind(slug.as_str())
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Removes a prompt.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn remove_prompt(&mut self, stored: &StoredPrompt) -> Result<(), Error> {
        sqlx::query("DELETE FROM prompts WHERE id = ?1")
            .bind(stored.id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Reads off every new or changed text what lists and searches need.
    async fn digest(
        &mut self,
        since: i64,
        mut tell: impl FnMut(usize, usize),
    ) -> Result<(), Error> {
        const BATCH: i64 = 500;
        let total: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM prompt_changes c JOIN prompts p ON p.id = c.prompt_id \
             LEFT JOIN prompt_digests d ON d.prompt_id = p.id \
             WHERE c.revision > ?1 AND d.version IS NOT ?2",
        )
        .bind(since)
        .bind(DIGEST_VERSION)
        .fetch_one(&mut *self.transaction)
        .await?;
        let mut done = 0;
        let mut last = i64::MIN;
        loop {
            let rows: Vec<(i64, String, String)> = sqlx::query_as(
                "SELECT p.id, p.text, p.blanks FROM prompt_changes c \
                 JOIN prompts p ON p.id = c.prompt_id \
                 LEFT JOIN prompt_digests d ON d.prompt_id = p.id \
                 WHERE c.revision > ?4 AND c.prompt_id > ?1 AND d.version IS NOT ?2 \
                 ORDER BY c.prompt_id LIMIT ?3",
            )
            .bind(last)
            .bind(DIGEST_VERSION)
            .bind(BATCH)
            .bind(since)
            .fetch_all(&mut *self.transaction)
            .await?;
            match rows.last() {
                Some((id, ..)) => last = *id,
                None => return Ok(()),
            }
            done += rows.len();
            tell(done, usize::try_from(total).unwrap_or(done).max(done));
            for (id, text, blanks) in rows {
                let digest = Digest::of(&text);
                sqlx::query(
                    "INSERT OR REPLACE INTO prompt_digests (prompt_id, title, excerpt, format, \
                     version, blanks) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )
                .bind(id)
                .bind(&digest.title)
                .bind(&digest.excerpt)
                .bind(digest.format.slug())
                .bind(DIGEST_VERSION)
                .bind(read::blank_count(&text, &blanks))
                .execute(&mut *self.transaction)
                .await?;
            }
        }
    }

    /// Rows that point at others that do not exist, in words an admin understands: of prompts
    /// that changed after a revision, or of everything where that is 0.
    async fn dangling(&mut self, since: i64) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        let known = |sql: &'static str| sqlx::query_scalar::<_, String>(sql);
        let categories =
            known("SELECT slug FROM categories").fetch_all(&mut *self.transaction).await?;
        let endpoints = known("SELECT id FROM endpoints").fetch_all(&mut *self.transaction).await?;
        let rows: Vec<DanglingRow> = sqlx::query_as(
            "SELECT p.slug, p.category, p.endpoint, p.model, c.slug IS NOT NULL AS category_exists, \
             e.id IS NOT NULL AS endpoint_exists, \
             (SELECT group_concat(model, ', ') FROM endpoint_models WHERE endpoint = p.endpoint) AS models \
             FROM prompt_changes changed JOIN prompts p ON p.id = changed.prompt_id \
             LEFT JOIN categories c ON c.slug = p.category \
             LEFT JOIN endpoints e ON e.id = p.endpoint \
             LEFT JOIN endpoint_models m ON m.endpoint = p.endpoint AND m.model IS p.model \
             WHERE changed.revision > ?1 AND (c.slug IS NULL OR e.id IS NULL OR \
             (m.model IS NULL AND (p.model IS NOT NULL OR \
             EXISTS (SELECT 1 FROM endpoint_models WHERE endpoint = p.endpoint))))",
        )
        .bind(since)
        .fetch_all(&mut *self.transaction)
        .await?;
        for row in rows {
            if !row.category_exists {
                faults.push(unknown(&row.slug, "category", &row.category, &categories));
            }
            if !row.endpoint_exists {
                faults.push(unknown(&row.slug, "endpoint", &row.endpoint, &endpoints));
                continue;
            }
            let models = row.models.unwrap_or_default();
            let known: Vec<String> = models.split(", ").map(str::to_owned).collect();
            match row.model {
                Some(model) if !known.contains(&model) => {
                    faults.push(unknown(&row.slug, "model", &model, &known));
                }
                None if !models.is_empty() => faults.push(format!(
                    "prompt \"{}\": model is missing; {} takes {models}",
                    row.slug, row.endpoint
                )),
                _ => {}
            }
        }
        faults.extend(self.unknown_tags(since).await?);
        faults.extend(self.faulty_blanks(since).await?);
        faults.extend(self.faulty_media(since).await?);
        // Nothing but prompts and their tags changed otherwise, and these were seen to.
        if faults.is_empty() && since == 0 {
            let rows: Vec<(String, Option<i64>, String)> =
                sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")
                    .fetch_all(&mut *self.transaction)
                    .await?;
            faults.extend(rows.into_iter().map(|(table, row, parent)| {
                let row = row.map_or_else(String::new, |row| format!(" (row {row})"));
                let path = self.path.display();
                format!("{path}: {table}{row} points at a row of {parent} that does not exist")
            }));
        }
        Ok(faults)
    }

    /// Tags that prompts are filed under and that do not exist, in the same words.
    async fn unknown_tags(&mut self, since: i64) -> Result<Vec<String>, Error> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT p.slug, filed.tag FROM prompt_changes changed \
             JOIN prompts p ON p.id = changed.prompt_id \
             JOIN prompt_tags filed ON filed.prompt_id = p.id \
             LEFT JOIN tags t ON t.slug = filed.tag \
             WHERE changed.revision > ?1 AND t.slug IS NULL",
        )
        .bind(since)
        .fetch_all(&mut *self.transaction)
        .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let tags: Vec<String> =
            sqlx::query_scalar("SELECT slug FROM tags").fetch_all(&mut *self.transaction).await?;
        Ok(rows.iter().map(|(slug, tag)| unknown(slug, "tag", tag, &tags)).collect())
    }

    /// Declarations of blanks that cannot be read, in the same words.
    async fn faulty_blanks(&mut self, since: i64) -> Result<Vec<String>, Error> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT p.slug, p.blanks FROM prompt_changes changed \
             JOIN prompts p ON p.id = changed.prompt_id \
             WHERE changed.revision > ?1 AND p.blanks NOT IN ('[]', 'false')",
        )
        .bind(since)
        .fetch_all(&mut *self.transaction)
        .await?;
        let faults = rows.into_iter().flat_map(|(slug, blanks)| {
            let messages = match serde_json::from_str::<Blanks>(&blanks) {
                Ok(blanks) => placeholders::faults(&blanks)
                    .into_iter()
                    .map(|fault| {
                        format!("{} of blank {}: {}", fault.field, fault.blank + 1, fault.message)
                    })
                    .collect(),
                Err(error) => vec![error.to_string()],
            };
            messages.into_iter().map(move |message| format!("prompt \"{slug}\": blanks: {message}"))
        });
        Ok(faults.collect())
    }

    /// Samples that cannot be read, in the same words.
    async fn faulty_media(&mut self, since: i64) -> Result<Vec<String>, Error> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT p.slug, m.alt, m.content FROM prompt_changes changed \
             JOIN prompts p ON p.id = changed.prompt_id \
             JOIN prompt_media m ON m.prompt_id = p.id WHERE changed.revision > ?1",
        )
        .bind(since)
        .fetch_all(&mut *self.transaction)
        .await?;
        let fault = |(slug, alt, content): (String, String, String)| {
            let alt = serde_json::from_str::<LocalText>(&alt).err();
            let content = serde_json::from_str::<MediumContent>(&content).err();
            alt.or(content).map(|error| format!("prompt \"{slug}\": media: {error}"))
        };
        Ok(rows.into_iter().filter_map(fault).collect())
    }

    /// Whether anything changed. Then a database that is not large is read to its last page, so
    /// that damage nobody met yet is not built upon.
    async fn check_whole(&mut self) -> Result<bool, Error> {
        let (changes, bytes): (i64, i64) = sqlx::query_as(
            "SELECT total_changes(), page_count * page_size \
             FROM pragma_page_count(), pragma_page_size()",
        )
        .fetch_one(&mut *self.transaction)
        .await?;
        if changes == 0 || bytes > CHECKED {
            return Ok(changes > 0);
        }
        let verdict: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *self.transaction).await?;
        if verdict == "ok" { Ok(true) } else { Err(file::damaged(&self.path, &verdict).into()) }
    }

    /// Runs the indexing pass, checks that everything fits together, and keeps or (for a dry
    /// run) drops it all.
    ///
    /// # Errors
    /// [`Error::Dangling`] when rows point nowhere; then nothing is changed.
    pub async fn finish(self) -> Result<Revision, Error> {
        self.finish_telling(|_, _| ()).await
    }

    /// The same, telling how many texts were read, of how many.
    ///
    /// # Errors
    /// As [`Update::finish`].
    pub async fn finish_telling(
        mut self,
        tell: impl FnMut(usize, usize),
    ) -> Result<Revision, Error> {
        let (number, reference, checked, version): (i64, i64, i64, i64) = sqlx::query_as(
            "SELECT revision, reference_revision, checked_revision, checked_version \
                 FROM content",
        )
        .fetch_one(&mut *self.transaction)
        .await?;
        // Everything up to the revision that was checked fits together, whoever wrote it.
        if (checked, version) != (number, DIGEST_VERSION) {
            let since = if version == DIGEST_VERSION { checked } else { 0 };
            self.digest(since, tell).await?;
            // A change of anything else may concern every prompt.
            let since = if reference > checked { 0 } else { since };
            let dangling = self.dangling(since).await?;
            if !dangling.is_empty() {
                return Err(Error::Dangling(dangling));
            }
            sqlx::query("UPDATE content SET checked_revision = ?1, checked_version = ?2")
                .bind(number)
                .bind(DIGEST_VERSION)
                .execute(&mut *self.transaction)
                .await?;
        }
        let (shown, _) = shown::revision(&mut self.transaction, UtcTime::now()).await?;
        match self.mode {
            Mode::Apply => {
                let is_changed = self.check_whole().await?;
                self.transaction.commit().await?;
                if is_changed {
                    tidy_log(&self.pool).await;
                }
            }
            Mode::DryRun => self.transaction.rollback().await?,
        }
        self.pool.close().await;
        Ok(shown)
    }
}

/// Brings the log into the file and empties it: whoever copies the file alone then has
/// everything, and a log left behind by a replaced database has nothing to spoil the next with.
///
/// Readers may keep it from happening; then the next change does it, or the last to close.
async fn tidy_log(pool: &SqlitePool) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await {
        tracing::warn!("the write-ahead log was not emptied: {error}");
    }
}

fn unknown(slug: &str, field: &str, value: &str, known: &[String]) -> String {
    let hint = did_you_mean(value, known.iter().map(String::as_str)).map_or_else(
        || format!("known are {}", known.join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    format!("prompt \"{slug}\": {field} \"{value}\" does not exist; {hint}")
}

/// The JSON of a value made of strings, numbers and maps with string keys, which cannot fail.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
