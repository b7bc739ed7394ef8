-- The search: any number by its counter alone (`0728`), and letters, contacts and people of lists by their words.
CREATE INDEX number_used_counter ON number_used (n);
CREATE INDEX complaint_counter ON complaint (n);

CREATE VIRTUAL TABLE member_fts USING fts5 (name, content = '', contentless_delete = 1, prefix = '2 3',
    detail = 'none', tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER member_is_found AFTER INSERT ON member BEGIN
    INSERT INTO member_fts (rowid, name) VALUES (NEW.id, NEW.name);
END;
CREATE TRIGGER member_is_found_anew AFTER UPDATE OF name ON member BEGIN
    DELETE FROM member_fts WHERE rowid = NEW.id;
    INSERT INTO member_fts (rowid, name) VALUES (NEW.id, NEW.name);
END;
CREATE TRIGGER member_is_lost AFTER DELETE ON member BEGIN
    DELETE FROM member_fts WHERE rowid = OLD.id;
END;
INSERT INTO member_fts (rowid, name) SELECT id, name FROM member;

CREATE VIRTUAL TABLE contact_fts USING fts5 (question, content = '', contentless_delete = 1, prefix = '2 3',
    detail = 'none', tokenize = "unicode61 remove_diacritics 2");
INSERT INTO contact_fts (rowid, question) SELECT id, fields ->> '$.question' FROM case_file WHERE service = 'hotline';

CREATE VIRTUAL TABLE incoming_fts USING fts5 (words, content = '', contentless_delete = 1, prefix = '2 3',
    detail = 'none', tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER incoming_is_found AFTER INSERT ON incoming_letter BEGIN
    INSERT INTO incoming_fts (rowid, words) VALUES (NEW.id, NEW.letter_number || ' ' || NEW.sender || ' ' || NEW.subject);
END;
CREATE TRIGGER incoming_is_found_anew AFTER UPDATE OF letter_number, sender, subject ON incoming_letter BEGIN
    DELETE FROM incoming_fts WHERE rowid = NEW.id;
    INSERT INTO incoming_fts (rowid, words) VALUES (NEW.id, NEW.letter_number || ' ' || NEW.sender || ' ' || NEW.subject);
END;
INSERT INTO incoming_fts (rowid, words) SELECT id, letter_number || ' ' || sender || ' ' || subject FROM incoming_letter;

CREATE VIRTUAL TABLE outgoing_fts USING fts5 (words, content = '', contentless_delete = 1, prefix = '2 3',
    detail = 'none', tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER outgoing_is_found AFTER INSERT ON outgoing_letter BEGIN
    INSERT INTO outgoing_fts (rowid, words) VALUES (NEW.id, NEW.addressed_to || ' ' || NEW.subject);
END;
CREATE TRIGGER outgoing_is_found_anew AFTER UPDATE OF addressed_to, subject ON outgoing_letter BEGIN
    DELETE FROM outgoing_fts WHERE rowid = NEW.id;
    INSERT INTO outgoing_fts (rowid, words) VALUES (NEW.id, NEW.addressed_to || ' ' || NEW.subject);
END;
INSERT INTO outgoing_fts (rowid, words) SELECT id, addressed_to || ' ' || subject FROM outgoing_letter;

INSERT INTO beside (name, why) VALUES
    ('member_fts%', 'index of names, filled by triggers of member'),
    ('contact_fts%', 'index of questions, rebuilt from case_file'),
    ('incoming_fts%', 'index of letters, filled by triggers of incoming_letter'),
    ('outgoing_fts%', 'index of letters, filled by triggers of outgoing_letter');
