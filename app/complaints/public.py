"""The public version of a recap: what hangs on the wall and, when the office wants it, travels to the regency.

Everything in it comes from the frozen figures, whose texts are free of names and numbers; persons of the office who
are responsible for something are left out as well.
"""

from __future__ import annotations

import msgspec

from app.complaints.figures import CapaItem, Carried, Cause, Figures, Item, Kept, PledgeState, Sums, read
from app.complaints.masks import Masker, masker
from app.complaints.tables import Pledge, Recap
from app.core.quarters import Quarter
from app.office import settings
from schema.database import Database


class PublicPledge(msgspec.Struct, frozen=True):
    """A promise of improvement without the person: what, by when."""

    what: str
    by_on: str


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
    figures = read(recap.figures)
    mask = mask_of(db, figures)
    return Public(
        figures.form, str(settings.get(db, "office.code")), recap.quarter, recap.number, (recap.approved_at or "")[:10],
        recap.digest, figures.sums, figures.lines, figures.carried, figures.causes,
        [msgspec.structs.replace(one, person="") for one in figures.capas], figures.promises,
        [msgspec.structs.replace(one, who="") for one in figures.pledges], public_pledges(db, figures, mask),
    )  # fmt: skip


def public_pledges(db: Database, figures: Figures, mask: Masker) -> list[PublicPledge]:
    """Pledges of a recap as the board shows them."""
    found = Pledge.rows(db, Pledge.quarter == figures.quarter, order=Pledge.id)
    return [PublicPledge(mask.text(one.what), one.by_on) for one in found]


def mask_of(db: Database, figures: Figures) -> Masker:
    """The masker with which a recap was made."""
    return masker(db, Quarter.parse(figures.quarter), figures.as_of, figures.hidden)


def public_text(db: Database, recap: Recap) -> str:
    """The public version as JSON text in the order of its structs."""
    return msgspec.json.encode(public(db, recap)).decode()
