-- Electronic signatures of papers of any kind, not of letters alone: the subject names the paper (`outgoing/3`,
-- `answer/7`). The columns are those of letter_signing.
CREATE TABLE paper_signing (
    subject TEXT PRIMARY KEY NOT NULL,
    handed_file_id INTEGER NOT NULL REFERENCES stored_file (id),
    handed_at TEXT NOT NULL,
    handed_by TEXT NOT NULL,
    file_id INTEGER REFERENCES stored_file (id),
    taken_at TEXT NOT NULL DEFAULT '' CHECK ((taken_at = '') = (file_id IS NULL)),
    taken_by TEXT NOT NULL DEFAULT '' CHECK ((taken_by = '') = (taken_at = '')),
    signer TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    issuer TEXT NOT NULL DEFAULT '',
    root TEXT NOT NULL DEFAULT '',
    valid_from TEXT NOT NULL DEFAULT '',
    valid_until TEXT NOT NULL DEFAULT '',
    claimed_at TEXT NOT NULL DEFAULT '',
    stamped_at TEXT NOT NULL DEFAULT '',
    unchecked TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(unchecked))
) STRICT;
INSERT INTO paper_signing (subject, handed_file_id, handed_at, handed_by, file_id, taken_at, taken_by, signer,
    organisation, issuer, root, valid_from, valid_until, claimed_at, stamped_at, unchecked)
SELECT 'outgoing/' || letter_id, handed_file_id, handed_at, handed_by, file_id, taken_at, taken_by, signer,
    organisation, issuer, root, valid_from, valid_until, claimed_at, stamped_at, unchecked
FROM letter_signing;
DROP TABLE letter_signing;
CREATE TRIGGER paper_signing_stays BEFORE UPDATE ON paper_signing
    WHEN OLD.taken_at <> '' BEGIN SELECT RAISE(ABORT, 'what was taken back is not changed'); END;
