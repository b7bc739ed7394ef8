-- What a partner's answer carries besides its word (an account number): sealed, with its mask, by line and reference.
-- The one in force is the one whose reference stands as `serial` on the line.
CREATE TABLE answer_value (
    dispatch_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    reference TEXT NOT NULL CHECK (reference <> ''),
    mask TEXT NOT NULL,
    sealed TEXT NOT NULL CHECK (sealed <> ''),
    at TEXT NOT NULL,
    PRIMARY KEY (dispatch_id, ordinal, reference),
    FOREIGN KEY (dispatch_id, ordinal) REFERENCES dispatch_line (dispatch_id, ordinal)
) STRICT;
CREATE INDEX answer_value_reference ON answer_value (reference);
