-- A procedure as a controlled document: every print with its stamp (copy 0 is the original, none an uncontrolled print), who
-- received which numbered copy; signatures that stand on paper outside the office, and those one person gives for two posts.
CREATE TABLE document_print (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('sop', 'standard')),
    copy INTEGER CHECK (copy BETWEEN 0 AND 999),
    nth INTEGER NOT NULL CHECK (nth > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX document_print_copies ON document_print (service, revision, copy);
CREATE TABLE document_copy (
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 999),
    holder TEXT NOT NULL,
    received_by TEXT NOT NULL CHECK (length(received_by) > 0),
    old_returned INTEGER NOT NULL CHECK (old_returned IN (0, 1)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (service, revision, number)
) STRICT;
ALTER TABLE standard_signature ADD COLUMN on_paper INTEGER NOT NULL DEFAULT 0 CHECK (on_paper IN (0, 1));
ALTER TABLE standard_signature ADD COLUMN may_repeat INTEGER NOT NULL DEFAULT 0 CHECK (may_repeat IN (0, 1));
DROP INDEX standard_signature_person;
CREATE UNIQUE INDEX standard_signature_person ON standard_signature (service, revision, username)
    WHERE username <> '' AND may_repeat = 0 AND on_paper = 0;
