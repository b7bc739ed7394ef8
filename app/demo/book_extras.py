"""What happens to some lines of the demo's book only: scans, receipts, links, other classes, strikes, lines left open.

It counts instead of drawing, so that each kind is there in every year that is long enough.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from app.cases import service as cases
from app.complaints import book, follow
from app.complaints.queries import columns
from app.core.permissions import SYSTEM
from app.demo.grievances import GRIEVANCES

if TYPE_CHECKING:
    from app.demo.complaints import ComplaintYear, Line

FIELD = ("comfort", "levy", "wrong_data")
"""Categories that somebody has to look at on the spot."""
STANDS = {
    "stands_open": "follow",
    "stands_followed": "answer",
    "stands_answered": "close",
    "stands_paused": "resume",
}
"""Fates of the last days: at which next deed such a line is left."""
LEFT_BEFORE = 12
"""Working days before the end on which those lines are written."""


def scanned_page(rows: int = 40, width: int = 120) -> bytes:
    """A small PNG of a ruled page: grey, with a line every fifth row."""
    raw = b"".join(b"\0" + (b"\x70" if n % 5 == 4 else b"\xf4") * width for n in range(rows))

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", width, rows, 8, 0, 0, 0, 0))
            + part(b"IDAT", zlib.compress(raw)) + part(b"IEND", b""))  # fmt: skip


class BookExtras:
    """Does something to every so-manieth line."""

    def __init__(self, year: ComplaintYear) -> None:
        self.year, self.count = year, 0

    def written(self, line: Line, *, code: bool) -> None:
        """A line has just come into the book."""
        self.count += 1
        year, journal = self.year, self.year.journal
        if line.channel == "letter" or self.count % 23 == 0:
            book.attach(journal, year.laila, complaint_id=line.id, data=scanned_page(), now=year.tick())
        if code and self.count % 4 == 0:
            who = SYSTEM if self.count % 8 == 0 else year.laila
            cases.printed(
                journal, who, subject=f"complaint/{line.id}", paper="complaint_receipt", now=year.tick()
            )
        if line.grievance.category in FIELD and self.count % 2:
            one = line.grievance
            follow.classify(
                journal, year.laila, complaint_id=line.id, type_=one.type, category=one.category, weight=one.weight,
                handling="field", now=year.tick(),
            )  # fmt: skip
        if self.count % 9 == 0:
            self.link(line)

    def link(self, line: Line) -> None:
        """The last line before it that is about the same."""
        alike = [
            one
            for one in self.year.lines
            if one.grievance.category == line.grievance.category and one is not line
        ]
        if alike:
            number = book.get(self.year.journal.db, alike[-1].id).number
            book.link(
                self.year.journal, self.year.laila, complaint_id=line.id, number=number, now=self.year.tick()
            )

    def followed(self, line: Line) -> None:
        """Re-routed lines got their first follow-up into the wrong line of the book: struck through, written again."""
        if line.fate != "rerouted":
            return
        year = self.year
        column = columns(year.journal.db, [line.id])[line.id][-1]
        follow.strike(
            year.journal,
            year.head(line),
            column_id=column.id,
            reason="Tertulis di baris yang salah",
            now=year.tick(),
        )
        follow.follow_up(
            year.journal,
            year.head(line),
            text=line.grievance.follow_up,
            complaint_id=line.id,
            now=year.tick(),
        )

    def leave_open(self) -> None:
        """Two weeks before the end: one line for each state that is not the end."""
        if len(self.year.workdays) - self.year.workdays.index(self.year.today) == LEFT_BEFORE:
            for place, fate in enumerate(STANDS):
                self.year.write("telephone", GRIEVANCES[place], fate=fate)
