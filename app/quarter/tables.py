"""Tables of recap and pledges."""

from __future__ import annotations

from peewee import IntegerField, TextField

from schema.tables import Table


class Recap(Table):
    """A quarter's recap; `figures` and, from approval on, `frame` are what its papers say, as JSON texts.

    `since_on` is the day on which it came to whoever has the next step.
    """

    quarter = TextField(primary_key=True)
    number = TextField()
    state = TextField()
    since_on = TextField()
    note = TextField()
    figures = TextField()
    digest = TextField()
    drafted_by = TextField()
    drafted_on = TextField()
    checked_by = TextField()
    checked_on = TextField(null=True)
    approved_by = TextField()
    approved_at = TextField(null=True)
    frame = TextField()
    regency_on = TextField(null=True)


class RecapAddendum(Table):
    id = IntegerField(primary_key=True)
    quarter = TextField()
    text = TextField()
    at = TextField()
    actor = TextField()


class Pledge(Table):
    """A promise of improvement: what, who, by when, and what became of it. `void`: withdrawn before approval."""

    id = IntegerField(primary_key=True)
    quarter = TextField()
    what = TextField()
    who = TextField()
    by_on = TextField()
    kept_on = TextField(null=True)
    note = TextField()
    actor = TextField()
    given_at = TextField()
    withdrawn_at = TextField(null=True)
    withdrawn_on = TextField(null=True)
    withdrawn_why = TextField()
    void = IntegerField()
    approved = IntegerField()


class PledgeHistory(Table):
    """What a pledge said before a change, and the reason or remark that was written with it."""

    id = IntegerField(primary_key=True)
    pledge_id = IntegerField()
    deed = TextField()
    what = TextField()
    who = TextField()
    by_on = TextField()
    text = TextField()
    at = TextField()
    actor = TextField()

    class Meta:
        table_name = "pledge_history"


class Posting(Table):
    id = IntegerField(primary_key=True)
    quarter = TextField()
    posted_on = TextField()
    until_on = TextField()
    place = TextField()
    actor = TextField()
