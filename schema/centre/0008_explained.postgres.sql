-- What contradicts itself in a line and the office's reason for it, as sentences, and with what the printer compared it.
ALTER TABLE incoming_line ADD COLUMN explained TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incoming_line ADD COLUMN compared TEXT NOT NULL DEFAULT '';
-- Who somebody is depends at an office on the sections and their heads (app/people/sections.py). A centre has none.
CREATE TABLE section (code TEXT PRIMARY KEY, name TEXT NOT NULL, head TEXT NOT NULL, active BIGINT NOT NULL);
