-- Office hours that the office sets, by date, and the hours of single days; the shipped ones are schema/calendar/jam-kerja.toml.
CREATE TABLE office_hours (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) > 0),
    since TEXT NOT NULL,
    until TEXT CHECK (until >= since),
    week TEXT NOT NULL CHECK (json_valid(week) AND json_array_length(week) = 7),
    basis TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL
) STRICT;
CREATE TRIGGER office_hours_stay BEFORE DELETE ON office_hours BEGIN SELECT RAISE(ABORT, 'office hours are only added'); END;
CREATE TRIGGER office_hours_unaltered BEFORE UPDATE ON office_hours BEGIN SELECT RAISE(ABORT, 'office hours are only added'); END;
CREATE TABLE office_shift (
    day TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    spans TEXT NOT NULL CHECK (length(spans) > 0),
    set_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
