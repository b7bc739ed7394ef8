-- Numbers of the queue in the waiting room: who came is nowhere in them. `letter` is that of the service, `n` counts
-- within it from 1 each day, `number` is what stands on the slip. `call` orders the calls of the whole office.
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    on_date TEXT NOT NULL,
    service TEXT NOT NULL,
    letter TEXT NOT NULL CHECK (length(letter) = 1),
    n INTEGER NOT NULL CHECK (n > 0),
    number TEXT NOT NULL,
    priority INTEGER NOT NULL CHECK (priority IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'served', 'absent')),
    taken_at TEXT NOT NULL,
    call INTEGER NOT NULL DEFAULT 0,
    counter INTEGER NOT NULL DEFAULT 0,
    called_at TEXT,
    begun_at TEXT,
    ended_at TEXT,
    CHECK ((state = 'waiting') = (called_at IS NULL)),
    CHECK ((called_at IS NULL) = (counter = 0) AND (called_at IS NULL) = (call = 0)),
    CHECK ((begun_at IS NOT NULL) = (state IN ('serving', 'served'))),
    CHECK ((ended_at IS NOT NULL) = (state IN ('served', 'absent'))),
    UNIQUE (on_date, number),
    UNIQUE (on_date, letter, n)
) STRICT;
CREATE UNIQUE INDEX ticket_at_counter ON ticket (on_date, counter) WHERE state IN ('called', 'serving');
CREATE INDEX ticket_calls ON ticket (on_date, call);
