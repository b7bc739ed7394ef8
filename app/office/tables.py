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

    class Meta:
        primary_key = CompositeKey("service", "revision")


class StandardProposal(Table):
    """A revision that waits for its signatures; one for each service."""

    service = TextField(primary_key=True)
    revision = TextField()
    text = TextField()
    digest = TextField()
    effective_on = TextField()
    proposed_by = TextField()
    proposed_at = TextField()

    class Meta:
        table_name = "standard_proposal"


class StandardSignature(Table):
    """A signature of a revision: due (no name), given (with user name and moment), or a name entered before.

    `roles` are separated by blanks.
    """

    service = TextField()
    revision = TextField()
    ordinal = IntegerField()
    signatory = TextField()
    label = TextField()
    post = TextField()
    roles = TextField()
    section = TextField()
    username = TextField()
    name = TextField()
    at = TextField(null=True)

    class Meta:
        table_name = "standard_signature"
        primary_key = CompositeKey("service", "revision", "ordinal")


class Device(Table):
    name = TextField(primary_key=True)
    works = IntegerField()
    note = TextField()
    since = TextField()
