-- Words that are never altered may still be destroyed with their person (docs/decisions/0079): then this stands in their
-- place, and nothing else may. Empty columns stay empty.
DROP TRIGGER complaint_words_stay;
CREATE TRIGGER complaint_words_stay BEFORE UPDATE OF words, hope ON complaint
WHEN NEW.words NOT IN (OLD.words, '(dimusnahkan)') OR NEW.hope NOT IN (OLD.hope, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'the visitor''s words are never altered'); END;
CREATE TRIGGER complaint_line_stays BEFORE UPDATE OF received_on, year, n, number ON complaint
BEGIN SELECT RAISE(ABORT, 'the visitor''s words are never altered'); END;
DROP TRIGGER complaint_origin_stays;
CREATE TRIGGER complaint_origin_stays BEFORE UPDATE OF id, epoch, code, received_time, entered_at, entered_by, channel, place,
    anonymous, confidential, area, service ON complaint
BEGIN SELECT RAISE(ABORT, 'how a line came into the book is never altered'); END;
CREATE TRIGGER complaint_second_word_stays BEFORE UPDATE OF second_word ON complaint
WHEN NEW.second_word NOT IN (OLD.second_word, '')
BEGIN SELECT RAISE(ABORT, 'how a line came into the book is never altered'); END;
DROP TRIGGER complainant_words_stay;
CREATE TRIGGER complainant_words_stay BEFORE UPDATE ON complainant
WHEN NEW.complaint_id <> OLD.complaint_id OR NEW.sex <> OLD.sex OR NEW.name NOT IN (OLD.name, '(dimusnahkan)')
    OR NEW.address NOT IN (OLD.address, '(dimusnahkan)') OR NEW.contact NOT IN (OLD.contact, '(dimusnahkan)')
    OR NEW.about NOT IN (OLD.about, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'who complained is never altered'); END;
DROP TRIGGER column_words_stay;
CREATE TRIGGER column_words_stay BEFORE UPDATE OF text ON complaint_column
WHEN NEW.text NOT IN (OLD.text, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'what was written is struck through, never altered'); END;
CREATE TRIGGER column_place_stays BEFORE UPDATE OF name, complaint_id, on_date ON complaint_column
BEGIN SELECT RAISE(ABORT, 'what was written is struck through, never altered'); END;
DROP TRIGGER strike_stays;
CREATE TRIGGER strike_stays BEFORE UPDATE OF struck_at, struck_by, struck_why, actor, at ON complaint_column
WHEN OLD.actor <> NEW.actor OR OLD.at <> NEW.at OR (OLD.struck_at IS NOT NULL AND (NEW.struck_at IS NOT OLD.struck_at
    OR NEW.struck_by <> OLD.struck_by OR NEW.struck_why NOT IN (OLD.struck_why, '(dimusnahkan)')))
BEGIN SELECT RAISE(ABORT, 'what was struck through stays so'); END;
DROP TRIGGER scan_bytes_stay;
CREATE TRIGGER scan_bytes_stay BEFORE UPDATE ON complaint_scan
WHEN NEW.id <> OLD.id OR NEW.complaint_id <> OLD.complaint_id OR NEW.kind <> OLD.kind OR NEW.digest <> OLD.digest
    OR NEW.at <> OLD.at OR NEW.actor <> OLD.actor OR (NEW.data <> OLD.data AND length(NEW.data) > 0)
BEGIN SELECT RAISE(ABORT, 'a scan is never altered'); END;
DROP TRIGGER slip_code_is_written_once;
CREATE TRIGGER slip_code_is_written_once BEFORE UPDATE ON complaint_code
WHEN NEW.id <> OLD.id OR NEW.complaint_id <> OLD.complaint_id OR NEW.digest <> OLD.digest OR NEW.at <> OLD.at
    OR NEW.actor <> OLD.actor OR NEW.second_word NOT IN (OLD.second_word, '') OR NEW.reason NOT IN (OLD.reason, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'a slip code is never altered'); END;
DROP TRIGGER aside_reason_stays;
CREATE TRIGGER aside_reason_stays BEFORE UPDATE OF id, complaint_id, reason, at, actor ON complaint_aside
WHEN NEW.id <> OLD.id OR NEW.complaint_id <> OLD.complaint_id OR NEW.at <> OLD.at OR NEW.actor <> OLD.actor
    OR NEW.reason NOT IN (OLD.reason, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'why a line was set aside is never altered'); END;
DROP TRIGGER aside_end_stays;
CREATE TRIGGER aside_end_stays BEFORE UPDATE OF back_at, back_by, back_why ON complaint_aside
WHEN OLD.back_at IS NOT NULL AND (NEW.back_at IS NOT OLD.back_at OR NEW.back_by <> OLD.back_by
    OR NEW.back_why NOT IN (OLD.back_why, '(dimusnahkan)'))
BEGIN SELECT RAISE(ABORT, 'a line that was taken back stays so'); END;
DROP TRIGGER capa_words_stay;
CREATE TRIGGER capa_words_stay BEFORE UPDATE OF number, opened_on, opened_by, source, problem, evidence, immediate ON capa
WHEN NEW.number <> OLD.number OR NEW.opened_on <> OLD.opened_on OR NEW.opened_by <> OLD.opened_by
    OR NEW.source <> OLD.source OR NEW.problem NOT IN (OLD.problem, '(dimusnahkan)')
    OR NEW.evidence NOT IN (OLD.evidence, '(dimusnahkan)') OR NEW.immediate NOT IN (OLD.immediate, '(dimusnahkan)')
BEGIN SELECT RAISE(ABORT, 'what an LTPP is about is never altered'); END;
DROP TRIGGER signed_letter_stays;
CREATE TRIGGER signed_letter_stays BEFORE UPDATE OF subject, addressed_to, text, attachment, copies, code, signed_by, signer
    ON outgoing_letter
WHEN OLD.signed_at IS NOT NULL AND (NEW.code <> OLD.code OR NEW.signed_by <> OLD.signed_by OR NEW.signer <> OLD.signer
    OR NEW.subject NOT IN (OLD.subject, '(dimusnahkan)') OR NEW.addressed_to NOT IN (OLD.addressed_to, '(dimusnahkan)')
    OR NEW.text NOT IN (OLD.text, '(dimusnahkan)') OR NEW.attachment NOT IN (OLD.attachment, '(dimusnahkan)')
    OR NEW.copies NOT IN (OLD.copies, '[]'))
BEGIN SELECT RAISE(ABORT, 'a signed letter is not changed'); END;
