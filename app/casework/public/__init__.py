"""What the regency's public page may tell of the office's cases: sealed states, sent with the exchange."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.public.events:KINDS"),
    daily=late("app.casework.public.service:DAILY"),
)
