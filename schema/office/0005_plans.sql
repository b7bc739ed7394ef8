-- Questions that would otherwise read a whole table: the Sekretaris' page, and blank forms not yet used.
CREATE INDEX case_promised ON case_file (due_on, kept_on, closed) WHERE due_on IS NOT NULL;
CREATE INDEX case_event_by_hand ON case_event (id)
    WHERE action IN ('corrected', 'returned', 'withdrawn', 'refused', 'died', 'moved', 'uncollected', 'misprint');
CREATE INDEX case_event_late ON case_event (id) WHERE on_date < date(at, '+7 hours');
CREATE INDEX reserved_form_open ON reserved_form (reserved_at DESC, number) WHERE case_id IS NULL;
