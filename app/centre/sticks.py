"""The centre's side of a USB stick: reading what offices bring, writing what they take home, the keys for a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.core.permissions import Actor, require
from app.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Carried:
    """What a stick came to: sentences for the people, and whether nothing is left undone."""

    ok: bool
    sentences: list[str]


class StickRoad(Protocol):
    """The road's part; the composition root implements it."""

    def sticks(self) -> list[tuple[str, str]]:
        """(path, label) of the removable drives that are plugged in, and of the centre's own folder."""

    def read_stick(self, folder: Path, now: datetime) -> Carried:
        """Read every office's files, requests of new offices included; these are answered on the same stick."""

    def write_stick(self, folder: Path, now: datetime) -> Carried:
        """Write what each office lacks."""

    def write_keys(self, folder: Path) -> Carried:
        """Write the centre's public keys for an office without network."""


def read_stick(actor: Actor, road: StickRoad, *, folder: str, now: datetime) -> Carried:
    """Take what offices sent. Raises Problem `invalid` for a drive that is not offered."""
    return on_stick(actor, road, folder, lambda where: road.read_stick(where, now))


def write_stick(actor: Actor, road: StickRoad, *, folder: str, now: datetime) -> Carried:
    """Write the answers for every office. Raises Problem `invalid`."""
    return on_stick(actor, road, folder, lambda where: road.write_stick(where, now))


def write_keys(actor: Actor, road: StickRoad, *, folder: str) -> Carried:
    """Write the public keys, no secret. Raises Problem `invalid`."""
    return on_stick(actor, road, folder, road.write_keys)


def on_stick(actor: Actor, road: StickRoad, folder: str, work: Callable[[Path], Carried]) -> Carried:
    """Do something with a drive that is offered, and with no other folder of this computer."""
    require(actor, "centre.floor")
    if folder not in {path for path, _label in road.sticks()}:
        raise Problem.of(
            "invalid", {"folder": "Stik itu tidak ditemukan lagi. Colok stiknya, lalu pilih lagi."}
        )
    return work(Path(folder))
