-- Up to which revision everything was read and checked, and by which reader: a start has nothing
-- to do while that is the last one.
ALTER TABLE content ADD COLUMN checked_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE content ADD COLUMN checked_version INTEGER NOT NULL DEFAULT 0;
