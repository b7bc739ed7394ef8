"""A line of a service that the centre has no file of: the page speaks the words that travelled with it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.messages import PartnerWords
from tests.answers import NOT_SHOWN
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import OFFICE, a_line
from tests.platform.people import Clock

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
    [made] = desk.print_centre.senders[OFFICE].dispatch([line])
    page = desk.yuni.get(line_path(made)).get_data(as_text=True).split("<main", 1)[1]
    for word in ("Plakat lapak, Lapak baru", "Data untuk plakat", "<dt>Dagangan</dt><dd>Sayur</dd>", "Tampilkan Lapak"):
        assert word in page, word
    assert '<option value="Lapak sudah terisi">' in page
    shown = NOT_SHOWN.sub(" ", page)  # the random token of a form may hold any two letters
    assert [word for word in ("NIK", "KK", "kartu", "Perekaman") if word in shown] == []


def test_the_same_key_of_another_service_is_nobody_s_second_card(desk: Desk) -> None:
    [card] = desk.print_centre.comes(1)
    other = replace(a_line(9, 1, 1), service="plakat-lapak", number="0001/PLK/2026", words=WORDS)
    [plate] = desk.print_centre.senders[OFFICE].dispatch([other])
    for made in (card, plate):
        assert "yang sama ada pada baris lain" not in desk.yuni.get(line_path(made)).get_data(as_text=True)


PLATE = replace(
    a_line(9, 1, 1),
    service="plakat-lapak",
    kind_label="Plakat lapak, Lapak baru",
    number="0001/PLK/2026",
    main_key="A-17",
    fields={"stall": "A-17"},
    recording="",
    recorded_on="",
    items=[],
    words=WORDS,
)
CARD_WORDS = ("kartu", "Kartu", "KTP", "NIK", "KK", "Dicetak", " dicetak")
LISTS = ("/", "/antrean", f"/masukan/{OFFICE}/9", "/blangko/", "/pengiriman/", f"/pengiriman/kecamatan/{OFFICE}")


def shown(desk: Desk, path: str) -> str:
    """What a page says between its frame and its end, and the frame's own words for this place."""
    answer = desk.yuni.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_the_lists_of_a_centre_that_makes_something_else_speak_its_words(desk: Desk) -> None:
    """A centre that has only heard of market stalls says nothing of cards on any list, from queue to shipment."""
    [made] = desk.print_centre.senders[OFFICE].dispatch([PLATE])
    stages: list[tuple[str, dict[str, str]]] = [
        (f"{line_path(made)}terima", {}),
        (f"{line_path(made)}cetak", {"serial": "PLK-001".replace("-", "")}),
        (f"/pengiriman/kecamatan/{OFFICE}", {"lines": made, "counted": "1", "carrier": "Pak Karso"}),
    ]
    for path, typed in [("", {}), *stages]:
        if path:
            assert desk.yuni.post(path, typed).status_code == 303, path
        for page in LISTS:
            text = shown(desk, page)
            assert [word for word in CARD_WORDS if word in text] == [], (path, page)
    assert "Kirim plakat" in shown(desk, "/")
    assert "Cari Lapak, nama, atau kode slip" in shown(desk, "/")
    assert "1 plakat ke" in shown(desk, f"/pengiriman/{OFFICE}-2026-001")
    found = desk.yuni.post("/cari", {"q": "a-17"}).get_data(as_text=True)
    assert "0001/PLK/2026" in found


def test_lists_of_several_services_use_a_word_that_fits_them_all(desk: Desk) -> None:
    desk.print_centre.comes(1)
    assert "Kirim kartu" in shown(desk, "/pengiriman/")
    desk.print_centre.senders[OFFICE].dispatch([PLATE])
    assert "Kirim hasil cetak" in shown(desk, "/pengiriman/")
    assert "Cari NIK, nomor KK, Lapak, nama, atau kode slip" in shown(desk, "/")
