-- What the standards in force need (clause 8), thing by thing, and what became of what broke; what people have learnt (clause 9).
-- `facility` is the name of the kind of thing without its blanks and signs, so that two spellings are one kind.
CREATE TABLE facility_item (
    id INTEGER PRIMARY KEY,
    facility TEXT NOT NULL CHECK (length(facility) > 0),
    name TEXT NOT NULL CHECK (length(name) > 0),
    label TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('working', 'broken', 'sent', 'replaced', 'written_off')),
    begun_on TEXT NOT NULL,
    since TEXT NOT NULL CHECK (since >= begun_on),
    note TEXT NOT NULL DEFAULT '',
    replaces INTEGER UNIQUE REFERENCES facility_item (id),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    CHECK (state <> 'broken' OR length(note) > 0)
) STRICT;
CREATE INDEX facility_item_facility ON facility_item (facility, state);
CREATE UNIQUE INDEX facility_item_label ON facility_item (label)
    WHERE label <> '' AND state IN ('working', 'broken', 'sent');
CREATE TABLE repair (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES facility_item (id),
    broken_on TEXT NOT NULL,
    fault TEXT NOT NULL CHECK (length(fault) > 0),
    reported_by TEXT NOT NULL,
    sent_on TEXT CHECK (sent_on >= broken_on),
    sent_to TEXT NOT NULL DEFAULT '' CHECK ((sent_to = '') = (sent_on IS NULL)),
    ended_on TEXT CHECK (ended_on >= coalesce(sent_on, broken_on)),
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'mended', 'replaced', 'written_off')),
    cost INTEGER CHECK (cost >= 0),
    note TEXT NOT NULL DEFAULT '',
    ended_by TEXT NOT NULL DEFAULT '',
    CHECK ((outcome = '') = (ended_on IS NULL) AND (outcome = '') = (ended_by = ''))
) STRICT;
CREATE UNIQUE INDEX repair_running ON repair (item_id) WHERE outcome = '';
CREATE INDEX repair_item ON repair (item_id, id);
CREATE TABLE qualification (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    education TEXT NOT NULL CHECK (education IN ('', 'sd', 'smp', 'sma', 'd1', 'd2', 'd3', 'd4', 's1', 's2', 's3')),
    study TEXT NOT NULL DEFAULT '',
    working_since TEXT,
    trainings TEXT NOT NULL CHECK (json_valid(trainings)),
    skills TEXT NOT NULL CHECK (json_valid(skills)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
