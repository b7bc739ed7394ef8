"""A line of a service that the centre has no file of: the page speaks the words that travelled with it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.messages import PartnerWords
from tests.centre.desk import Desk, line_path
from tests.centre.floor import OFFICE, a_line
from tests.people import Clock

WORDS = PartnerWords(
    "Plakat lapak",
    "Lapak",
    "plakat",
    "Terbit",
    [("Lapak", "A-17"), ("Nama pedagang", "BU SARMI"), ("Dagangan", "Sayur")],
    ["Lapak sudah terisi"],
)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def test_a_line_of_another_service_shows_its_columns_in_its_words(desk: Desk) -> None:
    line = replace(
        a_line(1, 1, 1),
        service="plakat-lapak",
        kind_label="Plakat lapak, Lapak baru",
        number="0001/PLK/2026",
        main_key="A-17",
        fields={"stall": "A-17", "owner": "BU SARMI"},
        recording="",
        recorded_on="",
        items=[],
        words=WORDS,
    )
    [made] = desk.floor.senders[OFFICE].dispatch([line])
    page = desk.yuni.get(line_path(made)).get_data(as_text=True).split("<main", 1)[1]
    for word in ("Plakat lapak, Lapak baru", "Data untuk plakat", "<dt>Dagangan</dt><dd>Sayur</dd>", "Tampilkan Lapak"):
        assert word in page, word
    assert '<option value="Lapak sudah terisi">' in page
    assert [word for word in ("NIK", "KK", "kartu", "Perekaman") if word in page] == []


def test_the_same_key_of_another_service_is_nobody_s_second_card(desk: Desk) -> None:
    [card] = desk.floor.comes(1)
    other = replace(a_line(9, 1, 1), service="plakat-lapak", number="0001/PLK/2026", words=WORDS)
    [plate] = desk.floor.senders[OFFICE].dispatch([other])
    for made in (card, plate):
        assert "yang sama ada pada baris lain" not in desk.yuni.get(line_path(made)).get_data(as_text=True)
