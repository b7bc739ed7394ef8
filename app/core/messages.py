"""Bodies of the entries that travel between an office and the centre. Both sides apply them in their own way.

The road itself never reads them. Dates are ISO text in office time; `line` is the id (`epoch/stream/n`) of the
office's `dispatch.line` entry, unique for its source for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

import msgspec


class Listed(Protocol):
    """What the digest of a dispatch reads of a line: a :class:`DispatchLine`, or a row that keeps the same columns."""

    @property
    def ordinal(self) -> int: ...
    @property
    def main_key(self) -> str: ...
    @property
    def number(self) -> str: ...


class DispatchLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case in a dispatch, with the snapshot that the centre needs and that a lost office gets back."""

    dispatch_id: int
    dispatch: str
    ordinal: int
    case_id: int
    number: str
    code: str
    service: str
    revision: str
    kind: str
    kind_label: str
    name: str
    area: str
    area_name: str
    main_key: str
    fields: dict[str, str]
    received_on: str
    completed_on: str
    due_on: str
    sent_on: str
    step: str
    place: str
    recording: str = ""
    recorded_on: str = ""
    items: list[str] = []
    again: str = ""
    """Why the case comes again: an earlier refusal or a misprint; empty for the first time."""


class DispatchSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispatch is closed: number of lines and their :func:`dispatch_digest`, and who confirmed it.

    `road`: `loket`, or `paper` when it went on paper and is answered there; the centre then keeps it as history.
    """

    dispatch_id: int
    dispatch: str
    letter: str
    minutes: str
    on: str
    count: int
    digest: str
    confirmed_by: str
    road: str = "loket"


class RecallAsked(msgspec.Struct, frozen=True):
    """The office asks a line back (death, duplicate)."""

    line: str
    reason: str


class PaperAnswered(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the returned list says of a line that went on paper, typed and checked at the office. `result`: accepted,
    printed or refused; `on`: the day of the check. The newest holds."""

    line: str
    result: str
    on: str
    reason: str = ""
    serial: str = ""
    biometric: bool = False


class LineAccepted(msgspec.Struct, frozen=True):
    """The print floor accepts a line into its queue."""

    line: str


class LineRefused(msgspec.Struct, frozen=True):
    """The print floor refuses a line; `biometric` when the recording must be made again."""

    line: str
    reason: str
    biometric: bool = False


class LinePrinted(msgspec.Struct, frozen=True):
    """A card was printed."""

    line: str
    serial: str
    on: str


class LineSpoiled(msgspec.Struct, frozen=True, omit_defaults=True):
    """A blank was spoiled while printing this line; it stays in the queue. `serial` of the blank, where it was read."""

    line: str
    reason: str
    serial: str = ""


class ShipmentSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Cards leave for the office: (line, serial) each, and who carries them."""

    shipment: str
    on: str
    lines: list[tuple[str, str]]
    carrier: str = ""


class CentreState(msgspec.Struct, frozen=True):
    """Blanks in stock and queue length, as of a moment (UTC text): what citizens ask most."""

    blanks: int
    queue: int
    as_of: str


class HeadsAnchored(msgspec.Struct, frozen=True):
    """Once a day: head of the office stream and digest of the access log, anchored at the other side."""

    on: str
    n: int
    hash: str
    access_log: str


class RecapPublished(msgspec.Struct, frozen=True):
    """The public version of a quarter's complaint recap in full, without names; its SHA-256 over the text."""

    quarter: str
    public: str
    digest: str


def dispatch_digest(lines: Sequence[Listed], ids: Sequence[str]) -> str:
    """SHA-256 (hex) over the lines of a dispatch in ordinal order, whatever the order they are given in.

    `ids[i]` is the id (`epoch/stream/n`) of `lines[i]`. One text line each: `id|ordinal|main_key|number`.
    Raises ValueError when the two do not pair up.
    """
    pairs = sorted(zip(lines, ids, strict=True), key=lambda pair: pair[0].ordinal)
    digest = sha256()
    for line, line_id in pairs:
        digest.update(f"{line_id}|{line.ordinal}|{line.main_key}|{line.number}\n".encode())
    return digest.hexdigest()
