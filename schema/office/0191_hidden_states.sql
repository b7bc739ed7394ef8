-- An applicant may not want the regency's public page to tell how his case stands; its state is taken away there.
ALTER TABLE case_file ADD COLUMN hides_status INTEGER NOT NULL DEFAULT 0 CHECK (hides_status IN (0, 1));
