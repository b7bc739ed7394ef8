"""What pages may ask of backups. The composition root implements it, so that no page knows their inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from app.core.permissions import Actor


class BackupTold(msgspec.Struct, frozen=True):
    """What a backup came to; `key` is a new recovery key in groups, told this once and else empty."""

    ok: bool
    sentences: Sequence[str]
    key: str = ""


class BackupDesk(Protocol):
    """Backups as a page makes them."""

    def places(self) -> list[tuple[str, str]]:
        """(value, label) of where a backup may go: this PC first, then the sticks that are plugged in."""

    def make(self, actor: Actor, place: str, now: datetime) -> BackupTold:
        """Make, seal and prove a backup. Raises Problem for a person who may not and for a place not offered."""

    def make_key(self, actor: Actor, now: datetime) -> BackupTold:
        """Make a new recovery key together with a first backup that it opens. Raises Problem."""

    def confirm_key(self, actor: Actor, typed: str, now: datetime) -> None:
        """Put the waiting key in force: `typed` is its last group, or all of it. Raises Problem."""
