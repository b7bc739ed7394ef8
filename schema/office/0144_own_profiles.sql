-- Own profiles are held beside own indicators: the copies of files may lie in any folder of theirs.
DROP TABLE own_definition;
CREATE TABLE own_definition (
    name TEXT PRIMARY KEY CHECK (name GLOB '?*/?*.toml' AND length(name) <= 200),
    content BLOB NOT NULL
) STRICT;
