-- Who writes under a name takes its turn here: a locked row, which every engine knows, instead of an advisory lock.
CREATE TABLE turn (
    name TEXT PRIMARY KEY,
    taken INTEGER NOT NULL
) STRICT;
INSERT INTO beside (name, why) VALUES ('turn', 'locks of writers that run at once');
