"""The indicators of the polytechnic against its document, transcribed a second time (tests/schema/spm-banten).

The tables there were read out of the source by another way than the file of indicators: cells as printed, what a page
break tore apart joined, a cell that covers several rows repeated in each.
"""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from schema.indicator_values import format_value, parse_value
from schema.indicators import Difference, Indicator, Statement, list_differences, load_indicators

FOLDER = Path(__file__).with_name("spm-banten")
FILE = "poltekkes-banten-2022"
YEARS = ("2022", "2023", "2024", "2025", "2026")
Row = dict[str, str]


def transcribed(name: str) -> list[Row]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def by_place(part: str) -> dict[str, Row]:
    """The rows of one part of the document by the place that the file names."""
    rows: dict[str, Row] = {}
    if part in ("target", "strategy"):
        for row in transcribed("targets" if part == "target" else "strategies"):
            rows[f"tabel {row['table']} nomor {row['number']}"] = row
        return rows
    places: list[str] = []
    table = transcribed("chapter" if part == "chapter" else "matrix")
    for row in table:
        letter = row["letter"] if part == "chapter" else (re.match(r"([a-i])\. ", row["indicator"]) or [""] * 2)[1]
        places.append(".".join(filter(None, (row["group"], row["number"], letter))))
    several, seen = Counter(places), Counter[str]()
    for place, row in zip(places, table, strict=True):
        seen[place] += 1
        rows[f"{place}, baris {seen[place]}" if several[place] > 1 else place] = row
    return rows


PARTS = {part: by_place(part) for part in ("target", "chapter", "strategy", "matrix")}


def said(part: str) -> list[tuple[Indicator, Statement]]:
    everything = load_indicators(FILE).indicators
    return [
        (indicator, statement)
        for indicator in everything
        for statement in indicator.statements
        if statement.part == part
    ]


def row_of(statement: Statement) -> Row:
    """The transcribed row behind a statement. The two formulas of attendance stand under one letter of chapter II."""
    rows = PARTS[statement.part]
    if statement.place in rows:
        return rows[statement.place]
    assert (statement.part, statement.place) == ("chapter", "A.3.b")
    practice = "praktikum" in (statement.formula.numerator if statement.formula else "")
    return rows[f"A.3.b, baris {2 if practice else 1}"]


def test_counts_of_every_table() -> None:
    per_table = Counter(row["table"] for row in transcribed("targets"))
    assert per_table == {"1": 32, "2": 15, "3": 11, "4": 9}
    assert Counter(row["table"] for row in transcribed("strategies")) == {"5": 32, "6": 15, "7": 11, "8": 9}
    assert Counter(row["group"] for row in transcribed("matrix")) == {"A": 29, "B": 16, "C": 11, "D": 9}
    assert Counter(row["group"] for row in transcribed("chapter")) == {"A": 33, "B": 16, "C": 10, "D": 9}
    file = load_indicators(FILE)
    assert len(file.indicators) == 67 + 2  # those of the tables, one only in II and V, one row of the matrix more
    assert Counter(indicator.group for indicator in file.indicators) == {"A": 33, "B": 16, "C": 11, "D": 9}


@pytest.mark.parametrize("part", PARTS)
def test_every_row_is_said_once_and_in_order(part: str) -> None:
    named = [(statement.place, row_of(statement)) for _, statement in said(part)]
    rows = [row for _, row in named]
    assert [row for row in PARTS[part].values() if row not in rows] == []
    repeated = [place for place, times in Counter(place for place, _ in named).items() if times > 1]
    assert repeated == {"target": ["tabel 1 nomor 10"], "strategy": ["tabel 5 nomor 10"], "chapter": ["A.3.b"]}.get(
        part, []
    )
    order = [list(PARTS[part].values()).index(row) for row in rows]
    assert order == sorted(order)


def test_tables_1_to_4_cell_by_cell() -> None:
    for indicator, statement in said("target"):
        row = row_of(statement)
        assert (statement.name, statement.unit) == (row["name"], row["unit"]), indicator.id
        assert statement.targets == tuple(row[year] for year in YEARS), indicator.id
        if indicator.id != "kehadiran_praktik":
            assert [indicator.targets[year] for year in YEARS] == [row[year] for year in YEARS], indicator.id


def test_tables_5_to_8_cell_by_cell() -> None:
    for indicator, statement in said("strategy"):
        row = row_of(statement)
        assert (statement.name, statement.strategy) == (row["name"], row["strategy"]), indicator.id
        assert indicator.strategy == row["strategy"]


