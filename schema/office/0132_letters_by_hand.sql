-- The book of letters delivered by hand asks for the letters of some days.
CREATE INDEX outgoing_letter_sent ON outgoing_letter (sent_on) WHERE sent_on IS NOT NULL;
