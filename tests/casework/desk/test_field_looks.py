"""How a field stands on the form, and how its stored value reads to the person whose it is, for every type."""

from typing import Any, get_args

import pytest

from app.casework.desk.holdings import value_words
from app.casework.desk.views import case_page
from app.casework.desk.views.form import aside_word, attrs
from app.core.text import mask_phone
from schema.database import SqliteDatabase
from schema.definitions import load_all
from schema.service_fields import Choice, Field, FieldType, Mask
from tests.platform.people import VILLAGES

NUMBERS = {"nik", "kk", "date", "rt", "rw", "postcode"}
KTP = load_all()["ktp-el"]


def field(kind: Any, **more: Any) -> Field:
    return Field(id="x", label="X", type=kind, **more)


@pytest.mark.parametrize("kind", get_args(FieldType))
def test_a_telephone_shows_the_keys_that_a_field_needs(kind: str) -> None:
    wanted = {"inputmode": "tel"} if kind == "phone" else {"inputmode": "numeric"} if kind in NUMBERS else {}
    assert attrs(field(kind)) == wanted


def test_the_quiet_word_beside_a_label() -> None:
    assert aside_word(field("date")) == "misalnya 17081990, boleh kosong"
    assert aside_word(field("date", required=True)) == "misalnya 17081990"
    assert aside_word(field("text")) == "boleh kosong"
    assert aside_word(field("text", required=True)) == ""


@pytest.mark.parametrize(
    ("one", "value", "sure", "unsure"),
    [
        (field("text"), "Tani", "Tani", "Tani"),
        (field("date"), "1990-08-17", "17 Agustus 1990", "17 Agustus 1990"),
        (field("sex"), "female", "Perempuan", "Perempuan"),
        (field("village"), *VILLAGES[0], VILLAGES[0][1]),
        (field("village"), "9999999999", "9999999999", "9999999999"),
        (field("tick"), "yes", "Ya", "Ya"),
        (field("choice", choices=(Choice(value="a", label="Baru"),)), "a", "Baru", "Baru"),
        (field("choice", choices=(Choice(value="a", label="Baru"),)), "b", "b", "b"),
        (
            field("nik", max_length=16, mask=Mask(first=6, last=4)),
            "3508991203790001",
            "3508991203790001",
            "350899******0001",
        ),
        (field("phone"), "081234567890", "081234567890", None),
    ],
)
def test_a_value_as_its_owner_reads_it(
    office_db: SqliteDatabase, one: Field, value: str, sure: str, unsure: str | None
) -> None:
    assert value_words(office_db, KTP, one, value, True) == sure
    masked = value_words(office_db, KTP, one, value, False)
    assert masked == unsure if unsure is not None else "*" in masked


@pytest.mark.parametrize(
    ("one", "value", "words"),
    [
        (field("text"), "Tani", "Tani"),
        (field("date"), "1990-08-17", "17 Agustus 1990"),
        (field("sex"), "male", "Laki-laki"),
        (field("village"), *VILLAGES[0]),
        (field("village"), "9999999999", "9999999999"),
        (field("tick"), "yes", "Ya"),
        (field("choice", choices=(Choice(value="a", label="Baru"),)), "a", "Baru"),
        (field("phone"), "081234567890", mask_phone("081234567890")),
    ],
)
def test_a_value_as_an_officer_reads_it(
    office_db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, one: Field, value: str, words: str
) -> None:
    monkeypatch.setattr(case_page, "current_db", lambda: office_db)
    assert case_page.value_in_words(KTP, one, value) == words
    assert "345678" not in mask_phone("081234567890")
