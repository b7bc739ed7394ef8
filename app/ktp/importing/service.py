"""What the command line and the pages ask of an import: which villages count, and the judged report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.ktp.importing.book import Book
from app.ktp.importing.columns import Columns
from app.ktp.importing.judge import Report, judge
from app.ktp.importing.known import compared
from app.ktp.importing.places import Villages
from app.office import service as office
from app.office import settings
from schema import regions
from schema.database import Database

KECAMATAN = "350807"
"""The kecamatan of the service standard; used where no office has been set up yet."""


def villages_of(db: Database | None) -> Villages:
    """The office's villages, and those of the rest of the regency to tell where a strange one lies."""
    code = (settings.get(db, "office.code") if db else "") or KECAMATAN
    names = {one.code: one.name for one in regions.kecamatan()}
    own = office.village_names(db) if db else {}
    if not own:
        own = {one.code: one.name for one in regions.villages(code)}
    elsewhere = {
        one.name: names[other] for other in names if other != code for one in regions.villages(other)
    }
    return Villages(own, elsewhere, names.get(code, ""))


def examine(book: Book, db: Database | None, on: date, matching: Mapping[str, Columns] | None = None, *,
            blank_done: bool = False) -> Report:  # fmt: skip
    """Judge a book on an office date and, where there is a database, compare it with what the office has.

    `matching` corrects columns by layout key; `blank_done` takes lines without a word on their state as handed
    over. Raises ImportProblem. Writes nothing.
    """
    report = judge(book, villages_of(db), on, matching, blank_done=blank_done)
    return compared(db, report) if db else report
