-- The reference of residents: a file of its own beside the office's database, in no backup and not in the journal
-- (docs/decisions/0075-residents.md). `secret` keys the marks under which look-ups are noted, and dies with the file.
CREATE TABLE secret (
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT;
CREATE TABLE part (
    village TEXT PRIMARY KEY CHECK (length(village) > 0),
    as_of TEXT NOT NULL CHECK (length(as_of) = 10),
    loaded_at TEXT NOT NULL,
    loaded_by TEXT NOT NULL,
    people INTEGER NOT NULL CHECK (people > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE resident (
    nik TEXT PRIMARY KEY CHECK (length(nik) = 16),
    kk TEXT NOT NULL DEFAULT '' CHECK (length(kk) IN (0, 16)),
    name TEXT NOT NULL CHECK (length(name) > 0),
    birth_place TEXT NOT NULL DEFAULT '',
    birth_on TEXT NOT NULL DEFAULT '' CHECK (length(birth_on) IN (0, 10)),
    sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'female', 'male')),
    street TEXT NOT NULL DEFAULT '',
    rt TEXT NOT NULL DEFAULT '',
    rw TEXT NOT NULL DEFAULT '',
    village TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resident_village ON resident (village);
