-- Numbers and words of old SMS are taken out; that there was a message, when, and who took them out stays.
ALTER TABLE sms ADD COLUMN gone_at TEXT NOT NULL DEFAULT '';
ALTER TABLE sms ADD COLUMN gone_by TEXT NOT NULL DEFAULT '';
ALTER TABLE sms ADD COLUMN gone_why TEXT NOT NULL DEFAULT '' CHECK ((gone_why = '') = (gone_at = ''));

-- A letter of the form of a decree (keputusan).
ALTER TABLE outgoing_letter ADD COLUMN form TEXT NOT NULL DEFAULT 'letter' CHECK (form IN ('letter', 'decree'));

-- The decree that names the hotline's team is such a letter; both tables were in no release.
DROP TABLE team_member;
DROP TABLE team_decree;
CREATE TABLE team_decree (
    id INTEGER PRIMARY KEY,
    letter_id INTEGER NOT NULL UNIQUE REFERENCES outgoing_letter (id),
    until_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
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
