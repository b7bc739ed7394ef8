-- Definition files of the office's own as they lie in its data folder: here only so that a backup holds them.
CREATE TABLE own_definition (
    name TEXT PRIMARY KEY CHECK (name GLOB 'indikator/*.toml' AND length(name) <= 200),
    content BLOB NOT NULL
) STRICT;
INSERT INTO beside (name, why) VALUES ('own_definition', 'copies of files of the data folder');
