-- Letters of ours by the year under which their page lists them: that of the number, or of the draft.
CREATE INDEX outgoing_letter_listed ON outgoing_letter (coalesce(year, CAST(substr(drafted_at, 1, 4) AS INTEGER)), id);
