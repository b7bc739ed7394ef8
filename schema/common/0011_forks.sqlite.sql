-- Two writers of one stream: what the other one wrote, what a person decided, and what became of each line.
-- Beside the journal: `road_checkpoint` is what the other side signed of a stream, one row for each place it named;
-- `fork_line` is the other version of a stopped stream, kept once as evidence; `shown` is how far the other side has
-- seen ours.
ALTER TABLE road_stop ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
CREATE TABLE road_checkpoint (
    peer TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    said_at TEXT NOT NULL,
    PRIMARY KEY (peer, source, epoch, stream, n, hash)
) STRICT;
CREATE TABLE fork_line (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    line BLOB NOT NULL,
    PRIMARY KEY (source, epoch, stream, n, hash)
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('road_checkpoint', 'what the other side signed of a stream; its next file says it again'),
    ('fork_line', 'the other version of a stopped stream, kept as evidence');
-- Official: the decision about a fork. The stream goes on from `held_last` of the centre, whose hash it was; who has
-- another chain there is closed for this epoch. `shared`: how many lines both versions have alike.
CREATE TABLE fork_settled (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    stream TEXT NOT NULL,
    shared INTEGER NOT NULL CHECK (shared >= 0),
    held_last INTEGER NOT NULL CHECK (held_last >= shared),
    held_hash TEXT NOT NULL,
    goes_on TEXT NOT NULL CHECK (goes_on IN ('held', 'other')),
    note TEXT NOT NULL CHECK (note <> ''),
    settled_at TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    PRIMARY KEY (source, epoch, stream)
) STRICT;
-- Official: lines beyond the shared ones, as the centre told them, and what a person made of each. `held`: the centre
-- works with it; `line`: its bytes as text while it waits for a decision, empty for kinds that need none.
CREATE TABLE twin_line (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    kind TEXT NOT NULL,
    line TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'aside', 'again')),
    became TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    decided_at TEXT,
    decided_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, epoch, stream, n, hash),
    CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX twin_line_open ON twin_line (source, epoch, stream, n) WHERE state = 'open';
