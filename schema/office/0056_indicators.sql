-- What an office measures: targets of a year, figures that somebody typed and another checked, and the evaluation of a
-- period (clause 14). An indicator is named by its file and its id there; values are text as the file writes them.
CREATE TABLE indicator_target (
    id INTEGER PRIMARY KEY,
    indicator TEXT NOT NULL,
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2199),
    value TEXT NOT NULL CHECK (length(value) > 0),
    lower INTEGER NOT NULL CHECK (lower IN (0, 1)),
    reason TEXT NOT NULL CHECK (lower = 0 OR length(reason) > 0),
    responsible TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX indicator_target_year ON indicator_target (year, indicator, id);
CREATE TABLE realisation (
    id INTEGER PRIMARY KEY,
    indicator TEXT NOT NULL,
    period TEXT NOT NULL,
    year INTEGER NOT NULL,
    numerator TEXT NOT NULL DEFAULT '',
    denominator TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL CHECK (length(value) > 0),
    note TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    replaces INTEGER UNIQUE REFERENCES realisation (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'checked', 'returned', 'replaced')),
    typed_by TEXT NOT NULL,
    typed_at TEXT NOT NULL,
    checked_by TEXT NOT NULL DEFAULT '' CHECK (checked_by <> typed_by),
    checked_at TEXT NOT NULL DEFAULT '',
    check_note TEXT NOT NULL DEFAULT '',
    CHECK (replaces IS NULL OR length(reason) > 0),
    CHECK (state <> 'waiting' OR checked_by = ''),
    CHECK (state NOT IN ('checked', 'returned') OR checked_by <> '')
) STRICT;
CREATE UNIQUE INDEX realisation_present ON realisation (indicator, period) WHERE state <> 'replaced';
CREATE INDEX realisation_year ON realisation (year, indicator);
CREATE INDEX realisation_waiting ON realisation (state) WHERE state IN ('waiting', 'returned');
CREATE TABLE performance_analysis (
    id INTEGER PRIMARY KEY,
    period TEXT NOT NULL,
    text TEXT NOT NULL CHECK (length(text) > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX performance_analysis_period ON performance_analysis (period);
CREATE TABLE performance_review (
    period TEXT PRIMARY KEY,
    conclusion TEXT NOT NULL CHECK (length(conclusion) > 0),
    figures TEXT NOT NULL CHECK (json_valid(figures)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE performance_follow_up (
    period TEXT NOT NULL REFERENCES performance_review (period),
    n INTEGER NOT NULL CHECK (n > 0),
    what TEXT NOT NULL CHECK (length(what) > 0),
    person TEXT NOT NULL,
    by_on TEXT NOT NULL,
    done_on TEXT NOT NULL DEFAULT '',
    done_note TEXT NOT NULL DEFAULT '' CHECK ((done_note = '') = (done_on = '')),
    PRIMARY KEY (period, n)
) STRICT, WITHOUT ROWID;
