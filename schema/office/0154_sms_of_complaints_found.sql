-- The clockwork asks each minute which complaints may be told by SMS.
CREATE INDEX complaint_accepts_sms ON complaint (id) WHERE accepts_sms = 1;
