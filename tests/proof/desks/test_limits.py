"""A limit that was never begun, begins late, ends early or is over on another day is found; what is right is left."""

from datetime import date

import pytest

from app.casework.desk import service as cases
from app.platform.office.service import change_setting
from app.services.complaints import service
from app.services.complaints.limits import seed_office, set_limit
from app.services.complaints.words import HANDLINGS
from sync.journal import Journal
from tests.casework.batches.test_clocks import LIMITS, TIMED, answer, open_plate
from tests.platform.office.adopting import put_in_force
from tests.platform.people import START, Clock
from tests.proof.desks.limits import check_limits
from tests.services.complaints.desk import BookDesk
from tests.services.ktp.conftest import desk, office_file
from tests.services.ktp.desk import SECRETARY, Desk

__all__ = ["desk", "office_file"]


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """The office with a service whose partner has clocks."""
    put_in_force(journal, TIMED + LIMITS, on=date(2026, 2, 1))
    seed_office(journal, START)
    change_setting(journal, SECRETARY, key="pauses.enabled", value=["device_broken"], now=START)
    return journal


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """An identity card promised, paused and running again; a plate refused, sent again and answered."""
    promised = desk.complete()
    cases.pause_case(desk.journal, desk.who("budi"), case_id=promised, reason="device_broken", text="", now=desk.now)
    desk.later(days=1)
    cases.resume_case(desk.journal, desk.who("budi"), case_id=promised, now=desk.now)
    plate = open_plate(desk)
    first = desk.send(plate)
    desk.later(minutes=40)
    answer(desk, first, "refused", "Lapak sudah terisi")
    return desk


def found(desk: Desk) -> list[str]:
    return [f"{fault.where}: {fault.sentence}" for fault in check_limits(desk.journal.db, desk.now)]


def test_what_runs_as_its_definition_says_is_left_alone(worked: Desk) -> None:
    assert found(worked) == []
    assert worked.journal.db.one("SELECT count(*) > 4 FROM deadline") == (1,), "there is something to compare"


PLANTED: dict[str, tuple[str, str]] = {
    "never begun": ("DELETE FROM deadline WHERE limit_id = 'judged'", "judged: was begun and has no row"),
    "begun late": ("UPDATE deadline SET since = '2026-03-16' WHERE limit_id = 'plate'", "plate: since is"),
    "over on another day": ("UPDATE deadline SET due = '2026-03-20' WHERE limit_id = 'plate'", "plate: due is"),
    "still running": ("UPDATE deadline SET stopped = '' WHERE limit_id = 'judged'", "judged: stopped is"),
    "ended by nobody": ("UPDATE deadline SET stopped = since WHERE limit_id = 'mended'", "mended: stopped is"),
    "without its pause": ("UPDATE deadline SET due = '2026-03-27' WHERE limit_id = 'promise'", "promise: due is"),
    "standing still": ("UPDATE deadline SET paused = since WHERE limit_id = 'promise'", "promise: paused is"),
    "void": ("UPDATE deadline SET void = 1 WHERE limit_id = 'plate'", "plate: void is"),
    "of nothing": (
        "UPDATE deadline SET limit_id = 'invented' WHERE limit_id = 'plate'",
        "invented: runs though nothing began it",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(worked: Desk, planted: str) -> None:
    sql, sentence = PLANTED[planted]
    with worked.journal.transaction():
        worked.journal.db.run(sql)
    assert any(sentence in one for one in found(worked)), found(worked)


def test_a_dispatch_that_clocks_do_not_hear_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: the line moved the case and dropped the limits that the move had planned."""

    monkeypatch.setattr("app.casework.batches.events.put_deadlines", lambda _db, _subject, _deadlines: None)
    desk.send(open_plate(desk))
    assert {one.split(" ", 1)[1] for one in found(desk)} == {
        "plate: was begun and has no row",
        "judged: was begun and has no row",
        "step/pressing: was begun and has no row",
    }


def test_a_line_of_the_book_is_reckoned_too(desk: Desk, clock: Clock) -> None:
    """Received on Thursday 12 March 2026, followed up, set aside and taken back: two limits, and one planted fault."""
    book = BookDesk(desk.journal, clock)
    line, answered = book.write(contact="0812"), book.write(contact="0812")
    book.follow(answered)
    book.answer(answered)
    assert found(desk) == []
    with desk.journal.transaction():
        desk.journal.db.run("UPDATE deadline SET due = '2026-04-30' WHERE subject = ?", (f"complaint/{line.id}",))
    assert {one.split(": ")[1].split(" is ")[0] for one in found(desk)} == {"due"}


def test_a_line_that_is_reopened_and_then_handled_otherwise_is_reckoned_from_its_reopening(
    desk: Desk, clock: Clock
) -> None:
    """By the limits of that day, which the office changed meanwhile; the unit of both dates is that of the line."""
    book = BookDesk(desk.journal, clock)
    line = book.write(contact="0812")
    book.follow(line)
    book.answer(line)
    told = {"complaint_id": line.id, "now": clock()}
    service.close_line(desk.journal, book.who("ida"), **told)
    handling = book.row(line).handling
    other = next(one for one in HANDLINGS if one != handling)
    for name, days, unit in ((handling, 9, "calendar_days"), (other, 4, "working_days")):
        set_limit(desk.journal, book.who("ratna"), name=name, days=days, unit=unit, source="SK", now=clock())
    desk.later(days=1)
    told["now"] = desk.now
    service.reopen_line(desk.journal, book.who("ida"), reason="Belum selesai", **told)
    assert found(desk) == []
    kept = {"type_": book.row(line).type, "category": book.row(line).category, "weight": book.row(line).weight}
    service.classify_line(desk.journal, book.who("ida"), handling=other, **kept, **told)
    assert book.row(line).unit == "working_days"
    assert found(desk) == []
