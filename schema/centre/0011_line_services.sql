-- Which services lines have come of: a page of the centre says what these call their product.
CREATE INDEX incoming_line_service ON incoming_line (service);
