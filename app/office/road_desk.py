"""What the pages may ask of the road. The composition root implements it, so that no page knows the road's inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from app.core.permissions import Actor


class RoadState(msgspec.Struct, frozen=True):
    """How the road to the centre stands, in numbers and moments (aware UTC); `waiting`: entries of a newer program."""

    enrolled: bool
    label: str = ""
    unsent: int = 0
    oldest_at: datetime | None = None
    last_contact_at: datetime | None = None
    offline_since: datetime | None = None
    set_aside: int = 0
    stopped: int = 0
    kept: int = 0
    sentence: str = ""
    waiting: int = 0
    waiting_since: datetime | None = None


class Told(msgspec.Struct, frozen=True):
    """What an exchange came to: sentences for the officer, names of files, and whether nothing is left undone."""

    ok: bool
    sentences: Sequence[str]
    names: Sequence[str] = ()


class LineAside(msgspec.Struct, frozen=True):
    """A line of ours that the other side stored but could not use; `place` is epoch/stream/n."""

    place: str
    kind: str
    subject: str
    reason: str
    told_by: str
    told_at: datetime


class ForkLine(msgspec.Struct, frozen=True):
    """One line of a version: its kind, and number and name of the case where it is one."""

    n: int
    kind: str
    number: str = ""
    name: str = ""


class Fork(msgspec.Struct, frozen=True):
    """Two versions of a stream: `shared` lines alike, then what stands here and what the other side showed."""

    place: str
    source: str
    ours: bool
    found_at: datetime
    shared: int
    held: list[ForkLine]
    other: list[ForkLine]


class KeptFile(msgspec.Struct, frozen=True):
    """A file kept aside because it could not be used yet; `early` waits for a file before it, by itself."""

    name: str
    sender: str
    first: int
    last: int
    early: bool
    sentence: str
    kept_at: datetime


class NotTaken(msgspec.Struct, frozen=True):
    """How often something of the centre was not taken here, for one reason; `last_at` is UTC text."""

    what: str
    count: int
    sentence: str
    last_at: str


class CentreKey(msgspec.Struct, frozen=True):
    """Fingerprint of the centre's signing key, since when it is known here, how many went before it by announcement."""

    signer: str
    since: datetime
    followed: int


class RoadDesk(Protocol):
    """The road as an office's pages see it."""

    def state(self) -> RoadState:
        """How the road stands now."""

    def centre_key(self) -> CentreKey | None:
        """The key of the centre that this office goes by; None before it is enrolled."""

    def keys_problem(self) -> str:
        """What is wrong with this PC's key files and how to go on; an empty text when nothing is."""

    def sync(self, now: datetime) -> Told:
        """One exchange over the network."""

    def write_stick(self, folder: Path, now: datetime) -> Told:
        """Write what the centre lacks into a folder."""

    def read_stick(self, folder: Path, now: datetime) -> Told:
        """Read what lies in a folder."""

    def enrol(self, code: str, now: datetime) -> Told:
        """Enrol with the centre's printed code, over the network."""

    def request_enrolment(self, code: str, folder: Path, now: datetime) -> Told:
        """Write the enrolment request to a folder, for an office without network."""

    def lines_aside(self) -> list[LineAside]:
        """Lines of ours that wait for a person, the oldest first."""

    def forks(self) -> list[Fork]:
        """Stopped streams."""

    def kept_files(self) -> list[KeptFile]:
        """Files kept aside."""

    def not_taken(self) -> list[NotTaken]:
        """What of the centre was refused, kept, set aside or waits here, added up by reason."""

    def settle_line(self, actor: Actor, place: str, note: str, now: datetime) -> None:
        """Somebody has dealt with a line. Raises Problem for one that is not on the list, or without a note."""

    def rewritten(self) -> list[str]:
        """What no longer agrees with what was acknowledged or anchored, as sentences."""

    def twins(self) -> int:
        """How many lines of another PC of this office wait for a decision."""

    def sticks(self) -> list[tuple[str, str]]:
        """(path, label) of the removable drives that are plugged in."""