def test_the_matrix_cell_by_cell_and_its_years() -> None:
    file = load_indicators(FILE)
    columns = {part.id: part.columns for part in file.parts}
    assert dict(zip(columns["matrix"], file.years, strict=True)) == {str(n): 2021 + n for n in range(1, 6)}
    assert columns["target"] == YEARS
    for indicator, statement in said("matrix"):
        row = row_of(statement)
        name = re.sub(r"^[a-i]\. ", "", row["indicator"])
        assert (statement.component, statement.name) == (row["component"], name), indicator.id
        assert statement.definition == row["definition"], indicator.id
        assert (statement.unit, statement.measured) == (row["unit"], row["measured"]), indicator.id
        assert statement.targets == tuple(row[str(n)] for n in range(1, 6)), indicator.id
        assert statement.strategy == row["strategy"], indicator.id
        assert (
            indicator.measured
            == {
                "setiap akhir masa studi": "study_end",
                "< 6 bulan setelah wisuda": "after_graduation",
                "setiap tahun": "year",
                "setiap semester": "semester",
                "setiap akhir semester": "semester_end",
                "setiap triwulan": "quarter",
                "setiap kegiatan": "activity",
            }[row["measured"]]
        )


def test_figures_are_written_down_for_the_period_of_their_measuring_time() -> None:
    """Whatever is measured at the end of studies, per activity or at no stated time counts for the year."""
    row_of_time = {"setiap akhir semester": "semester", "setiap semester": "semester", "setiap triwulan": "quarter"}
    measured = {one.id: row_of_time.get(row_of(statement)["measured"], "year") for one, statement in said("matrix")}
    assert {indicator.id: indicator.period for indicator in load_indicators(FILE).indicators} == {
        indicator.id: measured.get(indicator.id, "year") for indicator in load_indicators(FILE).indicators
    }
    assert Counter(measured.values()) == {"year": 53, "semester": 11, "quarter": 1}


def test_chapter_two_names_definitions_and_formulas() -> None:
    for indicator, statement in said("chapter"):
        row = row_of(statement)
        assert (statement.component, statement.name) == (row["component"], row["name"]), indicator.id
        assert (statement.definition, statement.better) == (row["definition"], row["better"]), indicator.id
        assert statement.formula is not None
        formula = (statement.formula.numerator, statement.formula.denominator, str(statement.formula.scale))
        assert formula == (row["numerator"], row["denominator"], row["scale"]), indicator.id


def test_directions_are_those_of_chapter_two() -> None:
    """Small times are better, a ratio near its ideal; of ratios it is said how many there should be for one."""
    of_ratios = {
        "rasio_instruktur": "nearer",  # "atau semakin mendekati rasio ideal (… 1: 10)"
        "rasio_dosen_mahasiswa": "nearer",  # "atau semakin mendekati rasio ideal (… 1:30)"
        "rasio_judul_buku": "less",  # more titles: fewer students for one
        "rasio_pembimbing_akademik": "less",  # "semakin rendah rasio"
        "rasio_dosen_penelitian": "more",  # "semakin besar rasio": more studies for one lecturer
        "rasio_beasiswa": "less",  # "semakin besar rasio" of those who receive: fewer students for one of them
        "rasio_pelamar": "more",  # "semakin besar rasio": more who apply for one place
    }
    file = load_indicators(FILE)
    assert {measured.id: measured.direction for measured in file.indicators if measured.unit == "ratio"} == of_ratios
    for indicator in file.indicators:
        if indicator.unit != "ratio":
            assert indicator.direction == ("less" if "Semakin kecil waktu" in indicator.better else "more"), (
                indicator.id
            )
    assert {one.id: one.ideal for one in file.indicators if one.ideal} == {
        "rasio_instruktur": "1:10",
        "rasio_dosen_mahasiswa": "1:30",
    }


def test_counted_units_keep_their_noun_and_values_their_form() -> None:
    file = load_indicators(FILE)
    nouns = {indicator.noun for indicator in file.indicators if indicator.unit == "count"}
    assert nouns == {"orang", "judul", "buah", "jurnal", "artikel", "kali", "tim"}
    shown = {
        (indicator.id, year): format_value(value, indicator.unit, indicator.noun)
        for indicator in file.indicators
        for year in file.years
        if (value := indicator.target(year))
    }
    assert len(shown) == 69 * 5
    assert shown["dana_belanja_modal", 2022] == "2,5%"
    assert shown["dosen_s3", 2022] == "3,4 orang"
    assert shown["rasio_judul_buku", 2023] == "1:30"
    assert shown["tim_pengelola", 2026] == "2-5 tim"
    assert shown["judul_penelitian", 2024] == "34 judul"
    assert shown["waktu_sk_pbm", 2026] == "2 hari"
    assert shown["seminar_penelitian", 2025] == "2 kali"


