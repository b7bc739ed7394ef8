-- Complaint recaps that offices published to the regency (docs: SP 11.8, 11.9): the public text as it came, and its digest.
CREATE TABLE office_recap (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    quarter TEXT NOT NULL,
    public TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_at TEXT NOT NULL,
    PRIMARY KEY (source, line)
);
CREATE INDEX office_recap_quarter ON office_recap (source, quarter);
