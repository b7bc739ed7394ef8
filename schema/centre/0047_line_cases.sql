-- Which case of its office a line is of: photos and scans that come along name that case.
ALTER TABLE incoming_line ADD COLUMN case_id INTEGER NOT NULL DEFAULT 0;
UPDATE incoming_line SET case_id = sent.case_id
FROM (
    SELECT source, epoch || '/' || stream || '/' || n AS line, CAST(substr(subject, 6) AS INTEGER) AS case_id
    FROM journal WHERE kind = 'dispatch.line'
) AS sent
WHERE sent.source = incoming_line.source AND sent.line = incoming_line.line;
