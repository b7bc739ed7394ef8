"""Tables that only this room writes."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from schema.tables import Table


class Setting(Table):
    key = TextField(primary_key=True)
    value = TextField()


class Village(Table):
    """A desa of the kecamatan with its head, who signs applications (SP 4.2)."""

    code = TextField(primary_key=True)
    name = TextField()
    head_name = TextField()
    head_nip = TextField()


class HolidayRow(Table):
    """A day nobody works: national holiday, cuti bersama or a local one."""

    on_date = TextField(primary_key=True)
    name = TextField()
    kind = TextField()
    basis = TextField()
    source = TextField()

    class Meta:
        table_name = "holiday"


class OfficeHours(Table):
    """Hours of the week from a day on; `week` is a JSON list of seven texts, Monday first."""

    id = IntegerField(primary_key=True)
    name = TextField()
    since = TextField()
    until = TextField(null=True)
    week = TextField()
    basis = TextField()
    set_at = TextField()
    set_by = TextField()


class OfficeShift(Table):
    """The hours of a single day in place of the usual ones."""

    day = TextField(primary_key=True)
    name = TextField()
    spans = TextField()
    set_by = TextField()


class RunningDeadline(Table):
    """A limit of a case, a line or an LTPP at work; texts of the office's wall clock (`app.procedure.limits`)."""

    subject = TextField()
    limit_id = TextField()
    scope = TextField()
    unit = TextField()
    since = TextField()
    due = TextField()
    paused = TextField()
    pauses = TextField()
    stopped = TextField()
    void = IntegerField()
    noted_at = TextField()
    noted_by = TextField()
    note = TextField()

    class Meta:
        table_name = "deadline"
        primary_key = CompositeKey("subject", "limit_id", "scope")


class NumberSeries(Table):
    name = TextField(primary_key=True)
    pattern = TextField()
    start = IntegerField()
    start_year = IntegerField()


class NumberUsed(Table):
    """Every number given, so that none is given twice."""

    series = TextField()
    year = IntegerField()
    epoch = IntegerField()
    n = IntegerField()
    text = TextField()
    subject = TextField()

    class Meta:
        primary_key = CompositeKey("series", "text")


class Standard(Table):
    service = TextField()
    revision = TextField()
    text = TextField()
    digest = TextField()
    effective_on = TextField()
    maker = TextField()
    checker = TextField()
    approver = TextField()

    class Meta:
        primary_key = CompositeKey("service", "revision")


class Device(Table):
    name = TextField(primary_key=True)
    works = IntegerField()
    note = TextField()
    since = TextField()
