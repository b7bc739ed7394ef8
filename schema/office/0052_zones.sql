-- The small indexes of what was entered after its day, for offices in the two eastern zones too (schema/zone.py).
CREATE INDEX case_event_late_wita ON case_event (id) WHERE on_date < date(at, '+8 hours');
CREATE INDEX case_event_late_wit ON case_event (id) WHERE on_date < date(at, '+9 hours');
CREATE INDEX complaint_back_dated_wita ON complaint (received_on, entered_at)
    WHERE received_on < date(entered_at, '+8 hours');
CREATE INDEX complaint_back_dated_wit ON complaint (received_on, entered_at)
    WHERE received_on < date(entered_at, '+9 hours');
