"""Figures on pages, papers, sheets and charts, and out of a file: what stands there and where."""

import io
import re
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import msgspec
import openpyxl
import pytest

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.spreadsheet import ImportProblem
from app.core.periods import Period
from app.platform.people.tables import AccessLine
from app.platform.printing.spreadsheet import Percent
from app.quality.indicators import charts, computing, papers, service, uploads, wording
from app.quality.indicators.outlook import Outlook
from app.quality.indicators.queries import achievements
from app.quality.indicators.service import NewTarget, Typed
from app.quality.indicators.views.reviews import plan_lines, typed_targets
from app.quality.quarter.charts import ACCENT, BAD
from schema.indicator_values import number
from schema.indicators import load_indicators
from tests.platform.people import Browser
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import COUNT, DAYS, FILE, S1, S2, SHARE, YEAR, checked, indicator_of, typed
from tests.quality.indicators.test_limits import made
from tests.quality.indicators.test_reviews import PLAN, Q2, analyse, close
from tests.world.indicator_staff import agree_to_targets
from tests.world.sheets import Book

# -- papers and sheets -------------------------------------------------------------------------------------------------


def test_an_evaluation_names_twelve_that_were_missed_and_counts_the_rest(campus: Campus) -> None:
    today = campus.clock().date()

    def sentences(count: int, period: Period = Q2) -> str:
        return " ".join(papers.report_sentences(campus.db, [made(SHARE, "80", "90")] * count, period, today))

    one = f"{indicator_of(SHARE).name} (80%, target paling sedikit 90%)"
    assert sentences(12).endswith(f"Belum tercapai: {'; '.join([one] * 12)}.")
    assert sentences(13).endswith(f"{'; '.join([one] * 12)}; dan 1 lainnya.")
    assert "Belum tercapai" not in sentences(0)
    assert "Setahun sebelumnya: " in sentences(1, YEAR)
    assert "pada tahun 2025" in sentences(1, YEAR)
    assert "Setahun sebelumnya" not in sentences(1, Period("year", 2025)) + sentences(1)
    lowered = made(SHARE, "90", "90", state="reached")
    assert lowered.target
    lowered = msgspec.structs.replace(lowered, target=msgspec.structs.replace(lowered.target, lower=True))
    words = " ".join(papers.report_sentences(campus.db, [lowered], Q2, today))
    assert words.endswith(f"lebih ringan daripada sebelumnya, dengan alasan: {lowered.indicator.name}.")


def test_the_paper_of_a_period_says_what_held_when_it_was_closed(campus: Campus) -> None:
    analyse(campus)
    before = papers.performance_paper(campus.db, Q2, "Tirta", campus.clock())
    assert (before.control.document, before.title, before.draft) == ("MUTU/F-01", "Evaluasi Kinerja", True)
    assert (before.next_targets, before.follow_ups, before.conclusion) == ((), (), "")
    annual = papers.performance_paper(campus.db, YEAR, "Tirta", campus.clock())
    assert (annual.control.document, annual.title) == ("MUTU/F-02", "Laporan Sasaran Mutu")
    assert [role for role, _ in before.signers] == ["Dibuat oleh,", "Diperiksa oleh,", "Disetujui oleh,"]
    assert before.analyses[0].startswith("SK menumpuk di Mei. (")
    change = [NewTarget(SHARE, "85", "Operator pensiun")]
    close(campus, PLAN, targets=change, conclusion="Ditambah.")
    paper = papers.performance_paper(campus.db, Q2, "Tirta", campus.clock())
    assert (paper.draft, paper.conclusion) == (False, "Ditambah.")
    follow = paper.follow_ups[0]
    assert (follow.what, follow.by_on, follow.done) == (PLAN.what, "1 Sep 2026", "berjalan")
    assert paper.next_targets == (), "a target that waits is none"
    said: dict[str, Any] = {"period": Q2, "n": 1, "note": "Sudah.", "now": campus.clock()}
    service.follow_plan(campus.journal, campus.actor("rahma"), **said)
    agree_to_targets(campus.journal, campus.actor("tirta"), 2027, campus.clock())
    paper = papers.performance_paper(campus.db, Q2, "Tirta", campus.clock())
    assert paper.follow_ups[0].done == "6 Jul 2026: Sudah."
    assert paper.next_targets == ((indicator_of(SHARE).name, "2027: 85%", "Operator pensiun"),)
    lines = [line for group in paper.groups for line in group.lines]
    names = [indicator.name for indicator in load_indicators(FILE).indicators if indicator.target(2026)]
    assert sorted(line.name for line in lines) == sorted(names)
    assert all(line.value == "" and line.state == "Belum ada data" and not line.missed for line in lines)
    later = service.type_figure(
        campus.journal,
        campus.actor("yuni"),
        key=SHARE,
        period=S1,
        typed=Typed("8", "10"),
        now=campus.clock(),
    )
    checked(campus, later)
    after = papers.performance_paper(campus.db, Q2, "Tirta", campus.clock())
    assert [line for group in after.groups for line in group.lines] == lines, "a later figure changes nothing"


