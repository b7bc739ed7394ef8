-- A spreadsheet may be a file of the office too, as evidence of a figure.
CREATE TABLE stored_file_content (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('image/jpeg', 'image/png', 'application/pdf',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')),
    size INTEGER NOT NULL CHECK (size > 0),
    width INTEGER NOT NULL CHECK (width >= 0),
    height INTEGER NOT NULL CHECK (height >= 0),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '' CHECK ((confirmed_at = '') = (confirmed_by = '')),
    doubt TEXT NOT NULL DEFAULT '',
    gone_at TEXT NOT NULL DEFAULT '',
    gone_by TEXT NOT NULL DEFAULT '',
    gone_why TEXT NOT NULL DEFAULT '' CHECK ((gone_at = '') = (gone_why = ''))
) STRICT;
INSERT INTO stored_file_content SELECT * FROM stored_file;
DROP TABLE stored_file;
ALTER TABLE stored_file_content RENAME TO stored_file;
CREATE INDEX stored_file_of ON stored_file (subject, purpose);
CREATE INDEX stored_file_by_digest ON stored_file (digest);
CREATE TRIGGER stored_file_remains BEFORE DELETE ON stored_file BEGIN SELECT RAISE(ABORT, 'a file leaves its row behind'); END;
