"""Figures: typed by one, checked by another, corrected with a reason, put together, judged at the edge."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.periods import Period, periods_of_year
from app.core.problems import Problem
from app.quality.indicators import queries, service
from app.quality.indicators.queries import achievement
from app.quality.indicators.service import NewTarget, Typed
from app.quality.indicators.tables import Realisation
from schema.indicator_values import read_exact
from schema.indicators import Indicator, load_indicators
from tests.platform.files.pictures import pdf
from tests.platform.office.adopting import replayed
from tests.platform.people import enter
from tests.quality.indicators.conftest import Campus
from tests.world.indicator_staff import agree_to_targets

FILE = "poltekkes-banten-2022"
SHARE, COUNT, RATIO, DAYS = (
    f"{FILE}/{name}" for name in ("sk_pbm_tepat_waktu", "judul_penelitian", "rasio_beasiswa", "waktu_sk_pbm")
)
S1, S2, YEAR = Period("semester", 2026, 1), Period("semester", 2026, 2), Period("year", 2026)


def typed(campus: Campus, who: str, period: Period, key: str = SHARE, **figure: str) -> int:
    return service.type_figure(
        campus.journal, campus.actor(who), key=key, period=period, typed=Typed(**figure), now=campus.clock()
    )


def checked(campus: Campus, figure_id: int, who: str = "tirta", *, agreed: bool = True, note: str = "") -> None:
    row = queries.load_figure(campus.db, figure_id)
    if not service.evidence_of(campus.db, [row]):
        typist = campus.actor(row.typed_by)
        service.attach_evidence(
            campus.journal, typist, figure_id=figure_id, data=pdf(), name="sk.pdf", now=campus.clock()
        )
    service.judge_figure(
        campus.journal, campus.actor(who), figure_id=figure_id, agreed=agreed, note=note, now=campus.clock()
    )


def state(campus: Campus, period: Period, key: str = SHARE) -> str:
    return achievement(campus.db, key, period, campus.clock().date()).state


def refused(problem: pytest.ExceptionInfo[Problem]) -> str:
    return " ".join(problem.value.fields.values()) or problem.value.sentence


def test_a_figure_counts_only_after_another_person_saw_its_evidence(campus: Campus) -> None:
    assert state(campus, S1) == "no_data", "never nought"
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    assert state(campus, S1) == "waiting"
    with pytest.raises(Problem) as problem:
        service.judge_figure(
            campus.journal, campus.actor("tirta"), figure_id=figure, agreed=True, note="", now=campus.clock()
        )
    assert "Buktinya belum ada" in refused(problem)
    checked(campus, figure)
    reached = achievement(campus.db, SHARE, S1, campus.clock().date())
    assert (reached.state, reached.numerator, reached.denominator) == ("reached", 9, 10), "90 of at least 90"
    with pytest.raises(Problem):
        checked(campus, figure)


def test_a_period_runs_through_its_last_day(campus: Campus) -> None:
    days = (date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1))
    assert [achievement(campus.db, SHARE, S1, day).running for day in days] == [True, True, False]


def test_nobody_checks_what_he_typed_whatever_his_roles(campus: Campus) -> None:
    both = {"lecturer": {"name": "Dua Peran", "roles": ["jurusan", "mutu"]}}
    enter(campus.journal, both, now=campus.clock())
    figure = typed(campus, "lecturer", S1, numerator="9", denominator="10")
    with pytest.raises(Problem) as problem:
        checked(campus, figure, "lecturer")
    assert "orang lain" in refused(problem)
    corrected = typed(campus, "yuni", S1, numerator="8", denominator="10", reason="Salah hitung")
    with pytest.raises(Problem):
        checked(campus, corrected, "lecturer")
    checked(campus, corrected)


def test_a_correction_keeps_the_old_value_and_is_checked_again(campus: Campus) -> None:
    first = typed(campus, "yuni", S1, numerator="9", denominator="10")
    checked(campus, first)
    with pytest.raises(Problem) as problem:
        typed(campus, "yuni", S1, numerator="7", denominator="10")
    assert "mengapa" in refused(problem)
    second = typed(campus, "yuni", S1, numerator="7", denominator="10", reason="Dua SK terhitung ganda")
    assert state(campus, S1) == "waiting"
    history = queries.figure_history(campus.db, SHARE, S1)
    assert [(row.id, row.value, row.state, row.checked_by, row.reason) for row in history] == [
        (second, "70", "waiting", "", "Dua SK terhitung ganda"),
        (first, "90", "replaced", "tirta", ""),
    ]
    checked(campus, second)
    assert state(campus, S1) == "missed"


def test_what_is_returned_says_why_and_counts_for_nothing(campus: Campus) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    with pytest.raises(Problem):
        checked(campus, figure, agreed=False)
    checked(campus, figure, agreed=False, note="Lampiran kurang satu.")
    assert state(campus, S1) == "no_data"
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10", reason="Dilengkapi"))
    assert state(campus, S1) == "missed"


@pytest.mark.parametrize(
    ("key", "period", "figure", "says"),
    [
        (SHARE, S1, {"numerator": "sembilan", "denominator": "10"}, "Tulis angka"),
        (SHARE, S1, {"numerator": "9", "denominator": ""}, "Isi angkanya"),
        (SHARE, S1, {"numerator": "9", "denominator": "0"}, "pembaginya nol"),
        (SHARE, S1, {"numerator": "11", "denominator": "10"}, "Lebih besar daripada pembaginya"),
        (SHARE, S1, {"numerator": "1:2", "denominator": "10"}, "satu angka"),
        (SHARE, S2, {"numerator": "9", "denominator": "10"}, "reason"),
        (SHARE, Period("quarter", 2026, 1), {"numerator": "9", "denominator": "10"}, "tidak diukur untuk periode itu"),
        (SHARE, Period("semester", 2027, 1), {"numerator": "9", "denominator": "10"}, "belum mulai"),
        (COUNT, YEAR, {"numerator": "-3"}, "kurang dari nol"),
        (SHARE, S1, {"numerator": "1", "denominator": "-2"}, "kurang dari nol"),
        (COUNT, YEAR, {"numerator": "3", "note": "x" * 501}, "500"),
    ],
)
def test_bad_input_gets_a_sentence(campus: Campus, key: str, period: Period, figure: dict[str, str], says: str) -> None:
    if says == "reason":
        figure_id = typed(campus, "yuni", period, key, **figure)
        assert queries.load_figure(campus.db, figure_id).state == "waiting", "a running period may be typed"
        return
    with pytest.raises(Problem) as problem:
        typed(campus, "yuni", period, key, **figure)
    assert says in refused(problem)


def test_only_the_responsible_unit_types(campus: Campus) -> None:
    changes = [NewTarget(SHARE, "90", responsible="kasubbag_umum")]
    service.set_targets(campus.journal, campus.actor("laksmi"), year=2026, changes=changes, now=campus.clock())
    agree_to_targets(campus.journal, campus.actor("tirta"), 2026, campus.clock())
    with pytest.raises(Problem) as problem:
        typed(campus, "yuni", S1, numerator="9", denominator="10")
    assert "Kasubbag Kepegawaian dan Umum" in refused(problem)
    assert typed(campus, "rahma", S1, numerator="9", denominator="10")
    with pytest.raises(Problem):
        typed(campus, "tirta", S1, numerator="9", denominator="10")


def test_the_edges_of_more_less_and_ratio(campus: Campus) -> None:
    cases = (
        (SHARE, "yuni", S1, {"numerator": "899999", "denominator": "1000000"}, "missed"),
        (COUNT, "yuni", YEAR, {"numerator": "38"}, "reached"),
        (DAYS, "yuni", Period("activity", 2026, 3, 1), {"numerator": "2"}, "reached"),
        (DAYS, "yuni", Period("activity", 2026, 4, 1), {"numerator": "2,1"}, "missed"),
        (RATIO, "yuni", S1, {"numerator": "10", "denominator": "220"}, "reached"),
    )
    for key, who, period, figure, wanted in cases:
        checked(campus, typed(campus, who, period, key, **figure))
        asked = Period("month", period.year, period.n) if period.kind == "activity" else period
        assert state(campus, asked, key) == wanted, (key, figure)
    whole = achievement(campus.db, DAYS, YEAR, campus.clock().date())
    assert whole.value is not None
    assert whole.value.first == Fraction(41, 20), "the mean of two activities"
    quarter = achievement(campus.db, SHARE, Period("quarter", 2026, 3), campus.clock().date())
    assert quarter.about == S1, "the newest figure of the year"
    half = achievement(campus.db, SHARE, S1, campus.clock().date())
    assert (half.about, whole.about) == (None, None), "of the asked period itself, and of several together"


SHARES = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=6)


def row_of(period: Period, above: str, below: str, value: str) -> Realisation:
    made = Realisation(__no_default__=1)
    made.__data__ = {
        "period": period.code,
        "numerator": above,
        "denominator": below,
        "value": value,
        "state": "checked",
    }
    return made


def indicator_of(key: str) -> Indicator:
    found = load_indicators(FILE).find(key.partition("/")[2])
    assert found is not None
    return found


@given(SHARES)
def test_parts_are_added_up_before_they_are_divided(parts: list[tuple[int, int]]) -> None:
    months = periods_of_year("month", 2026)
    rows = [
        row_of(month, str(above), str(below), str(Fraction(100 * above, below)))
        for month, (above, below) in zip(months, parts, strict=False)
    ]
    chosen = queries.figures_within(rows, YEAR)
    made = queries.put_together(indicator_of(SHARE), chosen)
    assert made.value.first == Fraction(100 * sum(a for a, _ in parts), sum(b for _, b in parts))
    counts = [row_of(month, "", "", str(above)) for month, (above, _) in zip(months, parts, strict=False)]
    assert queries.put_together(indicator_of(COUNT), counts).value.first == sum(a for a, _ in parts)
    days = queries.put_together(indicator_of(DAYS), counts).value.first
    assert days == Fraction(sum(a for a, _ in parts), len(parts))


@given(st.sets(st.integers(1, 12)), st.integers(1, 4))
def test_a_quarter_shows_its_own_figures_or_the_newest_before(months: set[int], n: int) -> None:
    rows = [row_of(Period("month", 2026, month), "", "", str(month)) for month in sorted(months)]
    own = {month for month in months if (month + 2) // 3 == n}
    before = {month for month in months if month <= 3 * n - 3}
    wanted = own or ({max(before)} if before else set())
    chosen = queries.figures_within(rows, Period("quarter", 2026, n))
    assert {int(read_exact(row.value).first) for row in chosen} == wanted


def test_everything_is_replayed(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="9", denominator="10"))
    typed(campus, "yuni", S1, numerator="7", denominator="10", reason="Salah hitung")
    service.analyse_period(
        campus.journal, campus.actor("yuni"), period=Period("quarter", 2026, 2), text="Baik.", now=campus.clock()
    )
    plans = [service.Plan("Tambah operator", "rahma", campus.clock().date())]
    service.close_period(
        campus.journal,
        campus.actor("laksmi"),
        period=Period("quarter", 2026, 2),
        conclusion="Cukup.",
        plans=plans,
        targets=[NewTarget(SHARE, "92")],
        now=campus.clock(),
    )
    again = replayed(campus.journal, tmp_path_factory.mktemp("again") / "kantor.sqlite3")
    for table in (
        "indicator_target",
        "realisation",
        "performance_analysis",
        "performance_review",
        "performance_follow_up",
    ):
        sql = f"SELECT * FROM {table} ORDER BY 1, 2"
        assert list(again.run(sql)) == list(campus.db.run(sql)) != []
    again.close()
