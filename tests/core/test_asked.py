"""What a command asks: each kind of field at its limits, with the sentences of the rule."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
import pytest

from app.core.asked import (
    Amount,
    Asked,
    Choice,
    Day,
    Lines,
    Look,
    Moment,
    Seen,
    Several,
    Text,
    Texts,
    Tick,
    Ticked,
    YesNo,
    clean_values,
    questions_of,
)
from app.core.problems import Problem

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COLOURS = {"red": "Merah", "blue": "Biru"}
NONE = "Pilih warnanya."


def look_at(asked: Asked, value: Any) -> tuple[Any, dict[str, str]]:
    """What becomes of a value, and what is said of it."""
    look = Look(None, TODAY, {})
    return asked.clean(look, "it", value), look.wrong


@pytest.mark.parametrize(
    ("asked", "value", "clean"),
    [
        (Text("Catatan", "Isi."), "  ya  sudah ", "ya sudah"),
        (Text("Catatan"), None, ""),
        (Text("Catatan", most=3), "abc", "abc"),
        (Text("Catatan", lines=True), "satu\ndua", "satu\ndua"),
        (Texts("Sebab", "Isi.", labels=("1", "2", "3")), ["", "b", " c "], ["b", "c"]),
        (Texts("Sebab", "Isi.", labels=("1", "2")), ["a", "b", "c"], ["a", "b"]),
        (Lines("Pertanyaan", times=2), [" a", "", "b"], ["a", "b"]),
        (Choice("Warna", NONE, choices=COLOURS), "red", "red"),
        (Choice("Warna", choices=COLOURS), "", ""),
        (Choice("Warna", NONE, choices=lambda _db, day: {str(day.year): "Tahun ini"}), "2026", "2026"),
        (Several("Warna", NONE, choices=COLOURS), ["blue", "red", "blue"], ["blue", "red"]),
        (Several("Warna", choices=COLOURS), [], []),
        (YesNo("Hasil", words=("Ya", "Tidak")), False, False),
        (Ticked("Berkas", "Centang satu."), [7, 3, 7], [7, 3]),
        (Ticked("Berkas"), None, []),
        (Tick("Setuju"), None, False),
        (Tick("Setuju", "Centang dulu."), True, True),
        (Day("Batas", "Isi.", past="Sudah lewat."), TODAY, TODAY),
        (Day("Batas"), None, None),
        (Seen("Versi"), 7, 7),
        (Seen("Versi"), None, None),
        (Amount("Banyaknya", least=1, most=3), 1, 1),
        (Amount("Banyaknya", least=1, most=3), 3, 3),
        (Amount("Banyaknya", least=1, most=3, optional=True), None, None),
        (Day("Sejak", ahead="Belum tiba."), TODAY, TODAY),
        (Moment("Diketahui", "Isi."), NOON, NOON),
        (Moment("Diketahui"), None, None),
    ],
)
def test_what_holds_is_taken_as_the_command_needs_it(asked: Asked, value: Any, clean: Any) -> None:
    assert look_at(asked, value) == (clean, {})


@pytest.mark.parametrize(
    ("asked", "value", "wrong"),
    [
        (Text("Catatan", "Isi catatannya."), " ", {"it": "Isi catatannya."}),
        (Texts("Sebab", "Isi satu.", labels=("1", "2")), ["", " "], {"it1": "Isi satu."}),
        (Lines("Pertanyaan", times=1), ["a", "b"], {"it": "Paling banyak 1 pertanyaan."}),
        (Lines("Pertanyaan", "Isi satu.", times=1), ["", " "], {"it": "Isi satu."}),
        (Choice("Warna", NONE, choices=COLOURS), "green", {"it": NONE}),
        (Choice("Warna", NONE, choices=COLOURS), "", {"it": NONE}),
        (Choice("Warna", choices=COLOURS), "green", {"it": "Pilih dari daftar."}),
        (Several("Warna", NONE, choices=COLOURS), [], {"it": NONE}),
        (Several("Warna", NONE, choices=COLOURS), ["red", "green"], {"it": "Pilih dari daftar."}),
        (YesNo("Hasil", words=("Ya", "Tidak")), None, {"it": "Pilih salah satu."}),
        (Tick("Setuju", "Centang dulu."), False, {"it": "Centang dulu."}),
        (Ticked("Berkas", "Centang satu."), [], {"it": "Centang satu."}),
        (Day("Batas", "Isi batasnya."), None, {"it": "Isi batasnya."}),
        (Day("Batas", "Isi.", past="Sudah lewat."), date(2026, 3, 1), {"it": "Sudah lewat."}),
        (Amount("Banyaknya", least=1, most=3), 0, {"it": "Isi antara 1 dan 3."}),
        (Amount("Banyaknya", least=1, most=3), 4, {"it": "Isi antara 1 dan 3."}),
        (Amount("Banyaknya", "Isi banyaknya.", most=3), None, {"it": "Isi banyaknya."}),
        (Amount("Banyaknya", most=3, optional=True, outside="Paling banyak tiga."), 4, {"it": "Paling banyak tiga."}),
        (Day("Sejak", ahead="Belum tiba."), date(2026, 3, 3), {"it": "Belum tiba."}),
        (Moment("Diketahui", "Isi tanggalnya."), None, {"it_on": "Isi tanggalnya."}),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(asked: Asked, value: Any, wrong: dict[str, str]) -> None:
    assert look_at(asked, value)[1] == wrong


def test_a_text_is_not_longer_than_its_limit() -> None:
    _, wrong = look_at(Text("Catatan", most=3), "abcd")
    assert "Catatan" in wrong["it"]


class Plan(msgspec.Struct, frozen=True):
    why: Annotated[str, Text("Sebab", "Isi sebabnya.")]
    due_on: Annotated[date, Day("Batas", "Isi batasnya.")]
    round: int = 1


def act_on(
    act: None, *, thing_id: int, plan: Plan, note: Annotated[str, Text("Catatan", "Isi.", "more")], now: datetime
) -> None: ...


def many(act: None, *, words: Annotated[Sequence[str], Texts("Kata", labels=("1", "2"))]) -> None: ...


def test_questions_stand_in_the_order_of_the_command_with_those_of_its_structs() -> None:
    assert [(question.parameter, question.field, question.name) for question in questions_of(act_on)] == [
        ("plan", "why", "why"),
        ("plan", "due_on", "due_on"),
        ("note", "", "more"),
    ]
    assert [question.name for question in questions_of(many)] == ["words"]


def test_all_that_is_wrong_is_said_at_once_under_the_names_of_the_form() -> None:
    told = {"thing_id": 1, "plan": Plan("", None), "note": ""}  # type: ignore[arg-type]
    with pytest.raises(Problem) as refused:
        clean_values(act_on, None, TODAY, told)
    assert refused.value.fields == {"why": "Isi sebabnya.", "due_on": "Isi batasnya.", "more": "Isi."}


def test_a_struct_comes_back_clean_and_the_program_s_own_values_as_they_were() -> None:
    told = {"thing_id": 7, "plan": Plan(" a ", TODAY, 3), "note": " b "}
    assert clean_values(act_on, None, TODAY, told) == {"thing_id": 7, "plan": Plan("a", TODAY, 3), "note": "b"}


def send(
    act: None,
    *,
    number: Annotated[str, Text("Nomor", "Isi.")],
    most: Annotated[int, Amount("Paling banyak", least=1, most=9)] = 6,
    replies: Annotated[bool, Tick("Balasan")] = True,
) -> None: ...


def test_what_a_caller_leaves_out_keeps_its_default() -> None:
    """A form always says all of it; another part of the program calls with less."""
    assert clean_values(send, None, TODAY, {"number": "1"}) == {"number": "1", "most": 6, "replies": True}
    assert clean_values(send, None, TODAY, {"number": "1", "replies": False})["replies"] is False
