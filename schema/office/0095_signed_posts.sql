-- Who sat in which post on the day of a signature: the post that he held, or for which he acted and by which decree.
-- Signatures of before say nothing of it.
ALTER TABLE standard_signature ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE quality_signature ADD COLUMN held TEXT NOT NULL DEFAULT '';
