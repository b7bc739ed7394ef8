-- Why a case stands as it is though NIK, birth date, sex or the state of its record contradict each other.
CREATE TABLE case_explanation (
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    finding TEXT NOT NULL CHECK (length(finding) > 0),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    on_date TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (case_id, finding)
) STRICT;
