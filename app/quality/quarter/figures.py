"""The figures of a quarter as they are frozen: plain structs, whole numbers, one canonical text and its digest.

Working days are counted from the day of receipt (not counted itself). Median and 90th percentile are by nearest
rank, so "half were settled within 4 days" is literally true. Dates are ISO text in office time.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from app.core.quarters import Quarter
from schema.structs import decode_json

FORM = 3
"""Form of the text. A later program that reckons otherwise writes another form and still reads and recounts the older
ones. Since 2 a line written after its quarter's approval counts in the next recap (`membership`), and one that was
reopened after the quarter and before the draft counts as it stood on the last day. Since 3 complaints, aspirations and
questions are counted apart (`kinds`): tables, months and causes are of complaints alone, and `since` says when the book
begins."""


def percent_text(part: int, whole: int) -> str:
    """`6,2`: so many of a hundred, rounded; empty of nothing."""
    tenths = 0
    if whole:
        tenths = (part * 2000 + whole) // (2 * whole)
    if not whole:
        return ""
    return f"{tenths // 10},{tenths % 10}"


class Totals(msgspec.Struct, frozen=True):
    """Lines received in a quarter as they stood on its last day: settled + process + late = received.

    `settled_late`: settled after their due date. `first_late`: first answer after its due date, or not yet given.
    `median` and `p90`: working days of the settled ones; None when nothing was settled.
    """

    received: int = 0
    settled: int = 0
    process: int = 0
    late: int = 0
    settled_late: int = 0
    first_late: int = 0
    median: int | None = None
    p90: int | None = None


class KindTotals(msgspec.Struct, frozen=True):
    """Lines of one kind (complaint, aspiration, information) in this quarter, the one before, that of a year ago."""

    key: str
    now: Totals
    before: Totals
    year_ago: Totals


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a table. `before` and `year_ago` are received counts; `element` is a satisfaction element (1-14)."""

    key: str
    label: str
    received: int = 0
    settled: int = 0
    late: int = 0
    before: int = 0
    year_ago: int = 0
    element: int = 0
    applications: int = 0

    @property
    def process(self) -> int:
        return self.received - self.settled - self.late

    @property
    def change(self) -> int:
        return self.received - self.before

    @property
    def per_hundred(self) -> str:
        """Complaints per 100 applications as an office writes it, `6,2`; empty without applications."""
        return percent_text(self.received, self.applications)


class Month(msgspec.Struct, frozen=True):
    """Lines received in a month (`2026-07`), and how many of them were settled by the end of the recap's quarter."""

    month: str
    received: int
    settled: int


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the book without identity. `state`: settled, late, process (on the last day of the quarter); `type`
    complaint, aspiration or information, empty in texts of before form 3."""

    number: str
    received_on: str
    category: str
    gist: str
    due_on: str
    state: str
    follow_up: str = ""
    followed_on: str = ""
    closed_on: str = ""
    type: str = ""


class Carried(msgspec.Struct, frozen=True):
    totals: Totals
    lines: list[Item]


class Cause(msgspec.Struct, frozen=True):
    key: str
    label: str
    count: int
    before: int
    capas: list[str]


class CapaItem(msgspec.Struct, frozen=True):
    """An LTPP as it stood on the last day: `state` is open, done, again or effective; `person` a user name."""

    number: str
    opened_on: str
    source: str
    problem: str
    cause: str
    action: str
    person: str
    due_on: str
    state: str
    on: str


class Kept(msgspec.Struct, frozen=True):
    quarter: str
    due: int
    kept: int

    @property
    def quarter_label(self) -> str:
        return Quarter.parse(self.quarter).label

    @property
    def percent(self) -> str:
        """`93,5`; empty when nothing fell due."""
        return percent_text(self.kept, self.due)


class Box(msgspec.Struct, frozen=True):
    """The suggestion box: working days, those with an opening at their end, how many of these were *nihil*, slips of
    all openings."""

    working_days: int
    opened: int
    empty: int
    slips: int


class PledgeState(msgspec.Struct, frozen=True):
    """A pledge of an earlier recap. `state`: kept, late (kept after its day), broken (day over), running, withdrawn.

    `why` is the reason of a withdrawal, without names.
    """

    quarter: str
    what: str
    who: str
    by_on: str
    kept_on: str
    state: str
    withdrawn_on: str = ""
    why: str = ""


class Sums(msgspec.Struct, frozen=True):
    totals: Totals
    before: Totals
    year_ago: Totals
    months: list[Month]
    channels: list[Row]
    types: list[Row]
    weights: list[Row]
    categories: list[Row]
    elements: list[Row]
    services: list[Row]
    villages: list[Row]
    sections: list[Row]


class Figures(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a recap says. `as_of` is the moment of drafting (UTC stamp): what came later is not in it.

    `masks`: version of the masks that made its texts.
    `aside`: lines of the quarter that are no complaint; with the received ones they are all lines of the book.
    `kinds`: complaints, aspirations and questions apart, together `sums.totals`; none before form 3. `since`: the day
    on which the book came into use, empty where nobody knows.
    """

    form: int
    quarter: str
    as_of: str
    hidden: list[str]
    sums: Sums
    lines: list[Item]
    carried: Carried
    causes: list[Cause]
    capas: list[CapaItem]
    promises: list[Kept]
    box: Box
    pledges: list[PledgeState]
    masks: int = 1
    aside: int = 0
    kinds: list[KindTotals] = []
    since: str = ""

    @property
    def totals(self) -> Totals:
        return self.sums.totals

    @property
    def complaints(self) -> KindTotals:
        """The complaints alone; before form 3 nobody told them from the rest."""
        return find_complaints(self.kinds, self.sums)

    def has_data(self, quarter: Quarter, found: Totals) -> bool:
        """Whether the book was kept in a quarter: a nought of before its first day is no nought."""
        return has_data(self.form, self.since, quarter, found)

    @property
    def nihil(self) -> bool:
        return not self.sums.totals.received and not self.carried.totals.received

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)

    @property
    def villages_told(self) -> bool:
        """Whether any line or application names a village, or that it came from outside of them."""
        return any(village.key for village in self.sums.villages)

    @property
    def promised(self) -> bool:
        """Whether identity cards were promised at all in these quarters: an office of other services promises none."""
        return any(promise.due for promise in self.promises)

    @property
    def promise(self) -> Kept:
        return self.promises[-1]


def find_complaints(kinds: Sequence[KindTotals], sums: Sums) -> KindTotals:
    """The totals of complaints alone; those of all that was received where the kinds were not counted apart."""
    known = {kind.key: kind for kind in kinds}
    return known.get("complaint") or KindTotals("complaint", sums.totals, sums.before, sums.year_ago)


def has_data(form: int, since: str, quarter: Quarter, found: Totals) -> bool:
    return form < FORM or found.received > 0 or "" < since <= quarter.end.isoformat()


def canonical_text(struct: msgspec.Struct) -> str:
    """The one text of figures, a frame, a public version: JSON in the order of the structs, no blanks. Equal ones give
    equal text."""
    return msgspec.json.encode(struct).decode()


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def parse_figures(text: str) -> Figures:
    """The reverse of :func:`canonical`. Raises msgspec.ValidationError for another text."""
    return decode_json(text, Figures)
