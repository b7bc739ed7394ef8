-- The words of a line as those read them who may not know the people: reckoned once for a version of the masks, and kept.
CREATE TABLE complaint_masked (
    complaint_id INTEGER PRIMARY KEY REFERENCES complaint (id),
    masks INTEGER NOT NULL,
    words TEXT NOT NULL,
    hope TEXT NOT NULL
) STRICT;
INSERT INTO beside (name, why) VALUES ('complaint_masked', 'words without identity, reckoned again from complaint at any time');
