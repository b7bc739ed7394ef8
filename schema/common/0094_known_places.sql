-- Where somebody's password was right: in a browser (the digest of a token in its cookie) or at an address. Tries are
-- counted where they are made, so nobody closes an office's own desks from elsewhere (docs/decisions/0084-places.md).
CREATE TABLE known_place (
    person_id INTEGER NOT NULL REFERENCES person (id),
    place TEXT NOT NULL CHECK (length(place) BETWEEN 1 AND 100),
    seen_at TEXT NOT NULL,
    pin_known INTEGER NOT NULL DEFAULT 0 CHECK (pin_known IN (0, 1)),
    pin_misses INTEGER NOT NULL DEFAULT 0 CHECK (pin_misses >= 0),
    pin_left INTEGER NOT NULL DEFAULT 5 CHECK (pin_left >= 0),
    PRIMARY KEY (person_id, place)
) STRICT;
CREATE INDEX known_place_place ON known_place (place, seen_at);
ALTER TABLE sign_in_session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_attempt ADD COLUMN place TEXT NOT NULL DEFAULT '';
UPDATE sign_in_session SET browser = key;
INSERT INTO known_place (person_id, place, seen_at) SELECT person_id, key, seen_at FROM sign_in_session;
INSERT INTO known_place (person_id, place, seen_at)
    SELECT a.person_id, a.address, max(a.at) FROM access_log a JOIN person p ON p.id = a.person_id
    WHERE a.action = 'sign_in' AND length(a.address) BETWEEN 1 AND 60 GROUP BY a.person_id, a.address;
INSERT INTO beside (name, why) VALUES ('known_place', 'says where tries are counted apart');
