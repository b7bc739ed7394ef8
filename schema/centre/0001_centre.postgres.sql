-- The print floor, in PostgreSQL's words. Columns equal the SQLite file (a test compares them).
-- The stock of blanks is a sum over rows, checked by the service before a blank is taken.
CREATE TABLE centre_setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE centre_office (
    code TEXT PRIMARY KEY CHECK (length(code) > 0),
    name TEXT NOT NULL CHECK (length(name) > 0),
    invited_at TEXT NOT NULL,
    invited_by TEXT NOT NULL
);
CREATE TABLE incoming_dispatch (
    source TEXT NOT NULL,
    dispatch_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    closed BIGINT NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    count BIGINT NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    letter TEXT NOT NULL DEFAULT '',
    minutes TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    road TEXT NOT NULL DEFAULT 'loket' CHECK (road IN ('loket', 'paper')),
    complete BIGINT NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
    PRIMARY KEY (source, dispatch_id)
);
CREATE TABLE incoming_line (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    dispatch_id BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    service TEXT NOT NULL,
    kind_label TEXT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    area_name TEXT NOT NULL,
    main_key TEXT NOT NULL,
    kk TEXT NOT NULL,
    birth_on TEXT NOT NULL,
    fields TEXT NOT NULL,
    items TEXT NOT NULL,
    recording TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    again TEXT NOT NULL,
    completed_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'refused', 'printed', 'shipped', 'paper')),
    -- what the office typed from the returned list, for a line that went on paper: history, no work of this floor
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'accepted', 'refused', 'printed')),
    reason TEXT NOT NULL DEFAULT '',
    biometric BIGINT NOT NULL DEFAULT 0 CHECK (biometric IN (0, 1)),
    serial TEXT NOT NULL DEFAULT '',
    printed_on TEXT NOT NULL DEFAULT '',
    spoiled BIGINT NOT NULL DEFAULT 0 CHECK (spoiled >= 0),
    recall TEXT NOT NULL DEFAULT '',
    shipment TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (source, line),
    FOREIGN KEY (source, dispatch_id) REFERENCES incoming_dispatch (source, dispatch_id),
    CHECK (state = 'paper' OR answer = ''),
    CHECK (state = 'paper' OR (state IN ('printed', 'shipped')) = (serial <> '')),
    CHECK (state = 'paper' OR (state = 'refused') = (reason <> '')),
    CHECK ((state = 'shipped') = (shipment <> ''))
);
CREATE INDEX incoming_line_queue ON incoming_line (state, due_on, sent_on, source, dispatch_id, ordinal);
CREATE INDEX incoming_line_office ON incoming_line (source, state, due_on);
CREATE INDEX incoming_line_dispatch ON incoming_line (source, dispatch_id, ordinal);
CREATE INDEX incoming_line_key ON incoming_line (main_key);
CREATE INDEX incoming_line_kk ON incoming_line (kk);
CREATE INDEX incoming_line_name ON incoming_line (name);
CREATE INDEX incoming_line_code ON incoming_line (code);
CREATE INDEX incoming_line_serial ON incoming_line (serial) WHERE serial <> '';
CREATE INDEX incoming_line_shipment ON incoming_line (source, shipment) WHERE shipment <> '';
CREATE INDEX incoming_line_number ON incoming_line (number);
CREATE INDEX incoming_line_changed ON incoming_line (state, changed_at);
CREATE TABLE blank_movement (
    entry TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('received', 'used', 'spoiled', 'corrected')),
    count BIGINT NOT NULL CHECK (count <> 0),
    on_date TEXT NOT NULL,
    at TEXT NOT NULL,
    serial TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    line TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    CHECK (kind = 'corrected' OR (count > 0) = (kind = 'received'))
);
CREATE UNIQUE INDEX blank_movement_serial ON blank_movement (serial) WHERE serial <> '';
CREATE INDEX blank_movement_kind ON blank_movement (kind, at);
CREATE INDEX blank_movement_note ON blank_movement (kind, note);
CREATE INDEX blank_movement_line ON blank_movement (source, line);
-- The book summed up by day, so that no page has to add up every blank ever used.
CREATE TABLE blank_day (
    on_date TEXT PRIMARY KEY,
    received BIGINT NOT NULL DEFAULT 0,
    used BIGINT NOT NULL DEFAULT 0,
    spoiled BIGINT NOT NULL DEFAULT 0,
    corrected BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE blank_count (
    entry TEXT PRIMARY KEY,
    on_date TEXT NOT NULL,
    at TEXT NOT NULL,
    book BIGINT NOT NULL,
    counted BIGINT NOT NULL CHECK (counted >= 0),
    note TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX blank_count_at ON blank_count (at);
CREATE TABLE outgoing_shipment (
    office TEXT NOT NULL,
    number TEXT NOT NULL,
    on_date TEXT NOT NULL,
    count BIGINT NOT NULL CHECK (count > 0),
    carrier TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (office, number)
);
CREATE UNIQUE INDEX outgoing_shipment_number ON outgoing_shipment (number);
CREATE INDEX outgoing_shipment_at ON outgoing_shipment (at);
CREATE TABLE state_told (
    office TEXT PRIMARY KEY,
    blanks BIGINT NOT NULL,
    queue BIGINT NOT NULL,
    as_of TEXT NOT NULL
);
CREATE TABLE head_anchor (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    on_date TEXT NOT NULL,
    n BIGINT NOT NULL,
    hash TEXT NOT NULL,
    access_log TEXT NOT NULL,
    PRIMARY KEY (source, line)
);
