-- With the bytes of a file goes the name under which it was put in.
UPDATE stored_file SET name = '' WHERE gone_at <> '';
