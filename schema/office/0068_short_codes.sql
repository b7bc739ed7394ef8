-- Codes of slips, forms and cards have eight characters from now on; those of before, with eleven, stay what they are.
-- The tables that hold them are pointed at by many others, so only the words of their check are changed, and the rows
-- stay where they lie.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (length(code) = 11)', 'CHECK (length(code) IN (8, 11))')
WHERE type = 'table' AND name IN ('case_file', 'reserved_form', 'student_card');
PRAGMA writable_schema = RESET;
