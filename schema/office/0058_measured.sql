-- What the office's own indicators are computed from: how long each case stood in each step that it left, and when the partner first
-- answered a line. Both follow from what apply writes, in the replay as on the day. A day written down late may lie before the one on
-- which the step began: such a stay took no time. Nobody knows when a case of an old register entered its step.
CREATE TABLE step_stay (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    event_id INTEGER NOT NULL,
    service TEXT NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT NOT NULL,
    since_on TEXT NOT NULL,
    until_on TEXT NOT NULL CHECK (until_on >= since_on),
    PRIMARY KEY (case_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_stay_ended ON step_stay (service, step, until_on, since_on, outcome);
CREATE TRIGGER step_stay_ends AFTER INSERT ON case_event WHEN NEW.step_from <> '' AND NEW.step_from <> NEW.step_to BEGIN
    INSERT INTO step_stay (case_id, event_id, service, step, outcome, since_on, until_on)
        SELECT NEW.case_id, NEW.id, c.service, NEW.step_from, NEW.action, e.on_date, max(e.on_date, NEW.on_date)
        FROM case_file c JOIN case_event e ON e.id = (SELECT max(x.id) FROM case_event x WHERE x.case_id = NEW.case_id AND x.id < NEW.id
            AND x.step_to = NEW.step_from AND x.step_from <> x.step_to)
        WHERE c.id = NEW.case_id AND e.action <> 'imported';
END;
INSERT INTO step_stay (case_id, event_id, service, step, outcome, since_on, until_on)
    SELECT n.case_id, n.id, c.service, n.step_from, n.action, e.on_date, max(e.on_date, n.on_date)
    FROM case_event n JOIN case_file c ON c.id = n.case_id JOIN case_event e ON e.id = (SELECT max(x.id) FROM case_event x
        WHERE x.case_id = n.case_id AND x.id < n.id AND x.step_to = n.step_from AND x.step_from <> x.step_to)
    WHERE n.step_from <> '' AND n.step_from <> n.step_to AND e.action <> 'imported';

ALTER TABLE dispatch_line ADD COLUMN first_answered_at TEXT;
CREATE TRIGGER first_answer_is_kept AFTER UPDATE OF result ON dispatch_line
WHEN OLD.result = 'waiting' AND NEW.result <> 'waiting' AND NEW.answered_by <> '' AND NEW.first_answered_at IS NULL BEGIN
    UPDATE dispatch_line SET first_answered_at = NEW.answered_at WHERE dispatch_id = NEW.dispatch_id AND ordinal = NEW.ordinal;
END;
-- Lines answered before this step: the journal knows the first answer, the partner's own or the checked one that was typed.
WITH said (id, at, line) AS (
    SELECT j.id, j.at, json_extract(CAST(b.body AS TEXT), '$.line') FROM journal j JOIN journal_body b ON b.id = j.id
        WHERE j.kind IN ('line.accepted', 'line.refused', 'line.printed', 'line.paper_answered') AND j.verdict = 'stored'
    UNION ALL SELECT j.id, j.at, l.line FROM journal j JOIN journal_body b ON b.id = j.id JOIN dispatch_line l
        ON l.dispatch_id = json_extract(CAST(b.body AS TEXT), '$.dispatch_id') AND l.ordinal = json_extract(CAST(b.body AS TEXT), '$.ordinal')
        WHERE j.kind = 'answer.checked' AND json_extract(CAST(b.body AS TEXT), '$.agrees'))
UPDATE dispatch_line SET first_answered_at = f.at FROM (SELECT line, at, min(id) FROM said GROUP BY line) f
    WHERE f.line = dispatch_line.line AND result <> 'waiting' AND answered_by <> '';

-- The flow of a service: what came, what was finished, what is left.
CREATE INDEX case_flow ON case_file (service, received_on, closed_on, step, due_on, kept_on);
