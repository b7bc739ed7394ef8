"""What the centre tells its offices, who may do what, and that the journal gives the same tables again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.centre import offices, service, settings
from app.centre.tables import StateTold
from app.core.permissions import SYSTEM, Actor
from sync.verification import verify_side
from tests.centre.print_centre import EKO, NOW, OFFICE, OTHER, STRANGER, YUNI, PrintCentre, refused


def test_offices_hear_of_blanks_and_queue_when_it_changes_or_a_day_begins(print_centre: PrintCentre) -> None:
    print_centre.enrol(OTHER)
    assert offices.publish_state(print_centre.journal, now=print_centre.now) == 2
    assert offices.publish_state(print_centre.journal, now=print_centre.later(minutes=20)) == 0
    print_centre.queued(2)
    assert offices.publish_state(print_centre.journal, now=print_centre.now) == 2
    print_centre.queued(1)
    assert offices.publish_state(print_centre.journal, now=print_centre.later(minutes=5)) == 0
    assert offices.publish_state(print_centre.journal, now=print_centre.later(minutes=15)) == 2
    assert offices.publish_state(print_centre.journal, now=print_centre.later(hours=24)) == 2
    told = StateTold.first(print_centre.db, StateTold.office == OTHER)
    assert told is not None
    assert (told.blanks, told.queue) == (20, 3)
    assert print_centre.told().count("centre.state") == 4


def test_an_invitation_is_noted_without_its_code(print_centre: PrintCentre) -> None:
    given: list[tuple[str, str, str]] = []

    def issue(office: str, name: str, actor: str, _now: object) -> str:
        given.append((office, name, actor))
        return "pusat.example:8135 7Q2K-SECRET"

    code = offices.invite_office(print_centre.journal, EKO, office="350807", name="Contoh Timur", issue=issue, now=NOW)
    assert code.endswith("SECRET")
    assert given == [("350807", "Contoh Timur", "eko")]
    row = print_centre.db.one(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.kind = 'office.invited'"
    )
    assert row is not None
    assert b"SECRET" not in bytes(row[0])
    problem = refused(
        lambda: offices.invite_office(print_centre.journal, EKO, office="35", name="", issue=issue, now=NOW), "invalid"
    )
    assert set(problem.fields) == {"office", "name"}


@pytest.mark.parametrize("actor", [STRANGER, SYSTEM])
def test_everything_needs_its_permission(print_centre: PrintCentre, actor: Actor) -> None:
    [line] = print_centre.queued(1)
    here = {"office": OFFICE, "line": line, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: service.accept_lines(print_centre.journal, actor, office=OFFICE, lines=[line], now=NOW),
        lambda: service.accept_dispatch(print_centre.journal, actor, office=OFFICE, dispatch_id=1, now=NOW),
        lambda: service.refuse_line(print_centre.journal, actor, reason="photo", **here),
        lambda: service.answer_recall(print_centre.journal, actor, **here),
        lambda: service.print_line(print_centre.journal, actor, serial="0A118402", **here),
        lambda: service.spoil_blank(print_centre.journal, actor, reason="jam", **here),
        lambda: service.open_line(print_centre.db, actor, **here),
        lambda: service.receive_blanks(print_centre.journal, actor, count=1, letter="1", now=NOW),
        lambda: service.correct_blanks(print_centre.journal, actor, count=1, reason="1", now=NOW),
        lambda: service.count_blanks(print_centre.journal, actor, counted=1, note="", now=NOW),
        lambda: service.ship_cards(
            print_centre.journal, actor, office=OFFICE, lines=[line], counted=1, carrier="a", now=NOW
        ),
        lambda: settings.change_settings(print_centre.journal, actor, values={}, now=NOW),
        lambda: offices.invite_office(
            print_centre.journal, actor, office=OFFICE, name="a", issue=lambda *_: "", now=NOW
        ),
    ]
    for call in calls:
        refused(call, "forbidden")


def test_a_printer_enrols_no_office(print_centre: PrintCentre) -> None:
    refused(
        lambda: offices.invite_office(
            print_centre.journal, YUNI, office=OFFICE, name="a", issue=lambda *_: "", now=NOW
        ),
        "forbidden",
    )


def test_the_centre_is_set_up_once_and_keeps_its_code(print_centre: PrintCentre) -> None:
    identity = {
        "centre.code": "dukcapil-3509",
        "centre.name": "Lain",
        "centre.regency": "R",
        "centre.place": "P",
        "centre.address": "127.0.0.1:8135",
    }
    refused(lambda: settings.set_up_centre(print_centre.journal, identity=identity, now=NOW), "conflict")
    settings.change_settings(print_centre.journal, EKO, values={"centre.name": "Lain", "centre.code": "x"}, now=NOW)
    assert print_centre.journal.source == "dukcapil-3508"
    assert dict(print_centre.db.run("SELECT key, value FROM centre_setting"))["centre.name"] == '"Lain"'
    refused(
        lambda: settings.change_settings(print_centre.journal, EKO, values={"centre.address": "a b"}, now=NOW),
        "invalid",
    )


@pytest.mark.parametrize(
    "code", ["", "dukcapil", "dukcapil-350", "dukcapil-35081", "3508-dukcapil", "Bank-3173", "b-3173", "office-3508"]
)
def test_a_code_names_a_way_of_its_own_and_a_regency(print_centre: PrintCentre, code: str) -> None:
    """`office` is the name of what an office writes for itself alone."""
    identity = dict.fromkeys(settings.NEEDED_SETTINGS, "Lain") | {"centre.code": code}
    told = refused(
        lambda: settings.set_up_centre(print_centre.journal, identity=identity, now=NOW),
        "invalid",
    )
    assert told.fields["centre.code"] == settings.CODE_SHAPE


def test_replaying_the_journal_gives_the_same_tables(print_centre: PrintCentre, tmp_path: Path) -> None:
    print_centre.enrol(OTHER)
    ids, others = print_centre.queued(3), print_centre.queued(2, OTHER)
    print_centre.office.anchor()
    print_centre.print(others[0], "0B000001", OTHER)
    print_centre.print(ids[0], "0B000002")
    service.spoil_blank(print_centre.journal, YUNI, office=OFFICE, line=ids[1], reason="chip", now=NOW)
    service.refuse_line(print_centre.journal, YUNI, office=OTHER, line=others[1], reason="photo", now=NOW)
    print_centre.office.recall(ids[2])
    service.ship_cards(print_centre.journal, YUNI, office=OTHER, lines=others[:1], counted=1, carrier="Fajar", now=NOW)
    service.count_blanks(print_centre.journal, YUNI, counted=17, note="", now=NOW)
    offices.publish_state(print_centre.journal, now=NOW)
    found = verify_side(print_centre.journal, "centre", tmp_path / "scratch.sqlite3")
    assert found.faults == []
    assert found.entries > 20
