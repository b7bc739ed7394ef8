-- What a peer says that this side held once and lacks, without a signature of this side to prove it: it costs that peer
-- alone until a person has decided (docs/decisions/0077-words-without-proof.md). `origin`, `of_epoch`, `stream`: whose
-- lines; `epoch`: in which this side wrote when it was said.
CREATE TABLE loss_claim (
    peer TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    origin TEXT NOT NULL,
    of_epoch INTEGER NOT NULL CHECK (of_epoch > 0),
    stream TEXT NOT NULL,
    said INTEGER NOT NULL CHECK (said > held),
    held INTEGER NOT NULL CHECK (held >= 0),
    said_at TEXT NOT NULL,
    decided_at TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    believed INTEGER NOT NULL DEFAULT 0 CHECK (believed IN (0, 1)),
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (peer, epoch, origin, of_epoch, stream, said)
) STRICT;
CREATE UNIQUE INDEX loss_claim_open ON loss_claim (peer, epoch) WHERE decided_at = '';
