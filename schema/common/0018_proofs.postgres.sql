-- What the last proofs of the journal came to, in PostgreSQL's words. Columns equal the SQLite file (a test compares them).
CREATE TABLE proof (
    form TEXT PRIMARY KEY CHECK (form IN ('whole', 'fresh')),
    ended_at TEXT NOT NULL,
    seconds BIGINT NOT NULL CHECK (seconds >= 0),
    entries BIGINT NOT NULL CHECK (entries >= 0),
    digest TEXT NOT NULL,
    faults TEXT NOT NULL
);
CREATE TABLE proof_head (
    source TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    stream TEXT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (source, epoch, stream)
);
INSERT INTO beside (name, why) VALUES
    ('proof', 'what the last proofs came to'), ('proof_head', 'how far each stream was proved');
