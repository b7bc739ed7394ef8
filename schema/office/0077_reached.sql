-- When a dispatch reached its partner (a minute of the office's wall clock), what says so (the partner's signed receipt, its
-- answer, or a person who handed it over), and to whom it was handed. Only where a limit of the service begins with that.
ALTER TABLE dispatch ADD COLUMN reached_at TEXT NOT NULL DEFAULT '' CHECK (length(reached_at) IN (0, 16));
ALTER TABLE dispatch ADD COLUMN reached_by TEXT NOT NULL DEFAULT '' CHECK (reached_by IN ('', 'receipt', 'answer', 'person'));
ALTER TABLE dispatch ADD COLUMN handed_to TEXT NOT NULL DEFAULT '';
