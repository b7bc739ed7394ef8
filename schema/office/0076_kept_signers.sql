-- Who stands on an answer letter, on a covering letter and its minutes, as they were printed when they were numbered
-- (JSON): a later print bears the same names. Papers from before have nobody kept.
ALTER TABLE answer_letter ADD COLUMN signer TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(signer));
ALTER TABLE dispatch ADD COLUMN officials TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(officials));
