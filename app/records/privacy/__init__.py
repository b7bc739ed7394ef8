"""Data of people (UU 27/2022): requests, failures of protection, register of processing, notice."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.records.privacy.events:KINDS"),
    records=late("app.records.privacy.records:rules"),
    holdings=(late("app.records.privacy.holdings:find_holdings"),),
    processing=late("app.records.privacy.holdings:PROCESSING"),
)
