"""Answers as files: read, refused with line numbers, hostile ones too; out and in again; the command `ikm`."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from app.casework.importing.file_formats import read_bytes
from app.cli.ikm import ikm
from app.core.periods import Period
from app.core.problems import Problem
from app.platform.people.queries import actor_named
from app.quality.surveys import papers, queries
from app.quality.surveys.answer_files import import_answers, read_answers
from app.quality.surveys.tables import SurveyAnswer
from schema.surveys import load_survey
from sync.journal import Journal
from tests.platform.people import Clock

HEAD = ",".join(f"U{n}" for n in range(1, 10))
SKM14 = load_survey("skm14")
YEAR = Period.parse("2026")


def why_refused(content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        read_answers(read_bytes(content), SKM14)
    return caught.value.sentence


def bring_in(journal: Journal, clock: Clock, content: bytes, service: str = "ktp-el", month: str = "2026-03") -> int:
    ida = actor_named(journal.db, "ida", clock().date())
    assert ida is not None
    book = read_bytes(content)
    return import_answers(
        journal, ida, book=book, content=content, name="a.csv", service=service, month=month, now=clock()
    )


def test_columns_stand_where_they_like_and_others_are_named(journal: Journal) -> None:
    text = "No;Jenis kelamin;u2;U1;U3;U4;U5;U6;U7;U8;U9;Saran;Hobi\n1;perempuan;2;1;3;4;;-;3;3;3; Bagus ;lari\n"
    read = read_answers(read_bytes(text.encode()), SKM14)
    [(line, said)] = read.answers
    assert (line, said.marks, said.respondent, said.comment) == (2, "1234--333", {"sex": "female"}, "Bagus")
    assert read.ignored == ("NO", "HOBI")


def test_every_fault_is_told_with_its_line() -> None:
    rows = [HEAD, "4,4,4,4,4,4,4,4,4", "4,4,4,4,4,4,4,4,5", "x,4,4,4,4,4,4,4,0", "3.5,4,4,4,4,4,4,4,4"]
    told = why_refused("\n".join(rows).encode())
    for part in (
        "Baris 3: U9 berisi “5”",
        "Baris 4: U1 berisi “x”",
        "Baris 4: U9 berisi “0”",
        "Baris 5: U1 berisi “3.5”",
    ):
        assert part in told
    assert "Baris 2" not in told
    assert "kolom U9 tidak ada" in why_refused(HEAD.replace(",U9", "").encode() + b"\n1,1,1,1,1,1,1,1\n")
    assert "kolom U1 ada lebih dari sekali" in why_refused(f"U1,{HEAD}\n".encode() + b"1," * 9 + b"1\n")
    assert "judul kolom U1 sampai U9 tidak ditemukan" in why_refused(b"nama,nilai\na,3\n")
    assert "Tidak ada jawaban" in why_refused(HEAD.encode() + b"\n")
    many = "\n".join([HEAD, *["9" * 9] * 60])
    assert "kesalahan lain" in why_refused(many.encode())


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 400, b"%PDF-1.4", b"PK\x03\x04broken", b"U1,U2\n" + b'"' * 9000, b"=cmd|' /C calc'!A0"],
)
def test_hostile_files_end_in_a_sentence(content: bytes) -> None:
    told = why_refused(content)
    assert told.endswith(".")
    assert "Traceback" not in told


def test_a_file_is_taken_whole_once_and_comes_out_again(journal: Journal, clock: Clock) -> None:
    wrong = f"{HEAD}\n4,4,4,4,4,4,4,4,4\n4,4,4,4,4,4,4,4,7\n".encode()
    with pytest.raises(Problem):
        bring_in(journal, clock, wrong)
    assert SurveyAnswer.rows(journal.db) == []  # nothing half imported
    named = "Kata Bu Tumini Sulastri 081234567890 kursinya kurang"
    three = f"4,4,4,4,4,4,4,4,4,20-29 tahun,=1+1\n3,3,3,,3,3,3,3,3,,{named}\n" * 3
    good = f"{HEAD},Umur,Saran\n{three}".encode()
    for service, month in (("", "2026-03"), ("ktp-el", "2026-09")):
        with pytest.raises(Problem):
            bring_in(journal, clock, good, service, month)
    assert bring_in(journal, clock, good) == 6
    with pytest.raises(Problem, match="sudah diimpor"):
        bring_in(journal, clock, good)
    result = queries.index(journal.db, "ktp-el", YEAR)
    assert (result.respondents, str(result.index)) == (6, "88.89")
    out = papers.answers_csv(journal.db, "", YEAR)
    assert b"Tumini" not in out
    assert b"081234567890" not in out
    assert b"'=1+1" in out  # no spreadsheet takes it for a formula
    again = read_answers(read_bytes(out), SKM14)
    assert sorted(again.marks) == ["333-33333"] * 3 + ["444444444"] * 3
    book = papers.answers_xlsx(journal.db, "", YEAR, clock())
    assert read_answers(read_bytes(book), SKM14).marks == again.marks
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][3:12] == HEAD.split(",")
    assert sheet.max_row == 7
    marks = [cell.value for row in sheet.iter_rows(min_row=2, min_col=4, max_col=12) for cell in row]
    assert sum(mark for mark in marks if mark is not None) == 3 * (8 * 3 + 9 * 4), "numbers, to reckon with"


def run(tmp_path: Path, text: str, method: str = "skm14", *more: str) -> tuple[int, str, str]:
    path = tmp_path / "jawaban.csv"
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(ikm, [str(path), "--method", method, *more])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_reckons_without_an_office(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, f"{HEAD}\n" + "4,4,4,4,4,4,4,4,4\n" * 3, "skm14", "--json")
    found = json.loads(out)
    assert (code, found["index"], found["category"], found["respondents"]) == (0, 100.0, "A", 3)
    assert found["by_table"] == {"0.11": 99.0, "0.111": 99.9}
    assert [row["mean"] for row in found["elements"]] == [4.0] * 9
    code, out, _ = run(tmp_path, ",".join(f"U{n}" for n in range(1, 15)) + "\n" + "3," * 13 + "2\n", "kep25", "--json")
    found = json.loads(out)
    assert (found["index_exact"], found["index"], found["category"]) == ("1025/14", 73.21, "B")
    code, out, err = run(tmp_path, f"{HEAD}\n4,4,4,4,4,4,4,4,x\n")
    assert (code, out) == (2, "")
    assert "jawaban.csv: Baris 2: U9 berisi “x”; yang boleh hanya 1, 2, 3, 4, atau kosong." in err
    code, out, err = run(tmp_path, f"{HEAD}\n,,,,,,,,\n-,-,-,-,-,-,-,-,-\n")
    assert (code, err) == (0, "")
    assert "Indeks: tidak ada data." in out
    missing = CliRunner().invoke(ikm, [str(tmp_path / "tidak-ada.csv"), "--method", "skm14"])
    assert missing.exit_code == 2
    assert "tidak ditemukan" in missing.stderr


def test_the_command_tells_a_person_every_mean_and_what_did_not_count(tmp_path: Path) -> None:
    """Three sound answers, one with four of the nine marks; a column that no survey knows."""
    rows = [f"{HEAD},HOBI", *["4,3,4,3,4,3,4,3,3,lari"] * 3, "4,4,4,4,,,,,,lari"]
    code, out, err = run(tmp_path, "\n".join(rows) + "\n")
    basis, aside, *elements, index, first, second, ignored = out.splitlines()
    assert (code, err) == (0, "")
    assert basis.endswith(": 3 responden")
    assert aside == "Disisihkan karena terlalu sedikit jawaban: 1"
    names = [(element.id, element.name) for element in SKM14.elements]
    means = [*["4,00", "3,00"] * 4, "3,00"]
    assert elements == [f"  {name[0]:4} {mean:>5}  {name[1]}" for name, mean in zip(names, means, strict=True)]
    assert index == "Indeks 86,11, mutu B (baik)", "31/9 · 25"
    assert first == "Cara tabel (bobot 0,11): 85,25"
    assert second.startswith("Cara tabel (bobot 0,111): 86,0"), "31 · 0,111 · 25 = 86,025"
    assert ignored == "Kolom yang tidak dipakai: HOBI"
    plain = run(tmp_path, f"{HEAD}\n" + "4,4,4,4,4,4,4,4,4\n")[1]
    assert "Disisihkan" not in plain
    assert "tidak dipakai" not in plain
    unasked = run(tmp_path, f"{HEAD}\n" + "4,4,4,4,4,4,4,4,-\n")[1].splitlines()
    assert unasked[-2:] == [f"  U9   tidak ada data  {SKM14.elements[8].name}", "Indeks: tidak ada data."]
