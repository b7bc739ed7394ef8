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
-- Which lines an approved recap counts (a line belongs to exactly one), and in which quarter they were received.
CREATE TABLE recap_line (
    complaint_id INTEGER PRIMARY KEY REFERENCES complaint (id),
    quarter TEXT NOT NULL REFERENCES recap (quarter),
    own TEXT NOT NULL
) STRICT;
CREATE INDEX recap_line_moved ON recap_line (quarter) WHERE quarter <> own;
CREATE INDEX complaint_back_dated ON complaint (received_on, entered_at) WHERE received_on < date(entered_at, '+7 hours');
INSERT INTO recap_line (complaint_id, quarter, own)
SELECT c.id, r.quarter, r.quarter FROM recap r, json_each(r.figures, '$.lines') l JOIN complaint c ON c.number = l.value ->> 'number'
WHERE r.state IN ('approved', 'published');
CREATE TRIGGER recap_line_stays BEFORE UPDATE ON recap_line BEGIN SELECT RAISE(ABORT, 'a line is counted by one recap for good'); END;
CREATE TRIGGER recap_line_is_kept BEFORE DELETE ON recap_line BEGIN SELECT RAISE(ABORT, 'a line is counted by one recap for good'); END;
-- A pledge that the Camat himself added after he had approved the recap; what others added before this step is not his.
ALTER TABLE pledge ADD COLUMN approved INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1));
CREATE TRIGGER pledge_approval_stays BEFORE UPDATE OF approved ON pledge
BEGIN SELECT RAISE(ABORT, 'who approved a pledge is never altered'); END;