def test_the_year_as_a_spreadsheet(campus: Campus) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10", note="Buku SK")
    checked(campus, figure)
    typed(campus, "yuni", S2, numerator="8", denominator="10")
    book = Book(papers.year_book(campus.db, 2026, campus.clock()))
    assert book.misfits() == []
    first, second = book.names
    assert (first, second) == ("Sasaran 2026", "Angka yang diketik")
    quarters = [f"Triwulan {n} 2026" for n in ("I", "II", "III", "IV")]
    lead = ["No.", "Komponen", "Sasaran", "Unit penanggung jawab", "Syarat", "Target", "Satuan"]
    assert book.heads(first) == [*lead, *quarters, "Tahun 2026", "Keadaan"]
    row = next(known_row for known_row in book.rows(first) if known_row[2] == indicator_of(SHARE).name)
    assert row[4:8] == ("paling sedikit", 0.9, "%", "belum ada data")
    assert (row[8], row[9]) == (0.9, 0.9), "the newest before the end, as a number"
    assert [listed[0] for listed in book.rows(first)] == list(range(1, len(book.rows(first)) + 1))
    assert {listed[1:4] for listed in book.rows(first)} == {
        (
            achievement.indicator.component,
            achievement.indicator.name,
            wording.unit_words(campus.actor("yuni").profile, unit),
        )
        for achievement in achievements(campus.db, YEAR, campus.clock().date())
        for unit in [wording.responsible_unit(achievement)]
    }
    heads = ["Sasaran", "Periode", "Pembilang", "Penyebut", "Angka", "Satuan", "Keterangan", "Keadaan", "Diketik"]
    assert book.heads(second) == [*heads, "Diperiksa"]
    one, other = book.rows(second)
    assert one[:8] == (indicator_of(SHARE).name, "2026-S1", 9, 10, 90, "%", "Buku SK", "Diperiksa")
    assert one[8] != one[9], "typed by one, checked by another, by name"
    assert (other[1], other[7], other[9] or "") == ("2026-S2", "Menunggu pemeriksaan", "")
    width = {key: held.width for key, held in book.book[second].column_dimensions.items()}
    assert width["A"] > width["G"] > width["B"], "names and remarks have more room"


@pytest.mark.parametrize(
    ("value", "unit", "cell"),
    [("90", "percent", Percent(Fraction(9, 10))), ("3,257", "index", 3.26), ("0", "days", 0)],
)
def test_what_was_reached_is_a_number_in_a_sheet(value: str, unit: Any, cell: Any) -> None:
    one = made(SHARE, value)
    indicator = msgspec.structs.replace(one.indicator, unit=unit, noun="")
    assert papers.value_cell(indicator, one.value) == cell


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_dashboard_offers_what_has_begun_and_the_years_beside_it(staff: dict[str, Browser], campus: Campus) -> None:
    page = staff["yuni"].get("/sasaran?periode=2026-S1").text
    tabs = re.findall(r"periode=([^\"&]+)", page.split('aria-label="Pilih periode"')[1].split("</nav>")[0])
    assert tabs == ["2025", "2026-Q1", "2026-Q2", "2026-Q3", "2026-S1", "2026-S2", "2026"]
    past = staff["yuni"].get("/sasaran?periode=2025").text
    tabs = re.findall(r"periode=([^\"&]+)", past.split('aria-label="Pilih periode"')[1].split("</nav>")[0])
    assert tabs[0] == "2024"
    assert tabs[-2:] == ["2025", "2026"]
    assert "Triwulan II 2026." in staff["yuni"].get("/sasaran").text, "the last quarter that is over"
    assert staff["yuni"].get("/sasaran?periode=2026-X").status_code == 404


@pytest.mark.parametrize(("year", "status"), [(1999, 404), (2000, 200), (2199, 200), (2200, 404)])
def test_years_of_targets_and_sheets_have_their_ends(staff: dict[str, Browser], year: int, status: int) -> None:
    assert staff["yuni"].get(f"/sasaran/target/{year}").status_code == status
    if status == 404:
        assert staff["yuni"].post(f"/sasaran/unduh/{year}").status_code == status


