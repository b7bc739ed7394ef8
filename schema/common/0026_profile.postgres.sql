-- By which profile an office works, in PostgreSQL's words; columns equal the SQLite file.
CREATE TABLE office_profile (id BIGINT PRIMARY KEY CHECK (id = 1), profile TEXT NOT NULL CHECK (length(profile) > 0));
