-- The number that an answer to a complainant went out under, of each answer once; older letters went without one.
CREATE TABLE answer_letter (
    id INTEGER PRIMARY KEY REFERENCES complaint_column (id),
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    number TEXT NOT NULL CHECK (length(number) > 0),
    on_date TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
