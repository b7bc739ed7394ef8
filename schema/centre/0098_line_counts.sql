-- Lines of a dispatch by their state, counted as they come and are worked on: pages of the floor ask the sums, never the
-- lines. A state without lines has no row.
CREATE TABLE line_count (
    source TEXT NOT NULL,
    dispatch_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    lines INTEGER NOT NULL CHECK (lines > 0),
    PRIMARY KEY (source, dispatch_id, state)
) STRICT;
CREATE INDEX line_count_state ON line_count (state, source, dispatch_id, lines);
INSERT INTO line_count (source, dispatch_id, state, lines)
    SELECT source, dispatch_id, state, count(*) FROM incoming_line GROUP BY source, dispatch_id, state;
CREATE INDEX incoming_line_due ON incoming_line (source, dispatch_id, state, due_on);
CREATE INDEX incoming_line_oldest ON incoming_line (source, state, sent_on);
CREATE INDEX incoming_line_recalled ON incoming_line (due_on, sent_on) WHERE recall <> '';
