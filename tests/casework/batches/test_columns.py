"""Columns of a partner's list: their heads, and which of them hold days."""

from app.casework.batches.partners import column_heads, is_day
from schema.definitions import load_all
from schema.service_standard import PartnerColumn

KTP = load_all()["ktp-el"]


def test_a_column_of_days_is_one_with_a_date_or_with_the_day_of_recording() -> None:
    dates = {field.id for field in KTP.fields if field.type == "date"}
    assert "birth_on" in dates
    for field in KTP.fields:
        assert is_day(KTP, PartnerColumn(fields=(field.id,))) == (field.id in dates), field.id
    assert is_day(KTP, PartnerColumn(fields=("birth_place", "birth_on")))
    assert is_day(KTP, PartnerColumn(fields=(), supplied="record_day"))


def test_a_head_is_its_own_or_that_of_its_first_field() -> None:
    columns = [PartnerColumn(fields=("nik", "kk")), PartnerColumn(fields=("kk",), head="Keluarga")]
    nik = next(field for field in KTP.fields if field.id == "nik")
    assert column_heads(KTP, columns) == [nik.heading, "Keluarga"]
