-- Files of villages that wait for a decision, and how it is noticed that a village works on two computers or on an old
-- copy of its folder (docs/decisions/0115-village-epochs.md). The sealed content lies beside the journal.
ALTER TABLE village_key ADD COLUMN doubled_at TEXT NOT NULL DEFAULT '';
CREATE TABLE village_file (
    village TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    count INTEGER NOT NULL CHECK (count > 0),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    written_at TEXT NOT NULL,
    PRIMARY KEY (village, epoch, count)
) STRICT, WITHOUT ROWID;
CREATE TABLE village_held (
    id INTEGER PRIMARY KEY,
    village TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    written_at TEXT NOT NULL,
    drafts INTEGER NOT NULL CHECK (drafts >= 0),
    why TEXT NOT NULL CHECK (why IN ('earlier_key', 'doubled')),
    state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'taken', 'dropped')),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX village_held_state ON village_held (village, state);
CREATE INDEX village_held_open ON village_held (id) WHERE state = 'held';
CREATE TABLE village_held_draft (
    held_id INTEGER NOT NULL REFERENCES village_held (id),
    code TEXT NOT NULL CHECK (length(code) = 32),
    takes_back INTEGER NOT NULL CHECK (takes_back IN (0, 1)),
    PRIMARY KEY (held_id, code, takes_back)
) STRICT, WITHOUT ROWID;
CREATE TABLE village_held_content (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    content BLOB NOT NULL CHECK (length(content) <= 4259840)
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('village_held_content', 'a sealed file of a village until somebody decides');
