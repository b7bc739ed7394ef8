-- Epochs of villages and the numbers that they give by themselves (docs/decisions/0115-village-epochs.md): every key that
-- a village ever had, the newest of which counts; blocks of numbers; the number of a draft, once in its village.
CREATE TABLE village_key_epoch (
    village TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    signing TEXT NOT NULL CHECK (length(signing) = 64),
    recipient TEXT NOT NULL,
    signer TEXT NOT NULL CHECK (length(signer) = 32),
    at TEXT NOT NULL,
    ended_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (village, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO village_key_epoch (village, epoch, signing, recipient, signer, at, ended_at)
SELECT
    json_extract(CAST(b.body AS TEXT), '$.village'),
    row_number() OVER each_village,
    json_extract(CAST(b.body AS TEXT), '$.signing'),
    json_extract(CAST(b.body AS TEXT), '$.recipient'),
    json_extract(CAST(b.body AS TEXT), '$.signer'),
    j.at,
    coalesce(lead(j.at) OVER each_village, '')
FROM journal AS j
JOIN journal_body AS b ON b.id = j.id
WHERE j.kind = 'village.key_noted' AND j.verdict = 'stored'
WINDOW each_village AS (PARTITION BY json_extract(CAST(b.body AS TEXT), '$.village') ORDER BY j.id);
DROP TABLE village_key;
ALTER TABLE village_key_epoch RENAME TO village_key;
CREATE UNIQUE INDEX village_key_counting ON village_key (village) WHERE ended_at = '';
CREATE UNIQUE INDEX village_key_signer ON village_key (signer) WHERE ended_at = '';
CREATE TABLE village_block (
    village TEXT NOT NULL,
    series INTEGER NOT NULL CHECK (series > 0),
    nth INTEGER NOT NULL CHECK (nth >= 0),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    at TEXT NOT NULL,
    PRIMARY KEY (village, series, nth)
) STRICT, WITHOUT ROWID;
ALTER TABLE brought_draft ADD COLUMN series INTEGER NOT NULL DEFAULT 0 CHECK (series >= 0);
ALTER TABLE brought_draft ADD COLUMN n INTEGER NOT NULL DEFAULT 0 CHECK (n >= 0 AND (n = 0) = (series = 0));
CREATE UNIQUE INDEX brought_draft_number ON brought_draft (village, series, n) WHERE n > 0;