def plain(text: str) -> str:
    """A second way to leave out what does not count: capitals, spaces, marks; of a definition all before *adalah*."""
    after = text.split("adalah adalah " if "adalah adalah " in text else "adalah ", 1)[-1]
    return "".join(sign for sign in after.casefold() if sign.isalnum() or sign in "<>≥≤%:,")


def test_differences_are_what_a_comparison_of_the_transcriptions_gives() -> None:
    file = load_indicators(FILE)
    expected: set[tuple[str, str, int]] = set()
    for indicator in file.indicators:
        rows = {statement.part: row_of(statement) for statement in indicator.statements}
        expected |= {(indicator.id, "missing", 0) for part in PARTS if part not in rows}
        texts: dict[str, list[str]] = defaultdict(list)
        for row in rows.values():
            texts["name"].append(re.sub(r"^[a-i]\. ", "", row.get("name") or row["indicator"]))
            for column in ("component", "definition", "unit", "strategy"):
                if row.get(column):
                    texts[column].append(row[column])
        expected |= {(indicator.id, what, 0) for what, all_of in texts.items() if len(set(map(plain, all_of))) > 1}
        if {"target", "matrix"} <= set(rows):
            for n, year in enumerate(YEARS, 1):
                if parse_value(rows["target"][year]) != parse_value(rows["matrix"][str(n)]):
                    expected.add((indicator.id, "target", int(year)))
    found = {(difference.indicator, difference.what, difference.year) for difference in list_differences(file)}
    assert {one for one in found if one[1] not in ("measure", "odd")} == expected
    counts = {"name": 55, "definition": 48, "component": 14, "strategy": 9, "target": 9, "missing": 6, "unit": 5}
    assert Counter(what for _, what, _ in expected) == counts


def differences(what: str) -> dict[str, Difference]:
    return {
        difference.indicator: difference
        for difference in list_differences(load_indicators(FILE))
        if difference.what == what
    }


def test_odd_units_are_kept_and_listed() -> None:
    odd = differences("odd")
    assert set(odd) == {"dosen_s3", "rasio_judul_buku"}
    assert odd["dosen_s3"].sayings == tuple(
        (place, f"{value} {unit} bukan bilangan bulat")
        for place, unit in (("Bab III tabel 1 nomor 14", "orang"), ("Bab V huruf G A.5.a", "Orang"))
        for value in ("3.4", "6.8", "7.5")
    )
    assert ("Bab V huruf G A.6.a", "1:35 bukan nilai bersatuan Buah") in odd["rasio_judul_buku"].sayings
    measured = differences("measure")
    assert set(measured) == {
        # a number by its name, a percentage by unit, definition or formula - or the other way round
        *("lulusan_sesuai_bidang", "kurikulum_direview", "dosen_s3", "dosen_teregistrasi", "bendahara_bersertifikat"),
        *("penelitian_sesuai_bidang", "peneliti_pemula", "peneliti_fungsional", "penelitian_sarana_institusi"),
        *("penelitian_didanai", "judul_pengabdian", "dosen_mengabdi", "pengabdian_sarana_institusi"),
        *("pengabdian_didanai", "sk_pbm_tepat_waktu"),
        # ratios whose formula is multiplied by 100%, or whose unit is a piece
        *("rasio_instruktur", "rasio_dosen_mahasiswa", "rasio_beasiswa", "rasio_judul_buku"),
    }
    assert measured["bendahara_bersertifikat"].sayings[:2] == (
        ("Bab III tabel 1 nomor 23", "jumlah (satuan orang)"),
        ("Bab III tabel 1 nomor 23", "persen (nama)"),
    )


def test_a_difference_is_one_sentence() -> None:
    targets = [
        difference.sentence
        for difference in list_differences(load_indicators(FILE))
        if difference.indicator == "penelitian_sesuai_bidang"
    ]
    assert "Target 2022: Bab III tabel 2 nomor 7: 12; Bab V huruf G B.2: 2" in targets
    assert differences("missing")["rasio_dosen_mahasiswa"].sentence == "Tidak disebut: Bab V huruf G"
    spelt = [
        (difference.indicator, difference.what)
        for difference in list_differences(load_indicators(FILE))
        if difference.spelling
    ]
    assert spelt == [
        ("kalender_akademik", "name"),  # Presentasi
        ("dosen_serdos", "name"),  # Presentase
        ("pengabdian_berbasis_riset", "name"),  # Presentas
        ("sk_pbm_tepat_waktu", "definition"),  # persentasi
        ("serapan_anggaran", "definition"),  # Persentasi
    ]
