"""A student asks what a polytechnic's cards hold of him."""

from app.core.holdings import read_sought
from app.records.privacy.queries import find_person, key_label
from tests.platform.people import START
from tests.services.ktm.desk import CardDesk


def test_a_card_is_found_by_student_number_and_named_by_it(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    row = desk.case(case_id)
    found = find_person(desk.journal.db, desk.who("ida"), read_sought(row.main_key, row.name))
    held = {one.kind: dict(one.values) for one in found.sure}
    assert held["Kartu mahasiswa"]["NIM"] == row.main_key
    assert {"Berkas", "Kartu mahasiswa", "Pengiriman"} <= set(held)
    sealed = held["Pengiriman"]["Nomor dari mitra (tersandi)"]
    assert "*" in sealed, "the account number is told by its mask"
    assert card.code in {one.title.removeprefix("Kartu ") for one in found.sure}
    assert "NIM" in key_label(desk.journal.db, START).split(" atau ")
