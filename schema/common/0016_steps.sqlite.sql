-- What each step was when it ran, and what the whole schema was afterwards: a later edit of either is noticed.
ALTER TABLE migration ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE TABLE schema_seal (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    digest TEXT NOT NULL CHECK (length(digest) = 64)
) STRICT;
INSERT INTO beside (name, why) VALUES ('schema_seal', 'digest of the schema, made by the migrations');
