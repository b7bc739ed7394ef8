-- The office itself: identity and settings, villages, calendar, number series, adopted standards, devices.
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (json_valid(value))) STRICT;
CREATE TABLE village (
    code TEXT PRIMARY KEY CHECK (length(code) = 10),
    name TEXT NOT NULL,
    head_name TEXT NOT NULL DEFAULT '',
    head_nip TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE holiday (
    on_date TEXT PRIMARY KEY CHECK (on_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('libur', 'cuti_bersama', 'lokal')),
    basis TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE TABLE number_series (
    name TEXT PRIMARY KEY,
    pattern TEXT NOT NULL CHECK (pattern LIKE '%{n%'),
    start INTEGER NOT NULL CHECK (start > 0),
    start_year INTEGER NOT NULL
) STRICT;
CREATE TABLE number_used (
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    text TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (series, text)
) STRICT;
CREATE INDEX number_used_last ON number_used (series, year, epoch, n);
CREATE TABLE standard (
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    text TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    effective_on TEXT NOT NULL,
    maker TEXT NOT NULL,
    checker TEXT NOT NULL,
    approver TEXT NOT NULL,
    PRIMARY KEY (service, revision)
) STRICT;
CREATE TABLE device (
    name TEXT PRIMARY KEY,
    works INTEGER NOT NULL CHECK (works IN (0, 1)),
    note TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT;
