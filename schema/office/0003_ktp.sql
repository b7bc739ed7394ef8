-- KTP: recording once in a lifetime, dispatch to the centre line by line, answers, cards, hand-over.
CREATE TABLE recording (
    id INTEGER PRIMARY KEY,
    nik TEXT NOT NULL CHECK (length(nik) = 16),
    case_id INTEGER REFERENCES case_file (id),
    status TEXT NOT NULL,
    on_date TEXT NOT NULL,
    place TEXT NOT NULL,
    ground TEXT NOT NULL DEFAULT '' CHECK (ground IN ('', 'efac', 'deletion_granted', 'centre_refusal')),
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX recording_nik ON recording (nik, id);
CREATE INDEX recording_case ON recording (case_id);
CREATE TABLE recording_slot (
    case_id INTEGER PRIMARY KEY REFERENCES case_file (id),
    on_date TEXT NOT NULL,
    slot INTEGER NOT NULL CHECK (slot > 0),
    attended INTEGER CHECK (attended IN (0, 1)),
    actor TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX recording_slot_day ON recording_slot (on_date, slot);
CREATE TABLE dispatch (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'dropped')),
    drafted_on TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    letter TEXT NOT NULL DEFAULT '',
    minutes TEXT NOT NULL DEFAULT '',
    sent_on TEXT,
    count INTEGER NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    road TEXT NOT NULL DEFAULT 'loket' CHECK (road IN ('loket', 'paper')),
    CHECK ((state = 'sent') = (sent_on IS NOT NULL))
) STRICT;
CREATE INDEX dispatch_state ON dispatch (state, id);
CREATE TABLE dispatch_pick (
    dispatch_id INTEGER NOT NULL REFERENCES dispatch (id),
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    place TEXT NOT NULL DEFAULT '',
    place_number TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (dispatch_id, ordinal)
) STRICT;
CREATE UNIQUE INDEX dispatch_pick_case ON dispatch_pick (case_id);
CREATE TABLE dispatch_line (
    dispatch_id INTEGER NOT NULL REFERENCES dispatch (id),
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    line TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    again TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT 'waiting' CHECK (result IN ('waiting', 'accepted', 'refused', 'printed')),
    reason TEXT NOT NULL DEFAULT '',
    biometric INTEGER NOT NULL DEFAULT 0,
    serial TEXT NOT NULL DEFAULT '',
    printed_on TEXT,
    answered_at TEXT,
    answered_by TEXT NOT NULL DEFAULT '' CHECK (answered_by IN ('', 'road', 'typed')),
    shipment TEXT NOT NULL DEFAULT '',
    arrived_on TEXT,
    misprint TEXT NOT NULL DEFAULT '',
    recall TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (dispatch_id, ordinal),
    CHECK (result <> 'refused' OR reason <> '')
) STRICT;
CREATE INDEX dispatch_line_case ON dispatch_line (case_id, dispatch_id);
CREATE INDEX dispatch_line_shipment ON dispatch_line (shipment) WHERE shipment <> '';
CREATE TABLE typed_answer (
    dispatch_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('accepted', 'refused', 'printed')),
    reason TEXT NOT NULL DEFAULT '',
    serial TEXT NOT NULL DEFAULT '',
    biometric INTEGER NOT NULL DEFAULT 0 CHECK (biometric IN (0, 1)),
    typed_by TEXT NOT NULL,
    checked_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (dispatch_id, ordinal),
    FOREIGN KEY (dispatch_id, ordinal) REFERENCES dispatch_line (dispatch_id, ordinal),
    CHECK (checked_by <> typed_by)
) STRICT;
CREATE INDEX typed_answer_open ON typed_answer (dispatch_id) WHERE checked_by = '';
CREATE TABLE answer_conflict (
    id INTEGER PRIMARY KEY,
    dispatch_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    held TEXT NOT NULL,
    received TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    serial TEXT NOT NULL DEFAULT '',
    on_date TEXT,
    biometric INTEGER NOT NULL DEFAULT 0 CHECK (biometric IN (0, 1)),
    received_by TEXT NOT NULL CHECK (received_by IN ('road', 'typed')),
    at TEXT NOT NULL,
    settled_by TEXT NOT NULL DEFAULT '',
    settled TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX answer_conflict_open ON answer_conflict (dispatch_id, ordinal) WHERE settled_by = '';
CREATE TABLE shipment (
    number TEXT PRIMARY KEY,
    sent_on TEXT NOT NULL,
    count INTEGER NOT NULL,
    counted INTEGER,
    arrived_on TEXT,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE card_call (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    at TEXT NOT NULL,
    means TEXT NOT NULL CHECK (means IN ('phone', 'message', 'village', 'visit')),
    reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX card_call_case ON card_call (case_id, id);
CREATE TABLE hand_over (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    receiver TEXT NOT NULL,
    relation TEXT NOT NULL,
    authority TEXT NOT NULL DEFAULT '',
    surrendered TEXT NOT NULL DEFAULT '',
    on_date TEXT NOT NULL,
    returned_on TEXT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
-- A card is handed over once; a second row is another card, printed because the first came back as a misprint.
CREATE UNIQUE INDEX hand_over_once ON hand_over (case_id) WHERE returned_on IS NULL;
CREATE INDEX hand_over_on ON hand_over (on_date);
CREATE TABLE centre_state (
    name TEXT PRIMARY KEY,
    blanks INTEGER NOT NULL,
    queue INTEGER NOT NULL,
    as_of TEXT NOT NULL
) STRICT;
CREATE TABLE balance_check (
    on_date TEXT NOT NULL,
    dispatch_id INTEGER NOT NULL REFERENCES dispatch (id),
    sent INTEGER NOT NULL,
    printed INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
    PRIMARY KEY (on_date, dispatch_id)
) STRICT;
CREATE INDEX balance_check_dispatch ON balance_check (dispatch_id, on_date);
CREATE INDEX balance_check_wrong ON balance_check (dispatch_id) WHERE agrees = 0;
