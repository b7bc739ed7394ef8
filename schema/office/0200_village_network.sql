-- Villages over the network (docs/decisions/0111-village-network.md): what a list said, so that the same is not told
-- again; of which cases a village was told at all; and when it last asked.
ALTER TABLE village_list ADD COLUMN digest TEXT NOT NULL DEFAULT '' CHECK (length(digest) IN (0, 64));
CREATE TABLE village_told (
    village TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    PRIMARY KEY (village, case_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO village_told (village, case_id)
SELECT json_extract(CAST(b.body AS TEXT), '$.village'), told.value
FROM journal AS j
JOIN journal_body AS b ON b.id = j.id
JOIN json_each(CAST(b.body AS TEXT), '$.case_ids') AS told
WHERE j.kind = 'village.list_sealed';
CREATE TABLE village_contact (
    village TEXT PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO beside (name, why) VALUES
    ('village_contact', 'when a village last asked over the network');
