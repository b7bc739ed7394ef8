"""Where figures and targets begin and end: limits of texts, figures read, what is due, tasks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from app.core.periods import Period
from app.core.problems import Problem
from app.quality.indicators import papers, queries, service, tasks, wording
from app.quality.indicators.queries import Achievement, Target, achievements
from app.quality.indicators.service import NewTarget, Plan, Typed
from app.quality.indicators.tables import PerformanceFollowUp
from app.quality.quarter.charts import ACCENT, BAD, SOFT
from schema.indicator_values import exact_text, number, parse_value
from schema.indicators import load_indicators
from tests.platform.files.pictures import pdf
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import (
    COUNT,
    FILE,
    RATIO,
    S1,
    S2,
    SHARE,
    YEAR,
    checked,
    indicator_of,
    typed,
)
from tests.quality.indicators.test_reviews import PLAN, Q2, analyse, close
from tests.world.looks import drawn_looks

WITHOUT = next(
    f"{FILE}/{indicator.id}"
    for indicator in load_indicators(FILE).indicators
    if not indicator.formula and indicator.unit == "percent" and indicator.measured == "year"
)
"""A share that the file gives no formula of."""


def fields_of(act: Callable[[], Any]) -> set[str]:
    """The fields at which something is refused; nothing where it is taken."""
    try:
        act()
    except Problem as problem:
        return set(problem.fields) or {problem.code}
    return set()


# -- what is typed -----------------------------------------------------------------------------------------------------


def test_texts_of_figures_and_targets_have_their_limits(campus: Campus) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10", note="x" * 500)
    good = {"numerator": "9", "denominator": "10"}
    assert fields_of(lambda: typed(campus, "yuni", S1, **good, note="x" * 501, reason="y" * 301)) == {"note", "reason"}
    assert fields_of(lambda: typed(campus, "yuni", S1, **good)) == {"reason"}, "a change says why"
    again = typed(campus, "yuni", S1, **good, reason="y" * 300)
    assert queries.load_figure(campus.db, figure).state == "replaced"
    row = queries.load_figure(campus.db, again)
    assert (row.replaces, row.year, row.typed_by, row.numerator, row.denominator) == (figure, 2026, "yuni", "9", "10")

    def judge(agreed: bool, note: str) -> Callable[[], Any]:
        said: dict[str, Any] = {"figure_id": again, "agreed": agreed, "note": note, "now": campus.clock()}
        return lambda: service.judge_figure(campus.journal, campus.actor("tirta"), **said)

    assert fields_of(judge(False, "")) == {"check_note"}
    assert fields_of(judge(False, "x" * 501)) == {"check_note"}
    assert fields_of(judge(False, "x" * 500)) == set()

    def aim(text: str, reason: str) -> Callable[[], Any]:
        change = [NewTarget(SHARE, text, reason)]
        return lambda: service.set_targets(
            campus.journal, campus.actor("laksmi"), year=2027, changes=change, now=campus.clock()
        )

    assert fields_of(aim("80", "z" * 301)) == {f"reason-{SHARE}"}
    assert fields_of(aim("80", "")) == {f"reason-{SHARE}"}
    assert fields_of(aim("90", "")) == set(), "as much as before is not less"
    assert fields_of(aim("80", "z" * 300)) == set()

    def back(note: str) -> Callable[[], Any]:
        seen = queries.waiting_mark(queries.waiting_rows(campus.db, 2027))
        said: dict[str, Any] = {"year": 2027, "seen": seen, "agreed": False, "note": note, "now": campus.clock()}
        return lambda: service.judge_targets(campus.journal, campus.actor("tirta"), **said)

    assert fields_of(back("n" * 301)) == {"note"}
    assert fields_of(back("n" * 300)) == set()


NEEDED, ONE = "Isi angkanya.", "Isi satu angka, misalnya 85 atau 2,5."
MORE = "Lebih besar daripada pembaginya. Periksa, atau jelaskan di Keterangan."


@pytest.mark.parametrize(
    ("key", "said", "parts", "value", "wrong"),
    [
        (SHARE, Typed("9", "10"), ("9", "10"), number(90), {}),
        (SHARE, Typed("10", "10"), ("10", "10"), number(100), {}),
        (SHARE, Typed("11", "10"), ("11", "10"), number(110), {"numerator": MORE}),
        (SHARE, Typed("11", "10", note="Dua angkatan."), ("11", "10"), number(110), {}),
        (SHARE, Typed("0", "10"), ("0", "10"), number(0), {}),
        (SHARE, Typed("", ""), ("", ""), None, {"numerator": NEEDED, "denominator": NEEDED}),
        (SHARE, Typed("9", " "), ("", ""), None, {"denominator": NEEDED}),
        (SHARE, Typed("1:2", "10"), ("", ""), None, {"numerator": ONE}),
        (SHARE, Typed("-5", "-1"), None, None, {"denominator": service.NEGATIVE}),
        (RATIO, Typed("-1", "10"), None, None, {"numerator": service.NEGATIVE}),
        (COUNT, Typed("30"), ("", ""), number(30), {}),
        (COUNT, Typed("0"), ("", ""), number(0), {}),
        (COUNT, Typed("-1"), ("", ""), number(-1), {"numerator": service.NEGATIVE}),
        (COUNT, Typed(value="30"), ("", ""), None, {"numerator": NEEDED}),
        (COUNT, Typed("1:2"), ("", ""), None, {"numerator": ONE}),
        (WITHOUT, Typed(value="85"), ("", ""), number(85), {}),
        (WITHOUT, Typed("85"), ("", ""), None, {"value": NEEDED}),
        (WITHOUT, Typed(value="-1"), ("", ""), number(-1), {"value": service.NEGATIVE}),
    ],
)
def test_a_figure_is_read_as_its_formula_asks(
    key: str, said: Typed, parts: tuple[str, str] | None, value: Any, wrong: dict[str, str]
) -> None:
    found: dict[str, str] = {}
    read = service.read_figure(indicator_of(key), said, found)
    assert found == wrong
    if not wrong:
        assert read == (parts, exact_text(value))


def test_whoever_may_not_type_a_figure_reads_why(campus: Campus) -> None:
    def refused(who: str, key: str, period: Period) -> str:
        with pytest.raises(Problem) as problem:
            service.check_typing(campus.db, campus.actor(who), key, period, campus.clock().date())
        return " ".join(problem.value.fields.values()) or problem.value.sentence

    assert "tidak diukur untuk periode itu" in refused("yuni", SHARE, YEAR)
    assert "Semester I 2027 belum mulai" in refused("yuni", SHARE, Period("semester", 2027, 1))
    assert service.check_typing(campus.db, campus.actor("yuni"), SHARE, S2, date(2026, 7, 1)), "from its first day"
    with pytest.raises(Problem):
        service.check_typing(campus.db, campus.actor("yuni"), SHARE, S2, date(2026, 6, 30))
    unit = [NewTarget(SHARE, "90", responsible="kasubbag_umum")]
    service.set_targets(campus.journal, campus.actor("laksmi"), year=2027, changes=unit, now=campus.clock())
    row = queries.load_targets(campus.db, 2027)[SHARE]
    assert (row.waiting, row.in_force, row.responsible, row.lower) == (True, False, "kasubbag_umum", False)


def test_a_running_year_keeps_its_targets_and_may_change_who_answers(campus: Campus) -> None:
    def change(text: str, unit: str = "", year: int = 2026) -> set[str]:
        changes = [NewTarget(SHARE, text, "Sebab.", unit)]
        return fields_of(
            lambda: service.set_targets(
                campus.journal, campus.actor("laksmi"), year=year, changes=changes, now=campus.clock()
            )
        )

    held = queries.load_targets(campus.db, 2026)[SHARE]
    assert held.in_force
    assert change("95") == change("95", year=2025) == {f"target-{SHARE}"}
    assert change("sembilan") == {f"target-{SHARE}"}
    assert change(wording.plain_words(held.value), "nobody") == {f"unit-{SHARE}"}
    assert change(wording.plain_words(held.value), "kasubbag_umum") == set()
    assert change("95", year=2027) == set(), "a coming year is free"


def test_a_closing_has_its_limits(campus: Campus) -> None:
    analyse(campus, text="a" * 3000)
    assert fields_of(lambda: analyse(campus, text="a" * 3001)) == {"text"}
    today = campus.clock().date()
    long = Plan("w" * 501, "rahma", today - timedelta(days=1))
    wrong = fields_of(lambda: close(campus, long, Plan("", "nobody", None), conclusion="c" * 3001))
    assert wrong == {"conclusion", "what-1", "by_on-1", "what-2", "person-2", "by_on-2"}
    close(campus, Plan("w" * 500, "rahma", today), PLAN, conclusion="c" * 3000)
    first, second = queries.follow_ups_of(campus.db, Q2)
    assert (first.n, first.by_on, first.person, second.n) == (1, today.isoformat(), "rahma", 2)
    rahma = campus.actor("rahma")
    said: dict[str, Any] = {"period": Q2, "n": 1, "now": campus.clock()}
    assert fields_of(lambda: service.follow_plan(campus.journal, rahma, note="n" * 501, **said)) == {"note"}
    assert fields_of(lambda: service.follow_plan(campus.journal, rahma, note="n" * 500, **said)) == set()
    assert fields_of(lambda: service.follow_plan(campus.journal, rahma, note="Lagi.", **said)) == {"conflict"}
    assert fields_of(lambda: service.follow_plan(campus.journal, rahma, note="X", **(said | {"n": 3}))) == {"conflict"}
    review = queries.find_review(campus.db, Q2)
    assert review
    frozen = service.frozen_figures(review)
    found = {achievement.key: achievement for achievement in achievements(campus.db, Q2, today)}
    assert set(frozen) == set(found)
    one = frozen[SHARE]
    assert (one.name, one.state) == (found[SHARE].indicator.name, found[SHARE].state)
    assert (one.target, one.value) == (wording.target_words(found[SHARE]), wording.value_words(found[SHARE]))


@pytest.mark.parametrize(("kilobytes", "kept"), [(4000, True), (4000.001, False)])
def test_evidence_is_at_most_four_thousand_kilobytes(campus: Campus, kilobytes: float, kept: bool) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    whole = pdf()
    data = whole[:9] + b"\n" * (round(kilobytes * 1000) - len(whole)) + whole[9:]
    said: dict[str, Any] = {"figure_id": figure, "data": data, "name": "sk.pdf", "now": campus.clock()}
    wrong = fields_of(lambda: service.attach_evidence(campus.journal, campus.actor("yuni"), **said))
    assert wrong == (set() if kept else {"evidence"})


# -- what is due -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (Period("quarter", 2026, 1), {"quarter", "semester_end", "after_graduation"}),
        (S1, {"quarter", "semester", "semester_end", "after_graduation"}),
        (Period("quarter", 2026, 3), {"quarter", "semester", "semester_end", "after_graduation", "study_end"}),
        (YEAR, {"quarter", "semester", "semester_end", "after_graduation", "study_end", "year", "unstated"}),
    ],
)
def test_what_is_measured_before_the_end_of_a_period_is_due(period: Period, due: set[str]) -> None:
    """The odd semester and the half year after graduation end in January, a year of study in July."""
    for indicator in load_indicators(FILE).indicators:
        assert queries.is_due(indicator, period) == (indicator.measured in due), (indicator.id, indicator.measured)


def made(key: str, value: str, aim: str = "", **changed: Any) -> Achievement:
    target = Target(key, 2026, parse_value(aim), in_force=True) if aim else None
    said: dict[str, Any] = {"state": "missed", "value": parse_value(value) if value else None, "target": target}
    return Achievement(key, indicator_of(key), YEAR, **(said | changed))


def test_the_lead_counts_what_is_due(campus: Campus) -> None:
    one = made(SHARE, "90", "90", state="reached")
    later = made(COUNT, "", "3", state="no_data", due=False)
    assert wording.lead_sentence([], YEAR) == "Belum ada target yang berlaku untuk tahun 2026."
    assert wording.lead_sentence([made(SHARE, "90")], YEAR) == "Belum ada target yang berlaku untuk tahun 2026."
    assert wording.lead_sentence([one], YEAR) == "1 dari 1 sasaran tercapai pada tahun 2026."
    running = msgspec.structs.replace(one, running=True)
    assert wording.lead_sentence([running, later, made(SHARE, "80", "90")], Q2) == (
        "1 dari 2 sasaran tercapai pada Triwulan II 2026. 1 belum tercapai. 1 sasaran lain baru diukur sesudahnya."
        " Periode ini masih berjalan."
    )
    counted = msgspec.structs.replace(later, value=number(3), state="waiting")
    assert "0 dari 1" in wording.lead_sentence([counted], YEAR), "what is known counts, due or not"
    assert papers.state_parts([one, later, made(SHARE, "80", "90"), made(SHARE, "80")]) == [
        ("Tercapai", 1, ACCENT),
        ("Belum tercapai", 1, BAD),
        ("Menunggu pemeriksaan", 0, SOFT),
        ("Belum ada data", 0, ""),
    ]


def test_every_state_has_its_word_and_a_look_that_is_drawn() -> None:
    assert set(queries.LOOKS) == set(queries.STATES)
    assert set(queries.LOOKS.values()) <= drawn_looks()
    assert {"good", "bad"} == {queries.LOOKS["reached"], queries.LOOKS["missed"]}
    parts = made(SHARE, "90", numerator=Fraction(9), denominator=Fraction(10))
    assert wording.parts_words(parts) == "9 dari 10"
    assert wording.parts_words(msgspec.structs.replace(parts, denominator=None)) == ""
    assert wording.parts_words(msgspec.structs.replace(parts, numerator=None)) == ""
    assert wording.target_words(made(SHARE, "", "90")) == "paling sedikit 90%"
    assert wording.value_words(made(SHARE, "")) == "belum ada data"


# -- tasks -------------------------------------------------------------------------------------------------------------


def row_of(campus: Campus, who: str, words: str) -> Any:
    found = tasks.indicator_tasks(campus.db, campus.actor(who), campus.clock())
    return next((task for task in found if words in task.title), None)


def test_the_desk_says_how_much_waits_and_of_what_it_is(campus: Campus) -> None:
    missing = tasks.missing_figures(campus.db, campus.actor("yuni"), campus.clock().date())
    ends = [period.end for _, period, _ in missing]
    assert ends == sorted(ends, reverse=True)
    assert {period.year for _, period, _ in missing} == {2025, 2026}
    assert {queries.typing_kind(indicator_of(key)) for key, _, _ in missing}.isdisjoint({"activity"})
    row = row_of(campus, "yuni", "menunggu diisi")
    assert (row.count, row.detail) == (len(missing), f"{missing[0][1].label} dan yang sebelumnya.")
    assert (row.state, row.word, row.act, row.verb, row.tab) == ("", "", "write", "Isi", "Sasaran mutu")
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    after = tasks.missing_figures(campus.db, campus.actor("yuni"), campus.clock().date())
    assert len(after) == len(missing) - 1
    row = row_of(campus, "tirta", "menunggu diperiksa")
    assert (row.title, row.count, row.act) == ("1 capaian menunggu diperiksa", 1, "verify")
    checked(campus, figure, agreed=False, note="Kurang.")
    assert row_of(campus, "tirta", "menunggu diperiksa") is None
    row = row_of(campus, "yuni", "menunggu diisi")
    assert (row.state, row.word, row.count) == ("back", "Dikembalikan", len(missing))
    assert row.detail.endswith(" 1 dikembalikan pemeriksa.")
    over = tasks.missing_figures(campus.db, campus.actor("yuni"), date(2026, 6, 30))
    assert (SHARE, S1, False) not in over, "a period is over after its last day"


def test_targets_wait_at_the_desk_until_a_second_person_agreed(campus: Campus) -> None:
    changes = [NewTarget(SHARE, "95"), NewTarget(COUNT, "40")]
    service.set_targets(campus.journal, campus.actor("laksmi"), year=2027, changes=changes, now=campus.clock())
    row = row_of(campus, "tirta", "Setujui target 2027")
    assert row.detail == "2 target ditetapkan dan menunggu persetujuan Anda sebagai orang kedua."
    assert (row.endpoint, row.values, row.act) == ("targets.show_targets", {"year": 2027}, "verify")
    assert row_of(campus, "laksmi", "Setujui target") is None
    assert row_of(campus, "laksmi", "Tetapkan target") is None, "those of this year are in force"


def test_a_year_without_targets_waits_for_the_chief(campus: Campus) -> None:
    campus.clock.at = datetime(2024, 3, 4, 2, tzinfo=UTC)
    row = row_of(campus, "laksmi", "Tetapkan target 2024")
    stated = sum(indicator.target(2024) is not None for indicator in load_indicators(FILE).indicators)
    assert row.detail.startswith(f"{stated} target usulan menunggu penetapan Anda")
    assert (row.act, row.values) == ("approve", {"year": 2024})
    assert row_of(campus, "tirta", "Tetapkan target") is None


def test_a_period_that_is_over_is_analysed_closed_and_followed(campus: Campus) -> None:
    row = row_of(campus, "yuni", "Analisis Triwulan II 2026")
    assert (row.act, row.verb, row.values) == ("write", "Tulis", {"code": "2026-Q2"})
    analyse(campus)
    row = row_of(campus, "laksmi", "Tutup evaluasi Triwulan II 2026")
    assert (row.act, row.verb, row.values) == ("decide", "Baca", {"code": "2026-Q2"})
    assert [period.code for period in tasks.open_periods(campus.db, campus.clock().date())] == ["2026-Q2", "2025"]
    assert [period.code for period in tasks.open_periods(campus.db, date(2026, 6, 30))] == ["2026-Q1", "2025"]
    close(campus, Plan("w" * 200, "rahma", date(2026, 9, 1)), PLAN)
    assert [period.code for period in tasks.open_periods(campus.db, campus.clock().date())] == ["2025"]
    row = row_of(campus, "rahma", "Tindak lanjut evaluasi")
    assert (row.detail, row.due_on, row.act, row.verb) == ("w" * 160, date(2026, 9, 1), "follow", "Catat")
    items = tasks.due_items(campus.db, campus.actor("rahma"), campus.clock())
    assert [(item.title, item.limit, item.deadline.due) for item in items] == [
        ("Evaluasi Triwulan II 2026", "w" * 80, "2026-09-01"),
        ("Evaluasi Triwulan II 2026", PLAN.what, "2026-09-01"),
    ]
    said: dict[str, Any] = {"period": Q2, "n": 1, "note": "Sudah.", "now": campus.clock()}
    service.follow_plan(campus.journal, campus.actor("rahma"), **said)
    assert len(tasks.due_items(campus.db, campus.actor("rahma"), campus.clock())) == 1
    assert PerformanceFollowUp.rows(campus.db, n=1)[0].done_on == campus.clock().date().isoformat()
