-- Entries up to `last_id` may hold what is no longer kept: a digest of a paper with a secret code on it, and votes under
-- a digest of their code. The nightly proof clears the tables, puts redacted bodies in their place and removes this row
-- (docs/decisions/0080-no-digest-of-a-secret.md). A backup of before brings the row back when it is taken over.
CREATE TABLE redaction_due (last_id INTEGER NOT NULL) STRICT;
INSERT INTO redaction_due (last_id) SELECT max(id) FROM journal HAVING max(id) IS NOT NULL;
INSERT INTO beside (name, why) VALUES ('redaction_due', 'work of the program on its own journal, until it is done');

-- A code that was used stays known as used; the votes no longer know it, not even as a digest.
ALTER TABLE survey_code ADD COLUMN used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1));
UPDATE survey_code SET used = 1 WHERE digest IS NULL;
UPDATE survey_box SET ballot = lower(hex(randomblob(16)));
