"""What a row of a file answers, and rows of which none is taken because two of them say the same."""

import pytest

from app.casework.importing.answer_file import FileAnswer, is_value, mark_doubles
from app.casework.importing.spreadsheet import Cell

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
