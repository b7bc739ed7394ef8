-- Whoever complains may agree to one SMS when the answer is ready.
ALTER TABLE complaint ADD COLUMN accepts_sms INTEGER NOT NULL DEFAULT 0 CHECK (accepts_sms IN (0, 1));
