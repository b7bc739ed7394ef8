-- Targets bind the office when a second person agreed: until then they wait. What was set before is in force.
ALTER TABLE indicator_target ADD COLUMN state TEXT NOT NULL DEFAULT 'in_force' CHECK (state IN ('waiting', 'in_force', 'dropped'));
ALTER TABLE indicator_target ADD COLUMN second TEXT NOT NULL DEFAULT '' CHECK (second <> actor);
ALTER TABLE indicator_target ADD COLUMN note TEXT NOT NULL DEFAULT '';
