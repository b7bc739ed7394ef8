-- Student cards: the socialisation of an intake, and every card ever made. A card that was withdrawn never counts again;
-- of one student one card is valid at most.
CREATE TABLE intake_session (
    id INTEGER PRIMARY KEY,
    intake TEXT NOT NULL CHECK (intake <> ''),
    since TEXT NOT NULL CHECK (length(since) = 16),
    until TEXT NOT NULL DEFAULT '' CHECK (until = '' OR until >= since),
    attended INTEGER NOT NULL DEFAULT 0 CHECK (attended >= 0),
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX intake_session_intake ON intake_session (intake, since);
CREATE TABLE student_card (
    code TEXT PRIMARY KEY CHECK (length(code) = 11),
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    main_key TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    drawn_on TEXT NOT NULL,
    made_on TEXT,
    made_by TEXT NOT NULL DEFAULT '',
    withdrawn_on TEXT,
    withdrawn_why TEXT NOT NULL DEFAULT ''
        CHECK (withdrawn_why IN ('', 'graduated', 'moved', 'left', 'lost', 'damaged', 'misprint')),
    given_back TEXT NOT NULL DEFAULT '' CHECK (given_back IN ('', 'returned', 'lost', 'owed')),
    note TEXT NOT NULL DEFAULT '',
    withdrawn_by TEXT NOT NULL DEFAULT '',
    CHECK ((withdrawn_on IS NULL) = (withdrawn_why = '')),
    CHECK ((withdrawn_on IS NULL) = (given_back = ''))
) STRICT;
CREATE UNIQUE INDEX student_card_valid ON student_card (main_key) WHERE withdrawn_on IS NULL;
CREATE INDEX student_card_key ON student_card (main_key, drawn_on);
CREATE INDEX student_card_case ON student_card (case_id);
CREATE TRIGGER student_card_stays_withdrawn BEFORE UPDATE OF withdrawn_on ON student_card
    WHEN OLD.withdrawn_on IS NOT NULL AND NEW.withdrawn_on IS NULL BEGIN SELECT raise(ABORT, 'a withdrawn card never counts again'); END;
CREATE TRIGGER student_card_is_kept BEFORE DELETE ON student_card BEGIN SELECT raise(ABORT, 'cards are never deleted'); END;
