"""What the papers of a recap say beside its figures: letterhead, document control, who signs, names, pledges.

It is frozen with the approval, so that years later, under another Sekretaris and a renamed office, the same paper
comes out. A draft is framed as the office stands.
"""

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from app.core.clock import office_date
from app.core.dates import numeric_date, plain_date, relative_due
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.platform.office import settings
from app.platform.office.papers import chief_official, office_letterhead, staff_official
from app.platform.office.queries import office_calendar
from app.platform.people.queries import person_names, post_words, profile_of
from app.platform.printing.data.common import Control, Letterhead, Official
from app.quality.quarter.figures import (
    CapaItem,
    Carried,
    Cause,
    Figures,
    Item,
    Kept,
    KindTotals,
    PledgeState,
    Sums,
    find_complaints,
    has_data,
    parse_figures,
)
from app.quality.quarter.tables import Pledge, Recap
from app.quality.quarter.wording import other_kinds
from app.services.complaints.masks import Masker, masker_of_quarter
from app.services.complaints.papers import form_control
from schema.database import Database
from schema.structs import decode_json
from sync.entries import parse_utc_text


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


def frame_of_recap(db: Database, recap: Recap) -> Frame:
    """The frozen frame of a recap, or the present one of a draft."""
    if recap.frame:
        return decode_json(recap.frame, Frame)
    return present_frame(db, recap, None)


def present_frame(db: Database, recap: Recap, approved_at: datetime | None) -> Frame:
    """The frame as the office stands; `approved_at` is the moment of approval, None for a draft."""
    figures = parse_figures(recap.figures)
    if approved_at:
        on = office_date(approved_at)
    else:
        on = date.fromisoformat(recap.drafted_on)
    known = person_names(db)
    mask = masker_of_recap(db, figures)
    if recap.checked_by:
        checker = staff_official(db, recap.checked_by)
    else:
        checker = Official(name="", post=profile_of(db).label(profile_of(db).overseer))
    responsible = [capa.person for capa in figures.capas if capa.person]
    return Frame(
        str(settings.get_setting(db, "office.code")),
        office_letterhead(db),
        {form: form_control(db, form, on) for form in ("recap", "poster")},
        staff_official(db, recap.drafted_by),
        checker,
        chief_official(db, on, approved_at),
        {person: known.get(person, person) for person in responsible},
        [frame_pledge(pledge, mask) for pledge in valid_pledges(db, recap.quarter)],
    )


def masker_of_recap(db: Database, figures: Figures) -> Masker:
    return masker_of_quarter(db, Quarter.parse(figures.quarter), figures.as_of, figures.hidden)


def valid_pledges(db: Database, quarter: str) -> list[Pledge]:
    return Pledge.rows(db, Pledge.quarter == quarter, Pledge.void == 0, order="id")


def frame_pledge(pledge: Pledge, mask: Masker) -> FramedPledge:
    return FramedPledge(pledge.id, pledge.what, pledge.who, pledge.by_on, mask.text(pledge.what))


def digest_of_page(db: Database, recap: Recap) -> str:
    """SHA-256 of what a reader of a draft has before him: its figures and its pledges."""
    pledges = [
        frame_pledge(pledge, masker_of_recap(db, parse_figures(recap.figures)))
        for pledge in valid_pledges(db, recap.quarter)
    ]
    return hashlib.sha256(recap.digest.encode() + msgspec.json.encode(pledges)).hexdigest()


class LaterPledge(NamedTuple):
    """A pledge that was given after approval (until the recap is published): it stands below the name of the chief.

    `approved_by` is the post of whoever approved it with the PIN, else empty."""

    pledge: FramedPledge
    given_at: str
    approved_by: str

    @property
    def words(self) -> str:
        on = numeric_date(office_date(parse_utc_text(self.given_at)))
        if self.approved_by:
            return f"ditambahkan {on}, disetujui {self.approved_by}"
        return f"ditambahkan {on}, sesudah rekap disetujui"


def later_pledges(db: Database, recap: Recap, frame: Frame) -> list[LaterPledge]:
    known = {pledge.id for pledge in frame.pledges}
    added = [pledge for pledge in valid_pledges(db, recap.quarter) if pledge.id not in known]
    if not added:
        return []
    mask = masker_of_recap(db, parse_figures(recap.figures))
    chief = post_words(db)["chief"]
    later = []
    for pledge in added:
        approver = chief if pledge.approved else ""
        later.append(LaterPledge(frame_pledge(pledge, mask), pledge.given_at, approver))
    return later


