-- By which profile (schema/profiles) an office works: its roles, posts, sections and rights. No row: the standard one.
CREATE TABLE office_profile (id INTEGER PRIMARY KEY CHECK (id = 1), profile TEXT NOT NULL CHECK (length(profile) > 0)) STRICT;
