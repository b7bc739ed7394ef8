-- How long the office keeps each kind of record, what stays by law, and what was destroyed by whom. No person stands here.
CREATE TABLE retention_period (
    kind TEXT PRIMARY KEY CHECK (kind <> ''),
    years INTEGER NOT NULL CHECK (years BETWEEN 1 AND 100),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE TABLE record_hold (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL CHECK (subject <> ''),
    number TEXT NOT NULL CHECK (number <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    lifted_at TEXT NOT NULL DEFAULT '',
    lifted_by TEXT NOT NULL DEFAULT '',
    lifted_why TEXT NOT NULL DEFAULT '',
    CHECK ((lifted_at = '') = (lifted_by = '') AND (lifted_at = '') = (lifted_why = ''))
) STRICT;
CREATE UNIQUE INDEX record_hold_open ON record_hold (subject) WHERE lifted_at = '';
-- A list of records: one proposes it, another confirms, the program destroys. `backups` are those of that day, as JSON.
CREATE TABLE destruction (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'done', 'withdrawn')),
    reason TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    done_at TEXT NOT NULL DEFAULT '',
    bodies INTEGER NOT NULL DEFAULT 0 CHECK (bodies >= 0),
    files INTEGER NOT NULL DEFAULT 0 CHECK (files >= 0),
    backups TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(backups)),
    withdrawn_why TEXT NOT NULL DEFAULT '',
    CHECK (confirmed_by = '' OR confirmed_by <> proposed_by),
    CHECK ((state IN ('confirmed', 'done')) <= (confirmed_by <> '')),
    CHECK ((state = 'done') = (done_at <> '') AND (state = 'withdrawn') = (withdrawn_why <> ''))
) STRICT;
CREATE UNIQUE INDEX destruction_open ON destruction (1) WHERE state IN ('proposed', 'confirmed');
CREATE TABLE destroyed_record (
    destruction_id INTEGER NOT NULL REFERENCES destruction (id),
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    kept_why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (destruction_id, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX destroyed_record_subject ON destroyed_record (subject);
