-- When a list of residents was taken in as a reference, and when it was destroyed and why: villages and counts, no person.
-- The residents themselves stand in a file of their own (schema/residents.sql).
CREATE TABLE residents_act (
    id INTEGER PRIMARY KEY,
    act TEXT NOT NULL CHECK (act IN ('loaded', 'destroyed')),
    villages TEXT NOT NULL CHECK (json_valid(villages)),
    people INTEGER NOT NULL CHECK (people >= 0),
    as_of TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    CHECK ((act = 'loaded') = (as_of <> '') AND (act = 'destroyed') = (reason <> ''))
) STRICT;
