"""Cards that turn round: misprinted, refused and repaired, fetched after all (SP 4.6, 4.7)."""

from __future__ import annotations

from datetime import datetime

from app.cases.events import CaseAdvanced
from app.cases.moving import definition_of, label_of
from app.cases.tables import CaseFile
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.ktp.card_events import CardMisprinted
from app.ktp.cards import ARRIVAL_PAGE, HAND_OVER_PAGE, handed_over
from app.ktp.moves import SERVICE, advance_case, case_at
from app.ktp.tables import DispatchLineRow
from app.sop import engine
from schema.database import Database
from sync.journal import Journal

DONE, UNCOLLECTED = "@done", "@uncollected"


def misprint(journal: Journal, actor: Actor, *, case_id: int, reason: str, now: datetime) -> None:
    """A misprint: the card is surrendered and goes back, free of charge.

    Found at arrival or hand-over it reopens the promise. Found later by its owner, as the receipt invites, the case
    opens again under its number; the promise was kept and reported, and stays so. Raises Problem.
    """
    require(actor, "card.hand_over")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        db = journal.db
        case = known(db, case_id)
        lines = DispatchLineRow.rows(db, DispatchLineRow.case_id == case_id,
                                     order=DispatchLineRow.dispatch_id.desc(), limit=1)  # fmt: skip
        dispatch_id, ordinal = (lines[0].dispatch_id, lines[0].ordinal) if lines else (0, 0)
        body = CardMisprinted(
            case_id, dispatch_id, ordinal, reason.strip()[:200], office_date(now).isoformat()
        )
        if case.step == DONE and handed_over(db, case_id) is not None:
            journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
            open_again(journal, actor, case, f"Salah cetak, kartu ditarik kembali: {reason.strip()}", now)
            return
        case = case_at(db, case_id, case.step if case.step in ("arrive", "hand_over") else "hand_over")
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
        special = ARRIVAL_PAGE if case.step == "arrive" else HAND_OVER_PAGE
        advance_case(journal, case, "misprint", special, now, actor=actor, note=reason)


def reopen(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> None:
    """An uncollected card is fetched after all: the case stands at hand-over again, as its standard says."""
    require(actor, "card.hand_over")
    with journal.transaction():
        case = known(journal.db, case_id)
        if case.step != UNCOLLECTED:
            raise elsewhere(journal.db, case)
        open_again(journal, actor, case, "Kartu diambil juga", now)


def open_again(journal: Journal, actor: Actor, case: CaseFile, note: str, now: datetime) -> None:
    """A closed case goes on at the step to which its exit leads back. Raises Problem where it leads nowhere."""
    definition = definition_of(journal.db, case)
    to = getattr(engine.state(definition, case.step), "reopens_to", "")
    if not to:
        raise elsewhere(journal.db, case)
    body = CaseAdvanced(case.id, "reopened", case.step, to, engine.state(definition, to).place,
                        office_date(now).isoformat(), note=note[:1000])  # fmt: skip
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)


def known(db: Database, case_id: int) -> CaseFile:
    """A case of this service, open or closed. Raises Problem `not_found`."""
    case = CaseFile.first(db, CaseFile.id == case_id, CaseFile.service == SERVICE)
    if case is None:
        raise Problem.of("not_found", what="Berkas itu")
    return case


def elsewhere(db: Database, case: CaseFile) -> Problem:
    """The case stands in a step in which this cannot be done."""
    return Problem.of(
        "state", what=f"Berkas {case.number}", state=label_of(definition_of(db, case), case.step)
    )


def repaired(
    journal: Journal, actor: Actor, *, case_id: int, note: str, now: datetime, record_again: bool = False
) -> None:
    """A refused line is repaired under the same number and joins a later dispatch; the clock runs on."""
    require(actor, "case.check")
    with journal.transaction():
        case = case_at(journal.db, case_id, "repair")
        outcome = "record_again" if record_again else "repaired"
        advance_case(journal, case, outcome, "ktp.repair", now, actor=actor, note=note)
