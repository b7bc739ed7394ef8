-- How many lines of a dispatch are here, counted as they come: its digest is compared when the count agrees, not with
-- every batch, so that a dispatch without end costs the same per batch.
ALTER TABLE incoming_dispatch ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
UPDATE incoming_dispatch SET held = (SELECT count(*) FROM incoming_line l
    WHERE l.source = incoming_dispatch.source AND l.dispatch_id = incoming_dispatch.dispatch_id);