def test_a_sheet_that_leaves_is_logged(staff: dict[str, Browser], campus: Campus) -> None:
    answer = staff["yuni"].post("/sasaran/unduh/2026")
    assert "sasaran-mutu-2026.xlsx" in answer.headers["Content-Disposition"]
    found = [(row.action, row.subject) for row in AccessLine.rows(campus.db) if row.action.startswith("indicators")]
    assert found == [("indicators.export", "performance/2026")]


def test_reviews_are_listed_from_the_newest_year_that_is_over(staff: dict[str, Browser], campus: Campus) -> None:
    page = staff["yuni"].get("/sasaran/evaluasi").text
    codes = re.findall(r"/sasaran/evaluasi/([0-9Q-]+)\"", page)
    assert codes == ["2026-Q2", "2026-Q1", "2025", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]


def test_lines_of_a_plan_and_targets_are_read_from_what_was_posted() -> None:
    posted = {f"what-{n}": f"Kerja {n}" for n in range(1, 14)} | {"by_on-2": " 2026-09-01 ", "person-1": "rahma"}
    lines = plan_lines(posted)
    assert [what for what, _, _ in lines] == [f"Kerja {n}" for n in range(1, 13)], "twelve at most"
    assert (lines[0], lines[1]) == (("Kerja 1", "rahma", ""), ("Kerja 2", "", "2026-09-01"))
    assert plan_lines({"person-1": "rahma", "by_on-3": "2026-09-01"}) == [("", "", "2026-09-01")]
    typed_ones = typed_targets({"target-a": " 5 ", "reason-a": "Sebab", "unit-a": "direktur", "target-b": " "})
    assert typed_ones == [NewTarget("a", "5", "Sebab", "direktur")]


# -- charts ------------------------------------------------------------------------------------------------------------


def test_a_bar_is_as_long_as_its_share_and_the_mark_stands_at_the_target() -> None:
    assert charts.target_bar(made(SHARE, "80", "90")) == (80.0, 90.0)
    assert charts.target_bar(made(SHARE, "80", "100")) == (80.0, 99), "a mark that would stand outside"
    assert charts.target_bar(made(SHARE, "", "90")) == (0.0, 90.0)
    assert charts.target_bar(made(SHARE, "200", "90")) == (100.0, 45.0)
    assert charts.target_bar(made(COUNT, "10", "20")) == (45.5, 90.9)
    assert charts.target_bar(made(COUNT, "10")) == (90.9, None)
    assert charts.scale_top("count", []) == 1
    assert charts.scale_top("count", [number(10)]) == 11
    assert charts.scale_top("percent", [number(100)]) == 100
    found = [charts.scale_floor("percent", [number(one)]) for one in (0, 24, 25, 49, 50, 75, 99, 100, 110)]
    assert found == [0, 0, 25, 25, 50, 75, 75, 75, 75]
    assert (charts.scale_floor("count", [number(5)]), charts.scale_floor("count", [number(-5)])) == (0, -5)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("2026-01", "Jan"),
        ("2026-12", "Des"),
        ("2026-07-K02", "Jul"),
        ("2026-Q3", "III"),
        ("2026-S1", "I"),
        ("2026-A1", "Ganjil"),
        ("2026-A2", "Genap"),
        ("2026", "2026"),
        ("2026-W", "2026"),
    ],
)
def test_a_point_has_a_short_name(code: str, label: str) -> None:
    assert charts.short_label(Period.parse(code)) == label


def test_states_lie_side_by_side_as_long_as_they_count() -> None:
    drawn = charts.states_chart([("Tercapai", 3, ACCENT), ("Belum", 1, ""), ("Lain", 0, BAD)])
    boxes = re.findall(r'<rect x="([0-9.-]+)" y="([0-9.]+)" width="([0-9.-]+)" height="([0-9.]+)"', drawn)
    bars = [(float(x), float(w)) for x, y, w, _ in boxes if y == "4"]
    assert bars[:2] == [(1, 748), (751, 248)]
    assert [float(x) for x, y, _, _ in boxes if y == "54"] == [1, 251, 501]
    assert "Tercapai 3; Belum 1; Lain 0" in drawn
    assert charts.states_chart([("Tercapai", 0, ACCENT)]), "nothing counted is no fault"


