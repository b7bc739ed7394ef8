-- What contradicts itself in a line and the office's reason for it, as sentences, and with what the printer compared it.
ALTER TABLE incoming_line ADD COLUMN explained TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incoming_line ADD COLUMN compared TEXT NOT NULL DEFAULT '';
