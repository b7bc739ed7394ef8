-- Letters of the office. An incoming one goes from hand to hand by dispositions; an outgoing one is a draft that is
-- initialled, corrected, signed, numbered and sent. What a draft said before a correction stands in the journal.
CREATE TABLE incoming_letter (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    year INTEGER NOT NULL,
    letter_number TEXT NOT NULL,
    letter_date TEXT NOT NULL CHECK (length(letter_date) = 10),
    received_on TEXT NOT NULL CHECK (length(received_on) = 10),
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    urgency TEXT NOT NULL CHECK (urgency IN ('ordinary', 'important', 'urgent', 'at_once', 'secret')),
    attachments INTEGER NOT NULL CHECK (attachments BETWEEN 0 AND 999),
    to_role TEXT NOT NULL,
    case_id INTEGER REFERENCES case_file (id),
    letter TEXT NOT NULL DEFAULT '' CHECK (letter = '' OR case_id IS NOT NULL),
    state TEXT NOT NULL CHECK (state IN ('registered', 'disposed', 'settled')),
    settled_note TEXT NOT NULL DEFAULT '',
    registered_at TEXT NOT NULL,
    registered_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incoming_letter_of_case ON incoming_letter (case_id, letter) WHERE letter <> '';
CREATE INDEX incoming_letter_case ON incoming_letter (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX incoming_letter_year ON incoming_letter (year, id);
CREATE INDEX incoming_letter_open ON incoming_letter (state, id) WHERE state <> 'settled';

-- `roles` are those that the giver filled then, `receiver_id` the place in the chain that is passed on.
CREATE TABLE disposition (
    id INTEGER PRIMARY KEY,
    letter_id INTEGER NOT NULL REFERENCES incoming_letter (id),
    receiver_id INTEGER REFERENCES disposition_receiver (id),
    post TEXT NOT NULL,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    instructions TEXT NOT NULL CHECK (json_valid(instructions)),
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX disposition_letter ON disposition (letter_id, id);
CREATE TABLE disposition_receiver (
    id INTEGER PRIMARY KEY,
    disposition_id INTEGER NOT NULL REFERENCES disposition (id),
    letter_id INTEGER NOT NULL REFERENCES incoming_letter (id),
    role TEXT NOT NULL,
    username TEXT NOT NULL,
    label TEXT NOT NULL,
    due_on TEXT CHECK (due_on IS NULL OR length(due_on) = 10),
    acknowledged_at TEXT,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    done_at TEXT,
    done_by TEXT NOT NULL DEFAULT '',
    report TEXT NOT NULL DEFAULT '',
    CHECK ((role = '') <> (username = '')),
    CHECK ((done_at IS NULL) = (done_by = ''))
) STRICT;
CREATE INDEX disposition_receiver_letter ON disposition_receiver (letter_id, id);
CREATE INDEX disposition_receiver_open ON disposition_receiver (role, username) WHERE done_at IS NULL;

-- `initials` and `signatories` are roles as the letter began; `given` the initials of the present version, a JSON list of
-- [role, user name, moment]; `signer` how the signature is printed.
CREATE TABLE outgoing_letter (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('draft', 'review', 'returned', 'initialled', 'signed', 'numbered', 'sent', 'cancelled')),
    case_id INTEGER REFERENCES case_file (id),
    letter TEXT NOT NULL DEFAULT '' CHECK (letter = '' OR case_id IS NOT NULL),
    reply_to INTEGER REFERENCES incoming_letter (id),
    code TEXT NOT NULL,
    urgency TEXT NOT NULL CHECK (urgency IN ('ordinary', 'important', 'urgent', 'at_once', 'secret')),
    subject TEXT NOT NULL,
    addressed_to TEXT NOT NULL,
    text TEXT NOT NULL,
    attachment TEXT NOT NULL,
    copies TEXT NOT NULL CHECK (json_valid(copies)),
    initials TEXT NOT NULL CHECK (json_valid(initials)),
    signatories TEXT NOT NULL CHECK (json_valid(signatories)),
    pattern TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    given TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(given)),
    returned_why TEXT NOT NULL DEFAULT '',
    drafted_at TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    signed_at TEXT,
    signed_by TEXT NOT NULL DEFAULT '',
    signer TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(signer)),
    number TEXT NOT NULL DEFAULT '',
    year INTEGER,
    n INTEGER,
    numbered_on TEXT,
    sent_on TEXT,
    way TEXT NOT NULL DEFAULT '',
    proof TEXT NOT NULL DEFAULT '',
    cancelled_why TEXT NOT NULL DEFAULT '',
    CHECK (signed_at IS NOT NULL OR state NOT IN ('signed', 'numbered', 'sent')),
    CHECK ((number = '') = (numbered_on IS NULL) AND (numbered_on IS NULL OR signed_at IS NOT NULL)),
    CHECK (state NOT IN ('numbered', 'sent') OR numbered_on IS NOT NULL),
    CHECK ((state = 'sent') = (sent_on IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX outgoing_letter_number ON outgoing_letter (number) WHERE number <> '';
CREATE UNIQUE INDEX outgoing_letter_of_case ON outgoing_letter (case_id, letter) WHERE letter <> '' AND state <> 'cancelled';
CREATE INDEX outgoing_letter_case ON outgoing_letter (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX outgoing_letter_open ON outgoing_letter (state, id) WHERE state NOT IN ('sent', 'cancelled');
CREATE INDEX outgoing_letter_year ON outgoing_letter (year, n);

-- What was signed stays as it was signed, and a number stays where it was given.
CREATE TRIGGER signed_letter_stays BEFORE UPDATE OF subject, addressed_to, text, attachment, copies, code, signed_by, signer ON outgoing_letter
    WHEN OLD.signed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a signed letter is not changed'); END;
CREATE TRIGGER letter_number_stays BEFORE UPDATE OF number ON outgoing_letter
    WHEN OLD.number <> '' BEGIN SELECT RAISE(ABORT, 'the number of a letter is not changed'); END;
