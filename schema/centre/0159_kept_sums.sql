-- Lines of an office by their state, kept with `line_count` in one transaction: the first page asks a row for an office
-- and state, however many dispatches ever came. A state without lines has no row.
CREATE TABLE office_line_count (
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    lines INTEGER NOT NULL CHECK (lines > 0),
    PRIMARY KEY (source, state)
) STRICT;
INSERT INTO office_line_count (source, state, lines)
    SELECT source, state, CAST(sum(lines) AS BIGINT) FROM line_count GROUP BY source, state;
-- What an office anchored last in an epoch, and each anchor that cannot be true beside the one before it: the page of an
-- office asks these, the proof still compares every anchor.
CREATE TABLE newest_anchor (
    source TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    line TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (source, epoch)
) STRICT;
INSERT INTO newest_anchor (source, epoch, line, n, hash)
    SELECT source, epoch, line, n, hash FROM (
        SELECT a.source, j.epoch, a.line, a.n, a.hash,
            row_number() OVER (PARTITION BY j.source, j.epoch ORDER BY j.n DESC) AS place
        FROM journal j JOIN head_anchor a ON a.source = j.source AND a.line = j.epoch || '/' || j.stream || '/' || j.n
        WHERE j.subject = 'anchor' AND j.kind = 'heads.anchored'
    ) AS said WHERE place = 1;
CREATE TABLE anchor_contradiction (
    source TEXT NOT NULL,
    line TEXT NOT NULL,
    n INTEGER NOT NULL,
    earlier TEXT NOT NULL,
    PRIMARY KEY (source, line)
) STRICT;
INSERT INTO anchor_contradiction (source, line, n, earlier)
    SELECT source, line, n, earlier FROM (
        SELECT a.source, a.line, a.n, a.hash, lag(a.line) OVER w AS earlier, lag(a.n) OVER w AS earlier_n,
            lag(a.hash) OVER w AS earlier_hash
        FROM journal j JOIN head_anchor a ON a.source = j.source AND a.line = j.epoch || '/' || j.stream || '/' || j.n
        WHERE j.subject = 'anchor' AND j.kind = 'heads.anchored'
        WINDOW w AS (PARTITION BY j.source, j.epoch ORDER BY j.n)
    ) AS said WHERE n < earlier_n OR (n = earlier_n AND hash <> earlier_hash);
