"""What the health page may ask of backups. The composition root implements it, so that no page knows their inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from app.core.permissions import Actor


class BackupTold(msgspec.Struct, frozen=True):
    """What a backup came to; `key` is the recovery key, told once in the life of this PC and else empty."""

    ok: bool
    sentences: Sequence[str]
    key: str = ""


class BackupDesk(Protocol):
    """Backups as a page makes them."""

    def places(self) -> list[tuple[str, str]]:
        """(value, label) of where a backup may go: this PC first, then the sticks that are plugged in."""

    def make(self, actor: Actor, place: str, now: datetime) -> BackupTold:
        """Make, prove and seal a backup. Raises Problem for a person who may not and for a place not offered."""
