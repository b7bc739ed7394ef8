"""Tables that only this room writes."""

from __future__ import annotations

from peewee import BlobField, CompositeKey, IntegerField, TextField

from schema.tables import Table


class SectionRow(Table):
    """A section of the office and the user name of its head; `services` is a JSON list of service ids."""

    code = TextField(primary_key=True)
    name = TextField()
    head = TextField()
    services = TextField()
    active = IntegerField()

    class Meta:
        table_name = "section"


class ComplaintLimit(Table):
    name = TextField(primary_key=True)
    label = TextField()
    days = IntegerField()
    unit = TextField()
    source = TextField()
    set_by = TextField()


class Complaint(Table):
    """One line of the book. `words` and `hope` are the visitor's own and never change. Without `first_due_on` nobody
    can be answered (a box slip without name and contact). `code` is filled in lines of before step 0014 only; `unit`
    is what the due date was counted in, empty in those; `aside` says that the line is no complaint."""

    id = IntegerField(primary_key=True)
    year = IntegerField()
    n = IntegerField()
    epoch = IntegerField()
    number = TextField()
    code = TextField(null=True)
    received_on = TextField()
    received_time = TextField()
    entered_at = TextField()
    entered_by = TextField()
    channel = TextField()
    place = TextField()
    anonymous = IntegerField()
    confidential = IntegerField()
    second_word = TextField()
    area = TextField()
    service = TextField()
    words = TextField()
    hope = TextField()
    type = TextField()
    category = TextField()
    weight = TextField()
    levy = IntegerField()
    section = TextField()
    handling = TextField()
    first_due_on = TextField(null=True)
    settle_due_on = TextField()
    state = TextField()
    first_answer_on = TextField(null=True)
    followed_on = TextField(null=True)
    answered_on = TextField(null=True)
    closed_on = TextField(null=True)
    satisfied = IntegerField(null=True)
    reopened = IntegerField()
    aside = IntegerField()
    unit = TextField()

    named: bool
    paused: bool
    aside_reason: str
    """Of lines of the register only (`queries.register_lines`): whether a name is kept, whether the clock stands still
    now, why the line is set aside."""


class Complainant(Table):
    """Who complained. Read only through `identity.py`, which logs every view."""

    complaint_id = IntegerField(primary_key=True)
    name = TextField()
    sex = TextField()
    address = TextField()
    contact = TextField()
    about = TextField()


class ComplaintCode(Table):
    """A slip code by its digest; the last one of a line opens it. `reason` is empty for the first code."""

    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    digest = TextField()
    second_word = TextField()
    reason = TextField()
    at = TextField()
    actor = TextField()


class ComplaintAside(Table):
    """A line set aside: why, who looked again, what the complainant objected, and why it was taken back."""

    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    reason = TextField()
    at = TextField()
    actor = TextField()
    checked_at = TextField(null=True)
    checked_by = TextField()
    objected_at = TextField(null=True)
    objection = TextField()
    back_at = TextField(null=True)
    back_by = TextField()
    back_why = TextField()


class ComplaintColumn(Table):
    """What the staff wrote beside a line: note, first answer, follow-up, answer, satisfaction. Never erased."""

    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    name = TextField()
    text = TextField()
    on_date = TextField()
    at = TextField()
    actor = TextField()
    struck_at = TextField(null=True)
    struck_by = TextField()
    struck_why = TextField()


class ComplaintRoute(Table):
    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    section = TextField()
    reason = TextField()
    at = TextField()
    actor = TextField()


class ComplaintPause(Table):
    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    reason = TextField()
    note = TextField()
    from_on = TextField()
    to_on = TextField(null=True)
    actor = TextField()


class ComplaintLink(Table):
    complaint_id = IntegerField()
    other_id = IntegerField()

    class Meta:
        primary_key = CompositeKey("complaint_id", "other_id")


class ComplaintScan(Table):
    id = IntegerField(primary_key=True)
    complaint_id = IntegerField()
    kind = TextField()
    digest = TextField()
    data = BlobField()
    at = TextField()
    actor = TextField()


class BoxOpening(Table):
    """An opening of the suggestion box, the n-th of its day; `counts` when it was at the end of a service day."""

    on_date = TextField()
    n = IntegerField()
    slips = IntegerField()
    counts = IntegerField()
    at = TextField()
    actor = TextField()
    note = TextField()

    class Meta:
        table_name = "box_opening"
        primary_key = CompositeKey("on_date", "n")


class BoxMissed(Table):
    on_date = TextField(primary_key=True)
    reason = TextField()
    at = TextField()
    actor = TextField()
