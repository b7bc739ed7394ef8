-- Who signed a revision of a standard, in order and when; a revision that waits for its signatures. What was adopted
-- before has the three names that were entered for it and no moment.
CREATE TABLE standard_proposal (
    service TEXT PRIMARY KEY,
    revision TEXT NOT NULL,
    text TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    effective_on TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL
) STRICT;
CREATE TABLE standard_signature (
    service TEXT NOT NULL,
    revision TEXT NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    signatory TEXT NOT NULL,
    label TEXT NOT NULL,
    post TEXT NOT NULL,
    roles TEXT NOT NULL,
    section TEXT NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    at TEXT CHECK (at IS NULL OR length(username) > 0),
    PRIMARY KEY (service, revision, ordinal)
) STRICT;
CREATE UNIQUE INDEX standard_signature_person ON standard_signature (service, revision, username) WHERE username <> '';
INSERT INTO standard_signature (service, revision, ordinal, signatory, label, post, roles, section, username, name)
    SELECT service, revision, 1, 'maker', '', '', '', '', '', maker FROM standard UNION ALL
    SELECT service, revision, 2, 'checker', '', '', '', '', '', checker FROM standard UNION ALL
    SELECT service, revision, 3, 'approver', '', '', '', '', '', approver FROM standard;
ALTER TABLE standard DROP COLUMN maker;
ALTER TABLE standard DROP COLUMN checker;
ALTER TABLE standard DROP COLUMN approver;
