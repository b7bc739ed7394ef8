-- Which version of the program ran a step first: an older program says which one this database needs.
ALTER TABLE migration ADD COLUMN program TEXT NOT NULL DEFAULT '';
