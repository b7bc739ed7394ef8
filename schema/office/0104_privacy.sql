-- Data of people (UU 27/2022): requests of the people whose data are held, failures of protection with whom they were
-- told to, and the lines that the office itself writes into its register of processing. Moments are UTC.
CREATE TABLE data_request (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'objection', 'withdrawal', 'erasure')),
    name TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    shown TEXT NOT NULL,
    contact TEXT NOT NULL,
    wish TEXT NOT NULL,
    received_at TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'granted', 'partly', 'refused')),
    reason TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'granted') OR reason <> ''),
    answered_at TEXT NOT NULL DEFAULT '' CHECK ((answered_at = '') = (decision = '')),
    answered_by TEXT NOT NULL DEFAULT '' CHECK ((answered_by = '') = (decision = ''))
) STRICT;
CREATE INDEX data_request_open ON data_request (received_at) WHERE decision = '';
CREATE TABLE data_incident (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    known_at TEXT NOT NULL,
    happened TEXT NOT NULL CHECK (happened <> ''),
    exposed TEXT NOT NULL CHECK (exposed <> ''),
    subjects TEXT NOT NULL CHECK (subjects <> ''),
    people INTEGER CHECK (people >= 0),
    measures TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    read_at TEXT NOT NULL DEFAULT '',
    read_by TEXT NOT NULL DEFAULT '' CHECK ((read_by = '') = (read_at = '')),
    closed_at TEXT NOT NULL DEFAULT '',
    closed_by TEXT NOT NULL DEFAULT '' CHECK ((closed_by = '') = (closed_at = '')),
    conclusion TEXT NOT NULL DEFAULT '' CHECK ((conclusion = '') = (closed_at = '')),
    CHECK (closed_at = '' OR (read_at <> '' AND measures <> ''))
) STRICT;
CREATE TABLE incident_notice (
    incident_id INTEGER NOT NULL REFERENCES data_incident (id),
    audience TEXT NOT NULL CHECK (audience IN ('people', 'authority', 'public')),
    told_at TEXT NOT NULL,
    way TEXT NOT NULL,
    why_not TEXT NOT NULL CHECK ((why_not = '') = (told_at <> '') AND (told_at = '') = (way = '')),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (incident_id, audience)
) STRICT;
CREATE TABLE processing_line (
    id INTEGER PRIMARY KEY,
    activity TEXT NOT NULL CHECK (activity <> ''),
    subjects TEXT NOT NULL,
    data TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    receivers TEXT NOT NULL,
    kept TEXT NOT NULL,
    protection TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    ended_at TEXT NOT NULL DEFAULT ''
) STRICT;
