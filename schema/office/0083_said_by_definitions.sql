-- Of a requirement that one of several papers fulfils: the one that was brought. Of a letter that is handed over at the
-- counter: the roles that do it. Rows from before have neither.
ALTER TABLE case_item ADD COLUMN chosen TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_letter ADD COLUMN handed_by TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(handed_by));
