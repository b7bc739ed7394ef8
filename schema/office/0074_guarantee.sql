-- Beside the quality policy the office writes its guarantee of service, with revisions and signatures of its own.
CREATE TABLE quality_document_new (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('targets', 'policy', 'guarantee')),
    year INTEGER NOT NULL,
    section TEXT NOT NULL CHECK ((kind = 'targets') = (section <> '')),
    revision INTEGER NOT NULL CHECK (revision >= 0),
    content TEXT NOT NULL CHECK (json_valid(content)),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    note TEXT NOT NULL DEFAULT '',
    effective_on TEXT,
    state TEXT NOT NULL CHECK (state IN ('signing', 'in_force', 'replaced', 'withdrawn')),
    withdrawn_why TEXT NOT NULL DEFAULT '' CHECK ((state = 'withdrawn') = (withdrawn_why <> '')),
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((state IN ('in_force', 'replaced')) = (effective_on IS NOT NULL))
) STRICT;
INSERT INTO quality_document_new SELECT * FROM quality_document;
DROP TABLE quality_document;
ALTER TABLE quality_document_new RENAME TO quality_document;
CREATE UNIQUE INDEX quality_document_signing ON quality_document (kind, year, section) WHERE state = 'signing';
CREATE UNIQUE INDEX quality_document_in_force ON quality_document (kind, year, section) WHERE state = 'in_force';
CREATE UNIQUE INDEX quality_document_revision ON quality_document (kind, year, section, revision) WHERE state <> 'withdrawn';
