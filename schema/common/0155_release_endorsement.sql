-- Releases of the program that a centre endorsed: at the centre once for itself and once for each office that it told
-- (`stream`), at an office what its centre told it. `digest`: SHA-256 of the manifest, which both signatures cover.
CREATE TABLE release_endorsement (
    stream TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    version TEXT NOT NULL,
    source TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (stream, source, digest)
);
