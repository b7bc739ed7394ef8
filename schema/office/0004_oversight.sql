-- Internal supervision by the Sekretaris (SP 10): notes, and what was done about them.
CREATE TABLE oversight_note (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    case_id INTEGER REFERENCES case_file (id),
    text TEXT NOT NULL CHECK (length(text) > 0),
    answer TEXT NOT NULL DEFAULT '',
    answered_at TEXT,
    answered_by TEXT NOT NULL DEFAULT '',
    CHECK ((answered_at IS NULL) = (answer = ''))
) STRICT;
CREATE INDEX oversight_open ON oversight_note (answered_at, id);
