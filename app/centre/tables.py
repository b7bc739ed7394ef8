"""Tables that only this room writes."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from schema.tables import Table


class CentreSetting(Table):
    """One setting of the centre; `value` is JSON text."""

    key = TextField(primary_key=True)
    value = TextField()


class CentreOffice(Table):
    """An office that the administrator gave an enrolment code."""

    code = TextField(primary_key=True)
    name = TextField()
    invited_at = TextField()
    invited_by = TextField()


class IncomingDispatch(Table):
    """A dispatch of an office. `closed`: its last entry came; `complete`: count and digest agree with the lines;
    `held`: lines that are here; `road`: `loket`, or `paper` when it went on paper: then its lines are history."""

    source = TextField()
    dispatch_id = IntegerField()
    number = TextField()
    sent_on = TextField()
    closed = IntegerField()
    count = IntegerField()
    digest = TextField()
    letter = TextField()
    minutes = TextField()
    confirmed_by = TextField()
    road = TextField()
    complete = IntegerField()
    held = IntegerField()

    class Meta:
        primary_key = CompositeKey("source", "dispatch_id")


class IncomingLine(Table):
    """One line with the snapshot that came in, and what the print floor made of it. `line` is `epoch/stream/n`.

    In state `paper` the floor makes nothing of it: `answer`, reason and serial are what the office was told on paper.
    """

    source = TextField()
    line = TextField()
    dispatch_id = IntegerField()
    ordinal = IntegerField()
    number = TextField()
    code = TextField()
    service = TextField()
    kind_label = TextField()
    name = TextField()
    area_name = TextField()
    main_key = TextField()
    kk = TextField()
    birth_on = TextField()
    fields = TextField()
    items = TextField()
    recording = TextField()
    recorded_on = TextField()
    again = TextField()
    explained = TextField()
    words = TextField()
    compared = TextField()
    completed_on = TextField()
    due_on = TextField()
    sent_on = TextField()
    state = TextField()
    answer = TextField()
    reason = TextField()
    biometric = IntegerField()
    serial = TextField()
    printed_on = TextField()
    spoiled = IntegerField()
    recall = TextField()
    shipment = TextField()
    changed_at = TextField()
    changed_by = TextField()

    class Meta:
        primary_key = CompositeKey("source", "line")


class PendingDecision(Table):
    """A decision of ours that came back before its line; `body` is JSON, epoch and n its place in our stream."""

    source = TextField()
    line = TextField()
    epoch = IntegerField()
    n = IntegerField()
    kind = TextField()
    body = TextField()
    at = TextField()
    actor = TextField()

    class Meta:
        primary_key = CompositeKey("source", "line", "epoch", "n")


class LineRelease(Table):
    """A held line that the administrator let go, after the return of the centre in `return_epoch`."""

    source = TextField()
    line = TextField()
    return_epoch = IntegerField()
    reason = TextField()
    at = TextField()
    actor = TextField()

    class Meta:
        primary_key = CompositeKey("source", "line", "return_epoch")


class BlankMovement(Table):
    """A line of the book of blanks; `count` is signed, the stock is its sum. `entry` is our journal entry."""

    entry = TextField(primary_key=True)
    kind = TextField()
    count = IntegerField()
    on_date = TextField()
    at = TextField()
    serial = TextField()
    source = TextField()
    line = TextField()
    note = TextField()
    actor = TextField()


class BlankDay(Table):
    """The book of blanks summed up by day; all four are positive but `corrected`, which has its sign."""

    on_date = TextField(primary_key=True)
    received = IntegerField()
    used = IntegerField()
    spoiled = IntegerField()
    corrected = IntegerField()


class BlankCount(Table):
    """A count of the drawer by hand, beside what the book said at that moment."""

    entry = TextField(primary_key=True)
    on_date = TextField()
    at = TextField()
    book = IntegerField()
    counted = IntegerField()
    note = TextField()
    actor = TextField()


class OutgoingShipment(Table):
    """Cards that left for an office."""

    office = TextField()
    number = TextField()
    on_date = TextField()
    count = IntegerField()
    carrier = TextField()
    at = TextField()
    actor = TextField()

    class Meta:
        primary_key = CompositeKey("office", "number")


class StateTold(Table):
    """What an office was last told of blanks and queue."""

    office = TextField(primary_key=True)
    blanks = IntegerField()
    queue = IntegerField()
    as_of = TextField()


class HeadAnchor(Table):
    """The head of an office's own stream on a day: what no later change there can rewrite unseen."""

    source = TextField()
    line = TextField()
    on_date = TextField()
    n = IntegerField()
    hash = TextField()
    access_log = TextField()

    class Meta:
        primary_key = CompositeKey("source", "line")


class OfficeRecap(Table):
    """A complaint recap that an office published to the regency: the text as it came."""

    source = TextField()
    line = TextField()
    quarter = TextField()
    public = TextField()
    digest = TextField()
    published_at = TextField()

    class Meta:
        table_name = "office_recap"
        primary_key = CompositeKey("source", "line")
