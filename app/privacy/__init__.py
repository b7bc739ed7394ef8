"""Data of people (UU 27/2022): requests, failures of protection, register of processing, notice."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.privacy.events:KINDS"),
    records=late("app.privacy.records:rules"),
    holdings=(late("app.privacy.holdings:find_holdings"),),
    processing=late("app.privacy.holdings:PROCESSING"),
)
