-- An electronic signature on a letter: the PDF that was handed out for it, the signed one that came back, and what its
-- check found. `unchecked` are the things that nobody could check here.
CREATE TABLE letter_signing (
    letter_id INTEGER PRIMARY KEY REFERENCES outgoing_letter (id),
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
CREATE TRIGGER letter_signing_stays BEFORE UPDATE ON letter_signing
    WHEN OLD.taken_at <> '' BEGIN SELECT RAISE(ABORT, 'what was taken back is not changed'); END;
