"""Promises of improvement (SP 11.9): given, corrected, kept, withdrawn; nothing of them is silently changed.

Before approval a mistyped promise is corrected or taken back, each with its reason. After approval it stands as it was
announced: it is kept, or not yet with a dated remark, or withdrawn with a reason that the next recap shows.
"""

from __future__ import annotations

from datetime import date, datetime

from app.complaints import quarter as recaps
from app.complaints.pledge_events import PledgeCorrected, PledgeGiven, PledgeKept, PledgeWithdrawn
from app.complaints.quarter import FROZEN, in_state, written
from app.complaints.tables import Pledge, PledgeHistory
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.quarters import Quarter
from schema.database import Database
from sync.journal import Journal

OPEN = ("draft", "checked", "approved")
"""States of a recap in which a promise may still be given; once it is approved by the Camat alone, and it stands below
his name with its own date."""
DEEDS = {"corrected": "Diperbaiki", "withdrawn": "Ditarik", "kept": "Ditepati", "note": "Belum ditepati"}


def may_pledge(actor: Actor) -> bool:
    """Whether somebody may write pledges and their keeping: whoever drafts, checks or approves."""
    return any(may(actor, one) for one in ("recap.draft", "recap.check", "recap.approve"))


def require_pledging(actor: Actor) -> None:
    """Raise Problem `forbidden` unless :func:`may_pledge`."""
    if not may_pledge(actor):
        raise Problem.of("forbidden")


def may_give(actor: Actor, state: str) -> bool:
    """Whether somebody may add a pledge to a recap in this state: after approval nobody but the Camat."""
    return state in OPEN and (may(actor, "recap.approve") if state in FROZEN else may_pledge(actor))


def may_withdraw(actor: Actor, state: str) -> bool:
    """Whether somebody may take a pledge back: once it is approved, whoever checks or approves only."""
    return may_pledge(actor) and (
        state not in FROZEN or may(actor, "recap.check") or may(actor, "recap.approve")
    )


def texts(what: str, who: str) -> tuple[str, str]:
    """What and who within their limits. Raises Problem."""
    return (
        written(what, "what", "Tulis janjinya.", 200),
        written(who, "who", "Tulis siapa yang mengerjakan.", 100),
    )


def give(
    journal: Journal, actor: Actor, *, quarter: Quarter, what: str, who: str, by_on: date, now: datetime
) -> int:
    """A promise of improvement for the board: what, who, by when; until the recap is published. After approval only
    the Camat adds one, whose PIN the caller has confirmed. Raises Problem."""
    require_pledging(actor)
    if by_on < office_date(now):
        raise Problem.of("invalid", {"by_on": "Batas janji tidak boleh sudah lewat."})
    with journal.transaction():
        state = in_state(recaps.get(journal.db, quarter), *OPEN)
        if not may_give(actor, state):
            why = "Rekap ini sudah disetujui. Janji tambahan hanya dari Camat, atau masuk rekap berikutnya."
            raise Problem.of("conflict", why=why)
        body = PledgeGiven(journal.next_id("pledge"), str(quarter), *texts(what, who), by_on.isoformat(),
                           state in FROZEN)  # fmt: skip
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
    return body.id


def get(db: Database, pledge_id: int) -> Pledge:
    """A pledge. Raises Problem `not_found`."""
    found = Pledge.first(db, Pledge.id == pledge_id)
    if found is None:
        raise Problem.of("not_found", what="Janji itu")
    return found


def due(pledge: Pledge) -> date:
    """The day by which a pledge is to be kept."""
    return date.fromisoformat(pledge.by_on)


def standing(db: Database, pledge_id: int) -> Pledge:
    """A pledge that is neither kept nor withdrawn. Raises Problem."""
    found = get(db, pledge_id)
    if found.kept_on or found.withdrawn_on:
        raise Problem.of(
            "state", what="Janji itu", state="sudah ditepati" if found.kept_on else "sudah ditarik"
        )
    return found


def state_of(db: Database, pledge: Pledge) -> str:
    """The state of the recap with which a pledge was given."""
    return recaps.get(db, Quarter.parse(pledge.quarter)).state


def correct(
    journal: Journal,
    actor: Actor,
    *,
    pledge_id: int,
    what: str,
    who: str,
    by_on: date,
    reason: str,
    now: datetime,
) -> None:
    """Put a mistyped pledge right before the Camat approves; what stood before stays readable. Raises Problem."""
    require_pledging(actor)
    with journal.transaction():
        found = standing(journal.db, pledge_id)
        if state_of(journal.db, found) in FROZEN:
            why = "Janji yang sudah disetujui tidak diubah. Tarik dengan alasan, atau tulis keterangan di daftar janji."
            raise Problem.of("conflict", why=why)
        if by_on < office_date(now):
            raise Problem.of("invalid", {"by_on": "Batas janji tidak boleh sudah lewat."})
        new = (*texts(what, who), by_on.isoformat())
        if new == (found.what, found.who, found.by_on):
            raise Problem.of("invalid", {"what": "Belum ada yang berubah."})
        body = PledgeCorrected(found.id, journal.next_id("pledge_history"), *new,
                               written(reason, "reason", "Tulis mengapa diperbaiki.", 200))  # fmt: skip
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


def withdraw(journal: Journal, actor: Actor, *, pledge_id: int, reason: str, now: datetime) -> None:
    """Take a pledge back with the reason: before approval it was never made, afterwards the next recap says so."""
    require_pledging(actor)
    with journal.transaction():
        found = standing(journal.db, pledge_id)
        if not may_withdraw(actor, state_of(journal.db, found)):
            raise Problem.of("forbidden")
        text = written(reason, "reason", "Tulis mengapa ditarik.", 200)
        body = PledgeWithdrawn(
            found.id, journal.next_id("pledge_history"), office_date(now).isoformat(), text
        )
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


def keep(journal: Journal, actor: Actor, *, pledge_id: int, kept: bool, note: str, now: datetime) -> None:
    """The promise was kept today, or why it could not be. Raises Problem."""
    require_pledging(actor)
    with journal.transaction():
        found = standing(journal.db, pledge_id)
        text = note.strip()[:500] if kept else written(note, "note", "Tulis mengapa belum ditepati.", 500)
        body = PledgeKept(found.id, journal.next_id("pledge_history"), office_date(now).isoformat() if kept else "",
                          text)  # fmt: skip
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


def of_quarter(db: Database, quarter: Quarter) -> list[Pledge]:
    """Pledges given with a recap, those withdrawn too."""
    return Pledge.rows(db, Pledge.quarter == str(quarter), order=Pledge.id)


def unkept(db: Database) -> list[Pledge]:
    """Pledges that are neither kept nor withdrawn, the nearest first."""
    return Pledge.rows(
        db, Pledge.kept_on.is_null(), Pledge.withdrawn_on.is_null(), order=(Pledge.by_on, Pledge.id)
    )


def history(db: Database, pledge_ids: list[int]) -> dict[int, list[PledgeHistory]]:
    """Pledge → what it said before each change, with reason or remark, oldest first."""
    found: dict[int, list[PledgeHistory]] = {}
    rows = (
        PledgeHistory.rows(db, PledgeHistory.pledge_id << pledge_ids, order=PledgeHistory.id)
        if pledge_ids
        else []
    )
    for row in rows:
        found.setdefault(row.pledge_id, []).append(row)
    return found
