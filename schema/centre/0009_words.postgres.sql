-- What the service of a line calls things (JSON); empty for the identity card, whose words this side knows.
ALTER TABLE incoming_line ADD COLUMN words TEXT NOT NULL DEFAULT '';
