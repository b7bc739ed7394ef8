-- In PostgreSQL's words; columns equal the SQLite file.
-- Keys that follow one another. `retired_at`: a peer's key that its own successor was announced under, since when by
-- the peer's clock; `seals_to`: which of our age keys a peer last sealed for. Our own statements come from the journal.
ALTER TABLE road_key ADD COLUMN retired_at TEXT;
ALTER TABLE road_peer ADD COLUMN seals_to TEXT NOT NULL DEFAULT '';
CREATE TABLE key_succession (
    seq BIGINT PRIMARY KEY CHECK (seq > 0),
    before TEXT NOT NULL,
    signing TEXT NOT NULL,
    recipient TEXT NOT NULL,
    since TEXT NOT NULL,
    by_old TEXT NOT NULL,
    by_new TEXT NOT NULL
);
