-- The desk: cases of any service, their checklist, way, keys and papers; drafts stand beside the journal.
CREATE TABLE case_file (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE CHECK (length(code) = 11),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL,
    main_key TEXT NOT NULL,
    birth_on TEXT,
    phone TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    step TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    place TEXT NOT NULL,
    place_number TEXT NOT NULL DEFAULT '',
    received_on TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    late_reason TEXT NOT NULL DEFAULT '',
    completed_on TEXT,
    due_on TEXT,
    off_days TEXT CHECK (json_valid(off_days)),
    kept_on TEXT,
    closed_on TEXT,
    changed_at TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('desk', 'village', 'form', 'import', 'recovered')),
    CHECK ((completed_on IS NULL) = (due_on IS NULL)),
    CHECK (closed = 0 OR closed_on IS NOT NULL)
) STRICT;
CREATE INDEX case_by_step ON case_file (closed, step, due_on, id);
CREATE INDEX case_by_due ON case_file (due_on, id) WHERE closed = 0 AND due_on IS NOT NULL AND kept_on IS NULL;
CREATE INDEX case_by_area ON case_file (area, closed, id);
CREATE INDEX case_by_received ON case_file (received_on, id);
CREATE INDEX case_by_kept ON case_file (completed_on);
CREATE INDEX case_by_key ON case_file (main_key);
CREATE TABLE case_key (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (value, name, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_key_case ON case_key (case_id);
CREATE TABLE case_likeness (
    block TEXT NOT NULL,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    PRIMARY KEY (block, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_likeness_case ON case_likeness (case_id);
CREATE TABLE case_item (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    item TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('present', 'missing', 'wrong', 'not_needed')),
    note TEXT NOT NULL DEFAULT '',
    seen TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL,
    on_date TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (case_id, item)
) STRICT;
CREATE TABLE case_event (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    at TEXT NOT NULL,
    on_date TEXT NOT NULL,
    action TEXT NOT NULL,
    step_from TEXT NOT NULL,
    step_to TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX case_event_case ON case_event (case_id, id);
CREATE TABLE case_pause (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT CHECK (to_on IS NULL OR to_on >= from_on),
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX case_pause_case ON case_pause (case_id);
CREATE TABLE paper_print (
    subject TEXT NOT NULL,
    paper TEXT NOT NULL,
    copies INTEGER NOT NULL CHECK (copies > 0),
    last_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    came_out INTEGER CHECK (came_out IN (0, 1)),
    PRIMARY KEY (subject, paper)
) STRICT;
CREATE TABLE reserved_form (
    code TEXT PRIMARY KEY CHECK (length(code) = 11),
    service TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    area TEXT NOT NULL DEFAULT '',
    reserved_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    case_id INTEGER REFERENCES case_file (id)
) STRICT;
CREATE TABLE import_line (
    fingerprint TEXT PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE draft (
    id INTEGER PRIMARY KEY,
    author TEXT NOT NULL,
    area TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL,
    form_code TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    case_id INTEGER,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX draft_author ON draft (author, updated_at);
CREATE VIRTUAL TABLE case_fts USING fts5 (name, content = '', contentless_delete = 1, prefix = '2 3', detail = 'none',
    tokenize = "unicode61 remove_diacritics 2");
INSERT INTO beside (name, why) VALUES
    ('draft', 'unfinished forms are no records'), ('case_fts%', 'index of names, rebuilt from case_file');
