"""Paper forms: typed twice by two persons, settled by a third, none counts twice."""

from pathlib import Path

import pytest

from app.core.permissions import Actor
from app.core.problems import Problem
from app.quality.surveys import forms
from app.quality.surveys.tables import SurveyAnswer, SurveyForm
from schema.surveys import load_survey
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import Clock, actor_of
from tests.quality.surveys.voting import GROUPS

TYPED = {f"U{n}": "3" for n in range(1, 10)} | GROUPS
MONTH = "2026-03"


def who(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, Clock()().date())


def typing(journal: Journal, clock: Clock, username: str, number: int = 1, month: str = MONTH, **more: str) -> str:
    return forms.type_form(journal, who(journal, username), number=number, month=month, typed=TYPED | more, now=clock())


def conflict(journal: Journal, clock: Clock, username: str, number: int = 1, **more: str) -> str:
    with pytest.raises(Problem) as caught:
        typing(journal, clock, username, number, **more)
    return caught.value.sentence


@pytest.fixture
def printed(journal: Journal, clock: Clock) -> list[int]:
    return forms.print_forms(journal, who(journal, "sari"), service="ktp-el", count=3, now=clock())


def test_what_two_persons_type_alike_counts_once(journal: Journal, clock: Clock, printed: list[int]) -> None:
    assert printed == [1, 2, 3]
    assert typing(journal, clock, "sari", comment="Kursi kurang.") == "typed"
    assert SurveyAnswer.rows(journal.db) == []  # one typing is no answer yet
    assert "orang lain, bukan yang mengetiknya" in conflict(journal, clock, "sari", comment="Kursi kurang.")
    assert typing(journal, clock, "oki", comment="Kursi kurang.") == "counted"
    assert "sudah berubah: Dihitung" in conflict(journal, clock, "ida")
    [answer] = SurveyAnswer.rows(journal.db)
    assert (answer.marks, answer.month, answer.source, answer.service) == ("3" * 9, MONTH, "form", "ktp-el")
    assert answer.ballot is None


def test_differences_are_listed_and_a_third_person_settles_them(
    journal: Journal, clock: Clock, printed: list[int], tmp_path: Path
) -> None:
    typing(journal, clock, "sari")
    clock.forward(minutes=1)
    assert typing(journal, clock, "ida", U3="2", sex="male", month="2026-02") == "differs"
    listed = forms.differences(journal.db, load_survey("skm14"), 1)
    assert [(difference.field, difference.first, difference.second) for difference in listed] == [
        ("month", "2026-03", "2026-02"),
        ("U3", "3", "2"),
        ("sex", "Perempuan", "Laki-laki"),
    ]
    settle = {"number": 1, "month": MONTH, "typed": TYPED | {"U3": "2"}, "now": clock()}
    with pytest.raises(Problem, match="orang ketiga"):
        forms.settle_form(journal, who(journal, "ida"), **settle)
    with pytest.raises(Problem, match="wewenang"):
        forms.settle_form(journal, who(journal, "oki"), **settle)
    forms.settle_form(journal, who(journal, "budi"), **settle)
    assert [row.marks for row in SurveyAnswer.rows(journal.db)] == ["332333333"]
    with pytest.raises(Problem, match="sudah berubah"):
        forms.settle_form(journal, who(journal, "ratna"), **settle)
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_wrong_typing_loses_nothing_and_writes_nothing(journal: Journal, clock: Clock, printed: list[int]) -> None:
    for wrong in ({"U1": "5"}, {"U2": "ab"}, {"age": "from_99"}, {"comment": "a" * 501}):
        with pytest.raises(Problem) as caught:
            typing(journal, clock, "sari", **wrong)
        assert caught.value.code == "invalid"
    for month in ("2026-13", "2026-04", "2023-01", "Maret"):
        with pytest.raises(Problem) as caught:
            typing(journal, clock, "sari", month=month)
        assert "month" in caught.value.fields
    assert [row.state for row in SurveyForm.rows(journal.db)] == ["printed"] * 3
    with pytest.raises(Problem, match="tidak ditemukan"):
        typing(journal, clock, "sari", number=99)


def test_a_spoiled_form_counts_never(journal: Journal, clock: Clock, printed: list[int]) -> None:
    typing(journal, clock, "sari", number=2)
    with pytest.raises(Problem):
        forms.spoil_form(journal, who(journal, "sari"), number=2, why=" ", now=clock())
    forms.spoil_form(journal, who(journal, "sari"), number=2, why="Basah", now=clock())
    assert "sudah berubah: Rusak" in conflict(journal, clock, "oki", number=2)
    assert forms.print_forms(journal, who(journal, "oki"), service="ktp-el", count=1, now=clock()) == [4]
    with pytest.raises(Problem):
        forms.print_forms(journal, who(journal, "oki"), service="ktp-el", count=201, now=clock())
