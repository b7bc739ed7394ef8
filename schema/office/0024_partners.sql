-- A dispatch belongs to a service: what was sent before there was a second one is of the identity card.
ALTER TABLE dispatch ADD COLUMN service TEXT NOT NULL DEFAULT 'ktp-el';
CREATE INDEX dispatch_service ON dispatch (service, state, id);
