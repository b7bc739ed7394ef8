-- The check code of an answer letter, as letters of the agenda have one; those of before have none.
ALTER TABLE answer_letter ADD COLUMN check_code TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX answer_letter_check_code ON answer_letter (check_code) WHERE check_code <> '';
