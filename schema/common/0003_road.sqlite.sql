-- The road's memory beside the journal: who the other side is, what it acknowledged, what waits for a person.
-- A fresh PC learns all of it again by enrolling and by one exchange, so none of it is an official record.
CREATE TABLE road_peer (
    name TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    lane TEXT NOT NULL DEFAULT '',
    stream_out TEXT NOT NULL,
    stream_in TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    enrolled_at TEXT NOT NULL,
    last_contact_at TEXT,
    touched INTEGER NOT NULL DEFAULT 0,
    files_written INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE road_key (
    peer TEXT NOT NULL REFERENCES road_peer (name),
    signer TEXT NOT NULL,
    signing TEXT NOT NULL,
    recipient TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    since TEXT NOT NULL,
    fenced_at TEXT,
    PRIMARY KEY (peer, signer)
) STRICT;
CREATE UNIQUE INDEX road_key_current ON road_key (peer) WHERE fenced_at IS NULL;
CREATE TABLE road_ack (
    peer TEXT NOT NULL REFERENCES road_peer (name),
    origin TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    head TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    written_at TEXT NOT NULL,
    PRIMARY KEY (peer, origin, epoch, stream)
) STRICT;
CREATE TABLE road_stop (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    n INTEGER NOT NULL,
    ours TEXT NOT NULL,
    theirs TEXT NOT NULL,
    found_at TEXT NOT NULL,
    settled_at TEXT,
    PRIMARY KEY (source, epoch, stream, n)
) STRICT;
CREATE TABLE road_aside (
    digest TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sender TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    code TEXT NOT NULL,
    sentence TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    settled_at TEXT,
    sealed BLOB NOT NULL
) STRICT;
CREATE TABLE road_code (
    token_hash TEXT PRIMARY KEY,
    office TEXT NOT NULL,
    label TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    issued_by TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    signer TEXT,
    CHECK ((used_at IS NULL) = (signer IS NULL))
) STRICT;
CREATE TABLE road_run (
    peer TEXT PRIMARY KEY REFERENCES road_peer (name),
    last_attempt_at TEXT,
    last_success_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    retry INTEGER NOT NULL DEFAULT 1 CHECK (retry IN (0, 1)),
    next_at TEXT,
    code TEXT NOT NULL DEFAULT '',
    sentence TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE road_chunk (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    sealed BLOB NOT NULL CHECK (length(sealed) <= 65536)
) STRICT;
-- Official: a line of ours that the other side could not use. People act on it, so it comes from an entry.
CREATE TABLE set_aside_line (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    told_by TEXT NOT NULL,
    told_at TEXT NOT NULL,
    settled_at TEXT,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, epoch, stream, n)
) STRICT;
CREATE INDEX set_aside_open ON set_aside_line (told_at) WHERE settled_at IS NULL;
INSERT INTO beside (name, why) VALUES
    ('road_peer', 'who the other side is; learnt by enrolling'),
    ('road_key', 'public keys of the other side'),
    ('road_ack', 'what the other side says it holds; learnt in one exchange'),
    ('road_stop', 'streams stopped by a fork until a person decides'),
    ('road_aside', 'sealed files kept aside'),
    ('road_code', 'enrolment codes, hashed'),
    ('road_run', 'when the next exchange is due'),
    ('road_chunk', 'sealed pieces of attachments, named by their digest');
CREATE INDEX journal_aside ON journal (source, epoch, stream, n) WHERE verdict = 'set_aside';
