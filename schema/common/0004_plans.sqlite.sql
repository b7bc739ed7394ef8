-- What one person opened and printed, without reading everybody's.
CREATE INDEX access_log_person ON access_log (person_id, id);
