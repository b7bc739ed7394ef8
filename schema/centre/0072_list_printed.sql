-- What the printed list of a shipment said: the same list printed once more is a copy.
ALTER TABLE outgoing_shipment ADD COLUMN list_content TEXT NOT NULL DEFAULT '';
