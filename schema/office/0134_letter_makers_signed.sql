-- Whoever wrote minutes or a report signs it with the PIN of its submission: when that was stands on the paper.
ALTER TABLE outgoing_letter ADD COLUMN maker_signed_at TEXT;
CREATE TRIGGER letter_maker_signed_stays BEFORE UPDATE OF maker_signed_at ON outgoing_letter
    WHEN OLD.signed_at IS NOT NULL AND NEW.maker_signed_at IS NOT OLD.maker_signed_at
    BEGIN SELECT RAISE(ABORT, 'a signed letter is not changed'); END;
