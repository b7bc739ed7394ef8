-- A centre that came back gets its own decisions returned by the offices, perhaps before the lines that they are about:
-- they wait here for their line. `line_release`: a held line that the administrator let go after the centre came back.
CREATE TABLE pending_decision (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (source, line, epoch, n)
);
CREATE TABLE line_release (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    return_epoch BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (source, line, return_epoch)
);
