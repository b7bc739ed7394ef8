-- A short code on a letter: whoever holds the paper asks with it whether number, day and subject are genuine.
ALTER TABLE outgoing_letter ADD COLUMN check_code TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX outgoing_letter_check_code ON outgoing_letter (check_code) WHERE check_code <> '';
