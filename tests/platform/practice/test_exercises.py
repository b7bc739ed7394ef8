"""Each exercise is walked over HTTP as its role: finished when every step was done, and not before."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask

from app.platform.practice.deeds import DEEDS
from app.platform.practice.invented import PREFIX, invent_person
from app.platform.practice.views import page
from schema.exercises import exercises_for, read_exercises
from schema.profiles import load_profile
from tests.platform.practice.offices import Training, open_training
from tests.platform.practice.walked import DONE, Trainee
from tests.world.browser import Astray

KINDS = ("kecamatan", "biro", "poltekkes")
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
    return found


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Training]]:
    """A training office of each kind behind its own port."""
    made = {kind: open_training(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}
    yield made
    for training in made.values():
        training.close()


@pytest.mark.parametrize(("kind", "role", "exercise"), walks())
def test_an_exercise_is_finished_by_its_deeds_alone(
    trainings: dict[str, Training], kind: str, role: str, exercise: str
) -> None:
    training = trainings[kind]
    begun = training.progress(role, exercise)
    trainee = Trainee(training.browser(role), begun.person)
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
    named = {step.done for one in read_exercises() for step in one.steps}
    assert named == set(DEEDS) == set(DONE)
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
