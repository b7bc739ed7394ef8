-- Pengawasan draws and lists what ended on a day.
CREATE INDEX case_by_closed ON case_file (closed_on, id) WHERE closed = 1;
