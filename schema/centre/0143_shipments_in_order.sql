-- The list of shipments goes by moment and number: a page of it is read from the index, however many there are.
DROP INDEX outgoing_shipment_at;
CREATE INDEX outgoing_shipment_at ON outgoing_shipment (at, number);
