-- What a question is about: modalities and slugs of endpoints. It is shown below prompts of these
-- only, if it is shown below prompts at all; an empty list is about all of them.
ALTER TABLE faq ADD COLUMN subjects TEXT NOT NULL DEFAULT '[]' CHECK (json_type(subjects) = 'array');
