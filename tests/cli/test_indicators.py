"""`indicators`: a file of indicators for a person and for a program, and sentences for wrong calls."""

import json
from pathlib import Path

import pytest

from app.cli.indicators import target_text
from schema.indicators import INDICATORS, load_indicators
from tests.cli.test_command_line import call

FILE = "poltekkes-banten-2022"


def test_one_year_for_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, problems = call(capsys, "indicators", "--file", FILE, "--year", "2024", "--json")
    answer = json.loads(told)
    assert (code, problems, answer["id"], answer["years"]) == (0, "", FILE, [2024])
    rows = {row["id"]: row for row in answer["indicators"]}
    assert len(rows) == 69
    assert {row["direction"] for row in rows.values()} == {"more", "less", "nearer"}
    assert all(row["target"] for row in rows.values())
    ratio, team, money = rows["rasio_judul_buku"], rows["tim_pengelola"], rows["dana_belanja_modal"]
    assert (ratio["target"], ratio["direction"], ratio["unit"]) == ("1:25", "less", "ratio")
    assert (team["target"], team["noun"], team["targets"]["2024"]["form"]) == ("2-5", "tim", "range")
    assert money["targets"] == {"2024": {"printed": "7,5", "form": "number", "exact": "15/2", "shown": "7,5%"}}


def test_all_years_differences_and_the_list_of_files(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = call(capsys, "indicators", "--file", FILE)
    assert code == 0
    assert "Standar Pendidikan · Standar Kompetensi Lulusan" in told
    assert "34 judul" in told
    assert "1:30, 1:25, 1:25, 1:20, 1:20 · makin dekat makin baik (1:10), setiap tahun" in told
    code, told, _ = call(capsys, "indicators", "--file", FILE, "--differences", "--json")
    differences = json.loads(told)["differences"]
    missing = [difference for difference in differences if difference["indicator"] == "pustakawan"]
    assert [(difference["what"], difference["sayings"]) for difference in missing] == [
        ("missing", [{"place": "Bab V huruf G", "text": ""}])
    ]
    code, told, _ = call(capsys, "indicators", "--file", FILE, "--differences")
    assert "Target 2026: Bab III tabel 2 nomor 7: 20; Bab V huruf G B.2: 4" in told
    code, told, _ = call(capsys, "indicators", "--json")
    assert {FILE: 69}.items() <= {row["id"]: row["count"] for row in json.loads(told)["files"]}.items()
    code, told, _ = call(capsys, "indicators")
    assert (code, f"{FILE}: Standar Pelayanan Minimum" in told) == (0, True)


def test_differences_stand_under_the_name_of_their_indicator(capsys: pytest.CaptureFixture[str]) -> None:
    """Only under names that have some; what is spelled differently alone says so."""
    rows = json.loads(call(capsys, "indicators", "--file", FILE, "--json")[1])["indicators"]
    names = {one["id"]: one["name"] for one in rows}
    found = json.loads(call(capsys, "indicators", "--file", FILE, "--differences", "--json")[1])["differences"]
    told = call(capsys, "indicators", "--file", FILE, "--differences")[1].splitlines()
    assert told[0].endswith(f": {len(found)} perbedaan")
    headings = [line for line in told[1:] if line and not line.startswith("  ")]
    assert sorted(headings) == sorted({names[one["indicator"]] for one in found})
    assert len(headings) < len(names)
    spelled = [line for line in told if line.endswith(" (ejaan)")]
    assert len(spelled) == sum(one["spelling"] for one in found) > 0
    assert len([line for line in told if line.startswith("  ")]) == len(found)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--file", "tidak-ada"], "Dokumen indikator tidak-ada tidak dikenal. Yang ada: "),
        (["--file", "../profiles/biro"], "tidak dikenal"),
        (["--file", "tidak-ada.toml"], "Dokumen tidak-ada.toml tidak ada."),
        (
            ["--file", FILE, "--year", "2030"],
            f"Tahun 2030 tidak ada dalam {FILE}. Yang ada: 2022, 2023, 2024, 2025, 2026.",
        ),
        (["--file", FILE, "--year", "dua"], "dua bukan bilangan bulat"),
        (["--year", "2024"], "Tulis juga --file"),
    ],
)
def test_a_wrong_call_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, told, problems = call(capsys, "indicators", *arguments)
    assert (code, told) == (2, "")
    assert sentence in problems
    assert problems.endswith("Bantuan: python3 run.py indicators --help\n")


def test_an_own_file_is_read_and_its_faults_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / f"{FILE}.toml"
    text = (INDICATORS / f"{FILE}.toml").read_text(encoding="utf-8")
    own.write_text(text, encoding="utf-8")
    code, told, _ = call(capsys, "indicators", "--file", str(own), "--year", "2022", "--json")
    assert (code, len(json.loads(told)["indicators"])) == (0, 69)
    own.write_text(text.replace('direction = "more"', 'direction = "up"', 1), encoding="utf-8")
    code, told, problems = call(capsys, "indicators", "--file", str(own))
    line = text[: text.index('direction = "more"')].count("\n") + 1
    assert (code, told) == (1, "")
    assert problems.startswith(f'{FILE}.toml, baris {line}, kunci "indicators[1].direction": nilai')


def test_the_lines_of_a_file_are_numbered_under_one_heading_for_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    """Reckoned a second time from what a machine is told."""
    rows = json.loads(call(capsys, "indicators", "--file", FILE, "--year", "2024", "--json")[1])["indicators"]
    [title, *told] = call(capsys, "indicators", "--file", FILE, "--year", "2024")[1].splitlines()
    assert title.endswith(f" ({len(rows)} indikator)")
    expected = list[str]()
    before = ("", "")
    for number, row in enumerate(rows, 1):
        heading = (row["group"], row["component"])
        if heading != before:
            expected += ["", " · ".join(word for word in heading if word)]
        before = heading
        expected += [f"{number:>3}. {row['name']}", f"     {row['targets']['2024']['shown']} · "]
    assert len(told) == len(expected)
    assert [line for line, wanted in zip(told, expected, strict=True) if not line.startswith(wanted)] == []
    assert [line for line in told if line.startswith("     ") and ", " not in line] == [], "how often it is measured"


def test_a_year_without_a_target_says_so() -> None:
    [first, *_] = load_indicators(FILE).indicators
    assert target_text(first, 2022) != "belum ada"
    assert target_text(first, 2199) == "belum ada"


def test_a_single_year_has_its_target_beside_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    [one, *_] = json.loads(call(capsys, "indicators", "--file", FILE, "--year", "2023", "--json")[1])["indicators"]
    [every, *_] = json.loads(call(capsys, "indicators", "--file", FILE, "--json")[1])["indicators"]
    assert list(one["targets"]) == ["2023"]
    assert one["target"] == one["targets"]["2023"]["printed"]
    assert "target" not in every
    assert sorted(every["targets"]) == ["2022", "2023", "2024", "2025", "2026"]
    assert one["targets"]["2023"] == every["targets"]["2023"]
