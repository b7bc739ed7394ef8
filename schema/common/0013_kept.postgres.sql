-- Of a refused file one row is kept, with how often it came; bytes only of a file that came too early, until its turn.
ALTER TABLE road_aside ADD COLUMN times BIGINT NOT NULL DEFAULT 1 CHECK (times > 0);
DELETE FROM road_aside WHERE settled_at IS NOT NULL;
UPDATE road_aside SET sealed = ''::bytea WHERE code <> 'gap';
CREATE INDEX road_aside_turn ON road_aside (sender, source, epoch, stream, first);
