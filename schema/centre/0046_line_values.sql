-- What our answer to a line carried besides its word (an account number): sealed for the office and for us, with its mask.
CREATE TABLE line_value (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    reference TEXT NOT NULL CHECK (reference <> ''),
    mask TEXT NOT NULL,
    sealed TEXT NOT NULL CHECK (sealed <> ''),
    PRIMARY KEY (source, line)
) STRICT;
CREATE INDEX line_value_reference ON line_value (reference);
