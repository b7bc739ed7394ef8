-- Backups beside the journal: the public halves of recovery keys, what was made, and what failed last.
-- `tail` is SHA-256 over public half and last group of the secret: enough to see that a person holds the paper.
CREATE TABLE backup_key (
    recipient TEXT PRIMARY KEY,
    tail TEXT NOT NULL,
    made_at TEXT NOT NULL,
    confirmed_at TEXT,
    confirmed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE backup_made (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    recipient TEXT NOT NULL,
    made_at TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    entries INTEGER NOT NULL CHECK (entries >= 0),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    alarm TEXT NOT NULL DEFAULT '',
    copied_at TEXT,
    copied_to TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE backup_failure (
    job TEXT PRIMARY KEY,
    failed_at TEXT NOT NULL,
    sentence TEXT NOT NULL
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('backup_key', 'public halves of recovery keys; whoever restores brings the secret one'),
    ('backup_made', 'backups of this PC, each opened again when it was made'),
    ('backup_failure', 'why the last backup or its copy did not succeed');
