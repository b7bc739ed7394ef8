"""Everything that might touch an approved recap, tried by the services; rules that refuse it are welcome."""

from collections.abc import Callable
from datetime import date, timedelta

from app.core.problems import Problem
from app.core.quarters import Quarter
from app.quality.capa import service as capa_service
from app.quality.quarter import service
from app.quality.quarter.tables import Pledge
from schema.database import Database
from tests.quality.quarter.living import Book


def approve(book: Book, of: Quarter) -> None:
    """Draft, promise, check and approve a quarter."""
    j, now = book.journal, book.now
    service.draft_recap(j, book.who("ida"), quarter=of, now=now)
    promise(book, of)
    service.mark_checked(j, book.who("ratna"), quarter=of, read_public=True, now=now)
    service.approve_recap(j, book.who("camat"), quarter=of, now=now)


def kept(db: Database, of: Quarter) -> tuple[object, ...]:
    """All of a recap that must never change again."""
    row = db.one(
        "SELECT number, figures, digest, frame, drafted_by, drafted_on, checked_by, checked_on, approved_by,"
        " approved_at, note FROM recap WHERE quarter = ?",
        (str(of),),
    )
    assert row is not None
    return tuple(row)


def promise(book: Book, of: Quarter) -> None:
    """One more promise; after approval the Camat's."""
    found = service.find_recap(book.journal.db, of)
    who = "camat" if found is not None and found.state in service.FROZEN else "ida"
    service.give_pledge(
        book.journal,
        book.who(who),
        quarter=of,
        what="Kipas diganti",
        who="Kasi",
        by_on=book.today + timedelta(days=20),
        now=book.now,
    )


def redraft(book: Book, of: Quarter) -> None:
    service.draft_recap(book.journal, book.who("ida"), quarter=of, now=book.now, hide=["kata"])


def recheck(book: Book, of: Quarter) -> None:
    service.mark_checked(book.journal, book.who("ratna"), quarter=of, read_public=True, now=book.now)


def reapprove(book: Book, of: Quarter) -> None:
    service.approve_recap(book.journal, book.who("camat"), quarter=of, now=book.now)


def send_back(book: Book, of: Quarter) -> None:
    service.return_recap(book.journal, book.who("camat"), quarter=of, note="Ulangi", now=book.now)


def addendum(book: Book, of: Quarter) -> None:
    service.add_addendum(book.journal, book.who("ida"), quarter=of, text="Satu surat ditemukan.", now=book.now)


def post(book: Book, of: Quarter) -> None:
    service.post_recap(
        book.journal, book.who("ida"), quarter=of, on=book.today, until=book.today, place="Loket", now=book.now
    )


def a_pledge(book: Book) -> int:
    """Some promise, or one that is not there."""
    return next((row.id for row in Pledge.rows(book.journal.db, order="id DESC", limit=1)), 99)


def correct(book: Book, _of: Quarter) -> None:
    service.correct_pledge(
        book.journal,
        book.who("ida"),
        pledge_id=a_pledge(book),
        what="Lain",
        who="Lain",
        by_on=book.today,
        reason="Salah",
        now=book.now,
    )


def withdraw(book: Book, _of: Quarter) -> None:
    service.withdraw_pledge(book.journal, book.who("ratna"), pledge_id=a_pledge(book), reason="Batal", now=book.now)


def keep(book: Book, _of: Quarter) -> None:
    service.keep_pledge(book.journal, book.who("ida"), pledge_id=a_pledge(book), kept=True, note="", now=book.now)


def open_capa(book: Book, _of: Quarter) -> None:
    ids = [line.id for line in book.lines[-3:]]
    capa_service.open_report(
        book.journal, book.who("ida"), source="complaint", problem="Antre", now=book.now, complaint_ids=ids
    )


def plan_capa(book: Book, _of: Quarter) -> None:
    plan = capa_service.Plan(
        (f"Sebab {book.today}",), f"Tindakan {book.today}", "", "budi", book.today + timedelta(days=9)
    )
    capa_service.plan_round(book.journal, book.who("budi"), capa_id=1, plan=plan, now=book.now)


def finish_capa(book: Book, _of: Quarter) -> None:
    capa_service.complete_round(book.journal, book.who("budi"), capa_id=1, note="Sudah", now=book.now)


def check_capa(book: Book, _of: Quarter) -> None:
    capa_service.verify_round(
        book.journal, book.who("ratna"), capa_id=1, effective=book.today.day % 2 == 0, note="Dilihat", now=book.now
    )


def add_line(book: Book, _of: Quarter) -> None:
    for line in book.lines[-2:]:
        capa_service.add_line(book.journal, book.who("ida"), capa_id=1, number=line.number, now=book.now)


MEDDLERS: tuple[Callable[[Book, Quarter], None], ...] = (
    redraft,
    recheck,
    reapprove,
    send_back,
    addendum,
    post,
    promise,
    correct,
    withdraw,
    keep,
    open_capa,
    plan_capa,
    finish_capa,
    check_capa,
    add_line,
)


def meddle(book: Book, pick: int, approved: list[Quarter]) -> None:
    """One attempt at one approved recap; before there is one, at the next."""
    of = approved[pick % len(approved)] if approved else Quarter.of(date(2026, 1, 1))
    try:
        MEDDLERS[pick % len(MEDDLERS)](book, of)
    except Problem as refused:
        book.refused.append(refused.code)
