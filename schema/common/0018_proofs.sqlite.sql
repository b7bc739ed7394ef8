-- What the last proofs of the journal came to, and how far each stream was proved: beside the journal, for whoever
-- could rewrite the journal could rewrite this too. The whole form never reads it.
CREATE TABLE proof (
    form TEXT PRIMARY KEY CHECK (form IN ('whole', 'fresh')),
    ended_at TEXT NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    entries INTEGER NOT NULL CHECK (entries >= 0),
    digest TEXT NOT NULL,
    faults TEXT NOT NULL CHECK (json_valid(faults))
) STRICT;
CREATE TABLE proof_head (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (source, epoch, stream)
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('proof', 'what the last proofs came to'), ('proof_head', 'how far each stream was proved');
