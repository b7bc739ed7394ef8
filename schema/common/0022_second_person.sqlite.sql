-- Who may do what: each change with the two people behind it (official). Beside the journal: what waits for a second
-- person, from when a PIN decides, and up to which change its owner was told.
CREATE TABLE authority_change (
    id INTEGER PRIMARY KEY,
    act TEXT NOT NULL CHECK (length(act) > 0),
    person_id INTEGER NOT NULL REFERENCES person (id),
    proposed_by TEXT NOT NULL CHECK (length(proposed_by) > 0),
    second TEXT NOT NULL CHECK (second <> proposed_by),
    detail TEXT NOT NULL,
    alone INTEGER NOT NULL CHECK (alone IN (0, 1)),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX authority_change_person ON authority_change (person_id, id);
CREATE INDEX authority_change_alone ON authority_change (at) WHERE alone = 1;
CREATE TABLE authority_proposal (
    id INTEGER PRIMARY KEY,
    person_id INTEGER REFERENCES person (id),
    body TEXT NOT NULL CHECK (json_valid(body)),
    secret TEXT,
    proposed_by INTEGER NOT NULL REFERENCES person (id) CHECK (proposed_by <> person_id),
    proposed_at TEXT NOT NULL
) STRICT;
ALTER TABLE credential ADD COLUMN pin_from TEXT;
ALTER TABLE credential ADD COLUMN told_to INTEGER NOT NULL DEFAULT 0;
UPDATE credential SET pin_from = pin_at;
INSERT INTO beside (name, why) VALUES ('authority_proposal', 'waits for a second person and holds a hash until then');
