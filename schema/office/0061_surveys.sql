-- Satisfaction: answers without anybody's name, numbered paper forms typed twice, files taken in, published reports.
CREATE TABLE survey_answer (
    id INTEGER PRIMARY KEY,
    survey TEXT NOT NULL,
    service TEXT NOT NULL,
    month TEXT NOT NULL CHECK (month GLOB '20[0-9][0-9]-[01][0-9]'),
    source TEXT NOT NULL CHECK (source IN ('kiosk', 'form', 'import')),
    marks TEXT NOT NULL CHECK (marks <> '' AND marks NOT GLOB '*[^-1-4]*'),
    respondent TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(respondent)),
    comment TEXT NOT NULL DEFAULT '',
    ballot TEXT UNIQUE CHECK ((ballot IS NULL) = (source <> 'kiosk'))
) STRICT;
CREATE INDEX survey_answer_month ON survey_answer (month, service);

-- One code for each finished case. Beside the journal, so that no entry says which case a vote came from: the digest is
-- overwritten when the vote is given, and that of the vote cannot be reckoned from it.
CREATE TABLE survey_code (
    case_id INTEGER PRIMARY KEY REFERENCES case_file (id),
    digest TEXT UNIQUE,
    until_on TEXT NOT NULL
) STRICT;
-- Votes until they are counted, several at once and in the order of their digests, not in that of their coming.
CREATE TABLE survey_box (
    ballot TEXT PRIMARY KEY,
    survey TEXT NOT NULL,
    service TEXT NOT NULL,
    month TEXT NOT NULL,
    marks TEXT NOT NULL,
    respondent TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO beside (name, why) VALUES
    ('survey_code', 'codes of slips, kept as digests: no entry may say whose vote it was'),
    ('survey_box', 'votes that are not counted yet, without their order');

CREATE TABLE survey_form (
    number INTEGER PRIMARY KEY,
    survey TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('printed', 'typed', 'differs', 'counted', 'spoiled')),
    printed_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '' CHECK ((why <> '') = (state = 'spoiled'))
) STRICT;
CREATE INDEX survey_form_state ON survey_form (state, number);
CREATE TABLE survey_typing (
    number INTEGER NOT NULL REFERENCES survey_form (number),
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    month TEXT NOT NULL,
    marks TEXT NOT NULL CHECK (marks NOT GLOB '*[^-1-4]*'),
    respondent TEXT NOT NULL CHECK (json_valid(respondent)),
    comment TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (number, actor)
) STRICT;

CREATE TABLE survey_import (
    digest TEXT PRIMARY KEY,
    survey TEXT NOT NULL,
    service TEXT NOT NULL,
    month TEXT NOT NULL,
    name TEXT NOT NULL,
    lines INTEGER NOT NULL CHECK (lines > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE TABLE survey_report (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    survey TEXT NOT NULL,
    service TEXT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL CHECK (last_on >= first_on),
    period TEXT NOT NULL,
    plan TEXT NOT NULL,
    figures TEXT NOT NULL CHECK (json_valid(figures)),
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('drafted', 'published', 'withdrawn')),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    published_at TEXT NOT NULL DEFAULT '' CHECK (published_at = '' OR state <> 'drafted'),
    published_by TEXT NOT NULL DEFAULT '' CHECK (published_by <> actor AND (published_by = '') = (published_at = '')),
    why TEXT NOT NULL DEFAULT '' CHECK ((why <> '') = (state = 'withdrawn'))
) STRICT;
CREATE UNIQUE INDEX survey_report_once ON survey_report (survey, service, period) WHERE state <> 'withdrawn';

CREATE TABLE survey_capa (
    capa_id INTEGER PRIMARY KEY REFERENCES capa (id),
    service TEXT NOT NULL,
    period TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    UNIQUE (service, period)
) STRICT;
