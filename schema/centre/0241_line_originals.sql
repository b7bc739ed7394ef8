-- What villages typed, sealed by them for this side and forwarded by their office as it came, and how it compares with
-- the line that the office sent (docs/decisions/0116-originals-from-villages.md).
CREATE TABLE line_original (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    village TEXT NOT NULL CHECK (length(village) = 10),
    village_name TEXT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) = 32),
    original_key TEXT NOT NULL CHECK (length(original_key) = 64),
    sealed TEXT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'same', 'differs', 'unreadable', 'forged')),
    why TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    typed_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, line),
    CHECK ((verdict = 'differs') = (fields <> '[]')),
    CHECK ((verdict IN ('unreadable', 'forged')) = (why <> ''))
) STRICT;
CREATE INDEX line_original_code ON line_original (village, code);
CREATE INDEX line_original_unread ON line_original (source, line) WHERE verdict = '';
