"""Tables of corrective and preventive actions."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from schema.tables import Table


class Capa(Table):
    id = IntegerField(primary_key=True)
    number = TextField()
    opened_on = TextField()
    opened_by = TextField()
    source = TextField()
    problem = TextField()
    evidence = TextField()
    immediate = TextField()
    state = TextField()
    round = IntegerField()


class CapaRound(Table):
    """One round: causes, actions, completion, and the check of another person on a later day.

    `planned_on`: when it was planned for the first time.
    """

    capa_id = IntegerField()
    round = IntegerField()
    planned_on = TextField()
    whys = TextField()
    corrective = TextField()
    preventive = TextField()
    person = TextField()
    due_on = TextField()
    done_on = TextField(null=True)
    done_note = TextField()
    checked_on = TextField(null=True)
    checked_by = TextField()
    effective = IntegerField(null=True)
    check_note = TextField()

    class Meta:
        primary_key = CompositeKey("capa_id", "round")


class CapaComplaint(Table):
    capa_id = IntegerField()
    complaint_id = IntegerField()
    at = TextField()

    class Meta:
        primary_key = CompositeKey("capa_id", "complaint_id")
