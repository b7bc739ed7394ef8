-- Many people in one request, and the days and slots on which they come.
CREATE TABLE member_slot (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    on_date TEXT NOT NULL CHECK (length(on_date) = 10),
    begins TEXT NOT NULL CHECK (length(begins) = 5),
    ends TEXT NOT NULL CHECK (length(ends) = 5 AND ends > begins),
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    place TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX member_slot_day ON member_slot (service, on_date, begins, place);
-- `claim` is held while the person's row is open: a person stands in one open row only.
CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    member_key TEXT NOT NULL,
    name TEXT NOT NULL,
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    state TEXT NOT NULL,
    claim TEXT UNIQUE,
    slot_id INTEGER REFERENCES member_slot (id),
    changed_at TEXT NOT NULL,
    UNIQUE (case_id, ordinal)
) STRICT;
CREATE INDEX member_state ON member (case_id, state, ordinal);
CREATE INDEX member_of_slot ON member (slot_id) WHERE slot_id IS NOT NULL;
CREATE TABLE member_event (
    member_id INTEGER NOT NULL REFERENCES member (id),
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    slot_id INTEGER REFERENCES member_slot (id),
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX member_event_of ON member_event (member_id);
CREATE TRIGGER member_slot_holds BEFORE UPDATE OF slot_id ON member
    WHEN NEW.slot_id IS NOT NULL AND NEW.slot_id IS NOT OLD.slot_id
        AND (SELECT count(*) FROM member WHERE slot_id = NEW.slot_id) >= (SELECT capacity FROM member_slot WHERE id = NEW.slot_id)
BEGIN
    SELECT RAISE(ABORT, 'slot is full');
END;
CREATE TRIGGER member_slot_keeps BEFORE UPDATE OF capacity ON member_slot
    WHEN NEW.capacity < (SELECT count(*) FROM member WHERE slot_id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'slot holds more people');
END;
