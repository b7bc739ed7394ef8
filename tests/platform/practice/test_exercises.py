"""Each exercise is walked over HTTP as its role: finished when every step was done, and not before."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from flask import Flask

from app.centre.queries import blank_stock
from app.centre.training import BLANKS
from app.cli.practice_centre import SENDER, open_own, open_training_centre
from app.core.problems import Problem
from app.platform.practice.deeds import ARRIVED, DEEDS
from app.platform.practice.invented import PREFIX, invent_person
from app.platform.practice.service import PIN
from app.platform.practice.views import page
from schema.data_folder import is_practice
from schema.database import first_value
from schema.exercises import exercises_for, read_exercises
from schema.profiles import load_profile
from sync.http_server import install_server
from sync.verification import verify_side
from tests.platform.people import CHEAP, START
from tests.platform.practice.offices import Training, open_centre_training, open_training
from tests.platform.practice.walked import DONE, Trainee
from tests.world.browser import Astray

KINDS = ("kecamatan", "biro", "poltekkes")
PUSAT = "pusat"
FEWER = {"dokumen_dicetak": 2}
"""Exercises of roles that have fewer acts than three: a senate reads what others do."""


def walks() -> list[tuple[str, str, str]]:
    """(kind of office, role, exercise) of all that there are."""
    found = []
    for kind in KINDS:
        profile = load_profile(kind)
        files = frozenset({kind, *profile.services})
        for role in profile.side_roles("office"):
            found += [(kind, role, one.id) for one in exercises_for(frozenset({role}), files)]
    for role in load_profile().side_roles("centre"):
        found += [(PUSAT, role, one.id) for one in exercises_for(frozenset({role}), frozenset({"ktp-el"}))]
    return found


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Training]]:
    """A training office of each kind behind its own port, and a training centre."""
    made = {kind: open_training(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}
    made[PUSAT] = open_centre_training(tmp_path_factory.mktemp(PUSAT))
    assert blank_stock(made[PUSAT].journal.db) == BLANKS
    yield made
    for training in made.values():
        training.close()


@pytest.mark.parametrize(("kind", "role", "exercise"), walks())
def test_an_exercise_is_finished_by_its_deeds_alone(
    trainings: dict[str, Training], kind: str, role: str, exercise: str
) -> None:
    training = trainings[kind]
    begun = training.progress(role, exercise)
    trainee = Trainee(training.browser(role), begun.person, second=begun.people[-1])
    assert trainee.browser.get(begun.exercise.begins).status == 200
    for number, step in enumerate(begun.exercise.steps):
        before = training.progress(role, exercise)
        assert (before.done, before.finished) == (number, False), step.done
        assert f"({number} dari {len(begun.steps)} selesai)" in trainee.browser.get("/").text
        DONE[step.done](trainee)
        assert [one.done for one in training.progress(role, exercise).steps][: number + 1] == [True] * (number + 1)
    assert training.progress(role, exercise).finished
    trainee.browser.send(trainee.browser.get("/latihan/"), f"/latihan/{exercise}/ulang")
    again = training.progress(role, exercise)
    assert again.done == 0
    assert again.person.nik != begun.person.nik


def test_every_role_has_one_and_every_step_a_deed() -> None:
    for kind in KINDS:
        walked = {role for office, role, _ in walks() if office == kind}
        assert set(load_profile(kind).side_roles("office")) - walked == set(), kind
    assert {role for office, role, _ in walks() if office == PUSAT} == set(load_profile().side_roles("centre"))
    named = {step.done for one in read_exercises() for step in one.steps}
    assert named == set(DEEDS) - {ARRIVED} == set(DONE)
    assert {one.id: len(one.steps) for one in read_exercises() if len(one.steps) < 3} == FEWER


def test_a_deed_about_somebody_else_does_not_count(trainings: dict[str, Training]) -> None:
    training = trainings["kecamatan"]
    other = invent_person("someone else", date(2026, 3, 12), [])
    keeper = training.browser("kasubbag")
    keeper.send(keeper.get("/latihan/"), "/latihan/konsep_surat/ulang")
    trainee = Trainee(keeper, other)
    for deed in ("letter_drafted", "letter_corrected", "letter_submitted"):
        DONE[deed](trainee)
    assert training.progress("kasubbag", "konsep_surat").done == 0


def test_nobody_begins_the_exercise_of_another_role_anew(trainings: dict[str, Training]) -> None:
    clerk = trainings["kecamatan"].browser("village")
    page = clerk.get("/latihan/")
    page.form("/ulang").action = "/latihan/pengaturan/ulang"
    with pytest.raises(Astray, match="404"):
        clerk.send(page, "/ulang")


def test_a_training_office_is_never_let_in_by_a_centre(trainings: dict[str, Training]) -> None:
    keeper = trainings["kecamatan"].browser("admin")
    page = keeper.get("/jalan/")
    with pytest.raises(Astray, match="Kantor latihan tidak disambungkan"):
        keeper.send(page, "/daftar", {"code": "ABCD"})


def test_invented_people_belong_to_nobody_and_are_the_same_for_the_same_seed() -> None:
    today = date(2026, 3, 12)
    drawn = [invent_person(f"seed {number}", today, [("1", "Krai")]) for number in range(200)]
    assert all(person.nik.startswith(PREFIX) and person.kk.startswith(PREFIX) for person in drawn)
    assert all(18 <= today.year - person.birth_on.year <= 60 for person in drawn)
    assert len({person.nik for person in drawn}) == 200
    assert drawn[7] == invent_person("seed 7", today, [("1", "Krai")])


@pytest.mark.parametrize(
    ("finished", "in_hand"), [((), None), ((True, False, False), 1), ((False,), 0), ((True, True), 1)]
)
def test_beside_a_page_stands_the_first_exercise_that_is_not_finished(
    monkeypatch: pytest.MonkeyPatch, finished: tuple[bool, ...], in_hand: int | None
) -> None:
    """After the last one is finished it stays there and says so."""
    mine = [SimpleNamespace(finished=one) for one in finished]
    monkeypatch.setattr(page, "own_progress", lambda: mine)
    with Flask("latihan").test_request_context("/"):
        found = page.exercise_in_hand()
    assert found is (None if in_hand is None else mine[in_hand])


def names_that_came(training: Training) -> list[str]:
    """In the order in which they came."""
    rows = training.journal.db.run("SELECT name FROM incoming_line ORDER BY dispatch_id, ordinal")
    return [str(name) for (name,) in rows]


def test_each_beginning_brings_a_dispatch_and_a_start_brings_none_twice(trainings: dict[str, Training]) -> None:
    training = trainings[PUSAT]
    assert training.brought is not None
    printer = training.browser("printer")
    before = names_that_came(training)
    printer.send(printer.get("/latihan/"), "/latihan/cetak/ulang")
    came = names_that_came(training)
    people = training.progress("printer", "cetak").people
    assert came == [*before, *(person.name.upper() for person in people)]
    assert {row[0][:6] for row in training.journal.db.run("SELECT main_key FROM incoming_line")} == {PREFIX}
    again = open_training_centre(training.folder, START, CHEAP)
    again.bring_people(START)
    again.close()
    assert names_that_came(training) == came


def test_answers_reach_the_sender_and_both_journals_prove_themselves(
    trainings: dict[str, Training], tmp_path: Path
) -> None:
    training = trainings[PUSAT]
    assert training.brought is not None
    printer = training.browser("printer")
    printer.send(printer.get("/latihan/"), "/latihan/cetak/ulang")
    begun = training.progress("printer", "cetak")
    trainee = Trainee(printer, begun.person, second=begun.people[-1])
    for step in begun.exercise.steps:
        DONE[step.done](trainee)
    training.brought.bring_people(START)
    sender = training.brought.sender.journal
    answers = "SELECT result FROM dispatch_line ORDER BY dispatch_id DESC, ordinal LIMIT 2"
    assert [result for (result,) in sender.db.run(answers)] == ["printed", "refused"]
    for side, journal in (("centre", training.journal), ("office", sender)):
        assert verify_side(journal, side, tmp_path / f"{side}.sqlite3").faults == []
        assert first_value(journal.db, "SELECT count(*) FROM journal WHERE verdict = 'set_aside'") == 0


def test_what_another_officer_does_with_a_line_does_not_count(trainings: dict[str, Training]) -> None:
    training = trainings[PUSAT]
    printer = training.browser("printer")
    printer.send(printer.get("/latihan/"), "/latihan/cetak/ulang")
    begun = training.progress("printer", "cetak")
    DONE["line_accepted"](Trainee(training.browser("centre_admin"), begun.person))
    assert training.progress("printer", "cetak").done == 0


def test_one_line_of_a_dispatch_is_not_the_other(trainings: dict[str, Training]) -> None:
    training = trainings[PUSAT]
    printer = training.browser("printer")
    printer.send(printer.get("/latihan/"), "/latihan/cetak/ulang")
    first, second = training.progress("printer", "cetak").people
    DONE["line_accepted"](Trainee(printer, second))
    DONE["line_refused"](Trainee(printer, second, second=first))
    assert training.progress("printer", "cetak").done == 0


def test_nothing_at_a_training_centre_answers_an_office(trainings: dict[str, Training]) -> None:
    """Whoever got a code there reaches nobody with it, neither over the network nor with a stick."""
    training = trainings[PUSAT]
    assert training.brought is not None
    face = Flask("exchange")
    install_server(face, training.brought.exchange.open_node, lambda: START)
    paths = [rule.rule for rule in face.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert paths
    for path in paths:
        address = training.address.rstrip("/") + path.replace("<", "").replace(">", "")
        assert {requests.get(address, timeout=5).status_code, requests.post(address, b"", timeout=5).status_code} == {
            404
        }, path
    assert training.brought.exchange.sticks() == []
    assert is_practice(training.folder / SENDER)


def test_a_barred_sender_is_told_and_comes_once_it_is_let_in(trainings: dict[str, Training]) -> None:
    training = trainings[PUSAT]
    assert training.brought is not None
    office = training.brought.sender.journal.source
    keeper, printer = training.browser("centre_admin"), training.browser("printer")
    keeper.send(keeper.get(f"/kantor/{office}"), "/blokir", {"reason": "Mencoba", "pin": PIN})
    before = names_that_came(training)
    with pytest.raises(Astray, match="409"):
        printer.send(printer.get("/latihan/"), "/latihan/cetak/ulang")
    with pytest.raises(Problem, match="Kantor pengirim latihan tidak dapat mengirim"):
        training.brought.bring_people(START)
    assert names_that_came(training) == before
    keeper.send(keeper.get(f"/kantor/{office}"), "/blokir", {"reason": "Cukup", "pin": PIN})
    training.brought.bring_people(START)
    people = training.progress("printer", "cetak").people
    assert names_that_came(training) == [*before, *(person.name.upper() for person in people)]


def test_a_training_centre_never_opens_the_database_of_a_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOKET_CENTRE_DB", "postgresql://pusat@127.0.0.1:1/pusat")
    journal = open_own("centre", tmp_path)
    assert (tmp_path / "pusat.sqlite3").is_file()
    assert not journal.has_identity
    journal.db.close()
