-- Where a prompt stands in its life. A draft is shown nowhere; a retired prompt is answered 410
-- Gone under every name it had. A published one is shown from `publish_at` on, a moment in UTC;
-- NULL: at once.
ALTER TABLE prompts ADD COLUMN status TEXT NOT NULL DEFAULT 'published'
    CHECK (status IN ('draft', 'published', 'retired'));
ALTER TABLE prompts ADD COLUMN publish_at TEXT
    CHECK (publish_at IS strftime('%Y-%m-%dT%H:%M:%SZ', publish_at));

-- Which of them appears next.
CREATE INDEX prompts_by_publication ON prompts (publish_at)
    WHERE status = 'published' AND publish_at IS NOT NULL;

-- Whoever changes a prompt without saying when has changed it now; so has who publishes a draft.
DROP TRIGGER prompts_touched;
CREATE TRIGGER prompts_touched AFTER UPDATE ON prompts
WHEN OLD.updated IS NEW.updated AND (
    (OLD.text, OLD.language, OLD.category, OLD.endpoint, OLD.model, OLD.params, OLD.title, OLD.description, OLD.blanks)
    IS NOT
    (NEW.text, NEW.language, NEW.category, NEW.endpoint, NEW.model, NEW.params, NEW.title, NEW.description, NEW.blanks)
    OR (OLD.status = 'draft' AND NEW.status = 'published')
) BEGIN
    UPDATE prompts SET updated = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = NEW.id;
END;

-- What prompts said before: of each version that was replaced, the fields that the next one
-- changed, as they were; NULL where a field stayed the same. So the text of a version is the first
-- one from it on, or else the prompt's own.
CREATE TABLE prompt_history (
    prompt_id   INTEGER NOT NULL REFERENCES prompts (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL CHECK (version > 0),   -- counted from 1; the newest is the prompt itself
    replaced    TEXT    NOT NULL,                       -- when the next one came to be
    title       TEXT    CHECK (json_type(title) = 'object'),
    description TEXT    CHECK (json_type(description) = 'object'),
    text        TEXT,
    language    TEXT,
    category    TEXT,
    endpoint    TEXT,
    model       TEXT,                                   -- '' where there was none
    params      TEXT    CHECK (json_type(params) = 'object'),
    blanks      TEXT    CHECK (json_type(blanks) IN ('array', 'false')),
    status      TEXT    CHECK (status IN ('draft', 'published', 'retired')),
    PRIMARY KEY (prompt_id, version)
) STRICT;

-- Whoever writes, the version before is kept; the oldest go when there are more than fifty.
CREATE TRIGGER prompts_versioned AFTER UPDATE ON prompts
WHEN (OLD.title, OLD.description, OLD.text, OLD.language, OLD.category, OLD.endpoint, OLD.model, OLD.params, OLD.blanks, OLD.status)
    IS NOT
    (NEW.title, NEW.description, NEW.text, NEW.language, NEW.category, NEW.endpoint, NEW.model, NEW.params, NEW.blanks, NEW.status)
BEGIN
    INSERT INTO prompt_history VALUES (
        OLD.id,
        (SELECT coalesce(max(version), 0) + 1 FROM prompt_history WHERE prompt_id = OLD.id),
        strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
        CASE WHEN OLD.title IS NOT NEW.title THEN OLD.title END,
        CASE WHEN OLD.description IS NOT NEW.description THEN OLD.description END,
        CASE WHEN OLD.text IS NOT NEW.text THEN OLD.text END,
        CASE WHEN OLD.language IS NOT NEW.language THEN OLD.language END,
        CASE WHEN OLD.category IS NOT NEW.category THEN OLD.category END,
        CASE WHEN OLD.endpoint IS NOT NEW.endpoint THEN OLD.endpoint END,
        CASE WHEN OLD.model IS NOT NEW.model THEN coalesce(OLD.model, '') END,
        CASE WHEN OLD.params IS NOT NEW.params THEN OLD.params END,
        CASE WHEN OLD.blanks IS NOT NEW.blanks THEN OLD.blanks END,
        CASE WHEN OLD.status IS NOT NEW.status THEN OLD.status END
    );
    DELETE FROM prompt_history WHERE prompt_id = OLD.id AND version <= (
        SELECT max(version) - 50 FROM prompt_history WHERE prompt_id = OLD.id
    );
END;
