"""What the papers of a recap say beside its figures: letterhead, document control, who signs, names, pledges.

It is frozen with the approval, so that years later, under another Sekretaris and a renamed office, the same paper
comes out. A draft is framed as the office stands.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from app.complaints.figures import Figures, read
from app.complaints.masks import Masker, masker
from app.complaints.tables import Pledge, Recap
from app.core.clock import office_date
from app.core.dates import numeric_date
from app.core.quarters import Quarter
from app.ktp.moves import SERVICE as KTP
from app.office import service as office
from app.office import settings
from app.office.letterhead import control, letterhead, signing, staff
from app.people.queries import names
from app.printing.data import Control, Letterhead, Official
from schema.database import Database
from schema.decoding import decode
from sync.line import moment

FORMS = {
    "recap": "F-20",
    "poster": "F-21",
    "complaint_book": "F-22",
    "complaint_receipt": "F-23",
    "answer_letter": "F-24",
    "capa": "F-25",
    "annual": "F-26",
}
"""Form numbers below the number of the service standard whose clause 11 they belong to."""


class FramedPledge(msgspec.Struct, frozen=True):
    """A pledge as it was approved; `public` is what the board says of it. Dates ISO text."""

    id: int
    what: str
    who: str
    by_on: str
    public: str


class Frame(msgspec.Struct, frozen=True):
    """All that papers take from the office of that day. `names`: user name → name of those responsible for an LTPP."""

    office: str
    head: Letterhead
    controls: dict[str, Control]
    maker: Official
    checker: Official
    approver: Official
    names: dict[str, str]
    pledges: list[FramedPledge]


def of(db: Database, recap: Recap) -> Frame:
    """The frozen frame of a recap, or the present one of a draft."""
    if recap.frame:
        return decode(recap.frame, Frame)
    return present(db, recap, None)


def frozen(db: Database, recap: Recap, now: datetime) -> str:
    """The frame as JSON text for the entry with which the Camat approves now."""
    return msgspec.json.encode(present(db, recap, now)).decode()


def present(db: Database, recap: Recap, approved_at: datetime | None) -> Frame:
    """The frame as the office stands; `approved_at` is the moment of approval, None for a draft."""
    figures = read(recap.figures)
    on = office_date(approved_at) if approved_at else date.fromisoformat(recap.drafted_on)
    known, mask = names(db), mask_of(db, figures)
    return Frame(
        str(settings.get(db, "office.code")), letterhead(db),
        {form: control_of(db, form, on) for form in ("recap", "poster")},
        staff(db, recap.drafted_by), checker(db, recap), signing(db, "camat", on, approved_at),
        {one.person: known.get(one.person, one.person) for one in figures.capas if one.person},
        [framed(one, mask) for one in valid_pledges(db, recap.quarter)],
    )  # fmt: skip


def checker(db: Database, recap: Recap) -> Official:
    """Who has checked the recap, or room for the Sekretaris."""
    return staff(db, recap.checked_by) if recap.checked_by else Official(name="", post="Sekretaris Kecamatan")


def control_of(db: Database, form: str, on: date) -> Control:
    """Document control of a form under the service standard of a day."""
    definition, _ = office.shown_standard(db, KTP, on)
    return control(definition, FORMS[form])


def mask_of(db: Database, figures: Figures) -> Masker:
    """The masker with which a recap was made."""
    return masker(db, Quarter.parse(figures.quarter), figures.as_of, figures.hidden)


def valid_pledges(db: Database, quarter: str) -> list[Pledge]:
    """Pledges of a recap without those that were taken back before approval."""
    return Pledge.rows(db, Pledge.quarter == quarter, Pledge.void == 0, order=Pledge.id)


def framed(one: Pledge, mask: Masker) -> FramedPledge:
    """A pledge with its text for the board."""
    return FramedPledge(one.id, one.what, one.who, one.by_on, mask.text(one.what))


def digest_of_page(db: Database, recap: Recap) -> str:
    """SHA-256 of what a reader of a draft has before him: its figures and its pledges."""
    pledges = [framed(one, mask_of(db, read(recap.figures))) for one in valid_pledges(db, recap.quarter)]
    return hashlib.sha256(recap.digest.encode() + msgspec.json.encode(pledges)).hexdigest()


class LaterPledge(NamedTuple):
    """A pledge that was given after approval (until the recap is published): it stands below the Camat's name."""

    pledge: FramedPledge
    given_at: str
    approved: bool

    @property
    def words(self) -> str:
        """When it was added, and whether the Camat himself did it."""
        on = numeric_date(office_date(moment(self.given_at)))
        return f"ditambahkan {on}, {'disetujui Camat' if self.approved else 'sesudah rekap disetujui'}"


def later(db: Database, recap: Recap, frame: Frame) -> list[LaterPledge]:
    """Pledges that were given after approval, oldest first."""
    known = {one.id for one in frame.pledges}
    added = [one for one in valid_pledges(db, recap.quarter) if one.id not in known]
    mask = mask_of(db, read(recap.figures)) if added else None
    return [
        LaterPledge(framed(one, mask), one.given_at, bool(one.approved)) for one in added if mask is not None
    ]


def withdrawn(db: Database, recap: Recap) -> dict[int, Pledge]:
    """Pledges that were taken back after approval, by id."""
    return {one.id: one for one in valid_pledges(db, recap.quarter) if one.withdrawn_on}


def base(
    db: Database, form: str, printed_by: str, printed_at: datetime, frame: Frame | None = None
) -> dict[str, Any]:
    """The fields that every paper has; those of a recap take them from its frame."""
    head = frame.head if frame else letterhead(db)
    found = frame.controls[form] if frame else control_of(db, form, office_date(printed_at))
    return {"head": head, "control": found, "printed_at": printed_at, "printed_by": printed_by}
