-- The complaint book (SP 11): lines in the visitor's own words, staff columns, suggestion box, follow-up, two clocks.
CREATE TABLE section (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    head TEXT NOT NULL DEFAULT '',
    services TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(services)),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;
CREATE TABLE complaint_limit (
    name TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days > 0),
    unit TEXT NOT NULL CHECK (unit IN ('working_days', 'calendar_days')),
    source TEXT NOT NULL,
    set_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE complaint (
    id INTEGER PRIMARY KEY,
    year INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    epoch INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    code TEXT UNIQUE CHECK (length(code) = 11),
    received_on TEXT NOT NULL,
    received_time TEXT NOT NULL DEFAULT '',
    entered_at TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    channel TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    anonymous INTEGER NOT NULL CHECK (anonymous IN (0, 1)),
    confidential INTEGER NOT NULL CHECK (confidential IN (0, 1)),
    second_word TEXT NOT NULL DEFAULT '',
    area TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 8000),
    hope TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL CHECK (type IN ('complaint', 'aspiration', 'information')),
    category TEXT NOT NULL,
    weight TEXT NOT NULL CHECK (weight IN ('light', 'medium', 'heavy')),
    levy INTEGER NOT NULL DEFAULT 0 CHECK (levy IN (0, 1)),
    section TEXT NOT NULL REFERENCES section (code),
    handling TEXT NOT NULL DEFAULT 'desk' CHECK (handling IN ('information', 'desk', 'field')),
    first_due_on TEXT,
    settle_due_on TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'followed', 'answered', 'closed')),
    first_answer_on TEXT,
    followed_on TEXT,
    answered_on TEXT,
    closed_on TEXT,
    satisfied INTEGER CHECK (satisfied IN (0, 1)),
    reopened INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    CHECK (first_due_on IS NOT NULL OR channel = 'box'),
    UNIQUE (year, epoch, n)
) STRICT;
CREATE INDEX complaint_state ON complaint (state, settle_due_on, id);
CREATE INDEX complaint_section ON complaint (section, state, id);
CREATE INDEX complaint_received ON complaint (received_on, id);
CREATE INDEX complaint_closed ON complaint (closed_on, id);
CREATE INDEX complaint_unsatisfied ON complaint (id) WHERE satisfied = 0;
CREATE TABLE complainant (
    complaint_id INTEGER PRIMARY KEY REFERENCES complaint (id),
    name TEXT NOT NULL DEFAULT '',
    sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'female', 'male')),
    address TEXT NOT NULL DEFAULT '',
    contact TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE complaint_column (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    name TEXT NOT NULL CHECK (name IN ('note', 'first_answer', 'follow_up', 'answer', 'satisfaction')),
    text TEXT NOT NULL CHECK (length(text) > 0),
    on_date TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    struck_at TEXT,
    struck_by TEXT NOT NULL DEFAULT '',
    struck_why TEXT NOT NULL DEFAULT '',
    CHECK ((struck_at IS NULL) = (struck_by = ''))
) STRICT;
CREATE INDEX complaint_column_of ON complaint_column (complaint_id, id);
CREATE TABLE complaint_route (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    section TEXT NOT NULL REFERENCES section (code),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX complaint_route_of ON complaint_route (complaint_id, id);
CREATE TABLE complaint_pause (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT CHECK (to_on >= from_on),
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX complaint_pause_of ON complaint_pause (complaint_id);
CREATE TABLE complaint_link (
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    other_id INTEGER NOT NULL REFERENCES complaint (id),
    PRIMARY KEY (complaint_id, other_id),
    CHECK (complaint_id < other_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE complaint_scan (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    kind TEXT NOT NULL CHECK (kind IN ('image/png', 'image/jpeg', 'application/pdf')),
    digest TEXT NOT NULL,
    data BLOB NOT NULL CHECK (length(data) <= 200000),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX complaint_scan_of ON complaint_scan (complaint_id);
CREATE TABLE box_opening (
    on_date TEXT PRIMARY KEY,
    slips INTEGER NOT NULL CHECK (slips >= 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER complaint_words_stay BEFORE UPDATE OF words, hope, received_on, year, n, number ON complaint
BEGIN SELECT RAISE(ABORT, 'the visitor''s words are never altered'); END;
CREATE TRIGGER answer_stays_owed BEFORE UPDATE OF first_due_on ON complaint
WHEN (OLD.first_due_on IS NULL) <> (NEW.first_due_on IS NULL)
BEGIN SELECT RAISE(ABORT, 'whether somebody can be answered is settled when the line is written'); END;
CREATE TRIGGER complaint_origin_stays BEFORE UPDATE OF id, epoch, code, received_time, entered_at, entered_by, channel, place,
    anonymous, confidential, second_word, area, service ON complaint
BEGIN SELECT RAISE(ABORT, 'how a line came into the book is never altered'); END;
CREATE TRIGGER complaint_is_new_when_new BEFORE INSERT ON complaint
WHEN EXISTS (SELECT 1 FROM complaint c WHERE c.id = NEW.id OR c.number = NEW.number OR (c.code IS NOT NULL AND c.code = NEW.code)
    OR (c.year = NEW.year AND c.epoch = NEW.epoch AND c.n = NEW.n))
BEGIN SELECT RAISE(ABORT, 'a line of the book is written once'); END;
CREATE TRIGGER complainant_words_stay BEFORE UPDATE ON complainant
BEGIN SELECT RAISE(ABORT, 'who complained is never altered'); END;
CREATE TRIGGER complainant_is_new_when_new BEFORE INSERT ON complainant
WHEN EXISTS (SELECT 1 FROM complainant c WHERE c.complaint_id = NEW.complaint_id)
BEGIN SELECT RAISE(ABORT, 'a line of the book is written once'); END;
CREATE TRIGGER column_is_new_when_new BEFORE INSERT ON complaint_column
WHEN EXISTS (SELECT 1 FROM complaint_column c WHERE c.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a line of the book is written once'); END;
CREATE TRIGGER strike_stays BEFORE UPDATE OF struck_at, struck_by, struck_why, actor, at ON complaint_column
WHEN OLD.struck_at IS NOT NULL OR OLD.actor <> NEW.actor OR OLD.at <> NEW.at
BEGIN SELECT RAISE(ABORT, 'what was struck through stays so'); END;
CREATE TRIGGER route_stays BEFORE DELETE ON complaint_route BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER pause_stays BEFORE DELETE ON complaint_pause BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER link_stays BEFORE DELETE ON complaint_link BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER scan_bytes_stay BEFORE UPDATE ON complaint_scan BEGIN SELECT RAISE(ABORT, 'a scan is never altered'); END;
CREATE TRIGGER box_opening_stays BEFORE UPDATE ON box_opening BEGIN SELECT RAISE(ABORT, 'an opening of the box is never altered'); END;
CREATE TRIGGER complainant_stays BEFORE DELETE ON complainant BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER column_stays BEFORE DELETE ON complaint_column BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER column_words_stay BEFORE UPDATE OF text, name, complaint_id, on_date ON complaint_column
BEGIN SELECT RAISE(ABORT, 'what was written is struck through, never altered'); END;
CREATE TRIGGER box_stays BEFORE DELETE ON box_opening BEGIN SELECT RAISE(ABORT, 'an opening of the box is never deleted'); END;
CREATE TRIGGER scan_stays BEFORE DELETE ON complaint_scan BEGIN SELECT RAISE(ABORT, 'a line of the book is never deleted'); END;
CREATE TRIGGER closing_needs_follow_up BEFORE UPDATE OF state ON complaint
WHEN NEW.state = 'closed' AND NOT EXISTS (SELECT 1 FROM complaint_column c WHERE c.complaint_id = NEW.id
    AND c.name = 'follow_up' AND c.struck_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a line is closed only with a follow-up'); END;
