-- Who wrote minutes down, as he was printed when they were signed.
ALTER TABLE outgoing_letter ADD COLUMN maker TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(maker));
CREATE TRIGGER letter_maker_stays BEFORE UPDATE OF maker ON outgoing_letter
    WHEN OLD.signed_at IS NOT NULL AND NEW.maker <> OLD.maker BEGIN SELECT RAISE(ABORT, 'a signed letter is not changed'); END;
