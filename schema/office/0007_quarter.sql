-- Corrective and preventive action (LTPP), the quarterly recap, pledges, what hangs on the notice board.
CREATE TABLE capa (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    opened_on TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('complaint', 'audit', 'quality_target', 'survey')),
    problem TEXT NOT NULL,
    evidence TEXT NOT NULL DEFAULT '',
    immediate TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'effective', 'again')),
    round INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX capa_state ON capa (state, id);
CREATE TABLE capa_round (
    capa_id INTEGER NOT NULL REFERENCES capa (id),
    round INTEGER NOT NULL CHECK (round > 0),
    planned_on TEXT NOT NULL,
    whys TEXT NOT NULL CHECK (json_valid(whys)),
    corrective TEXT NOT NULL,
    preventive TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_on TEXT,
    done_note TEXT NOT NULL DEFAULT '',
    checked_on TEXT,
    checked_by TEXT NOT NULL DEFAULT '',
    effective INTEGER CHECK (effective IN (0, 1)),
    check_note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (capa_id, round),
    CHECK (checked_by = '' OR checked_by <> person),
    CHECK (checked_on IS NULL OR (done_on IS NOT NULL AND checked_on > done_on) OR (done_on IS NULL AND checked_on > due_on)),
    CHECK ((checked_on IS NULL) = (effective IS NULL))
) STRICT;
CREATE TABLE capa_complaint (
    capa_id INTEGER NOT NULL REFERENCES capa (id),
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    at TEXT NOT NULL,
    PRIMARY KEY (capa_id, complaint_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX capa_complaint_line ON capa_complaint (complaint_id);
CREATE TRIGGER capa_stays BEFORE DELETE ON capa BEGIN SELECT RAISE(ABORT, 'an LTPP is never deleted'); END;
CREATE TRIGGER capa_words_stay BEFORE UPDATE OF number, opened_on, opened_by, source, problem, evidence, immediate ON capa
BEGIN SELECT RAISE(ABORT, 'what an LTPP is about is never altered'); END;
CREATE TRIGGER capa_link_stays BEFORE DELETE ON capa_complaint BEGIN SELECT RAISE(ABORT, 'an LTPP is never deleted'); END;
CREATE TABLE recap (
    quarter TEXT PRIMARY KEY CHECK (quarter GLOB '[0-9][0-9][0-9][0-9]-Q[1-4]'),
    number TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'checked', 'approved', 'published')),
    since_on TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    figures TEXT NOT NULL CHECK (json_valid(figures)),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    drafted_by TEXT NOT NULL,
    drafted_on TEXT NOT NULL,
    checked_by TEXT NOT NULL DEFAULT '',
    checked_on TEXT,
    approved_by TEXT NOT NULL DEFAULT '',
    approved_at TEXT,
    frame TEXT NOT NULL DEFAULT '' CHECK (frame = '' OR json_valid(frame)),
    regency_on TEXT,
    CHECK (state NOT IN ('approved', 'published') OR (approved_at IS NOT NULL AND frame <> ''))
) STRICT;
CREATE TRIGGER approved_recap_stays BEFORE UPDATE OF figures, digest, number, frame, approved_at, approved_by ON recap
WHEN OLD.state IN ('approved', 'published')
BEGIN SELECT RAISE(ABORT, 'an approved recap is never redone'); END;
CREATE TRIGGER approved_recap_no_return BEFORE UPDATE OF state ON recap
WHEN OLD.state IN ('approved', 'published') AND NEW.state NOT IN ('approved', 'published')
BEGIN SELECT RAISE(ABORT, 'an approved recap is never redone'); END;
CREATE TRIGGER recap_stays BEFORE DELETE ON recap WHEN OLD.state IN ('approved', 'published')
BEGIN SELECT RAISE(ABORT, 'an approved recap is never deleted'); END;
CREATE TABLE recap_addendum (
    id INTEGER PRIMARY KEY,
    quarter TEXT NOT NULL REFERENCES recap (quarter),
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE TABLE pledge (
    id INTEGER PRIMARY KEY,
    quarter TEXT NOT NULL,
    what TEXT NOT NULL CHECK (length(what) > 0),
    who TEXT NOT NULL,
    by_on TEXT NOT NULL,
    kept_on TEXT,
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    given_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_on TEXT,
    withdrawn_why TEXT NOT NULL DEFAULT '',
    void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    CHECK ((withdrawn_on IS NULL) = (withdrawn_why = '') AND (withdrawn_on IS NULL) = (withdrawn_at IS NULL)),
    CHECK (void = 0 OR withdrawn_on IS NOT NULL),
    CHECK (kept_on IS NULL OR withdrawn_on IS NULL)
) STRICT;
CREATE INDEX pledge_quarter ON pledge (quarter, id);
-- What a pledge said before each change, and what was written beside it: nothing about a promise is lost.
CREATE TABLE pledge_history (
    id INTEGER PRIMARY KEY,
    pledge_id INTEGER NOT NULL REFERENCES pledge (id),
    deed TEXT NOT NULL CHECK (deed IN ('corrected', 'withdrawn', 'kept', 'note')),
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    by_on TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX pledge_history_of ON pledge_history (pledge_id, id);
CREATE TABLE posting (
    id INTEGER PRIMARY KEY,
    quarter TEXT NOT NULL REFERENCES recap (quarter),
    posted_on TEXT NOT NULL,
    until_on TEXT NOT NULL CHECK (until_on >= posted_on),
    place TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE TRIGGER posting_needs_approval BEFORE INSERT ON posting
WHEN NOT EXISTS (SELECT 1 FROM recap r WHERE r.quarter = NEW.quarter AND r.state IN ('approved', 'published'))
    OR NOT EXISTS (SELECT 1 FROM pledge p WHERE p.quarter = NEW.quarter AND p.void = 0)
BEGIN SELECT RAISE(ABORT, 'only an approved recap with a pledge is posted'); END;
