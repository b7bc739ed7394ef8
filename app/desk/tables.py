"""Tables that only this room writes."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from schema.tables import Table


class CaseFile(Table):
    """One application of one service. Dates are ISO text in office time, `*_at` moments in UTC."""

    id = IntegerField(primary_key=True)
    service = TextField()
    revision = TextField()
    number = TextField()
    code = TextField()
    kind = TextField()
    name = TextField()
    area = TextField()
    main_key = TextField()
    birth_on = TextField(null=True)
    phone = TextField()
    fields = TextField()
    step = TextField()
    closed = IntegerField()
    place = TextField()
    place_number = TextField()
    received_on = TextField()
    entered_at = TextField()
    entered_by = TextField()
    late_reason = TextField()
    completed_on = TextField(null=True)
    due_on = TextField(null=True)
    off_days = TextField(null=True)
    kept_on = TextField(null=True)
    closed_on = TextField(null=True)
    changed_at = TextField()
    origin = TextField()

    class Meta:
        table_name = "case_file"


class CaseItem(Table):
    """One line of a case's checklist, what was seen of the paper, and the rule that asks for it."""

    case_id = IntegerField()
    item = TextField()
    state = TextField()
    note = TextField()
    seen = TextField()
    rule = TextField()
    on_date = TextField()
    actor = TextField()

    class Meta:
        table_name = "case_item"
        primary_key = CompositeKey("case_id", "item")


class CaseEvent(Table):
    id = IntegerField(primary_key=True)
    case_id = IntegerField()
    at = TextField()
    on_date = TextField()
    action = TextField()
    step_from = TextField()
    step_to = TextField()
    actor = TextField()
    note = TextField()

    class Meta:
        table_name = "case_event"


class CasePause(Table):
    """A time in which the clock stood still, with its listed reason; `to_on` is empty while it lasts."""

    id = IntegerField(primary_key=True)
    case_id = IntegerField()
    reason = TextField()
    note = TextField()
    from_on = TextField()
    to_on = TextField(null=True)
    actor = TextField()

    class Meta:
        table_name = "case_pause"


class PaperPrint(Table):
    subject = TextField()
    paper = TextField()
    copies = IntegerField()
    last_at = TextField()
    actor = TextField()
    came_out = IntegerField(null=True)

    class Meta:
        table_name = "paper_print"
        primary_key = CompositeKey("subject", "paper")


class ReservedForm(Table):
    code = TextField(primary_key=True)
    service = TextField()
    number = TextField()
    area = TextField()
    reserved_at = TextField()
    actor = TextField()
    case_id = IntegerField(null=True)

    class Meta:
        table_name = "reserved_form"


class CaseExplanation(Table):
    case_id = IntegerField()
    finding = TextField()
    reason = TextField()
    on_date = TextField()
    actor = TextField()

    class Meta:
        primary_key = CompositeKey("case_id", "finding")


class Draft(Table):
    """A form that is still being typed; no record, seen by its author or village only, kept out of backups.

    When the case stands, what was typed is gone and only `case_id` is left, so that a second click finds the case.
    """

    id = IntegerField(primary_key=True)
    author = TextField()
    area = TextField()
    service = TextField()
    form_code = TextField()
    fields = TextField()
    case_id = IntegerField(null=True)
    created_at = TextField()
    updated_at = TextField()


class OversightNote(Table):
    id = IntegerField(primary_key=True)
    at = TextField()
    actor = TextField()
    case_id = IntegerField(null=True)
    text = TextField()
    answer = TextField()
    answered_at = TextField(null=True)
    answered_by = TextField()
