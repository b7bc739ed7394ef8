-- A side that came back from a backup, a copy or an old disk. `said_in`: the writer's own epoch when it said so; within
-- one epoch what a peer holds only grows. `heard_in`: our own epoch in which a peer has told all that it holds of ours.
ALTER TABLE road_ack ADD COLUMN said_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE road_peer ADD COLUMN heard_in BIGINT NOT NULL DEFAULT 0;
-- Why an epoch was opened, until a person confirms it. The entries say the same; a restored database differs from its
-- backup in nothing else, so the table stands beside the official ones.
CREATE TABLE side_return (
    epoch BIGINT PRIMARY KEY CHECK (epoch > 0),
    cause TEXT NOT NULL CHECK (length(cause) > 0),
    before BIGINT NOT NULL,
    at TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
);
INSERT INTO beside (name, why) VALUES ('side_return', 'why this side opened an epoch, as its entries say');
