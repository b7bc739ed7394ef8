"""Clause 14: analysed by the staff, closed by the chief alone with dated follow-up and the next targets."""

from datetime import date
from typing import Any

import pytest

from app.core.periods import Period
from app.core.problems import Problem
from app.quality.indicators import queries, service, tasks
from app.quality.indicators.service import NewTarget, Plan
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import S1, SHARE, checked, refused, typed

Q2, Q3 = Period("quarter", 2026, 2), Period("quarter", 2026, 3)
YEAR_BEFORE = Period("year", 2025)
PLAN = Plan("Tambah satu operator", "rahma", date(2026, 9, 1))


def analyse(campus: Campus, who: str = "yuni", period: Period = Q2, text: str = "SK menumpuk di Mei.") -> None:
    service.analyse_period(campus.journal, campus.actor(who), period=period, text=text, now=campus.clock())


def close(campus: Campus, *plans: Plan, who: str = "laksmi", period: Period = Q2, **more: Any) -> None:
    said: dict[str, Any] = {"conclusion": "Operator ditambah.", "targets": ()} | more
    service.close_period(campus.journal, campus.actor(who), period=period, plans=plans, now=campus.clock(), **said)


def titles(campus: Campus, who: str) -> list[str]:
    return [task.title for task in tasks.indicator_tasks(campus.db, campus.actor(who), campus.clock())]


def test_a_period_goes_from_analysis_to_closing_and_its_follow_up_is_carried_out(campus: Campus) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10"))
    with pytest.raises(Problem) as problem:
        close(campus, PLAN)
    assert "Analisis petugas belum ada" in refused(problem)
    assert "Analisis Triwulan II 2026" in titles(campus, "yuni")
    analyse(campus)
    assert "Tutup evaluasi Triwulan II 2026" in titles(campus, "laksmi")
    assert "Analisis Triwulan II 2026" not in titles(campus, "yuni")
    with pytest.raises(Problem) as problem:
        close(campus)
    assert set(problem.value.fields) == {"what-1"}, "a target was missed"
    with pytest.raises(Problem) as problem:
        close(campus, Plan("", "nobody", date(2026, 7, 5)), targets=[NewTarget(SHARE, "85")], conclusion=" ")
    assert set(problem.value.fields) == {"conclusion", "what-1", "person-1", "by_on-1", f"reason-{SHARE}"}
    assert not queries.load_targets(campus.db, 2027), "nothing of a refused form was saved"
    close(campus, PLAN, targets=[NewTarget(SHARE, "85", "Satu operator pensiun")])
    assert queries.load_targets(campus.db, 2027)[SHARE].lower
    with pytest.raises(Problem):
        close(campus, PLAN)
    with pytest.raises(Problem):
        analyse(campus)
    assert "Tindak lanjut evaluasi" in titles(campus, "rahma")
    follow: dict[str, Any] = {"period": Q2, "n": 1, "now": campus.clock()}
    with pytest.raises(Problem) as problem:
        service.follow_plan(campus.journal, campus.actor("yuni"), note="Selesai", **follow)
    assert "bukan tugas Anda" in refused(problem)
    service.follow_plan(campus.journal, campus.actor("rahma"), note="Operator masuk 1 Agustus", **follow)
    assert queries.follow_ups_of(campus.db, Q2)[0].done_note == "Operator masuk 1 Agustus"
    assert "Tindak lanjut evaluasi" not in titles(campus, "rahma")


def test_what_a_closed_period_reached_stays_whatever_is_corrected(campus: Campus) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10"))
    analyse(campus)
    close(campus, PLAN)
    checked(campus, typed(campus, "yuni", S1, numerator="10", denominator="10", reason="Dua SK terlewat"))
    review = queries.find_review(campus.db, Q2)
    assert review is not None
    frozen = service.frozen_figures(review)[SHARE]
    assert (frozen.value, frozen.state, frozen.target) == ("80%", "missed", "paling sedikit 90%")


@pytest.mark.parametrize("who", ["yuni", "tirta", "bagas", "surya", "rahma", "vina", "wibowo", "gustia"])
def test_nobody_but_the_chief_closes(campus: Campus, who: str) -> None:
    analyse(campus)
    with pytest.raises(Problem) as problem:
        close(campus, PLAN, who=who)
    assert problem.value.status == 403


def test_a_running_period_is_neither_analysed_nor_closed(campus: Campus) -> None:
    with pytest.raises(Problem) as problem:
        analyse(campus, period=Q3)
    assert "belum berakhir" in refused(problem)


def test_each_person_finds_one_row_for_each_kind_of_work(campus: Campus) -> None:
    missing = tasks.missing_figures(campus.db, campus.actor("yuni"), campus.clock().date())
    assert f"{len(missing)} capaian menunggu diisi" in titles(campus, "yuni")
    assert all(period.end < campus.clock().date() for _, period, _ in missing)
    assert (SHARE, S1, False) in missing
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    assert "1 capaian menunggu diperiksa" in titles(campus, "tirta")
    checked(campus, figure, agreed=False, note="Kurang satu lampiran")
    assert (SHARE, S1, True) in tasks.missing_figures(campus.db, campus.actor("yuni"), campus.clock().date())
    assert titles(campus, "ocha") == []


def test_figures_of_a_year_that_is_closed_are_not_typed_any_more(campus: Campus) -> None:
    typed(campus, "yuni", S1, numerator="8", denominator="10")
    analyse(campus, period=YEAR_BEFORE)
    close(campus, PLAN, period=YEAR_BEFORE)
    with pytest.raises(Problem, match="Evaluasi tahun 2025 sudah ditutup"):
        typed(campus, "yuni", Period("semester", 2025, 2), numerator="8", denominator="10")


def test_targets_of_the_files_are_set_once(campus: Campus) -> None:
    year = campus.clock().year
    before = queries.load_targets(campus.db, year)
    assert before
    assert all(one.in_force or one.waiting for one in before.values())
    with pytest.raises(Problem, match="tidak menyebut target"):
        service.adopt_targets(campus.journal, campus.actor("laksmi"), year=year, now=campus.clock())


def test_nobody_finds_his_own_figure_among_those_to_check(campus: Campus) -> None:
    typed(campus, "yuni", S1, numerator="9", denominator="10")
    found = {who: len(tasks.figures_to_check(campus.db, campus.actor(who))) for who in ("yuni", "tirta")}
    assert found == {"yuni": 0, "tirta": 1}
