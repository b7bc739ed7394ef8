"""Journal kinds: that a reference was taken in or destroyed. No entry holds anything of a resident."""

import msgspec

from app.casework.residents.tables import ResidentsAct
from app.room import add_row_of
from sync.entries import NOBODY, Kind


class ResidentsLoaded(msgspec.Struct, frozen=True):
    """A list of so many people of these villages (codes), as it stood on a day, is the reference from now on."""

    id: int
    villages: list[str]
    people: int
    as_of: str


class ResidentsDestroyed(msgspec.Struct, frozen=True):
    """The reference of these villages is gone, file and all."""

    id: int
    villages: list[str]
    people: int
    reason: str


KINDS = [
    Kind("residents.loaded", 1, ResidentsLoaded, add_row_of(ResidentsAct, {"act": "loaded"}), NOBODY),
    Kind("residents.destroyed", 1, ResidentsDestroyed, add_row_of(ResidentsAct, {"act": "destroyed"}), NOBODY),
]
