-- The suggestion box: a day may have several openings, each with its place in the day, and only one at the end of a service day counts
-- for it (SP 11.4). A day without one is explained, once. Openings that were written before all counted.
ALTER TABLE box_opening RENAME TO box_opening_past;
CREATE TABLE box_opening (
    on_date TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    slips INTEGER NOT NULL CHECK (slips >= 0),
    counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (on_date, n)
) STRICT;
INSERT INTO box_opening (on_date, n, slips, counts, at, actor, note)
SELECT on_date, 1, slips, 1, at, actor, note FROM box_opening_past;
DROP TABLE box_opening_past;
CREATE TRIGGER box_opening_stays BEFORE UPDATE ON box_opening BEGIN SELECT RAISE(ABORT, 'an opening of the box is never altered'); END;
CREATE TRIGGER box_stays BEFORE DELETE ON box_opening BEGIN SELECT RAISE(ABORT, 'an opening of the box is never deleted'); END;
CREATE TABLE box_missed (
    on_date TEXT PRIMARY KEY CHECK (on_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE TRIGGER box_missed_stays BEFORE UPDATE ON box_missed BEGIN SELECT RAISE(ABORT, 'why the box stayed shut is never altered'); END;
CREATE TRIGGER box_missed_is_kept BEFORE DELETE ON box_missed BEGIN SELECT RAISE(ABORT, 'why the box stayed shut is never deleted'); END;
