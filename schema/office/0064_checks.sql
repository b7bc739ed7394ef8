-- Internal checks of process and product (clause 10): the plan, the sample drawn with a recorded seed out of a recorded
-- population, the answer to each question for each sampled case, the findings with their answers.
CREATE TABLE internal_check (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    on_date TEXT NOT NULL,
    services TEXT NOT NULL CHECK (json_array_length(services) > 0),
    purpose TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL CHECK (until_on >= from_on),
    process_questions TEXT NOT NULL CHECK (json_valid(process_questions)),
    product_questions TEXT NOT NULL CHECK (json_valid(product_questions)),
    process_size INTEGER NOT NULL CHECK (process_size BETWEEN 0 AND 100),
    product_size INTEGER NOT NULL CHECK (product_size BETWEEN 0 AND 100 AND process_size + product_size > 0),
    state TEXT NOT NULL CHECK (state IN ('planned', 'judging', 'answering', 'closed', 'cancelled')),
    seed TEXT NOT NULL DEFAULT '',
    drawn_at TEXT NOT NULL DEFAULT '' CHECK ((drawn_at = '') = (seed = '')),
    process_population TEXT CHECK (json_valid(process_population)),
    product_population TEXT CHECK (json_valid(product_population)),
    ended_at TEXT NOT NULL DEFAULT '',
    ended_by TEXT NOT NULL DEFAULT '' CHECK ((ended_by = '') = (ended_at = '')),
    ended_note TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    CHECK ((state IN ('closed', 'cancelled')) = (ended_at <> '') AND (ended_at = '') = (ended_note = '')),
    CHECK (state IN ('planned', 'cancelled') OR seed <> '')
) STRICT;
CREATE INDEX internal_check_day ON internal_check (on_date);
CREATE TABLE check_sample (
    check_id INTEGER NOT NULL REFERENCES internal_check (id),
    part TEXT NOT NULL CHECK (part IN ('process', 'product')),
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    judged_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (check_id, part, ordinal),
    UNIQUE (check_id, part, case_id)
) STRICT;
CREATE TABLE check_verdict (
    check_id INTEGER NOT NULL,
    part TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    question INTEGER NOT NULL CHECK (question > 0),
    verdict TEXT NOT NULL CHECK (verdict IN ('conforms', 'not_applicable', 'light', 'moderate', 'heavy')),
    note TEXT NOT NULL,
    PRIMARY KEY (check_id, part, ordinal, question),
    FOREIGN KEY (check_id, part, ordinal) REFERENCES check_sample (check_id, part, ordinal),
    CHECK (note <> '' OR verdict IN ('conforms', 'not_applicable'))
) STRICT;
CREATE TABLE check_finding (
    check_id INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    part TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    question INTEGER NOT NULL,
    section TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    action TEXT NOT NULL DEFAULT '',
    due_on TEXT NOT NULL DEFAULT '' CHECK ((due_on = '') = (answer = '') AND (action = '') = (answer = '')),
    answered_at TEXT NOT NULL DEFAULT '' CHECK ((answered_at = '') = (answer = '')),
    answered_by TEXT NOT NULL DEFAULT '',
    returned_why TEXT NOT NULL DEFAULT '',
    capa_id INTEGER REFERENCES capa (id),
    PRIMARY KEY (check_id, number),
    FOREIGN KEY (check_id, part, ordinal, question) REFERENCES check_verdict (check_id, part, ordinal, question)
) STRICT;
