"""Delimited text: separators, encodings and quotation marks as Excel and others write them."""

import pytest

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.judging import judge_book
from app.casework.importing.spreadsheet import ImportProblem
from tests.casework.importing.books import HEAD, TODAY, VILLAGES, WORDS, line, man


def csv_text(separator: str = ";", quote: str = '"') -> str:
    rows = [HEAD, line(), man(2, nama="SITI CONTOH")]
    quoted = [separator.join(f"{quote}{value}{quote}" for value in row) for row in rows]
    return "BUKU REGISTER KTP\r\n\r\n" + "\r\n".join(quoted) + "\r\n"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_and_encoding_are_found(separator: str, encoding: str) -> None:
    report = judge_book(read_bytes(csv_text(separator).encode(encoding), "lama"), WORDS, VILLAGES, TODAY)
    assert [(judged.sheet, judged.row, judged.verdict) for judged in report.lines] == [
        ("lama", 4, "accepted"),
        ("lama", 5, "accepted"),
    ]


def test_the_separator_line_of_excel_is_obeyed_and_counted() -> None:
    report = judge_book(read_bytes(("sep=|\r\n" + csv_text("|")).encode()), WORDS, VILLAGES, TODAY)
    assert [row.row for row in report.lines] == [5, 6]


def test_a_comma_inside_quotes_is_no_separator() -> None:
    book = read_bytes(b'NO,NIK,"TEMPAT, TGL LAHIR",NAMA\n1,x,"LUMAJANG, 1-1-1980",ANI\n')
    assert book.sheets[0].rows[1].at(2).text == "LUMAJANG, 1-1-1980"


def test_a_number_wrapped_as_a_formula_is_unwrapped() -> None:
    book = read_bytes(b'NO;NIK;NAMA\n1;"=""3508990101800002""";ANI\n')
    assert book.sheets[0].rows[1].at(1).text == "3508990101800002"


def test_a_name_of_five_megabytes_costs_its_line_and_not_the_file() -> None:
    rows = [list(HEAD), line(nama="A" * 5_000_000), man(2)]
    text = "\n".join(";".join(str(value) for value in row) for row in rows)
    report = judge_book(read_bytes(text.encode()), WORDS, VILLAGES, TODAY)
    assert [judged.verdict for judged in report.lines] == ["refused", "accepted"]
    assert "paling panjang" in report.lines[0].reason
    assert len(report.lines[0].reason) < 300


def test_an_open_quotation_mark_is_told_instead_of_swallowing_lines() -> None:
    text = csv_text(quote="").replace("KARTINI", '"KARTINI')
    with pytest.raises(ImportProblem, match="Tanda kutip pada baris 4 tidak ditutup"):
        read_bytes(text.encode())
