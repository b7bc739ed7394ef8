"""The public version of a recap: what hangs on the wall and, when the office wants it, travels to the regency.

Everything in it comes from the frozen figures, whose texts are free of names and numbers; persons of the office who
are responsible for something are left out as well.
"""

from __future__ import annotations

from datetime import date

import msgspec

from app.complaints import frame as frames
from app.complaints.figures import CapaItem, Carried, Cause, Item, Kept, PledgeState, Sums, read
from app.complaints.frame import Frame
from app.complaints.tables import Pledge, Recap
from app.core.dates import numeric_date, plain_date
from schema.database import Database


class PublicPledge(msgspec.Struct, frozen=True):
    """A promise of improvement without the person: what, by when; `withdrawn_on` when it was taken back, `later` in
    words when it was added after the approval."""

    what: str
    by_on: str
    withdrawn_on: str = ""
    later: str = ""

    @property
    def text(self) -> str:
        """What the board says, with the remarks that it was added later or taken back."""
        gone = f"ditarik {numeric_date(date.fromisoformat(self.withdrawn_on))}" if self.withdrawn_on else ""
        remarks = "; ".join(one for one in (self.later, gone) if one)
        return f"{self.what} ({remarks})" if remarks else self.what


class Public(msgspec.Struct, frozen=True):
    """What everybody may read of a quarter."""

    form: int
    office: str
    quarter: str
    number: str
    approved_on: str
    digest: str
    sums: Sums
    lines: list[Item]
    carried: Carried
    causes: list[Cause]
    capas: list[CapaItem]
    promises: list[Kept]
    kept_pledges: list[PledgeState]
    pledges: list[PublicPledge]


def public(db: Database, recap: Recap) -> Public:
    """The public version of a recap in any state (a draft is read by the Sekretaris before he checks it)."""
    figures, frame = read(recap.figures), frames.of(db, recap)
    return Public(
        figures.form, frame.office, recap.quarter, recap.number, (recap.approved_at or "")[:10], recap.digest,
        figures.sums, figures.lines, figures.carried, figures.causes,
        [msgspec.structs.replace(one, person="") for one in figures.capas], figures.promises,
        [msgspec.structs.replace(one, who="") for one in figures.pledges], public_pledges(db, recap, frame),
    )  # fmt: skip


def public_pledges(db: Database, recap: Recap, frame: Frame) -> list[PublicPledge]:
    """Pledges of a recap as the board shows them: as they were approved, then those added until it was published."""
    gone = {number: one.withdrawn_on or "" for number, one in frames.withdrawn(db, recap).items()}
    listed = [(one, "") for one in frame.pledges]
    listed += [(one.pledge, one.words) for one in frames.later(db, recap, frame)]
    return [PublicPledge(one.public, one.by_on, gone.get(one.id, ""), words) for one, words in listed]


def pledge_words(db: Database, recap: Recap, today: date) -> list[str]:
    """What became of each of `public_pledges` until today, in their order, for screens: kept, its day still to come, or
    past it. Nothing of it enters what is frozen, printed or sent; a withdrawn one says so in its own text.
    """
    frame = frames.of(db, recap)
    known = {one.id: one for one in Pledge.rows(db, Pledge.quarter == recap.quarter)}
    added = (one.pledge for one in frames.later(db, recap, frame))
    return [pledge_word(known[one.id], today) for one in (*frame.pledges, *added)]


def pledge_word(one: Pledge, today: date) -> str:
    """`Ditepati 3 Februari 2026`, `Paling lambat 11 Februari 2026`, and `belum ditepati` once that day is past."""
    if one.withdrawn_on:
        return ""
    if one.kept_on:
        return f"Ditepati {plain_date(date.fromisoformat(one.kept_on))}"
    word = f"Paling lambat {plain_date(date.fromisoformat(one.by_on))}"
    return f"{word}, belum ditepati" if one.by_on < today.isoformat() else word


def public_text(db: Database, recap: Recap) -> str:
    """The public version as JSON text in the order of its structs."""
    return msgspec.json.encode(public(db, recap)).decode()
