-- Sealed lists for villages and drafts that come from them (docs/decisions/0110-village-lists.md).
CREATE TABLE village_key (
    village TEXT PRIMARY KEY,
    signing TEXT NOT NULL CHECK (length(signing) = 64),
    recipient TEXT NOT NULL,
    signer TEXT NOT NULL UNIQUE CHECK (length(signer) = 32),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE village_list (
    id INTEGER PRIMARY KEY,
    village TEXT NOT NULL,
    cases INTEGER NOT NULL CHECK (cases >= 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX village_list_village ON village_list (village, id);
CREATE TABLE brought_draft (
    village TEXT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) = 32),
    state TEXT NOT NULL CHECK (state IN ('taken', 'set_aside', 'returned')),
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    PRIMARY KEY (village, code),
    CHECK (state = 'taken' OR reason <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX brought_draft_at ON brought_draft (village, at);
ALTER TABLE case_file ADD COLUMN brought TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX case_file_brought ON case_file (brought) WHERE brought <> '';
ALTER TABLE draft ADD COLUMN brought TEXT NOT NULL DEFAULT '' CHECK (brought = '' OR area <> '');
CREATE UNIQUE INDEX draft_brought ON draft (area, brought) WHERE brought <> '';