def test_points_of_a_year_stand_at_their_height_and_place() -> None:
    first = msgspec.structs.replace(made(SHARE, "50", "75"), period=Period("quarter", 2026, 1))
    second = msgspec.structs.replace(
        first, period=Period("quarter", 2026, 2), value=number(100), state="reached", running=True
    )
    indicator = msgspec.structs.replace(first.indicator, measured="quarter")
    points = [msgspec.structs.replace(one, indicator=indicator) for one in (first, second)]
    drawn = charts.trend_chart("Nama", Outlook(points, number(75)))
    floor, top, room = 50, 100, 160
    heights = {value: 200 - (value - floor) / (top - floor) * room for value in (50, 75, 100)}
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([0-9.]+)" cy="([0-9.]+)"', drawn)]
    step = (charts.WIDE - 60) / 4
    assert circles == [
        (pytest.approx(40 + 0.5 * step, abs=0.1), heights[50]),
        (pytest.approx(40 + 1.5 * step, abs=0.1), heights[100]),
        (pytest.approx(40 + 3.5 * step, abs=0.1), heights[75]),
    ]
    assert drawn.count(f'fill="{BAD}"') >= 1, "what was missed is drawn so"
    assert "± 75%" in drawn
    assert "Nama: Triwulan I 2026 50%; Triwulan II 2026 100%" in drawn
    assert charts.trend_chart("Nama", Outlook([])) == ""
    empty = [msgspec.structs.replace(point, value=None) for point in points]
    assert charts.trend_chart("Nama", Outlook(empty)) == ""


# -- a file of figures -------------------------------------------------------------------------------------------------


def rows_of(count: int, before: int = 0) -> Any:
    rows = [["x"]] * before + [list(uploads.HEADS)] + [[SHARE, "2026-S1", 9, 10, None, f"n{n}"] for n in range(count)]
    return read_bytes(sheet_of(rows))


def sheet_of(rows: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_five_hundred_rows_below_a_heading_in_the_first_thirty_lines() -> None:
    assert len(uploads.read_rows(rows_of(500))) == 500
    with pytest.raises(ImportProblem, match="lebih dari 500 angka"):
        uploads.read_rows(rows_of(501))
    found = uploads.read_rows(rows_of(1, before=29))
    assert (found[0].number, found[0].raw["Sasaran"], found[0].raw["Keterangan"]) == (31, SHARE, "n0")
    with pytest.raises(ImportProblem, match="Tidak ada lembar"):
        uploads.read_rows(rows_of(1, before=30))
    with pytest.raises(ImportProblem, match="Tidak ada angka"):
        uploads.read_rows(rows_of(0))


def test_cells_say_what_a_person_sees(campus: Campus) -> None:
    row = [SHARE, date(2026, 3, 1), 8.5, date(2026, 3, 2), "1:30:00", "n" * 700]
    found = uploads.read_rows(read_bytes(sheet_of([list(uploads.HEADS), row])))[0]
    assert (found.raw["Periode"], found.raw["Pembilang"]) == ("2026-03", "8,5")
    assert len(found.raw["Keterangan"]) == 600
    assert found.unreadable["Penyebut"] == uploads.DATE_CELL.format(head="Penyebut")
    assert set(found.unreadable) <= {"Penyebut", "Angka"}
    strange = ["x" * 90, "2026", 1, 1, None, None]
    read = uploads.read_rows(read_bytes(sheet_of([list(uploads.HEADS), strange])))
    one = uploads.judge_rows(campus.db, campus.actor("yuni"), read, campus.clock().date())[0]
    assert (one.name, one.problem) == ("x" * 80, uploads.UNKNOWN.format(name="x" * 80))
    assert (one.sound, one.number) == (False, 2)


# -- typed for and told apart ------------------------------------------------------------------------------------------


def test_an_activity_is_typed_for_the_months_so_far_each_time_the_next(
    staff: dict[str, Browser], campus: Campus
) -> None:
    address = f"/sasaran/indikator/{DAYS}?periode=2026-S1"

    def offered() -> list[str]:
        part = staff["yuni"].get(address).text.split('name="period"')[1].split("</select>")[0]
        return re.findall(r'value="([^"]+)"', part)

    months = [f"2026-{n:02d}-K01" for n in range(1, 8)]
    assert offered() == months
    typed(campus, "yuni", Period.parse("2026-03-K01"), key=DAYS, numerator="4")
    assert offered() == [*months[:3], "2026-03-K02", *months[3:]]
    half = staff["yuni"].get(f"/sasaran/indikator/{SHARE}?periode=2026-S1").text
    assert re.findall(r'<option[^>]*value="(2026-S\d)"', half) == ["2026-S1", "2026-S2"]


def test_reasons_stand_by_how_often_they_were_given_and_once_a_case() -> None:
    notes = [("Foto; KK",), ("KK; KK",), ("Foto",), ("Akta",)]
    asked: Any = SimpleNamespace(db=SimpleNamespace(run=lambda _sql, _params: notes))
    found = computing.parts_by_reason(asked, "", ())
    assert [(part.label, part.measured.numerator, part.measured.denominator) for part in found] == [
        ("Foto", 2, 4),
        ("KK", 2, 4),
        ("Akta", 1, 4),
    ]
    assert [part.measured.value for part in found] == [50, 50, 25]
    assert computing.share_of(0, 0) == computing.NOTHING
