-- What is due when, in one place for every room: promises and other limits of cases, complaint lines, LTPP rounds.
-- Times are the office's wall clock: a day where days are counted, else a minute (`2026-03-06T15:30`).
CREATE TABLE deadline (
    subject TEXT NOT NULL,
    limit_id TEXT NOT NULL,
    scope TEXT NOT NULL DEFAULT '',
    unit TEXT NOT NULL CHECK (unit IN ('working_minutes', 'working_hours', 'working_days', 'calendar_days')),
    since TEXT NOT NULL CHECK (length(since) IN (10, 16)),
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
CREATE INDEX deadline_running ON deadline (due, subject) WHERE stopped = '' AND void = 0;

-- The promise of a case stands on its receipt and in its register; its deadline follows that. A case is never inserted with a
-- promise: a trigger on that would make SQLite look through every table that names a case.
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

-- First answer and settlement of a line of the book.
CREATE VIEW complaint_deadline AS
    SELECT 'complaint/' || id AS subject, 'first_answer' AS limit_id, coalesce(nullif(unit, ''), 'working_days') AS unit,
        received_on AS since, first_due_on AS due, coalesce(first_answer_on, '') AS stopped, aside AS void, id FROM complaint
        WHERE first_due_on IS NOT NULL
    UNION ALL SELECT 'complaint/' || id, 'settlement', coalesce(nullif(unit, ''), 'working_days'), received_on, settle_due_on,
        coalesce(closed_on, ''), aside, id FROM complaint;
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

-- The actions of a round of an LTPP.
CREATE TRIGGER capa_deadline_begins AFTER INSERT ON capa_round BEGIN
    INSERT INTO deadline (subject, limit_id, scope, unit, since, due, stopped) VALUES ('capa/' || NEW.capa_id, 'actions', NEW.round,
        'calendar_days', NEW.planned_on, NEW.due_on, coalesce(NEW.done_on, NEW.checked_on, ''))
    ON CONFLICT (subject, limit_id, scope) DO UPDATE SET since = excluded.since, due = excluded.due, stopped = excluded.stopped;
END;
CREATE TRIGGER capa_deadline_follows AFTER UPDATE OF planned_on, due_on, done_on, checked_on ON capa_round BEGIN
    UPDATE deadline SET since = NEW.planned_on, due = NEW.due_on, stopped = coalesce(NEW.done_on, NEW.checked_on, '')
        WHERE subject = 'capa/' || NEW.capa_id AND limit_id = 'actions' AND scope = NEW.round;
END;

INSERT INTO deadline (subject, limit_id, unit, since, due, paused, stopped, void)
    SELECT 'case/' || id, 'promise', 'working_days', completed_on, due_on,
        coalesce((SELECT max(from_on) FROM case_pause WHERE case_id = case_file.id AND to_on IS NULL), ''),
        coalesce(kept_on, ''), closed = 1 AND kept_on IS NULL FROM case_file WHERE due_on IS NOT NULL;
INSERT INTO deadline (subject, limit_id, unit, since, due, paused, stopped, void)
    SELECT subject, limit_id, unit, since, due, CASE limit_id WHEN 'first_answer' THEN '' ELSE
        coalesce((SELECT max(from_on) FROM complaint_pause WHERE complaint_id = complaint_deadline.id AND to_on IS NULL), '') END,
        stopped, void FROM complaint_deadline;
INSERT INTO deadline (subject, limit_id, scope, unit, since, due, stopped)
    SELECT 'capa/' || capa_id, 'actions', round, 'calendar_days', planned_on, due_on, coalesce(done_on, checked_on, '') FROM capa_round;
