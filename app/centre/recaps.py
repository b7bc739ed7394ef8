"""Complaint recaps that offices published to the regency: kept as they came, read here, never counted anew."""

import hashlib
from typing import Annotated

import msgspec

from app.centre.tables import OfficeRecap
from app.core.messages import QuarterText
from app.core.quarters import Quarter
from schema.database import Database
from schema.structs import BoundError, Day, DayOrNone, check_fields, decode_json, text_up_to

Words = Annotated[str, text_up_to(20_000, lines=True)]


class Totals(msgspec.Struct, frozen=True):
    """Counts of a quarter; `median` in working days, None when nothing was settled."""

    received: int
    settled: int
    process: int
    late: int
    median: int | None = None


class Row(msgspec.Struct, frozen=True):
    label: str
    received: int = 0
    settled: int = 0
    late: int = 0
    before: int = 0


class Sums(msgspec.Struct, frozen=True):
    """What this side shows of the counts; more may be in the text."""

    totals: Totals
    before: Totals
    year_ago: Totals
    categories: list[Row]
    channels: list[Row]
    villages: list[Row]


class Item(msgspec.Struct, frozen=True):
    """A line of the book without identity. `state`: settled, late, process."""

    number: str
    received_on: Day
    category: str
    gist: Words
    state: str
    follow_up: Words = ""


class Pledge(msgspec.Struct, frozen=True):
    """A promise of improvement; `withdrawn_on` when it was taken back."""

    what: Words
    by_on: Day
    withdrawn_on: DayOrNone = ""


class PublicRecap(msgspec.Struct, frozen=True):
    """The public version of a recap, as far as it is read here."""

    office: str
    quarter: QuarterText
    number: str
    approved_on: Day
    sums: Sums
    lines: list[Item]
    pledges: list[Pledge]

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)


def read_recap(row: OfficeRecap) -> OfficeRecap:
    """A stored recap with what it says: `told` is None for a text that cannot be read; `sound`: the digest fits it."""
    try:
        row.told = decode_json(row.public, PublicRecap)
        check_fields(row.told)
    except (msgspec.DecodeError, BoundError):
        row.told = None
    row.sound = hashlib.sha256(row.public.encode()).hexdigest() == row.digest
    row.label = row.told.period.label if row.told else row.quarter
    return row


def list_recaps(db: Database, code: str) -> list[OfficeRecap]:
    return [read_recap(row) for row in OfficeRecap.rows(db, source=code, order="quarter DESC, published_at DESC")]


def find_recap(db: Database, code: str, quarter: str) -> OfficeRecap | None:
    return next((row for row in list_recaps(db, code) if row.quarter == quarter), None)
