-- Who may write what. `head_proof`: the writer's own signature over the head of its stream after each batch, so that we
-- can give its lines back and it can tell them from forged ones; `own_key`: keys that this side has signed with.
CREATE TABLE head_proof (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    stream TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    signer TEXT NOT NULL CHECK (length(signer) = 32),
    signature TEXT NOT NULL CHECK (length(signature) = 86),
    PRIMARY KEY (source, epoch, stream, n)
) STRICT;
CREATE TABLE own_key (
    signer TEXT PRIMARY KEY CHECK (length(signer) = 32),
    signing TEXT NOT NULL CHECK (length(signing) = 64),
    since TEXT NOT NULL,
    named_by TEXT NOT NULL DEFAULT ''
) STRICT;
-- Why something was refused: one row for each office and reason, all unknown senders under one name.
CREATE TABLE road_refusal (
    sender TEXT NOT NULL,
    code TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    sentence TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (sender, code)
) STRICT;
-- Official: an office that the centre's administrator has barred from the road; from `office.barred` and `office.admitted`.
CREATE TABLE road_bar (
    office TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    barred_at TEXT NOT NULL,
    barred_by TEXT NOT NULL
) STRICT;
INSERT INTO beside (name, why) VALUES
    ('head_proof', 'the other side''s signatures over its own heads; learnt with every batch'),
    ('own_key', 'public keys that this side has signed with'),
    ('road_refusal', 'how often and why something was refused, added up');
