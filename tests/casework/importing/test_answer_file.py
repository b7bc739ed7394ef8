"""What a row of a file answers, and rows of which none is taken because two of them say the same."""

import pytest

from app.casework.importing.answer_file import FileAnswer, is_value, mark_doubles, read_row
from app.casework.importing.spreadsheet import NUMBER, Cell, Row

TWO_ROWS, TWO_NUMBERS = "Baris ini ada dua kali.", "Nomor ini tertulis pada dua baris."


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([("A", "11"), ("B", "12")], ["", ""]),
        ([("A", "11"), ("A", "12")], [TWO_ROWS, TWO_ROWS]),
        ([("A", "11"), ("B", "11"), ("C", "12")], [TWO_NUMBERS, TWO_NUMBERS, ""]),
        ([("A", "1-1"), ("B", "1 1")], [TWO_NUMBERS, TWO_NUMBERS]),  # the digits count, not how they are written
        ([("A", "11"), ("A", "11")], [TWO_NUMBERS, TWO_NUMBERS]),
        ([("A", ""), ("B", "")], ["", ""]),  # two without a number say nothing of each other
        ([("A", "11"), ("A", "")], [TWO_ROWS, TWO_ROWS]),
    ],
)
def test_of_rows_that_say_the_same_none_is_taken(rows: list[tuple[str, str]], faults: list[str]) -> None:
    answers = [FileAnswer(number, key, value) for number, (key, value) in enumerate(rows, 2)]
    assert [answer.fault for answer in mark_doubles(answers)] == faults


def test_a_fault_that_was_found_before_stays() -> None:
    answers = [FileAnswer(2, "A", fault="Angka terakhirnya hilang."), FileAnswer(3, "A", "11")]
    assert [answer.fault for answer in mark_doubles(answers)] == ["Angka terakhirnya hilang.", TWO_ROWS]


@pytest.mark.parametrize(
    ("text", "value"), [("1234", True), ("12-34 5", True), ("tidak datang", False), ("KTP 12", False), ("-", False)]
)
def test_digits_alone_are_a_number_and_words_a_reason(text: str, value: bool) -> None:
    assert is_value(Cell(text)) is value


LOST = "Angka terakhirnya hilang di Excel. Jadikan kolomnya teks, lalu ketik ulang."


@pytest.mark.parametrize(
    ("cell", "answered"),
    [
        (Cell("1234 5678"), FileAnswer(7, "A1", "1234 5678", written="a 1")),
        (Cell("tidak  datang"), FileAnswer(7, "A1", reason="tidak datang", written="a 1")),
        (Cell("x" * 301), FileAnswer(7, "A1", reason="x" * 300, written="a 1")),
        (Cell("123.456", NUMBER, 123456.0), FileAnswer(7, "A1", "123456", written="a 1")),
        (Cell("1E+15", NUMBER, 10**14), FileAnswer(7, "A1", "1" + "0" * 14, written="a 1")),
        (Cell("1E+16", NUMBER, 10**15), FileAnswer(7, "A1", fault=LOST, written="a 1")),  # Excel keeps fifteen digits
        (Cell(), FileAnswer(7, "A1", written="a 1")),
    ],
)
def test_a_row_answers_with_digits_or_with_words(cell: Cell, answered: FileAnswer) -> None:
    assert read_row(Row(7, (Cell(" a  1 "), Cell("lain"), cell)), 0, 2) == answered


def test_a_key_is_shown_as_it_was_written_up_to_sixty_signs() -> None:
    assert read_row(Row(2, (Cell("k" * 61),)), 0, 5) == FileAnswer(2, "K" * 60, written="k" * 60)
