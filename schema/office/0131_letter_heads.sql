-- Letters with a head of their own: how one is drawn, from which kind it began, its title, and which letter it follows.
-- A check of a column cannot be changed; the column is made anew around what it said.
ALTER TABLE outgoing_letter ADD COLUMN earlier_form TEXT NOT NULL DEFAULT '';
UPDATE outgoing_letter SET earlier_form = form;
ALTER TABLE outgoing_letter DROP COLUMN form;
ALTER TABLE outgoing_letter ADD COLUMN form TEXT NOT NULL DEFAULT 'letter'
    CHECK (form IN ('letter', 'decree', 'memo', 'order', 'statement', 'report', 'minutes'));
UPDATE outgoing_letter SET form = earlier_form;
ALTER TABLE outgoing_letter DROP COLUMN earlier_form;
ALTER TABLE outgoing_letter ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_letter ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_letter ADD COLUMN follows INTEGER REFERENCES outgoing_letter (id);
CREATE INDEX outgoing_letter_follows ON outgoing_letter (follows) WHERE follows IS NOT NULL;
