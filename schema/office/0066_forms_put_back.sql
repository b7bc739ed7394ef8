-- A case that came back from the partner after a restore takes its blank form with it: nobody can type that form twice.
UPDATE reserved_form SET case_id = (SELECT id FROM case_file WHERE case_file.code = reserved_form.code)
WHERE case_id IS NULL AND EXISTS (SELECT 1 FROM case_file WHERE case_file.code = reserved_form.code);
