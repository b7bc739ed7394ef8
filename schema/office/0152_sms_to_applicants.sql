-- Applicants who agreed are told by SMS. A message may be dropped before it leaves, with why: the agreement was taken
-- back, the number changed, the case went on.
ALTER TABLE case_file ADD COLUMN accepts_sms INTEGER NOT NULL DEFAULT 0 CHECK (accepts_sms IN (0, 1));
CREATE INDEX case_accepts_sms ON case_file (service, revision, step, id) WHERE accepts_sms = 1 AND closed = 0;
CREATE TABLE sms_new (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    purpose TEXT NOT NULL CHECK (purpose IN ('question', 'reply', 'answer', 'test', 'notice')),
    number TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('received', 'blocked', 'queued', 'handed', 'sent', 'failed', 'gone', 'dropped')),
    case_id INTEGER REFERENCES case_file (id),
    stamp TEXT NOT NULL DEFAULT '',
    digest TEXT UNIQUE,
    file TEXT NOT NULL DEFAULT '',
    tells TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    gone_at TEXT NOT NULL DEFAULT '',
    gone_by TEXT NOT NULL DEFAULT '',
    gone_why TEXT NOT NULL DEFAULT '' CHECK ((gone_why = '') = (gone_at = '')),
    complaint_id INTEGER REFERENCES complaint (id) CHECK (complaint_id IS NULL OR case_id IS NULL),
    dropped_why TEXT NOT NULL DEFAULT '',
    CHECK ((direction = 'incoming') = (state IN ('received', 'blocked'))),
    CHECK ((direction = 'incoming') = (digest IS NOT NULL)),
    CHECK ((direction = 'outgoing') = (file <> '')),
    CHECK ((state = 'dropped') = (dropped_why <> '')),
    CHECK (purpose <> 'notice' OR state = 'dropped' OR tells <> '')
) STRICT;
INSERT INTO sms_new (id, at, direction, purpose, number, text, state, case_id, stamp, digest, file, tells, changed_at,
    actor, gone_at, gone_by, gone_why)
SELECT id, at, direction, purpose, number, text, state, case_id, stamp, digest, file, tells, changed_at,
    actor, gone_at, gone_by, gone_why
FROM sms;
DROP TABLE sms;
ALTER TABLE sms_new RENAME TO sms;
CREATE INDEX sms_case ON sms (case_id, id);
CREATE INDEX sms_complaint ON sms (complaint_id, id) WHERE complaint_id IS NOT NULL;
CREATE INDEX sms_number ON sms (number, id);
CREATE INDEX sms_incoming ON sms (at, case_id) WHERE direction = 'incoming';
CREATE INDEX sms_on_its_way ON sms (id) WHERE state IN ('queued', 'handed');
CREATE UNIQUE INDEX sms_tells ON sms (case_id, tells) WHERE tells <> '' AND case_id IS NOT NULL;
CREATE UNIQUE INDEX sms_tells_of_line ON sms (complaint_id, tells) WHERE complaint_id IS NOT NULL AND tells <> '';
CREATE INDEX sms_left ON sms (changed_at) WHERE direction = 'outgoing';
CREATE INDEX sms_replies ON sms (at) WHERE purpose = 'reply';
CREATE INDEX sms_purpose ON sms (purpose, id);
CREATE INDEX sms_talk ON sms (id) WHERE purpose <> 'notice';
