"""The team (5.2.1, 5.2.2, 7): at least a bachelor's degree, a decree enacted by the head, a pact signed by each."""

from datetime import date

import pytest

from app.core.problems import Problem
from app.hotline import team
from sync.journal import Journal
from tests.hotline.desk import HotlineDesk
from tests.hotline.staff import DECREE, draft_team, person
from tests.people import START, Clock

DAY = START.date()


@pytest.fixture
def unformed(journal: Journal) -> Journal:
    """The office without a team."""
    [decree] = team.list_decrees(journal.db)
    team.withdraw_team(journal, person(journal, "camat"), decree_id=decree.id, reason="Diganti.", now=START)
    return journal


def refusal(hotline: HotlineDesk, case_id: int, by: str = "ida") -> str:
    with pytest.raises(Problem) as told:
        hotline.go(case_id, "answered_desk", by=by, note="Begini.")
    return told.value.sentence


def test_nobody_answers_before_decree_and_pact_stand(unformed: Journal, hotline: HotlineDesk) -> None:
    case_id = hotline.call().id  # whoever calls is written down all the same
    assert "Belum ada SK Tim Pelaksana Hotline" in refusal(hotline, case_id)
    decree = draft_team(unformed, "ida", number="HK.01/121/2026")
    assert "Belum ada SK" in refusal(hotline, case_id)
    team.enact_team(unformed, person(unformed, "camat"), decree_id=decree, now=START)
    assert "belum menandatangani pakta integritas" in refusal(hotline, case_id)
    team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree, now=START)
    assert "Bayu Nugroho bukan anggota" in refusal(hotline, case_id, by="bayu")
    hotline.go(case_id, "unanswered")
    hotline.go(case_id, "to_kabag", note="Tidak ada.")
    hotline.go(case_id, "instructed", by="budi", note="Jawab begini.")  # who instructs is not of the team
    team.release_member(
        unformed, person(unformed, "ratna"), decree_id=decree, username="ida", reason="Pindah tugas.", now=START
    )
    with pytest.raises(Problem, match="bukan anggota"):
        hotline.go(case_id, "answered", note="Begini.")


def test_a_decree_that_is_over_or_withdrawn_no_longer_counts(journal: Journal, hotline: HotlineDesk) -> None:
    assert team.why_not_in_team(journal.db, "ida", date(2026, 12, 31)) == ""
    over = team.why_not_in_team(journal.db, "ida", date(2027, 1, 1))
    assert f"SK {DECREE} berakhir 31 Desember 2026" in over
    assert team.why_not_in_team(journal.db, "ida", date(2026, 1, 4))
    assert team.state_of(team.list_decrees(journal.db)[0], date(2027, 1, 1)) == "over"
    assert hotline


@pytest.mark.parametrize("education", ["school", "diploma", "", "professor"])
def test_less_than_a_bachelors_degree_is_refused(unformed: Journal, clock: Clock, education: str) -> None:
    """7: minimal sarjana; an applied bachelor (D-IV) is one."""
    ratna = person(unformed, "ratna")
    given = {"number": "SK/1", "on_date": DAY, "until_on": date(2026, 12, 31), "now": clock()}
    with pytest.raises(Problem) as told:
        team.draft_team(unformed, ratna, members=[("bayu", "master", "Hukum"), ("ida", education, "Gizi")], **given)
    assert list(told.value.fields) == ["education2"]
    assert "sekurang-kurangnya sarjana" in told.value.fields["education2"]
    assert team.draft_team(unformed, ratna, members=[("ida", "applied_bachelor", "Gizi")], **given)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": DECREE}, "number"),
        ({"on_date": None}, "on_date"),
        ({"until_on": date(2026, 3, 1)}, "until_on"),
        ({"until_on": date(2032, 3, 1)}, "until_on"),
        ({"members": []}, "member1"),
        ({"members": [("ida", "master", "Gizi"), ("ida", "master", "Gizi")]}, "member2"),
        ({"members": [("nobody", "master", "Gizi")]}, "member1"),
        ({"members": [("ida", "master", " ")]}, "study1"),
    ],
)
def test_a_wrong_decree_is_refused_at_its_field(
    unformed: Journal, clock: Clock, change: dict[str, object], field: str
) -> None:
    given = {
        "number": "SK/1",
        "on_date": DAY,
        "until_on": date(2026, 12, 31),
        "members": [("ida", "master", "Gizi")],
        "now": clock(),
    } | change
    with pytest.raises(Problem) as told:
        team.draft_team(unformed, person(unformed, "ratna"), **given)  # type: ignore[arg-type]  # any of them wrong
    assert list(told.value.fields) == [field]


def test_only_the_head_enacts_and_only_members_sign(unformed: Journal, clock: Clock) -> None:
    decree = draft_team(unformed, "ida", number="SK/2")
    with pytest.raises(Problem, match="wewenang"):
        team.enact_team(unformed, person(unformed, "ratna"), decree_id=decree, now=clock())
    with pytest.raises(Problem, match="menunggu tanda tangan"):
        team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree, now=clock())
    team.enact_team(unformed, person(unformed, "camat"), decree_id=decree, now=clock())
    with pytest.raises(Problem, match="sudah berubah"):
        team.enact_team(unformed, person(unformed, "camat"), decree_id=decree, now=clock())
    with pytest.raises(Problem, match="bukan anggota"):
        team.sign_pact(unformed, person(unformed, "bayu"), decree_id=decree, now=clock())
    team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree, now=clock())
    with pytest.raises(Problem, match="sudah Anda tandatangani"):
        team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree, now=clock())
    [stands] = [one for one in team.list_decrees(unformed.db) if team.state_of(one, DAY) == "enacted"]
    assert (stands.enacted_by, stands.enacted_post) == ("camat", "Camat")
