"""When a backup is due and which stay: rules as sentences of the schedule, over drawn moments."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schema.zone import ZONES
from sync.backup import backup_moment, choose_kept, is_backup_due, is_due_at_closing, last_slot

MOMENTS = st.integers(946_684_800, 4_070_908_800).map(lambda at: datetime.fromtimestamp(at, UTC))
NIGHT = datetime(2026, 3, 12, 11, 30, tzinfo=UTC)
"""18.30 WIB."""


def named(moments: list[datetime]) -> list[tuple[datetime, str]]:
    return [(at, f"{number}-{at:%Y%m%d}") for number, at in enumerate(moments)]


@given(st.lists(MOMENTS, min_size=1, max_size=60))
def test_the_newest_always_stays_and_pruning_again_changes_nothing(moments: list[datetime]) -> None:
    made = named(moments)
    keep = choose_kept(made)
    assert max(made)[1] in keep
    assert len(keep) <= 7 + 8 + 24
    assert choose_kept([one for one in made if one[1] in keep]) == keep


@given(st.lists(MOMENTS, min_size=1, max_size=60))
def test_the_newest_of_each_of_the_last_days_weeks_and_months_stays(moments: list[datetime]) -> None:
    made = named(moments)
    keep = choose_kept(made)
    day = lambda at: at.astimezone(ZONES["WIB"]).strftime("%Y-%m-%d")  # noqa: E731
    week = lambda at: at.astimezone(ZONES["WIB"]).strftime("%G-%V")  # noqa: E731
    month = lambda at: at.astimezone(ZONES["WIB"]).strftime("%Y-%m")  # noqa: E731
    for period, count in ((day, 7), (week, 8), (month, 24)):
        for wanted in sorted({period(at) for at, _ in made})[-count:]:
            assert max(one for one in made if period(one[0]) == wanted)[1] in keep


def test_three_years_of_nights_leave_thirty_odd_files() -> None:
    made: list[tuple[datetime, str]] = []
    for night in range(3 * 365):
        made.append((NIGHT + timedelta(days=night), f"n{night}"))
        keep = choose_kept(made)
        made = [one for one in made if one[1] in keep]
    days = [(made[-1][0] - at).days for at, _ in made]
    assert [gone for gone in days if gone < 7] == [6, 5, 4, 3, 2, 1, 0]
    assert 30 <= len(made) <= 39
    assert len({(at.year, at.month) for at, _ in made}) == 24


@given(MOMENTS)
def test_the_night_begins_at_half_past_six_in_the_office(now: datetime) -> None:
    slot = last_slot(now)
    assert (slot.astimezone(ZONES["WIB"]).hour, slot.astimezone(ZONES["WIB"]).minute) == (18, 30)
    assert timedelta(0) <= now - slot < timedelta(days=1)


def test_due_once_a_night_made_up_for_in_the_morning_and_again_after_a_failure() -> None:
    minute = timedelta(minutes=1)
    assert is_backup_due(None, None, NIGHT)
    assert not is_backup_due(NIGHT - minute, None, NIGHT - minute)  # made today before the night
    assert is_backup_due(NIGHT - minute, None, NIGHT)
    assert not is_backup_due(NIGHT, None, NIGHT + timedelta(hours=23))
    assert is_backup_due(NIGHT - timedelta(days=1), None, NIGHT + timedelta(hours=13))  # switched off over night
    assert not is_backup_due(None, NIGHT, NIGHT + 29 * minute)
    assert is_backup_due(None, NIGHT, NIGHT + 30 * minute)
    assert is_backup_due(NIGHT + timedelta(days=365), NIGHT + timedelta(days=365), NIGHT)  # the clock was a year ahead


def test_closing_makes_one_unless_there_is_one_of_the_last_hour() -> None:
    assert is_due_at_closing(None, NIGHT)
    assert not is_due_at_closing(NIGHT - timedelta(minutes=59), NIGHT)
    assert is_due_at_closing(NIGHT - timedelta(hours=1), NIGHT)
    assert not is_due_at_closing(NIGHT, NIGHT), "made this very moment"
    assert is_due_at_closing(NIGHT + timedelta(days=1), NIGHT)


def test_only_own_names_are_read() -> None:
    at = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)
    assert backup_moment("350899-20260312-024200.loket-cadangan", "350899") == at
    assert backup_moment("350899-20260312-024200-2.loket-cadangan", "350899") == at
    for name in (
        "350800-20260312-024200.loket-cadangan",
        "350899-20260312-024200.loket-cadangan.tmp",
        "350899-20261399-024200.loket-cadangan",
        "foto.jpg",
    ):
        assert backup_moment(name, "350899") is None
