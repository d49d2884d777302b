-- The gallery's content. Everything derived (titles from texts, the search index, counts,
-- related prompts, the revision caches depend on) is kept right by the triggers below and by
-- the indexing pass every start and every seeding runs, whoever wrote the rows.
--
-- Texts in several languages are JSON objects by language tag: {"en": "…", "zh-CN": "…"}.

-- One row: which database this is, and how often its content changed.
CREATE TABLE content (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    epoch              TEXT    NOT NULL,            -- differs between databases, so that caches never mix them up
    revision           INTEGER NOT NULL,            -- grows with every change
    reference_revision INTEGER NOT NULL             -- the revision of the last change to anything but prompts
) STRICT;
INSERT INTO content VALUES (1, lower(hex(randomblob(8))), 1, 1);

-- Languages of the site; a prompt is written in one of them.
CREATE TABLE languages (
    tag TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO languages VALUES ('en'), ('zh-CN');

-- The catalogue: what can be called. `definition` columns hold the JSON of one catalogue entry.
CREATE TABLE platform (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    definition TEXT    NOT NULL CHECK (json_valid(definition))
) STRICT;

CREATE TABLE providers (
    slug     TEXT    PRIMARY KEY,
    name     TEXT    NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
    slug     TEXT    PRIMARY KEY,
    name     TEXT    NOT NULL,
    provider TEXT    REFERENCES providers (slug),
    sdk      TEXT    NOT NULL CHECK (json_valid(sdk)),
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoints (
    id         TEXT    PRIMARY KEY,                 -- service/endpoint
    service    TEXT    NOT NULL REFERENCES services (slug),
    modality   TEXT    NOT NULL CHECK (modality IN ('image', 'video', 'audio', 'text')),
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    position   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_models (
    endpoint TEXT NOT NULL REFERENCES endpoints (id),
    model    TEXT NOT NULL,
    PRIMARY KEY (endpoint, model)
) STRICT, WITHOUT ROWID;

-- Shelves and words to file prompts under.
CREATE TABLE categories (
    slug        TEXT    PRIMARY KEY,
    name        TEXT    NOT NULL CHECK (json_type(name) = 'object'),
    description TEXT    NOT NULL CHECK (json_type(description) = 'object'),
    position    INTEGER NOT NULL DEFAULT 1000,
    origin      TEXT    NOT NULL DEFAULT 'sql' CHECK (origin IN ('seed', 'sql'))
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    slug   TEXT PRIMARY KEY,
    name   TEXT NOT NULL CHECK (json_type(name) = 'object'),
    origin TEXT NOT NULL DEFAULT 'sql' CHECK (origin IN ('seed', 'sql'))
) STRICT, WITHOUT ROWID;

-- Coding agents and how to set them up.
CREATE TABLE agents (
    slug       TEXT    PRIMARY KEY,
    definition TEXT    NOT NULL CHECK (json_valid(definition)),
    position   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Questions and answers, and pages, in Markdown.
CREATE TABLE faq (
    locale    TEXT    NOT NULL REFERENCES languages (tag),
    slug      TEXT    NOT NULL,
    question  TEXT    NOT NULL,
    answer    TEXT    NOT NULL,
    on_prompt INTEGER NOT NULL CHECK (on_prompt IN (0, 1)),  -- shown below every prompt, too
    position  INTEGER NOT NULL,
    PRIMARY KEY (locale, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
    locale TEXT NOT NULL REFERENCES languages (tag),
    slug   TEXT NOT NULL,
    title  TEXT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (locale, slug)
) STRICT, WITHOUT ROWID;

-- The prompts. Only slug, text, language, category, endpoint and model need a value.
CREATE TABLE prompts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    slug        TEXT    NOT NULL UNIQUE
                        CHECK (length(slug) BETWEEN 1 AND 100 AND slug NOT GLOB '*[^a-z0-9-]*'
                               AND slug NOT GLOB '-*' AND slug NOT GLOB '*-' AND instr(slug, '--') = 0),
    text        TEXT    NOT NULL
                        CHECK (trim(text, char(9, 10, 11, 12, 13, 32, 160, 12288)) <> ''
                               AND instr(text, char(0)) = 0),
    language    TEXT    NOT NULL REFERENCES languages (tag),
    category    TEXT    NOT NULL REFERENCES categories (slug),
    endpoint    TEXT    NOT NULL REFERENCES endpoints (id),
    model       TEXT,                               -- NULL only where the endpoint takes none
    params      TEXT    NOT NULL DEFAULT '{}' CHECK (json_type(params) = 'object'),
    title       TEXT    NOT NULL DEFAULT '{}' CHECK (json_type(title) = 'object'),
    description TEXT    NOT NULL DEFAULT '{}' CHECK (json_type(description) = 'object'),
    author      TEXT,
    source_url  TEXT    CHECK (source_url GLOB 'http://*' OR source_url GLOB 'https://*'),
    license     TEXT,
    featured    INTEGER NOT NULL DEFAULT 0 CHECK (featured IN (0, 1)),
    created     TEXT    NOT NULL DEFAULT (date('now')) CHECK (date(created, '+0 days') IS created),
    updated     TEXT,                               -- NULL: never changed since it was created
    origin      TEXT    NOT NULL DEFAULT 'sql' CHECK (origin IN ('seed', 'sql')),
    FOREIGN KEY (endpoint, model) REFERENCES endpoint_models (endpoint, model)
) STRICT;

CREATE INDEX prompts_newest            ON prompts (created DESC, id DESC);
CREATE INDEX prompts_featured          ON prompts (featured DESC, created DESC, id DESC);
CREATE INDEX prompts_by_category       ON prompts (category, created DESC, id DESC);
CREATE INDEX prompts_by_model          ON prompts (model, created DESC, id DESC);
CREATE INDEX prompts_by_endpoint_model ON prompts (endpoint, model);

CREATE TABLE prompt_tags (
    prompt_id INTEGER NOT NULL REFERENCES prompts (id) ON DELETE CASCADE,
    tag       TEXT    NOT NULL REFERENCES tags (slug),
    position  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (prompt_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_tags_by_tag ON prompt_tags (tag, prompt_id);

-- Names a prompt had before; they redirect.
CREATE TABLE prompt_aliases (
    slug      TEXT    PRIMARY KEY,
    prompt_id INTEGER NOT NULL REFERENCES prompts (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_aliases_by_prompt ON prompt_aliases (prompt_id);

-- What is read off a text. A missing row means "to be read"; `version` names the reader.
CREATE TABLE prompt_digests (
    prompt_id INTEGER PRIMARY KEY REFERENCES prompts (id) ON DELETE CASCADE,
    title     TEXT    NOT NULL,
    excerpt   TEXT    NOT NULL,
    format    TEXT    NOT NULL CHECK (format IN ('text', 'json')),
    version   INTEGER NOT NULL
) STRICT;

-- When each prompt last changed; rows of removed prompts stay, so that readers hear of it.
CREATE TABLE prompt_changes (
    prompt_id INTEGER PRIMARY KEY,
    revision  INTEGER NOT NULL
) STRICT;
CREATE INDEX prompt_changes_by_revision ON prompt_changes (revision);

CREATE TRIGGER prompts_inserted AFTER INSERT ON prompts BEGIN
    DELETE FROM prompt_aliases WHERE slug = NEW.slug;
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (NEW.id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompts_updated AFTER UPDATE ON prompts BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (NEW.id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompts_text_updated AFTER UPDATE OF text ON prompts WHEN OLD.text IS NOT NEW.text BEGIN
    DELETE FROM prompt_digests WHERE prompt_id = NEW.id;
END;

-- Whoever changes a prompt without saying when has changed it now.
CREATE TRIGGER prompts_touched AFTER UPDATE ON prompts
WHEN OLD.updated IS NEW.updated AND (
    OLD.text, OLD.language, OLD.category, OLD.endpoint, OLD.model, OLD.params, OLD.title, OLD.description
) IS NOT (
    NEW.text, NEW.language, NEW.category, NEW.endpoint, NEW.model, NEW.params, NEW.title, NEW.description
) BEGIN
    UPDATE prompts SET updated = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = NEW.id;
END;

-- A renamed prompt is still found under its old name.
CREATE TRIGGER prompts_renamed AFTER UPDATE OF slug ON prompts WHEN OLD.slug IS NOT NEW.slug BEGIN
    DELETE FROM prompt_aliases WHERE slug = NEW.slug;
    INSERT INTO prompt_aliases VALUES (OLD.slug, NEW.id)
        ON CONFLICT (slug) DO UPDATE SET prompt_id = excluded.prompt_id;
END;

CREATE TRIGGER prompts_deleted AFTER DELETE ON prompts BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (OLD.id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompt_tags_inserted AFTER INSERT ON prompt_tags BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (NEW.prompt_id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompt_tags_deleted AFTER DELETE ON prompt_tags BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (OLD.prompt_id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

-- A name that is in use cannot redirect elsewhere.
CREATE TRIGGER prompt_aliases_free BEFORE INSERT ON prompt_aliases
WHEN EXISTS (SELECT 1 FROM prompts WHERE slug = NEW.slug) BEGIN
    SELECT RAISE(ABORT, 'alias is the slug of a prompt');
END;
CREATE TRIGGER prompt_aliases_inserted AFTER INSERT ON prompt_aliases BEGIN
    UPDATE content SET revision = revision + 1;
END;
CREATE TRIGGER prompt_aliases_deleted AFTER DELETE ON prompt_aliases BEGIN
    UPDATE content SET revision = revision + 1;
END;

-- Anything but prompts: names in every page, and words in every search, may have changed.
CREATE TRIGGER platform_inserted AFTER INSERT ON platform BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER platform_updated AFTER UPDATE ON platform BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER platform_deleted AFTER DELETE ON platform BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER providers_inserted AFTER INSERT ON providers BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER providers_updated AFTER UPDATE ON providers BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER providers_deleted AFTER DELETE ON providers BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER services_inserted AFTER INSERT ON services BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER services_updated AFTER UPDATE ON services BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER services_deleted AFTER DELETE ON services BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoints_inserted AFTER INSERT ON endpoints BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoints_updated AFTER UPDATE ON endpoints BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoints_deleted AFTER DELETE ON endpoints BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoint_models_inserted AFTER INSERT ON endpoint_models BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoint_models_updated AFTER UPDATE ON endpoint_models BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER endpoint_models_deleted AFTER DELETE ON endpoint_models BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER categories_inserted AFTER INSERT ON categories BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER categories_updated AFTER UPDATE ON categories BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER categories_deleted AFTER DELETE ON categories BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER tags_inserted AFTER INSERT ON tags BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER tags_updated AFTER UPDATE ON tags BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER tags_deleted AFTER DELETE ON tags BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER agents_inserted AFTER INSERT ON agents BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER agents_updated AFTER UPDATE ON agents BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER agents_deleted AFTER DELETE ON agents BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER faq_inserted AFTER INSERT ON faq BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER faq_updated AFTER UPDATE ON faq BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER faq_deleted AFTER DELETE ON faq BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER articles_inserted AFTER INSERT ON articles BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER articles_updated AFTER UPDATE ON articles BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
    UPDATE content SET revision = revision + 1, reference_revision = revision + 1;
END;
