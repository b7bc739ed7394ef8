-- In PostgreSQL's words; columns equal the SQLite file.
-- Whose post an acting official holds: with a Kasi for each section the decree must tell which one. NULL: vacant.
ALTER TABLE acting ADD COLUMN instead_of BIGINT REFERENCES person (id) CHECK (instead_of <> person_id);
