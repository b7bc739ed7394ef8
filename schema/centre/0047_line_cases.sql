-- Which case of its office a line is of: photos and scans that come along name that case.
ALTER TABLE incoming_line ADD COLUMN case_id INTEGER NOT NULL DEFAULT 0;
