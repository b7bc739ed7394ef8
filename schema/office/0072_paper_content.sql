-- A paper is a copy only when this content was printed before: which content each print showed. Prints from before have
-- no content on record; they count for the next print of that paper, whatever it says.
ALTER TABLE paper_print ADD COLUMN content TEXT NOT NULL DEFAULT '';
CREATE TABLE paper_content (
    subject TEXT NOT NULL,
    paper TEXT NOT NULL,
    content TEXT NOT NULL CHECK (content <> ''),
    copies INTEGER NOT NULL CHECK (copies > 0),
    came_out INTEGER CHECK (came_out IN (0, 1)),
    PRIMARY KEY (subject, paper, content)
) STRICT, WITHOUT ROWID;
