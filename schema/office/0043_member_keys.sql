-- A person of a request is found by his number, also after his row is final.
CREATE INDEX member_by_key ON member (member_key);
