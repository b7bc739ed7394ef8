"""Targets: put in force by the chief, changed for a coming year, a lower one with a reason; the old ones stay."""

import pytest

from app.core.periods import Period
from app.core.problems import Problem
from app.indicators import queries, service
from app.indicators.service import NewTarget
from schema.indicator_values import format_value
from tests.indicators.conftest import Campus
from tests.indicators.test_figures import COUNT, DAYS, FILE, RATIO, S1, SHARE, checked, refused, state, typed

BOOKS, TEAMS, TEACHERS = (f"{FILE}/{name}" for name in ("rasio_judul_buku", "tim_pengelola", "rasio_dosen_mahasiswa"))


def set_targets(campus: Campus, year: int, *changes: NewTarget, who: str = "laksmi") -> int:
    return service.set_targets(campus.journal, campus.actor(who), year=year, changes=changes, now=campus.clock())


def test_only_what_is_in_force_is_judged(campus: Campus) -> None:
    assert set_targets(campus, 2027, NewTarget(SHARE, "95")) == 1
    known = queries.load_targets(campus.db, 2024)
    assert not known[SHARE].in_force, "the file proposes it"
    assert format_value(known[SHARE].value, "percent") == "80%"
    checked(campus, typed(campus, "yuni", S1, numerator="9", denominator="10"))
    assert state(campus, S1) == "reached"
    earlier = queries.achievement(campus.db, SHARE, Period("semester", 2024, 1), campus.clock().date())
    assert (earlier.state, earlier.target) == ("no_target", None)


@pytest.mark.parametrize("who", ["yuni", "tirta", "bagas", "surya", "rahma", "vina", "wibowo", "gustia"])
def test_only_the_chief_sets_targets(campus: Campus, who: str) -> None:
    with pytest.raises(Problem) as problem:
        set_targets(campus, 2027, NewTarget(SHARE, "95"), who=who)
    assert problem.value.status == 403
    with pytest.raises(Problem):
        service.adopt_targets(campus.journal, campus.actor(who), year=2024, now=campus.clock())


@pytest.mark.parametrize(
    ("key", "text", "lower"),
    [
        (SHARE, "89,9", True),  # 90 %, more is better
        (SHARE, "90", False),
        (DAYS, "2,5", True),  # 2 days, less is better
        (DAYS, "1", False),
        (COUNT, "37", True),
        (BOOKS, "1:20", True),  # 1:15, the fewer the better
        (BOOKS, "1:10", False),
        (TEAMS, "1-5", True),  # 2-5
        (TEAMS, "3-5", False),
        (TEACHERS, "1:25", True),  # 1:27, the nearer to 1:30
        (TEACHERS, "1:30", False),
    ],
)
def test_a_lower_target_needs_a_reason_and_any_other_none(campus: Campus, key: str, text: str, lower: bool) -> None:
    if lower:
        with pytest.raises(Problem) as problem:
            set_targets(campus, 2027, NewTarget(key, text))
        assert list(problem.value.fields) == [f"reason-{key}"]
        assert "lebih ringan" in refused(problem)
    set_targets(campus, 2027, NewTarget(key, text, "Gedung diperbaiki" if lower else ""))
    newest, *older = queries.target_history(campus.db, key)
    assert (newest.year, newest.lower, newest.reason) == (2027, lower, "Gedung diperbaiki" if lower else "")
    assert [one.year for one in older] == [2026, 2025], "the old ones stay"


def test_a_target_in_force_does_not_change_in_its_own_year(campus: Campus) -> None:
    with pytest.raises(Problem) as problem:
        set_targets(campus, 2026, NewTarget(SHARE, "95"))
    assert "tidak diubah di tengah jalan" in refused(problem)
    assert set_targets(campus, 2026, NewTarget(SHARE, "90")) == 0, "nothing to change"
    assert set_targets(campus, 2026, NewTarget(SHARE, "90", responsible="kasubbag_umum")) == 1
    assert queries.load_targets(campus.db, 2026)[SHARE].responsible == "kasubbag_umum"


def test_of_several_wrong_targets_each_says_why_and_none_is_set(campus: Campus) -> None:
    changes = NewTarget(SHARE, "banyak"), NewTarget(RATIO, "85"), NewTarget(COUNT, "40")
    with pytest.raises(Problem) as problem:
        set_targets(campus, 2027, *changes)
    assert set(problem.value.fields) == {f"target-{SHARE}", f"target-{RATIO}"}
    assert not queries.load_targets(campus.db, 2027)
