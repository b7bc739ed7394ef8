"""Tables that only this room writes."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from schema.tables import Table


class Dispatch(Table):
    id = IntegerField(primary_key=True)
    number = TextField()
    state = TextField()
    drafted_on = TextField()
    drafted_by = TextField()
    letter = TextField()
    minutes = TextField()
    sent_on = TextField(null=True)
    count = IntegerField()
    digest = TextField()
    confirmed_by = TextField()
    road = TextField()
    service = TextField()


class DispatchPick(Table):
    """A case chosen for a draft, in its order; `place` is where its papers lay before and go when it is given up."""

    dispatch_id = IntegerField()
    ordinal = IntegerField()
    case_id = IntegerField()
    place = TextField()
    place_number = TextField()

    class Meta:
        primary_key = CompositeKey("dispatch_id", "ordinal")


class DispatchLineRow(Table):
    """A line sent and what became of it; `folder` is the number of the folder that a refused file goes back to."""

    dispatch_id = IntegerField()
    ordinal = IntegerField()
    case_id = IntegerField()
    line = TextField()
    source = TextField()
    again = TextField()
    result = TextField()
    reason = TextField()
    biometric = IntegerField()
    serial = TextField()
    printed_on = TextField(null=True)
    answered_at = TextField(null=True)
    answered_by = TextField()
    shipment = TextField()
    arrived_on = TextField(null=True)
    misprint = TextField()
    recall = TextField()
    folder = TextField()

    class Meta:
        table_name = "dispatch_line"
        primary_key = CompositeKey("dispatch_id", "ordinal")


class TypedAnswer(Table):
    """An answer typed from the returned list, in force once another person has checked it."""

    dispatch_id = IntegerField()
    ordinal = IntegerField()
    result = TextField()
    reason = TextField()
    serial = TextField()
    biometric = IntegerField()
    typed_by = TextField()
    checked_by = TextField()

    class Meta:
        primary_key = CompositeKey("dispatch_id", "ordinal")


class AnswerConflict(Table):
    """Two answers to one line that differ; a person decides."""

    id = IntegerField(primary_key=True)
    dispatch_id = IntegerField()
    ordinal = IntegerField()
    held = TextField()
    received = TextField()
    reason = TextField()
    serial = TextField()
    on_date = TextField(null=True)
    biometric = IntegerField()
    received_by = TextField()
    at = TextField()
    settled_by = TextField()
    settled = TextField()


class Shipment(Table):
    """Cards that the centre sent, and how many were counted on arrival."""

    number = TextField(primary_key=True)
    sent_on = TextField()
    count = IntegerField()
    counted = IntegerField(null=True)
    arrived_on = TextField(null=True)
    note = TextField()


class CardCall(Table):
    id = IntegerField(primary_key=True)
    case_id = IntegerField()
    at = TextField()
    means = TextField()
    reached = IntegerField()
    note = TextField()
    actor = TextField()


class HandOver(Table):
    """A card handed over once, against a signed receipt; `returned_on`: it came back as a misprint."""

    id = IntegerField(primary_key=True)
    case_id = IntegerField()
    receiver = TextField()
    relation = TextField()
    authority = TextField()
    surrendered = TextField()
    on_date = TextField()
    returned_on = TextField(null=True)
    at = TextField()
    actor = TextField()


class CentreStateRow(Table):
    """What the centre last said of its blanks and queue."""

    name = TextField(primary_key=True)
    blanks = IntegerField()
    queue = IntegerField()
    as_of = TextField()

    class Meta:
        table_name = "centre_state"


class BalanceCheck(Table):
    """The daily check: sent = printed + refused + waiting."""

    on_date = TextField()
    dispatch_id = IntegerField()
    sent = IntegerField()
    printed = IntegerField()
    refused = IntegerField()
    waiting = IntegerField()
    agrees = IntegerField()

    class Meta:
        primary_key = CompositeKey("on_date", "dispatch_id")
