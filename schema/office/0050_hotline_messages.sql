-- The hotline's messages, its desk information and its team.
CREATE TABLE sms (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    purpose TEXT NOT NULL CHECK (purpose IN ('question', 'reply', 'answer', 'test')),
    number TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'blocked', 'queued', 'handed', 'sent', 'failed', 'gone')),
    case_id INTEGER REFERENCES case_file (id),
    stamp TEXT NOT NULL DEFAULT '',
    digest TEXT UNIQUE,
    file TEXT NOT NULL DEFAULT '',
    tells TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    CHECK ((direction = 'incoming') = (state IN ('received', 'blocked'))),
    CHECK ((direction = 'incoming') = (digest IS NOT NULL)),
    CHECK ((direction = 'outgoing') = (file <> ''))
) STRICT;
CREATE INDEX sms_case ON sms (case_id, id);
CREATE INDEX sms_number ON sms (number, id);
CREATE INDEX sms_incoming ON sms (at, case_id) WHERE direction = 'incoming';
CREATE INDEX sms_on_its_way ON sms (id) WHERE state IN ('queued', 'handed');
CREATE UNIQUE INDEX sms_tells ON sms (case_id, tells) WHERE tells <> '';

-- Desk information: a row for each revision. It is offered once approved, while it is valid and nothing later was ended.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article (id),
    revision INTEGER NOT NULL CHECK ((revision = 1) = (article_id = id)),
    case_id INTEGER REFERENCES case_file (id),
    field TEXT NOT NULL,
    question TEXT NOT NULL CHECK (question <> ''),
    answer TEXT NOT NULL CHECK (answer <> ''),
    owner TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL CHECK (valid_until >= valid_from),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    approved_at TEXT NOT NULL DEFAULT '',
    approved_by TEXT NOT NULL DEFAULT '' CHECK ((approved_by = '') = (approved_at = '') AND approved_by <> actor),
    ended_at TEXT NOT NULL DEFAULT '',
    ended_by TEXT NOT NULL DEFAULT '',
    ended_why TEXT NOT NULL DEFAULT '' CHECK ((ended_why = '') = (ended_at = '')),
    UNIQUE (article_id, revision)
) STRICT;
CREATE TABLE article_use (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    at TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (case_id, at),
    FOREIGN KEY (article_id, revision) REFERENCES article (article_id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_use_article ON article_use (article_id);
CREATE VIRTUAL TABLE article_fts USING fts5 (question, answer, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER article_is_found AFTER INSERT ON article BEGIN
    INSERT INTO article_fts (rowid, question, answer) VALUES (NEW.id, NEW.question, NEW.answer);
END;
INSERT INTO beside (name, why) VALUES ('article_fts%', 'index of articles, filled by a trigger of article');

CREATE TABLE team_decree (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    on_date TEXT NOT NULL,
    until_on TEXT NOT NULL CHECK (until_on >= on_date),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    enacted_at TEXT NOT NULL DEFAULT '',
    enacted_by TEXT NOT NULL DEFAULT '',
    enacted_post TEXT NOT NULL DEFAULT '' CHECK ((enacted_post = '') = (enacted_at = '')),
    withdrawn_at TEXT NOT NULL DEFAULT '',
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_why TEXT NOT NULL DEFAULT '' CHECK ((withdrawn_why = '') = (withdrawn_at = ''))
) STRICT;
CREATE TABLE team_member (
    id INTEGER PRIMARY KEY,
    decree_id INTEGER NOT NULL REFERENCES team_decree (id),
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    education TEXT NOT NULL CHECK (education IN ('applied_bachelor', 'bachelor', 'master', 'doctor')),
    study TEXT NOT NULL,
    pact TEXT NOT NULL DEFAULT '',
    pact_at TEXT NOT NULL DEFAULT '' CHECK ((pact = '') = (pact_at = '')),
    left_at TEXT NOT NULL DEFAULT '',
    left_why TEXT NOT NULL DEFAULT '' CHECK ((left_why = '') = (left_at = '')),
    UNIQUE (decree_id, username)
) STRICT;
