-- In which browser, on which system a session was opened, in words, so that its owner knows it again.
ALTER TABLE sign_in_session ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (length(device) <= 60);
