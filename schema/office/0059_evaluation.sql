-- Monitoring and evaluation (standard of a polytechnic, chapter V; service standard, clauses 12 to 14): cycles with one audit
-- sheet for each unit, follow-ups, supervision from above, LTPPs of what was not reached; the documents of quality (targets
-- of a section for a year, the policy) and every signature that a report or document asks, in its order.
CREATE TABLE evaluation_cycle (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    period TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('routine', 'incidental')),
    reason TEXT NOT NULL CHECK (kind = 'routine' OR length(reason) > 0),
    components TEXT NOT NULL CHECK (json_valid(components)),
    team TEXT NOT NULL CHECK (json_valid(team)),
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL CHECK (until_on >= from_on),
    state TEXT NOT NULL CHECK (state IN ('running', 'drafted', 'reported', 'evaluated', 'closed', 'withdrawn')),
    results TEXT NOT NULL DEFAULT '',
    obstacles TEXT NOT NULL DEFAULT '',
    recommendations TEXT NOT NULL DEFAULT '',
    principles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(principles)),
    digest TEXT NOT NULL DEFAULT '',
    evaluation TEXT NOT NULL DEFAULT '',
    evaluated_by TEXT NOT NULL DEFAULT '',
    evaluated_on TEXT,
    closed_by TEXT NOT NULL DEFAULT '',
    closed_on TEXT,
    withdrawn_why TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK (state NOT IN ('evaluated', 'closed') OR evaluated_on IS NOT NULL),
    CHECK ((state = 'closed') = (closed_on IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX evaluation_cycle_routine ON evaluation_cycle (period) WHERE kind = 'routine' AND state <> 'withdrawn';
CREATE TABLE evaluation_sheet (
    id INTEGER PRIMARY KEY,
    cycle_id INTEGER NOT NULL REFERENCES evaluation_cycle (id),
    unit TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'answered', 'closed')),
    activities TEXT NOT NULL DEFAULT '',
    obstacles TEXT NOT NULL DEFAULT '',
    answered_by TEXT NOT NULL DEFAULT '',
    answered_at TEXT NOT NULL DEFAULT '',
    closed_by TEXT NOT NULL DEFAULT '' CHECK (closed_by = '' OR closed_by <> answered_by),
    closed_at TEXT NOT NULL DEFAULT '' CHECK ((state = 'closed') = (closed_at <> '')),
    UNIQUE (cycle_id, unit)
) STRICT;
CREATE TABLE evaluation_row (
    sheet_id INTEGER NOT NULL REFERENCES evaluation_sheet (id),
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    indicator TEXT NOT NULL,
    target TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'reached', 'missed', 'no_data', 'waiting', 'no_target')),
    question TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT '',
    finding TEXT NOT NULL DEFAULT '',
    weight TEXT NOT NULL DEFAULT '' CHECK (weight IN ('', 'conform', 'observation', 'minor', 'major')),
    recommendation TEXT NOT NULL DEFAULT '',
    response TEXT NOT NULL DEFAULT '',
    assessed_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (sheet_id, ordinal),
    UNIQUE (sheet_id, indicator),
    CHECK (weight IN ('', 'conform') OR length(finding) > 0),
    CHECK (weight <> 'conform' OR state <> 'missed')
) STRICT;
CREATE TABLE follow_up (
    id INTEGER PRIMARY KEY,
    cycle_id INTEGER NOT NULL REFERENCES evaluation_cycle (id),
    unit TEXT NOT NULL,
    level TEXT NOT NULL,
    indicator TEXT NOT NULL,
    what TEXT NOT NULL CHECK (length(what) > 0),
    person TEXT NOT NULL,
    due_on TEXT NOT NULL,
    since TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'checked', 'carried')),
    done_on TEXT,
    done_note TEXT NOT NULL DEFAULT '',
    checked_on TEXT,
    checked_by TEXT NOT NULL DEFAULT '' CHECK (checked_by = '' OR checked_by <> person),
    check_note TEXT NOT NULL DEFAULT '',
    carried_why TEXT NOT NULL DEFAULT '' CHECK ((state = 'carried') = (carried_why <> '')),
    carried_from INTEGER UNIQUE REFERENCES follow_up (id),
    actor TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX follow_up_cycle ON follow_up (cycle_id, unit);
