"""Targets: put in force by the chief, changed for a coming year, a lower one with a reason; the old ones stay."""

import pytest

from app.core.periods import Period
from app.core.problems import Problem
from app.platform.people.changes import Appoint, Disable
from app.quality.indicators import queries, service
from app.quality.indicators.service import NewTarget
from app.quality.indicators.tables import IndicatorTarget
from schema.indicator_values import format_value
from tests.platform.people import START
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import COUNT, DAYS, FILE, RATIO, S1, SHARE, checked, refused, state, typed
from tests.world.indicator_staff import agree_to_targets

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
    agree_to_targets(campus.journal, campus.actor("tirta"), 2026, campus.clock())
    assert queries.load_targets(campus.db, 2026)[SHARE].responsible == "kasubbag_umum"


def test_of_several_wrong_targets_each_says_why_and_none_is_set(campus: Campus) -> None:
    changes = NewTarget(SHARE, "banyak"), NewTarget(RATIO, "85"), NewTarget(COUNT, "40")
    with pytest.raises(Problem) as problem:
        set_targets(campus, 2027, *changes)
    assert set(problem.value.fields) == {f"target-{SHARE}", f"target-{RATIO}"}
    assert not queries.load_targets(campus.db, 2027)


def test_targets_wait_for_a_second_person_who_did_not_set_them(campus: Campus) -> None:
    """Bagas checks figures and acts as director: he sets no target and agrees to it."""
    set_targets(campus, 2027, NewTarget(SHARE, "95"))
    assert not queries.load_targets(campus.db, 2027)[SHARE].in_force
    assert 2027 not in queries.years_in_force(campus.db)
    for who, code in (("laksmi", "forbidden"), ("yuni", "forbidden")):
        assert code_of(campus, who) == code
    plh = Appoint(campus.actor("tirta").person_id, "direktur", "plh", "HK/9", START.date(), None, director_id(campus))
    write(campus, plh)
    set_targets(campus, 2027, NewTarget(SHARE, "96"), who="tirta")
    assert code_of(campus, "tirta") == "second_person"
    assert code_of(campus, "surya", seen="1") == "conflict", "what he read is no longer what waits"
    agree_to_targets(campus.journal, campus.actor("surya"), 2027, campus.clock())
    target = queries.load_targets(campus.db, 2027)[SHARE]
    assert (target.in_force, format_value(target.value, "percent")) == (True, "96%"), "the newest only"
    assert (target.actor, target.second) == ("tirta", "surya")
    kept = [row.state for row in IndicatorTarget.rows(campus.db, year=2027, order="id")]
    assert kept == ["dropped", "in_force"], "what was replaced while it waited never was in force"
    assert code_of(campus, "surya") == "conflict", "nothing waits any more"


def test_targets_that_a_second_person_gives_back_are_not_in_force(campus: Campus) -> None:
    set_targets(campus, 2027, NewTarget(SHARE, "95"))
    assert code_of(campus, "surya", agreed=False) == "invalid", "with a note only"
    assert code_of(campus, "surya", agreed=False, note="Gedung belum selesai.") == ""
    assert queries.load_targets(campus.db, 2027) == {}
    row = queries.given_back(campus.db, 2027)
    assert row
    assert (row.second, row.note) == ("surya", "Gedung belum selesai.")
    assert set_targets(campus, 2027, NewTarget(SHARE, "95")) == 1, "and may be set again"
    assert queries.given_back(campus.db, 2027) is None


def test_a_closed_account_is_no_second_person(campus: Campus) -> None:
    set_targets(campus, 2027, NewTarget(SHARE, "95"))
    write(campus, Disable(director_id(campus), "Pensiun."))
    assert code_of(campus, "surya") == "conflict"
    assert not queries.load_targets(campus.db, 2027)[SHARE].in_force


def test_a_unit_that_is_none_is_refused_at_its_field(campus: Campus) -> None:
    with pytest.raises(Problem) as problem:
        set_targets(campus, 2027, NewTarget(SHARE, "95", responsible="centre_admin"))
    assert list(problem.value.fields) == [f"unit-{SHARE}"]


def director_id(campus: Campus) -> int:
    return campus.actor("laksmi").person_id


def write(campus: Campus, change: Appoint | Disable) -> None:
    with campus.journal.transaction():
        change.write(campus.journal, "surya", campus.clock())


def code_of(campus: Campus, who: str, seen: str = "", agreed: bool = True, note: str = "") -> str:
    """Code of what refuses somebody's judgement of the targets of 2027; empty where nothing does."""
    seen = seen or queries.waiting_mark(queries.waiting_rows(campus.db, 2027))
    given = {"year": 2027, "seen": seen, "agreed": agreed, "note": note, "now": campus.clock()}
    try:
        service.judge_targets(campus.journal, campus.actor(who), **given)  # by name
    except Problem as problem:
        return problem.code
    return ""
