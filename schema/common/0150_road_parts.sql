-- Sealed files whose way over the network was cut, one for each peer and way: `in` is the beginning of one that comes,
-- `out` the whole of one that goes, the same bytes at each attempt. `what` says which file it is, `about` what the sender
-- must know of it. A file that has come whole leaves its row without bytes, so that nobody begins it again.
CREATE TABLE road_part (
    peer TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('in', 'out')),
    what TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    size INTEGER NOT NULL CHECK (size > 0),
    about TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
    content BLOB NOT NULL CHECK (length(content) <= size),
    PRIMARY KEY (peer, way)
) STRICT;
CREATE INDEX road_part_at ON road_part (at);
INSERT INTO beside (name, why) VALUES
    ('road_part', 'sealed files whose way was cut: thrown away after days, a new attempt begins anew without them');
