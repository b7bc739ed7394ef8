-- With which keys a village of an office signed what it typed, and since when such a form was taken here: a key that is
-- new is told for a while (docs/decisions/0116-originals-from-villages.md).
CREATE TABLE village_signing (
    source TEXT NOT NULL,
    village TEXT NOT NULL,
    original_key TEXT NOT NULL CHECK (length(original_key) = 64),
    since TEXT NOT NULL,
    PRIMARY KEY (source, village, original_key)
) STRICT;
