"""Two PCs of one office at the centre: both versions as the page shows them, and who may decide what."""

from collections.abc import Iterator
from dataclasses import replace as with_office
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.centre import forks
from app.core.messages import LINE_KIND
from app.core.problems import Problem
from sync.forks import VersionLine
from tests.centre import print_centre
from tests.centre.desk import Desk
from tests.centre.print_centre import EKO, YUNI, a_line
from tests.centre.test_own_keys import with_pin
from tests.platform.people import Clock
from tests.sync.world import OFFICE, OUT, World, make_world, open_side

PLACE = f"{OFFICE}/1/{OUT}"
SAID = {"office": OFFICE, "place": PLACE, "goes_on": "held", "note": "Lewat telepon", "name": "Contoh"}


@pytest.fixture
def forked(tmp_path: Path) -> Iterator[World]:
    """After two lines a second PC wrote four of its own while the first one sent three."""
    made = make_world(tmp_path)
    made.ask(2)
    made.sync()
    made.office.db.run("VACUUM INTO '" + str(tmp_path / "clone.db") + "'")
    journal = open_side(tmp_path / "clone.db", "office", OFFICE)
    twin = with_office(made, office=replace(made.office, journal=journal))
    made.ask(3, start=3)
    made.sync()
    twin.ask(4, start=50)
    twin.sync()
    yield made
    for db in (journal.db, made.office.db, made.centre.db):
        db.close()


def test_both_versions_stand_beside_each_other(forked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = forked.centre.journal
    [fork] = forks.list_stopped_forks(journal, OFFICE)
    assert (fork.place, fork.shared, fork.held_count, fork.other_count) == (PLACE, 2, 3, 4)
    assert [one.n for one in fork.held] == [3, 4, 5]
    assert [one.n for one in fork.other] == [3, 4, 5, 6]
    assert {(one.kind, one.number, one.name) for one in fork.held} == {("card.asked", "", "")}
    assert forks.list_stopped_forks(journal, "350898") == []
    monkeypatch.setattr(forks, "MOST_SHOWN", 2)
    [short] = forks.list_stopped_forks(journal, OFFICE)
    assert ([one.n for one in short.held], [one.n for one in short.other]) == ([3, 4], [3, 4])
    assert (short.held_count, short.other_count) == (3, 4)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"goes_on": "both"}, "invalid"),
        ({"note": "  "}, "invalid"),
        ({"note": "x" * 301}, "invalid"),
        ({"place": f"{OFFICE}/2/{OUT}"}, "conflict"),
        ({"office": "350898"}, "conflict"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(forked: World, changed: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as problem:
        forks.settle_fork(forked.centre.journal, EKO, **SAID | changed, issue=never_issued, now=forked.now)
    assert problem.value.code == code
    assert len(forks.list_stopped_forks(forked.centre.journal, OFFICE)) == 1
    assert forks.list_fork_decisions(forked.centre.db, OFFICE) == []


def never_issued(*_given: object) -> str:
    raise AssertionError("no code for a decision that was refused")


def test_who_prints_decides_nothing(forked: World) -> None:
    with pytest.raises(Problem) as problem:
        forks.settle_fork(forked.centre.journal, YUNI, **SAID, issue=never_issued, now=forked.now)
    assert problem.value.code == "forbidden"


def test_a_decision_gives_a_code_once_and_is_kept_with_its_reason(
    forked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def invite(_journal: object, _actor: object, **named: object) -> str:
        asked.append(named)
        return "pusat.example:8135 7Q2K"

    monkeypatch.setattr(forks, "invite_office", invite)
    journal, named = forked.centre.journal, SAID | {"note": f" {'x' * 298} "}
    assert forks.settle_fork(journal, EKO, **named, issue=never_issued, now=forked.now) == "pusat.example:8135 7Q2K"
    assert [(one["office"], one["name"], one["now"]) for one in asked] == [(OFFICE, "Contoh", forked.now)]
    [kept] = forks.list_fork_decisions(forked.centre.db, OFFICE)
    assert (kept.place, kept.goes_on, kept.note, kept.settled_by) == (f"1/{OUT}", "held", "x" * 298, "eko")
    assert forks.list_stopped_forks(journal, OFFICE) == []
    with pytest.raises(Problem) as again:
        forks.settle_fork(journal, EKO, **named, issue=never_issued, now=forked.now)
    assert again.value.code == "conflict"


def test_a_line_of_a_case_is_shown_by_its_number_and_name() -> None:
    case = a_line(1, 1, 7)
    text = b'{"n":4,"data":' + msgspec.json.encode(case) + b"}"
    shown = forks.to_fork_line(VersionLine(4, b"", LINE_KIND, "dispatch/1", text))
    assert (shown.n, shown.kind, shown.number, shown.name) == (4, LINE_KIND, case.number, case.name)
    other = forks.to_fork_line(VersionLine(5, b"", "card.asked", "card/1", text))
    assert (other.n, other.kind, other.number, other.name) == (5, "card.asked", "", "")
    broken = forks.to_fork_line(VersionLine(6, b"", LINE_KIND, "dispatch/1", b"\xff"))
    assert (broken.n, broken.number) == (6, "")


def test_whoever_decides_between_two_versions_types_the_pin(
    forked: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = with_pin(Desk(tmp_path / "pusat", Clock()))
    found = forks.list_stopped_forks(forked.centre.journal, OFFICE)
    monkeypatch.setattr(forks, "list_stopped_forks", lambda *_: found)
    page = desk.eko.get(f"/kantor/{print_centre.OFFICE}/kembar/").text
    assert 'name="pin"' in page
    desk.centre.journal.db.close()
