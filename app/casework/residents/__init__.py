"""A dated list of residents with which a form is compared (data KK, SP-PELY-02 butir 4.1)."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.residents.events:KINDS"),
    kept=late("app.casework.residents.holdings:KEPT"),
)
