-- What an author says about the blanks of a prompt: a list of declared ones, each a JSON object
-- with at least a "name"; or false where nothing in the text is a blank.
ALTER TABLE prompts ADD COLUMN blanks TEXT NOT NULL DEFAULT '[]'
    CHECK (json_type(blanks) IN ('array', 'false'));

-- Whoever changes a prompt without saying when has changed it now.
DROP TRIGGER prompts_touched;
CREATE TRIGGER prompts_touched AFTER UPDATE ON prompts
WHEN OLD.updated IS NEW.updated AND (
    OLD.text, OLD.language, OLD.category, OLD.endpoint, OLD.model, OLD.params, OLD.title, OLD.description, OLD.blanks
) IS NOT (
    NEW.text, NEW.language, NEW.category, NEW.endpoint, NEW.model, NEW.params, NEW.title, NEW.description, NEW.blanks
) BEGIN
    UPDATE prompts SET updated = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = NEW.id;
END;

-- How many blanks a text has is read off it, too.
ALTER TABLE prompt_digests ADD COLUMN blanks INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER prompts_text_updated;
CREATE TRIGGER prompts_text_updated AFTER UPDATE OF text, blanks ON prompts
WHEN OLD.text IS NOT NEW.text OR OLD.blanks IS NOT NEW.blanks BEGIN
    DELETE FROM prompt_digests WHERE prompt_id = NEW.id;
END;
