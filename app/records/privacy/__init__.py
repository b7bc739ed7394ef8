"""Data of people (UU 27/2022): requests, failures of protection, register of processing, notice."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.records.privacy.events:KINDS"),
    kept=late("app.records.privacy.holdings:KEPT"),
)
