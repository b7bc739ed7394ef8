-- Of a slip's code only a digest is kept: the code stands on the complainant's slip and nowhere else. Lines written before this step
-- keep theirs in `complaint.code` until a new one is issued (docs/decisions/0023-slip-codes.md).
CREATE TABLE complaint_code (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    second_word TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX complaint_code_of ON complaint_code (complaint_id, id);
CREATE TRIGGER slip_code_stays BEFORE DELETE ON complaint_code BEGIN SELECT RAISE(ABORT, 'which codes a line had is never deleted'); END;
CREATE TRIGGER slip_code_is_written_once BEFORE UPDATE ON complaint_code BEGIN SELECT RAISE(ABORT, 'a slip code is never altered'); END;
-- Lines that are no complaint (spam): they stay in the book under their number, folded, with the reason.
CREATE TABLE complaint_aside (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    checked_at TEXT,
    checked_by TEXT NOT NULL DEFAULT '' CHECK (checked_by <> actor),
    objected_at TEXT,
    objection TEXT NOT NULL DEFAULT '',
    back_at TEXT,
    back_by TEXT NOT NULL DEFAULT '',
    back_why TEXT NOT NULL DEFAULT '',
    CHECK ((back_at IS NULL) = (back_by = '') AND (back_at IS NULL) = (back_why = ''))
) STRICT;
CREATE INDEX complaint_aside_of ON complaint_aside (complaint_id, id);
CREATE TRIGGER aside_stays BEFORE DELETE ON complaint_aside BEGIN SELECT RAISE(ABORT, 'why a line was set aside is never deleted'); END;
CREATE TRIGGER aside_reason_stays BEFORE UPDATE OF id, complaint_id, reason, at, actor ON complaint_aside
BEGIN SELECT RAISE(ABORT, 'why a line was set aside is never altered'); END;
CREATE TRIGGER aside_end_stays BEFORE UPDATE OF back_at, back_by, back_why ON complaint_aside WHEN OLD.back_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a line that was taken back stays so'); END;
ALTER TABLE complaint ADD COLUMN aside INTEGER NOT NULL DEFAULT 0 CHECK (aside IN (0, 1));
-- In what the limit of a line is counted, as it was when its due date was reckoned; empty for lines of before: as the limit says now.
ALTER TABLE complaint ADD COLUMN unit TEXT NOT NULL DEFAULT '' CHECK (unit IN ('', 'working_days', 'calendar_days'));
ALTER TABLE complaint_past ADD COLUMN aside INTEGER NOT NULL DEFAULT 0 CHECK (aside IN (0, 1));
CREATE INDEX complaint_set_aside ON complaint (id) WHERE aside = 1;
