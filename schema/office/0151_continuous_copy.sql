-- A sealed copy that goes on each minute: increments of a backup in a folder outside of this PC (decision 99).
-- How far the journal, the access log and the kept files were just before a backup: its increments begin there.
CREATE TABLE backup_mark (
    name TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    journal INTEGER NOT NULL,
    access INTEGER NOT NULL,
    files INTEGER NOT NULL
) STRICT;
-- The one folder: which backup its increments continue, how many there are, how far they reach and with what digest of
-- the small tables; when it was last whole, and why it is not.
CREATE TABLE continuous_copy (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    folder TEXT NOT NULL,
    chosen_at TEXT NOT NULL,
    base TEXT NOT NULL DEFAULT '',
    number INTEGER NOT NULL DEFAULT 0 CHECK (number >= 0),
    journal INTEGER NOT NULL DEFAULT 0,
    access INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    small TEXT NOT NULL DEFAULT '',
    whole_at TEXT,
    failed_at TEXT,
    sentence TEXT NOT NULL DEFAULT '',
    CHECK ((failed_at IS NULL) = (sentence = ''))
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('backup_mark', 'how far this PC was before a backup'),
    ('continuous_copy', 'where this PC puts its continuous copy and how that stands');
