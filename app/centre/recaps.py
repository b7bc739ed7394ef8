"""Complaint recaps that offices published to the regency: kept as they came, read here, never counted anew."""

from __future__ import annotations

import hashlib
from typing import Annotated, NamedTuple

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


class ReceivedRecap(NamedTuple):
    """A recap that came in. `told` is None for a text that cannot be read; `sound`: the digest fits the text."""

    source: str
    quarter: str
    published_at: str
    digest: str
    public: str
    told: PublicRecap | None
    sound: bool

    @property
    def label(self) -> str:
        return self.told.period.label if self.told else self.quarter


def read_recap(row: OfficeRecap) -> ReceivedRecap:
    try:
        told = decode_json(row.public, PublicRecap)
        check_fields(told)
    except (msgspec.DecodeError, BoundError):
        told = None
    sound = hashlib.sha256(row.public.encode()).hexdigest() == row.digest
    return ReceivedRecap(row.source, row.quarter, row.published_at, row.digest, row.public, told, sound)


def list_recaps(db: Database, code: str) -> list[ReceivedRecap]:
    order = (OfficeRecap.quarter.desc(), OfficeRecap.published_at.desc())
    return [read_recap(row) for row in OfficeRecap.rows(db, OfficeRecap.source == code, order=order)]


def find_recap(db: Database, code: str, quarter: str) -> ReceivedRecap | None:
    return next((row for row in list_recaps(db, code) if row.quarter == quarter), None)
