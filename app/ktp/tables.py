"""Tables of the recording."""

from __future__ import annotations

from peewee import IntegerField, TextField

from schema.tables import Table


class Recording(Table):
    """One noted recording (perekaman) of a person; biometrics never enter this system."""

    id = IntegerField(primary_key=True)
    nik = TextField()
    case_id = IntegerField(null=True)
    status = TextField()
    on_date = TextField()
    place = TextField()
    ground = TextField()
    note = TextField()
    actor = TextField()
    at = TextField()


class RecordingSlot(Table):
    case_id = IntegerField(primary_key=True)
    on_date = TextField()
    slot = IntegerField()
    attended = IntegerField(null=True)
    actor = TextField()