CREATE TRIGGER follow_up_deadline_begins AFTER INSERT ON follow_up BEGIN
    INSERT INTO deadline (subject, limit_id, unit, since, due, stopped) VALUES ('follow_up/' || NEW.id, 'follow_up',
        'calendar_days', NEW.since, NEW.due_on, coalesce(NEW.done_on, ''));
END;
CREATE TRIGGER follow_up_deadline_follows AFTER UPDATE OF due_on, done_on, state ON follow_up BEGIN
    UPDATE deadline SET due = NEW.due_on, stopped = coalesce(NEW.done_on, ''), void = NEW.state = 'carried'
        WHERE subject = 'follow_up/' || NEW.id;
END;
CREATE TRIGGER follow_up_deadline_goes AFTER DELETE ON follow_up BEGIN
    DELETE FROM deadline WHERE subject = 'follow_up/' || OLD.id;
END;
CREATE TABLE indicator_capa (
    indicator TEXT NOT NULL,
    period TEXT NOT NULL,
    capa_id INTEGER NOT NULL UNIQUE REFERENCES capa (id),
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (indicator, period)
) STRICT;
CREATE TABLE supervision (
    id INTEGER PRIMARY KEY,
    cycle_id INTEGER NOT NULL REFERENCES evaluation_cycle (id),
    on_date TEXT NOT NULL,
    post TEXT NOT NULL CHECK (length(post) > 0),
    notes TEXT NOT NULL CHECK (length(notes) > 0),
    actor TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE quality_document (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('targets', 'policy')),
    year INTEGER NOT NULL,
    section TEXT NOT NULL CHECK ((kind = 'targets') = (section <> '')),
    revision INTEGER NOT NULL CHECK (revision >= 0),
    content TEXT NOT NULL CHECK (json_valid(content)),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    note TEXT NOT NULL DEFAULT '',
    effective_on TEXT,
    state TEXT NOT NULL CHECK (state IN ('signing', 'in_force', 'replaced', 'withdrawn')),
    withdrawn_why TEXT NOT NULL DEFAULT '' CHECK ((state = 'withdrawn') = (withdrawn_why <> '')),
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((state IN ('in_force', 'replaced')) = (effective_on IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX quality_document_signing ON quality_document (kind, year, section) WHERE state = 'signing';
CREATE UNIQUE INDEX quality_document_in_force ON quality_document (kind, year, section) WHERE state = 'in_force';
CREATE UNIQUE INDEX quality_document_revision ON quality_document (kind, year, section, revision) WHERE state <> 'withdrawn';
CREATE TABLE quality_signature (
    subject TEXT NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    label TEXT NOT NULL,
    post TEXT NOT NULL,
    roles TEXT NOT NULL,
    section TEXT NOT NULL,
    username TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    at TEXT CHECK ((at IS NOT NULL) = (username <> '')),
    PRIMARY KEY (subject, ordinal)
) STRICT;
CREATE UNIQUE INDEX quality_signature_person ON quality_signature (subject, username) WHERE username <> '';
-- Prints and copies of these documents are controlled like those of procedures.
CREATE TABLE document_print_new (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('sop', 'standard', 'quality')),
    copy INTEGER CHECK (copy BETWEEN 0 AND 999),
    nth INTEGER NOT NULL CHECK (nth > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
INSERT INTO document_print_new SELECT * FROM document_print;
DROP TABLE document_print;
ALTER TABLE document_print_new RENAME TO document_print;
CREATE INDEX document_print_copies ON document_print (service, revision, copy);
