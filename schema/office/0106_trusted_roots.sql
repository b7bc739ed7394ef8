-- Roots of certificate authorities by which the office judges signed papers: one adds, another confirms, one takes back.
CREATE TABLE trusted_root (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    certificate TEXT NOT NULL,
    subject TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source <> ''),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '' CHECK ((confirmed_by = '') = (confirmed_at = '') AND confirmed_by <> actor),
    withdrawn_at TEXT NOT NULL DEFAULT '',
    withdrawn_by TEXT NOT NULL DEFAULT '' CHECK ((withdrawn_by = '') = (withdrawn_at = '')),
    withdrawn_why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX trusted_root_once ON trusted_root (digest) WHERE withdrawn_at = '';
