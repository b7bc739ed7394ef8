"""The month by village, kind and sex: equal to a count over the entries of the journal, tied to the balance."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.core.periods import Period
from app.core.problems import Problem
from app.platform.office.queries import NO_AREA, village_names
from app.quality.paten import by_area
from app.quality.paten.by_area import Group, area_report, balance, heads, rows
from sync.entries import Entry
from sync.journal import Journal
from tests.platform.people import Browser
from tests.platform.printing.reading import text_of
from tests.quality.indicators.naive import cases_of, entries_of
from tests.quality.indicators.random_office import RandomOffice
from tests.quality.indicators.test_computing import new_office, template
from tests.quality.paten.test_paten import count_by_hand, ended, office_file, rooms
from tests.world.nightly import by_day

__all__ = ["new_office", "office_file", "rooms", "template"]
LATER = date(2026, 12, 31)
MONTHS = [Period("month", 2026, n) for n in (1, 2, 3, 4)]
BY_HAND = ("@withdrawn", "@died", "@moved", "@uncollected", "@complaint", "@refused")


def groups_of(entries: list[Entry]) -> dict[int, Group]:
    """Case to its area, kind and sex, as its first entry says them."""
    groups: dict[int, Group] = {}
    for entry in entries:
        body = entry.body.case if hasattr(entry.body, "case") else entry.body
        if entry.kind in ("case.opened", "ktp.imported"):
            groups[body.id] = (body.area, body.kind, str(body.fields.get("sex", "")))
    return groups


@pytest.mark.parametrize("seed", range(300, 300 + by_day(2, 30)))
def test_each_month_equals_a_count_by_hand_and_ties_to_its_balance(
    seed: int, new_office: Callable[[int], RandomOffice]
) -> None:
    lived = new_office(seed)
    lived.work(120)
    entries = entries_of(lived.journal)
    groups = groups_of(entries)
    cases = [case for case in cases_of(entries).values() if case.service == "ktp-el"]
    some = 0
    for month in MONTHS:
        report = area_report(lived.journal.db, "ktp-el", month, LATER)
        span = by_area.Span(month.start, month.end)
        received = Counter(groups[case.id] for case in cases if span.start <= case.received <= span.end)
        finished = Counter(
            groups[case.id] for case in cases if span.start <= ended(case) <= span.end and case.exit not in BY_HAND
        )
        assert (report.received, report.finished) == (received, finished)
        own, told = count_by_hand(cases, span), dict(balance(report))
        names = ("opening", "received", "finished", "refused", "ended", "backlog")
        assert list(told.values()) == [own[name] for name in names]
        assert told["Tunggakan awal"] + told["Masuk"] == sum(list(told.values())[2:])
        *_, came, done = rows(report)
        assert (came[-1], done[-1]) == (told["Masuk"], told["Selesai"]), "right and below they add up to the same"
        some += int(came[-1]) + int(done[-1])
    assert some > 0


def made_up(journal: Journal) -> by_area.AreaReport:
    """A report whose every count is another number, of two villages and every kind."""
    report = area_report(journal.db, "ktp-el", MONTHS[0], LATER)
    kinds = [kind for kind, _ in report.kinds]
    places = product(("a", "b"), kinds, ("male", "female"))
    counts = Counter({place: 1 << n for n, place in enumerate(places)})
    counts["b", kinds[0], ""] = 1 << 40
    return report._replace(areas=(("a", "Desa A"), ("b", "Desa B")), received=counts, finished=Counter())


def numbers(line: tuple[str | int, ...]) -> list[int]:
    """The counts of a line, behind the village and what is counted."""
    return [int(cell) for cell in line[2:]]


def test_each_cell_has_the_count_of_its_village_kind_and_sex(journal: Journal) -> None:
    report = made_up(journal)
    kinds = len(report.kinds)
    assert heads(report)[:4] == ["Desa", "Uraian", "Baru L", "Baru P"]
    assert heads(report)[-3:] == ["Jumlah L", "Jumlah P", "Jumlah L+P"]
    lines = rows(report)
    assert lines[0][:2] == ("Desa A", "Masuk")
    first, _, second, _, both, nothing = map(numbers, lines)
    assert first[:-3] == [1 << n for n in range(2 * kinds)]
    assert second[:-3] == [1 << n for n in range(2 * kinds, 4 * kinds)]
    assert first[-3:] == [sum(first[:-3:2]), sum(first[1:-3:2]), sum(first[:-3])]
    assert second[-1] == sum(second[:-3]) + (1 << 40), "without a sex only in the whole"
    assert both == [upper + lower for upper, lower in zip(first, second, strict=True)]
    assert set(nothing) == {0}
    assert f"masuk {1 << 40}, selesai 0;" in by_area.notes(report)[-1]


def test_every_village_stands_by_its_name_and_what_has_none_below(journal: Journal) -> None:
    names = village_names(journal.db)
    assert names
    assert by_area.shown_areas(journal.db, {"", "luar", *list(names)[:2]}) == (
        *names.items(),
        ("", "Luar kecamatan"),
        ("luar", "luar"),
    )
    assert by_area.shown_areas(journal.db, {NO_AREA})[-1] == (NO_AREA, "Semua")


def test_the_name_of_a_village_has_the_room_of_more_than_two_figures(journal: Journal) -> None:
    first, second, *counted = by_area.columns(made_up(journal))
    assert [column.title for column in (first, second)] == ["Desa", "Uraian"]
    assert {(column.width, column.align) for column in counted} == {(1, "right")}
    assert first.width > 2


def test_a_kind_of_an_earlier_revision_has_columns_of_its_own(journal: Journal) -> None:
    definition = area_report(journal.db, "ktp-el", MONTHS[0], LATER).definition
    assert by_area.shown_kinds(definition, {"baru", "ganti_foto"})[-2:] == (
        (definition.kinds[-1].id, definition.kinds[-1].label),
        ("ganti_foto", "Ganti foto"),
    )


def test_a_month_that_is_not_over_says_so_and_one_that_has_not_begun_has_no_report(journal: Journal) -> None:
    def told(today: date) -> str:
        return by_area.notes(area_report(journal.db, "ktp-el", MONTHS[1], today))[-1]

    assert told(date(2026, 2, 28)) == "Bulan ini belum berakhir: angkanya sampai 28 Februari 2026."
    assert told(date(2026, 2, 1)) == "Bulan ini belum berakhir: angkanya sampai 1 Februari 2026."
    assert "belum berakhir" not in told(date(2026, 3, 1))
    with pytest.raises(Problem, match="tidak ditemukan"):
        told(date(2026, 1, 31))


def test_a_service_that_asks_no_sex_has_no_such_report(journal: Journal) -> None:
    for service in ("hotline", "kartu-pns", ""):
        with pytest.raises(Problem, match="tidak ditemukan"):
            area_report(journal.db, service, MONTHS[0], LATER)


def test_page_paper_and_spreadsheet_of_a_month(
    as_ratna: Browser, as_sari: Browser, journal: Journal, tmp_path: Path
) -> None:
    asked = {"layanan": "ktp-el", "bulan": "2026-02"}
    report = area_report(journal.db, "ktp-el", MONTHS[1], LATER)
    page = as_ratna.get("/paten/desa", query_string=asked).text
    assert "Februari 2026" in page
    for month in ("2026-01", "2026-03"):
        assert f"layanan=ktp-el&amp;bulan={month}" in page, "the months beside it"
    assert f'<td class="num">{rows(report)[-2][-1]}</td>' in page
    assert "Laporan bulanan" in as_ratna.get("/paten").text
    printed = text_of(as_ratna.post("/paten/desa/cetak", asked).data, tmp_path)
    assert "Februari 2026" in printed
    book = load_workbook(BytesIO(as_ratna.post("/paten/desa/unduh", asked).data))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert list(lines[0]) == heads(report)
    assert [line[1:] for line in lines[1:]] == [line[1:] for line in rows(report)]
    assert all(line[0] for line in lines), "each line names its village"
    kinds = [[cell.data_type for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert all(row == ["s", "s", *["n"] * (len(row) - 2)] for row in kinds), (
        "village and sex are words, the rest counts"
    )
    told = list(book.worksheets[1].iter_rows(values_only=True))
    assert told[1 : 1 + len(balance(report))] == [tuple(line) for line in balance(report)]
    assert told[-1][0] == by_area.notes(report)[-1]
    assert as_ratna.get("/paten/desa", query_string=asked | {"layanan": "lain"}).status_code == 404
    assert "Laporan bulanan KTP" in as_ratna.get("/paten/desa").text, "the first such service, the last month"
    for month in ("besok", "2026", "2026-Q1", "2026-13"):
        assert as_ratna.get("/paten/desa", query_string=asked | {"bulan": month}).status_code == 404
    for answer in (as_sari.get("/paten/desa", query_string=asked), as_sari.post("/paten/desa/cetak", asked)):
        assert answer.status_code == 403
