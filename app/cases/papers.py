"""The desk's slips, filled from a case: receipt, promise slip, return slip; which papers a case has reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.cases.checking import apart
from app.cases.form_papers import blank_form, filled_form
from app.cases.moving import definition_of
from app.cases.paper_base import Checked, base, checklist, other_day, subject
from app.cases.promise import completion, counted_from, due_days
from app.cases.queries import Event, events
from app.cases.rules import NoRules, ServiceRules
from app.cases.service import pauses
from app.cases.sight import WRONG
from app.cases.tables import CaseFile
from app.core.dates import long_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.office import service as office
from app.people import service as people
from app.printing import data as shapes
from schema.database import Database
from schema.service_flow import Definition

__all__ = ["CASE_PAPERS", "base", "blank_form", "paper_of", "ready"]

CASE_PAPERS = {
    "tanda-terima": "receipt",
    "slip": "promise_slip",
    "pengembalian": "return_slip",
    "formulir": "filled_form",
}
"""Papers of one case: name in an address → name in `app.printing.papers.PAPERS`."""


WHOLE_NUMBERS = frozenset({"formulir"})
"""Papers that carry the whole NIK and KK."""


def paper_of(
    db: Database, case: CaseFile, paper: str, actor: Actor, now: datetime, rules: ServiceRules | None = None
) -> shapes.Paper:
    """The data of one paper of a case. Raises Problem when the case has not come so far."""
    makers = {
        "receipt": receipt,
        "promise_slip": promise_slip,
        "return_slip": return_slip,
        "filled_form": filled_form,
    }
    return makers[paper](db, definition_of(db, case), case, actor, now, rules or NoRules())


def ready(db: Database, case: CaseFile, way: Sequence[Event] | None = None) -> list[str]:
    """Which papers this case has reached, by the name in their address; `way`: its events, where they were read."""
    found = ["tanda-terima", "formulir"]
    if case.completed_on:
        found.insert(0, "slip")
    if last_return(db, case, way) is not None:
        away = case.step in sides(definition_of(db, case))
        found.insert(0 if away else len(found), "pengembalian")
    return found


def offered(db: Database, case: CaseFile, actor: Actor, way: Sequence[Event] | None = None) -> list[str]:
    """The papers of :func:`ready` that this person may print: whole numbers only for whoever may see them."""
    whole = actor.village_only or may(actor, "case.reveal")
    return [name for name in ready(db, case, way) if whole or name not in WHOLE_NUMBERS]


def sides(definition: Definition) -> list[str]:
    """Steps in which the applicant has the file."""
    return [one.id for one in definition.steps if one.side and one.waits_for == "applicant"]


def wanted(one: Checked) -> str:
    """A checklist line that is still to be brought, as a paper says it."""
    what = f"{one.need.label} (tidak sesuai)" if one.state == WRONG else one.need.label
    return f"{what}. {one.need.detail}" if one.need.detail else what


def reason(one: Checked) -> shapes.ReturnReason:
    """Why a checklist line sends the file back, and what mends it."""
    parts = (f"{one.sight}." if one.sight else "", one.need.detail or one.need.hint)
    what = "Tidak sesuai" if one.state == WRONG else "Belum ada"
    return shapes.ReturnReason(
        what=f"{what}: {one.need.label}", remedy=" ".join(part for part in parts if part)
    )


def reasons_told(one: Checked) -> set[str]:
    """Reasons of the form that :func:`reason` says already."""
    look = one.need.observed
    return (
        {look.differs_reason, one.need.missing_reason}
        if look and one.state == WRONG
        else {one.need.missing_reason}
    )


def receipt(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime, rules: ServiceRules
) -> shapes.Receipt:
    """Receipt at opening: number, receiver, what is missing; no date is promised."""
    lines = checklist(db, definition, case, rules)
    return shapes.Receipt(
        **base(db, definition, "receipt", actor, now),
        subject=subject(db, definition, case),
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.names(db).get(case.entered_by, case.entered_by),
        brought=tuple(one.text for one in lines if one.state == "present"),
        missing=tuple(wanted(one) for one in lines if one.lacking),
    )


def promise_slip(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime, rules: ServiceRules
) -> shapes.PromiseSlip:
    """The promised date and how it was counted."""
    if not case.completed_on or not case.due_on or definition.promise is None:
        raise Problem.of("conflict", why="Slip baru dicetak setelah berkas dinyatakan lengkap dan valid.")
    way = events(db, case.id)
    noted = completion(definition, way)
    at, from_age = noted.at if noted else case.entered_at, counted_from(definition, case, way)
    days = due_days(definition, office.calendar(db), case, pauses(db, case.id))
    fee = definition.fee
    return shapes.PromiseSlip(
        **base(db, definition, "promise_slip", actor, now),
        subject=subject(db, definition, case),
        complete_at=datetime.fromisoformat(at),
        complete_on=None if from_age else other_day(case.completed_on, at),
        counted_from=f"{from_age}, {long_date(date.fromisoformat(case.completed_on))}" if from_age else "",
        due_on=date.fromisoformat(case.due_on),
        estimate=office.calendar(db).estimate_note(date.fromisoformat(case.due_on)),
        working_days=definition.promise.days,
        days=tuple(
            shapes.CalendarDay(
                on=one.date,
                number=one.number or 0,
                off="" if one.kind in ("start", "running") else one.reason,
            )
            for one in days
        ),
        fee="GRATIS" if fee is None or fee.rupiah == 0 else f"Rp{fee.rupiah:,}".replace(",", "."),
    )


def last_return(db: Database, case: CaseFile, way: Sequence[Event] | None = None) -> Event | None:
    """The entry that sent the file back to the applicant last, if any."""
    back = sides(definition_of(db, case))
    way = events(db, case.id) if way is None else way
    found = [one for one in way if one.step_to in back and one.step_from != one.step_to]
    return found[-1] if found else None


def return_slip(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime, rules: ServiceRules
) -> shapes.ReturnSlip:
    """Why the file goes back, and what to bring."""
    back = last_return(db, case)
    if back is None:
        raise Problem.of("conflict", why="Berkas ini tidak pernah dikembalikan.")
    lacking = [one for one in checklist(db, definition, case, rules) if one.lacking]
    told = set[str]().union(*(reasons_told(one) for one in lacking))
    reasons = [shapes.ReturnReason(what=one) for one in apart(back.note) if one not in told]
    reasons += [reason(one) for one in lacking]
    return shapes.ReturnSlip(
        **base(db, definition, "return_slip", actor, now),
        subject=subject(db, definition, case),
        returned_at=datetime.fromisoformat(back.at),
        checked_by=people.names(db).get(back.actor, back.actor),
        reasons=tuple(reasons),
    )
