-- The journal and what identifies this side. See sync.md section 1.
CREATE TABLE beside (name TEXT PRIMARY KEY, why TEXT NOT NULL) STRICT;
CREATE TABLE identity (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    lane TEXT NOT NULL,
    seq INTEGER CHECK (seq > 0),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    clock TEXT NOT NULL CHECK (clock IN ('ok', 'behind', 'unsure')),
    head BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    verdict TEXT NOT NULL DEFAULT 'stored' CHECK (verdict IN ('stored', 'set_aside')),
    reason TEXT,
    CHECK ((verdict = 'stored') = (reason IS NULL)),
    UNIQUE (source, epoch, stream, n)
) STRICT;
CREATE UNIQUE INDEX journal_order ON journal (lane, seq) WHERE seq IS NOT NULL;
CREATE INDEX journal_subject ON journal (subject, id);
CREATE TABLE journal_body (id INTEGER PRIMARY KEY REFERENCES journal (id), body BLOB NOT NULL) STRICT;
CREATE TABLE journal_redaction (id INTEGER PRIMARY KEY REFERENCES journal (id), body BLOB NOT NULL) STRICT;
CREATE TABLE journal_waiting (id INTEGER PRIMARY KEY REFERENCES journal (id), why TEXT NOT NULL) STRICT;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER body_no_update BEFORE UPDATE ON journal_body BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER body_no_delete BEFORE DELETE ON journal_body
WHEN NOT EXISTS (SELECT 1 FROM journal_redaction WHERE id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a body goes only when body.destroyed names it'); END;
CREATE TRIGGER redaction_no_update BEFORE UPDATE ON journal_redaction BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER redaction_no_delete BEFORE DELETE ON journal_redaction BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
INSERT INTO beside (name, why) VALUES
    ('beside', 'list of what is no official record'), ('migration', 'program version'),
    ('identity', 'name and epoch of this side'), ('journal', 'the journal itself'),
    ('journal_body', 'the journal itself'), ('journal_redaction', 'the journal itself'),
    ('journal_waiting', 'entries of a newer program, applied after the update');
