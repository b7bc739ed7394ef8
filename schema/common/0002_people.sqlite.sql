-- People, roles and acting officials (official), and beside the journal: credentials, sessions, tries, access log.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE CHECK (username = lower(username) AND length(username) BETWEEN 3 AND 40),
    name TEXT NOT NULL CHECK (length(name) > 0),
    nip TEXT NOT NULL DEFAULT '' CHECK (length(nip) IN (0, 18)),
    rank TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    area TEXT CHECK (length(area) = 10),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    added_at TEXT NOT NULL
) STRICT;
CREATE TABLE person_role (
    person_id INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    PRIMARY KEY (person_id, role)
) STRICT;
CREATE INDEX person_role_holders ON person_role (role, person_id);
CREATE TABLE acting (
    id INTEGER PRIMARY KEY,
    post TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('plt', 'plh', 'an')),
    person_id INTEGER NOT NULL REFERENCES person (id),
    decree TEXT NOT NULL CHECK (length(decree) > 0),
    from_on TEXT NOT NULL,
    until_on TEXT CHECK (until_on >= from_on),
    set_at TEXT NOT NULL
) STRICT;
CREATE INDEX acting_post ON acting (post, from_on);
CREATE INDEX acting_person ON acting (person_id);

CREATE TABLE credential (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    password TEXT NOT NULL,
    password_at TEXT NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
    pin TEXT,
    pin_at TEXT,
    pin_misses INTEGER NOT NULL DEFAULT 0,
    CHECK ((pin IS NULL) = (pin_at IS NULL))
) STRICT;
CREATE TABLE sign_in_session (
    key TEXT PRIMARY KEY CHECK (length(key) = 64),
    person_id INTEGER NOT NULL REFERENCES person (id),
    started_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    locked_at TEXT,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_session_person ON sign_in_session (person_id);
CREATE TABLE sign_in_attempt (
    id INTEGER PRIMARY KEY,
    name_key TEXT NOT NULL,
    address TEXT NOT NULL,
    at TEXT NOT NULL,
    ok INTEGER NOT NULL CHECK (ok IN (0, 1))
) STRICT;
CREATE INDEX sign_in_attempt_name ON sign_in_attempt (name_key, at);
CREATE INDEX sign_in_attempt_address ON sign_in_attempt (address, at);
CREATE TABLE access_log (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    person_id INTEGER,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX access_log_at ON access_log (at);
CREATE INDEX access_log_subject ON access_log (subject, id);
CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END;
CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END;
INSERT INTO beside (name, why) VALUES
    ('credential', 'secrets never enter the journal'), ('sign_in_session', 'sign-in sessions are secrets'),
    ('sign_in_attempt', 'counts tries for the rate limit'), ('access_log', 'append-only, anchored daily by its digest');
