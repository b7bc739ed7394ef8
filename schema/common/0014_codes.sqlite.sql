-- An office has one live enrolment code at most: with two, two PCs would get one epoch. The newest lives.
ALTER TABLE road_code ADD COLUMN replaced_at TEXT;
UPDATE road_code SET replaced_at = issued_at WHERE used_at IS NULL AND EXISTS (
    SELECT 1 FROM road_code newer WHERE newer.office = road_code.office
    AND (newer.issued_at > road_code.issued_at
         OR (newer.issued_at = road_code.issued_at AND newer.token_hash > road_code.token_hash))
);
CREATE INDEX road_code_office ON road_code (office);
