"""What the centre tells its offices, who may do what, and that the journal gives the same tables again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.centre import offices, service, settings
from app.centre.tables import StateTold
from app.core.permissions import SYSTEM, Actor
from sync.verification import verify_side
from tests.centre.floor import EKO, NOW, OFFICE, OTHER, STRANGER, YUNI, Floor, refused


def test_offices_hear_of_blanks_and_queue_when_it_changes_or_a_day_begins(floor: Floor) -> None:
    floor.enrol(OTHER)
    assert offices.publish_state(floor.journal, now=floor.now) == 2
    assert offices.publish_state(floor.journal, now=floor.later(minutes=20)) == 0
    floor.queued(2)
    assert offices.publish_state(floor.journal, now=floor.now) == 2
    floor.queued(1)
    assert offices.publish_state(floor.journal, now=floor.later(minutes=5)) == 0
    assert offices.publish_state(floor.journal, now=floor.later(minutes=15)) == 2
    assert offices.publish_state(floor.journal, now=floor.later(hours=24)) == 2
    told = StateTold.first(floor.db, StateTold.office == OTHER)
    assert told is not None
    assert (told.blanks, told.queue) == (20, 3)
    assert floor.told().count("centre.state") == 4


def test_an_invitation_is_noted_without_its_code(floor: Floor) -> None:
    given: list[tuple[str, str, str]] = []

    def issue(office: str, name: str, actor: str, _now: object) -> str:
        given.append((office, name, actor))
        return "pusat.example:8135 7Q2K-SECRET"

    code = offices.invite_office(floor.journal, EKO, office="350807", name="Contoh Timur", issue=issue, now=NOW)
    assert code.endswith("SECRET")
    assert given == [("350807", "Contoh Timur", "eko")]
    row = floor.db.one(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.kind = 'office.invited'"
    )
    assert row is not None
    assert b"SECRET" not in bytes(row[0])
    problem = refused(
        lambda: offices.invite_office(floor.journal, EKO, office="35", name="", issue=issue, now=NOW), "invalid"
    )
    assert set(problem.fields) == {"office", "name"}


@pytest.mark.parametrize("actor", [STRANGER, SYSTEM])
def test_everything_needs_its_permission(floor: Floor, actor: Actor) -> None:
    [line] = floor.queued(1)
    here = {"office": OFFICE, "line": line, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: service.accept_lines(floor.journal, actor, office=OFFICE, lines=[line], now=NOW),
        lambda: service.accept_dispatch(floor.journal, actor, office=OFFICE, dispatch_id=1, now=NOW),
        lambda: service.refuse_line(floor.journal, actor, reason="photo", **here),  # type: ignore[arg-type]
        lambda: service.answer_recall(floor.journal, actor, **here),  # type: ignore[arg-type]
        lambda: service.print_line(floor.journal, actor, serial="0A118402", **here),  # type: ignore[arg-type]
        lambda: service.spoil_blank(floor.journal, actor, reason="jam", **here),  # type: ignore[arg-type]
        lambda: service.open_line(floor.db, actor, **here),  # type: ignore[arg-type]
        lambda: service.receive_blanks(floor.journal, actor, count=1, letter="1", now=NOW),
        lambda: service.correct_blanks(floor.journal, actor, count=1, reason="1", now=NOW),
        lambda: service.count_blanks(floor.journal, actor, counted=1, note="", now=NOW),
        lambda: service.ship_cards(floor.journal, actor, office=OFFICE, lines=[line], counted=1, carrier="a", now=NOW),
        lambda: settings.change_settings(floor.journal, actor, values={}, now=NOW),
        lambda: offices.invite_office(floor.journal, actor, office=OFFICE, name="a", issue=lambda *_: "", now=NOW),
    ]
    for call in calls:
        refused(call, "forbidden")


def test_a_printer_enrols_no_office(floor: Floor) -> None:
    refused(
        lambda: offices.invite_office(floor.journal, YUNI, office=OFFICE, name="a", issue=lambda *_: "", now=NOW),
        "forbidden",
    )


def test_the_centre_is_set_up_once_and_keeps_its_code(floor: Floor) -> None:
    identity = {
        "centre.code": "dukcapil-3509",
        "centre.name": "Lain",
        "centre.regency": "R",
        "centre.place": "P",
        "centre.address": "127.0.0.1:8135",
    }
    refused(lambda: settings.set_up_centre(floor.journal, identity=identity, now=NOW), "conflict")
    settings.change_settings(floor.journal, EKO, values={"centre.name": "Lain", "centre.code": "x"}, now=NOW)
    assert floor.journal.source == "dukcapil-3508"
    assert dict(floor.db.run("SELECT key, value FROM centre_setting"))["centre.name"] == '"Lain"'
    refused(
        lambda: settings.change_settings(floor.journal, EKO, values={"centre.address": "a b"}, now=NOW),
        "invalid",
    )


def test_replaying_the_journal_gives_the_same_tables(floor: Floor, tmp_path: Path) -> None:
    floor.enrol(OTHER)
    ids, others = floor.queued(3), floor.queued(2, OTHER)
    floor.office.anchor()
    floor.print(others[0], "0B000001", OTHER)
    floor.print(ids[0], "0B000002")
    service.spoil_blank(floor.journal, YUNI, office=OFFICE, line=ids[1], reason="chip", now=NOW)
    service.refuse_line(floor.journal, YUNI, office=OTHER, line=others[1], reason="photo", now=NOW)
    floor.office.recall(ids[2])
    service.ship_cards(floor.journal, YUNI, office=OTHER, lines=others[:1], counted=1, carrier="Fajar", now=NOW)
    service.count_blanks(floor.journal, YUNI, counted=17, note="", now=NOW)
    offices.publish_state(floor.journal, now=NOW)
    found = verify_side(floor.journal, "centre", tmp_path / "scratch.sqlite3")
    assert found.faults == []
    assert found.entries > 20
