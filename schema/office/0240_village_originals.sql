-- What a village sealed of a form for the partner of its service, with the key that the village signed it with (hex):
-- beside the draft while it waits, beside the case until it is destroyed
-- (docs/decisions/0116-originals-from-villages.md).
ALTER TABLE draft ADD COLUMN original TEXT NOT NULL DEFAULT '' CHECK (original = '' OR brought <> '');
ALTER TABLE draft ADD COLUMN original_key TEXT NOT NULL DEFAULT '' CHECK (length(original_key) IN (0, 64));
CREATE TABLE case_original (
    case_id INTEGER PRIMARY KEY,
    original_key TEXT NOT NULL CHECK (length(original_key) = 64),
    original TEXT NOT NULL CHECK (length(original) BETWEEN 100 AND 24000)
) STRICT;
