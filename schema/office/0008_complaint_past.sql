-- What a line of the complaint book was before each change of its class, section, due dates, settlement or first answer: an approved
-- recap is reckoned again, years later, from the book as it stood when the recap was drafted.
CREATE TABLE complaint_past (
    id INTEGER PRIMARY KEY,
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    until_at TEXT NOT NULL,
    type TEXT NOT NULL,
    category TEXT NOT NULL,
    weight TEXT NOT NULL,
    levy INTEGER NOT NULL,
    section TEXT NOT NULL,
    first_due_on TEXT,
    settle_due_on TEXT NOT NULL,
    closed_on TEXT,
    first_answer_on TEXT
) STRICT;
CREATE INDEX complaint_past_of ON complaint_past (complaint_id, until_at, id);
CREATE TRIGGER past_stays BEFORE DELETE ON complaint_past BEGIN SELECT RAISE(ABORT, 'the past of a line is never deleted'); END;
CREATE TRIGGER past_is_past BEFORE UPDATE ON complaint_past BEGIN SELECT RAISE(ABORT, 'the past of a line is never altered'); END;
CREATE TRIGGER addendum_stays BEFORE DELETE ON recap_addendum BEGIN SELECT RAISE(ABORT, 'an addendum is never deleted'); END;
CREATE TRIGGER addendum_words_stay BEFORE UPDATE ON recap_addendum BEGIN SELECT RAISE(ABORT, 'an addendum is never altered'); END;
CREATE TRIGGER approved_recap_keeps_its_makers BEFORE UPDATE OF quarter, drafted_by, drafted_on, checked_by, checked_on, note ON recap
WHEN OLD.state IN ('approved', 'published')
BEGIN SELECT RAISE(ABORT, 'an approved recap is never redone'); END;
CREATE TRIGGER recap_is_new_when_new BEFORE INSERT ON recap
WHEN EXISTS (SELECT 1 FROM recap r WHERE r.quarter = NEW.quarter AND r.state IN ('approved', 'published'))
BEGIN SELECT RAISE(ABORT, 'an approved recap is never redone'); END;
CREATE TRIGGER pledge_stays BEFORE DELETE ON pledge BEGIN SELECT RAISE(ABORT, 'a pledge is never deleted'); END;
CREATE TRIGGER pledge_words_stay BEFORE UPDATE OF quarter, what, who, by_on, given_at, void ON pledge
WHEN EXISTS (SELECT 1 FROM recap r WHERE r.quarter = OLD.quarter AND r.state IN ('approved', 'published'))
BEGIN SELECT RAISE(ABORT, 'a pledge that was approved is never altered'); END;
CREATE TRIGGER pledge_end_stays BEFORE UPDATE OF kept_on, withdrawn_at, withdrawn_on, withdrawn_why, void ON pledge
WHEN OLD.kept_on IS NOT NULL OR OLD.withdrawn_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a pledge that was kept or withdrawn stays so'); END;
CREATE TRIGGER pledge_before_the_board BEFORE INSERT ON pledge
WHEN EXISTS (SELECT 1 FROM recap r WHERE r.quarter = NEW.quarter AND r.state = 'published')
BEGIN SELECT RAISE(ABORT, 'a pledge is given before the recap is published'); END;
CREATE TRIGGER history_stays BEFORE DELETE ON pledge_history BEGIN SELECT RAISE(ABORT, 'the past of a pledge is never deleted'); END;
CREATE TRIGGER history_is_past BEFORE UPDATE ON pledge_history BEGIN SELECT RAISE(ABORT, 'the past of a pledge is never altered'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'a posting is never deleted'); END;
