-- The second step of signing in: an authenticator app whose key is derived from `salt` and a secret file beside the
-- database, so that a copied database holds no key. `last_step`: the newest code that was used, in steps of RFC 6238;
-- `wide_step`: one from a clock that differs, which the next code proves (docs/decisions/0103-authenticators.md).
CREATE TABLE authenticator (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    salt TEXT NOT NULL CHECK (length(salt) = 32),
    pepper TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    drift INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    wide_step INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE authenticator_offer (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    salt TEXT NOT NULL CHECK (length(salt) = 32),
    offered_at TEXT NOT NULL
) STRICT;
CREATE TABLE spare_code (
    person_id INTEGER NOT NULL REFERENCES person (id),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9),
    code TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (person_id, number)
) STRICT;
CREATE TABLE trusted_browser (
    key TEXT PRIMARY KEY CHECK (length(key) = 64),
    person_id INTEGER NOT NULL REFERENCES person (id),
    trusted_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL
) STRICT;
CREATE INDEX trusted_browser_person ON trusted_browser (person_id);
CREATE TABLE authenticator_role (
    role TEXT PRIMARY KEY
) STRICT;
ALTER TABLE sign_in_session ADD COLUMN passed INTEGER NOT NULL DEFAULT 0 CHECK (passed IN (0, 1));
ALTER TABLE sign_in_session ADD COLUMN code_at TEXT;
INSERT INTO beside (name, why) VALUES
    ('authenticator', 'secrets never enter the journal'),
    ('authenticator_offer', 'secrets never enter the journal'),
    ('spare_code', 'secrets never enter the journal'),
    ('trusted_browser', 'secrets never enter the journal');
