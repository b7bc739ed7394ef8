-- Deadlines that run by the second (`2026-03-06T15:30:20`), who took a step that several may do, and which contact of
-- the hotline became which line of the complaint book.
DROP TRIGGER promise_deadline_follows;
DROP TRIGGER promise_deadline_pauses;
DROP TRIGGER promise_deadline_resumes;
DROP TRIGGER complaint_deadline_begins;
DROP TRIGGER complaint_deadline_follows;
DROP TRIGGER complaint_deadline_pauses;
DROP TRIGGER complaint_deadline_resumes;
DROP TRIGGER capa_deadline_begins;
DROP TRIGGER capa_deadline_follows;
CREATE TABLE deadline_seconds (
    subject TEXT NOT NULL,
    limit_id TEXT NOT NULL,
    scope TEXT NOT NULL DEFAULT '',
    unit TEXT NOT NULL CHECK (unit IN ('working_seconds', 'working_minutes', 'working_hours', 'working_days', 'calendar_days')),
    since TEXT NOT NULL CHECK (length(since) IN (10, 16, 19)),
    due TEXT NOT NULL CHECK (length(due) = length(since)),
    paused TEXT NOT NULL DEFAULT '',
    pauses TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pauses)),
    stopped TEXT NOT NULL DEFAULT '',
    void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    noted_at TEXT NOT NULL DEFAULT '',
    noted_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '' CHECK ((note = '') = (noted_at = '')),
    PRIMARY KEY (subject, limit_id, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO deadline_seconds SELECT * FROM deadline;
DROP TABLE deadline;
ALTER TABLE deadline_seconds RENAME TO deadline;
CREATE INDEX deadline_running ON deadline (due, subject) WHERE stopped = '' AND void = 0;
CREATE TRIGGER promise_deadline_follows AFTER UPDATE OF completed_on, due_on, kept_on, closed ON case_file WHEN NEW.due_on IS NOT NULL BEGIN
    INSERT INTO deadline (subject, limit_id, unit, since, due, stopped, void) VALUES ('case/' || NEW.id, 'promise', 'working_days',
        NEW.completed_on, NEW.due_on, coalesce(NEW.kept_on, ''), NEW.closed = 1 AND NEW.kept_on IS NULL)
    ON CONFLICT (subject, limit_id, scope) DO UPDATE SET since = excluded.since, due = excluded.due, stopped = excluded.stopped,
        void = excluded.void;
END;
CREATE TRIGGER promise_deadline_pauses AFTER INSERT ON case_pause BEGIN
    UPDATE deadline SET paused = coalesce((SELECT max(from_on) FROM case_pause WHERE case_id = NEW.case_id AND to_on IS NULL), '')
        WHERE subject = 'case/' || NEW.case_id AND limit_id = 'promise';
END;
CREATE TRIGGER promise_deadline_resumes AFTER UPDATE OF to_on ON case_pause BEGIN
    UPDATE deadline SET paused = coalesce((SELECT max(from_on) FROM case_pause WHERE case_id = NEW.case_id AND to_on IS NULL), '')
        WHERE subject = 'case/' || NEW.case_id AND limit_id = 'promise';
END;
CREATE TRIGGER complaint_deadline_begins AFTER INSERT ON complaint BEGIN
    INSERT INTO deadline (subject, limit_id, unit, since, due, stopped, void)
        SELECT subject, limit_id, unit, since, due, stopped, void FROM complaint_deadline WHERE id = NEW.id;
END;
CREATE TRIGGER complaint_deadline_follows AFTER UPDATE OF first_due_on, settle_due_on, unit, first_answer_on, closed_on, aside ON complaint BEGIN
    INSERT INTO deadline (subject, limit_id, unit, since, due, stopped, void)
        SELECT subject, limit_id, unit, since, due, stopped, void FROM complaint_deadline WHERE id = NEW.id
    ON CONFLICT (subject, limit_id, scope) DO UPDATE SET unit = excluded.unit, due = excluded.due, stopped = excluded.stopped,
        void = excluded.void;
END;
CREATE TRIGGER complaint_deadline_pauses AFTER INSERT ON complaint_pause BEGIN
    UPDATE deadline SET paused = coalesce((SELECT max(from_on) FROM complaint_pause WHERE complaint_id = NEW.complaint_id AND to_on IS NULL), '')
        WHERE subject = 'complaint/' || NEW.complaint_id AND limit_id = 'settlement';
END;
CREATE TRIGGER complaint_deadline_resumes AFTER UPDATE OF to_on ON complaint_pause BEGIN
    UPDATE deadline SET paused = coalesce((SELECT max(from_on) FROM complaint_pause WHERE complaint_id = NEW.complaint_id AND to_on IS NULL), '')
        WHERE subject = 'complaint/' || NEW.complaint_id AND limit_id = 'settlement';
END;
CREATE TRIGGER capa_deadline_begins AFTER INSERT ON capa_round BEGIN
    INSERT INTO deadline (subject, limit_id, scope, unit, since, due, stopped) VALUES ('capa/' || NEW.capa_id, 'actions', NEW.round,
        'calendar_days', NEW.planned_on, NEW.due_on, coalesce(NEW.done_on, NEW.checked_on, ''))
    ON CONFLICT (subject, limit_id, scope) DO UPDATE SET since = excluded.since, due = excluded.due, stopped = excluded.stopped;
END;
CREATE TRIGGER capa_deadline_follows AFTER UPDATE OF planned_on, due_on, done_on, checked_on ON capa_round BEGIN
    UPDATE deadline SET since = NEW.planned_on, due = NEW.due_on, stopped = coalesce(NEW.done_on, NEW.checked_on, '')
        WHERE subject = 'capa/' || NEW.capa_id AND limit_id = 'actions' AND scope = NEW.round;
END;

CREATE TABLE case_taken (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    step TEXT NOT NULL,
    person TEXT NOT NULL,
    handed_by TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE hotline_complaint (
    case_id INTEGER PRIMARY KEY REFERENCES case_file (id),
    complaint_id INTEGER NOT NULL UNIQUE REFERENCES complaint (id),
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