def withdrawn_pledges(db: Database, recap: Recap) -> dict[int, Pledge]:
    return {pledge.id: pledge for pledge in valid_pledges(db, recap.quarter) if pledge.withdrawn_on}


class PublicPledge(msgspec.Struct, frozen=True):
    """A promise of improvement without the person: what, by when; `withdrawn_on` when it was taken back, `later` in
    words when it was added after the approval."""

    what: str
    by_on: str
    withdrawn_on: str = ""
    later: str = ""

    @property
    def text(self) -> str:
        remarks = [self.later] if self.later else []
        if self.withdrawn_on:
            remarks.append(f"ditarik {numeric_date(date.fromisoformat(self.withdrawn_on))}")
        if remarks:
            return f"{self.what} ({'; '.join(remarks)})"
        return self.what


class Public(msgspec.Struct, frozen=True, omit_defaults=True):
    """A recap as everybody may read it: the board shows it, and its text travels to the regency with all its fields."""

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
    kinds: list[KindTotals] = []
    since: str = ""

    @property
    def complaints(self) -> KindTotals:
        return find_complaints(self.kinds, self.sums)

    @property
    def others(self) -> str:
        if not self.kinds:
            return ""
        return other_kinds(self.sums.types)

    @property
    def before_known(self) -> bool:
        return has_data(self.form, self.since, Quarter.parse(self.quarter).before, self.sums.before)


def public_version(db: Database, recap: Recap) -> Public:
    """The public version of a recap in any state (a draft is read by the Sekretaris before he checks it)."""
    figures = parse_figures(recap.figures)
    frame = frame_of_recap(db, recap)
    nameless_capas = [replace(capa, person="") for capa in figures.capas]
    nameless_pledges = [replace(pledge, who="") for pledge in figures.pledges]
    return Public(
        figures.form,
        frame.office,
        recap.quarter,
        recap.number,
        (recap.approved_at or "")[:10],
        recap.digest,
        figures.sums,
        figures.lines,
        figures.carried,
        figures.causes,
        nameless_capas,
        figures.promises,
        nameless_pledges,
        public_pledges(db, recap, frame),
        figures.kinds,
        figures.since,
    )


def public_pledges(db: Database, recap: Recap, frame: Frame) -> list[PublicPledge]:
    """Pledges of a recap as the board shows them: as they were approved, then those added until it was published."""
    gone = {number: pledge.withdrawn_on or "" for number, pledge in withdrawn_pledges(db, recap).items()}
    listed = [(pledge, "") for pledge in frame.pledges]
    listed += [(pledge.pledge, pledge.words) for pledge in later_pledges(db, recap, frame)]
    return [PublicPledge(pledge.public, pledge.by_on, gone.get(pledge.id, ""), words) for pledge, words in listed]


def pledge_words(db: Database, recap: Recap, today: date) -> list[str]:
    """What became of each of `public_pledges` until today, in their order, for screens: kept, its day still to come, or
    past it. Nothing of it enters what is frozen, printed or sent; a withdrawn one says so in its own text.
    """
    frame = frame_of_recap(db, recap)
    known = {row.id: row for row in Pledge.rows(db, Pledge.quarter == recap.quarter)}
    added = (pledge.pledge for pledge in later_pledges(db, recap, frame))
    return [pledge_word(known[pledge.id], today, office_calendar(db)) for pledge in (*frame.pledges, *added)]


def pledge_word(pledge: Pledge, today: date, counted: Calendar) -> str:
    """`Ditepati 3 Februari 2026`, `Paling lambat 11 Februari 2026`, and `belum ditepati, lewat 3 hari kerja` once that
    day is past."""
    if pledge.withdrawn_on:
        return ""
    if pledge.kept_on:
        return f"Ditepati {plain_date(date.fromisoformat(pledge.kept_on))}"
    by_on = date.fromisoformat(pledge.by_on)
    late = ""
    if by_on < today:
        late = f", belum ditepati, {relative_due(by_on, today, counted).lower()}"
    return f"Paling lambat {plain_date(by_on)}{late}"


def board_values(db: Database, recap: Recap | None, today: date) -> dict[str, Any]:
    """What the board shows of the recap that hangs today; nothing where none does."""
    if recap is None:
        return {"public": None, "kept": [], "quarter": None}
    return {
        "public": public_version(db, recap),
        "kept": pledge_words(db, recap, today),
        "quarter": Quarter.parse(recap.quarter),
    }
