-- Samples of a prompt, in the order they are shown. The files lie in a folder beside the
-- database, made by the seeding that wrote the row; `content` names them.
CREATE TABLE prompt_media (
    prompt_id INTEGER NOT NULL REFERENCES prompts (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    made_by   TEXT    NOT NULL CHECK (made_by IN ('model', 'code')),
    alt       TEXT    NOT NULL CHECK (json_type(alt) = 'object'),
    content   TEXT    NOT NULL CHECK (content ->> '$.kind' IN ('image', 'video', 'audio')),
    PRIMARY KEY (prompt_id, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER prompt_media_inserted AFTER INSERT ON prompt_media BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (NEW.prompt_id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompt_media_updated AFTER UPDATE ON prompt_media BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (NEW.prompt_id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER prompt_media_deleted AFTER DELETE ON prompt_media BEGIN
    UPDATE content SET revision = revision + 1;
    INSERT INTO prompt_changes VALUES (OLD.prompt_id, (SELECT revision FROM content))
        ON CONFLICT (prompt_id) DO UPDATE SET revision = excluded.revision;
END;
