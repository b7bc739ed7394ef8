-- Cases whose state the regency's public page was told last: in which place of the page (derived from the slip's code),
-- and of which change of the case. A row goes when the state is taken away there.
CREATE TABLE told_state (
    case_id INTEGER PRIMARY KEY,
    slot TEXT NOT NULL CHECK (length(slot) = 64),
    changed TEXT NOT NULL
) STRICT;
