"""The office: identity, settings, villages, calendar, number series, adopted standards, devices, oversight."""

from app.core.late import late
from app.room import Room

ROOM = Room(late("app.platform.office.events:KINDS"))
