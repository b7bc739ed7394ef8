-- What offices let the public page tell: one sealed state for each case, in a place that is derived from the slip's
-- code. Neither code nor state can be read without the slip (docs/decisions/0105-status-page.md).
CREATE TABLE public_state (
    source TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    slot TEXT NOT NULL CHECK (length(slot) = 64),
    sealed TEXT NOT NULL CHECK (length(sealed) > 0),
    PRIMARY KEY (source, case_id)
) STRICT;
CREATE INDEX public_state_slot ON public_state (source, slot);
