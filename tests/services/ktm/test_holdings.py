"""A student asks what a polytechnic's cards hold of him."""

from app.core.holdings import read_sought
from app.records.privacy.queries import find_person, key_label
from app.services.ktm import queries
from app.services.ktm.holdings import find_holdings
from tests.platform.people import START
from tests.services.ktm.desk import CardDesk, nim


def test_a_card_is_found_by_student_number_and_named_by_it(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    row = desk.case(case_id)
    found = find_person(desk.journal.db, desk.who("ida"), read_sought(row.main_key, row.name))
    held = {holding.kind: dict(holding.values) for holding in found.sure}
    assert held["Kartu mahasiswa"]["NIM"] == row.main_key
    assert {"Berkas", "Kartu mahasiswa", "Pengiriman"} <= set(held)
    sealed = held["Pengiriman"]["Nomor dari mitra (tersandi)"]
    assert "*" in sealed, "the account number is told by its mask"
    assert card.code in {one.title.removeprefix("Kartu ") for one in found.sure}
    assert "NIM" in key_label(desk.journal.db, START).split(" atau ")


def test_a_card_is_his_whose_number_it_bears_whatever_name_is_said(desk: CardDesk) -> None:
    [(_, card), (_, other)] = desk.with_card(1, 2)
    named = queries.find_card(desk.journal.db, other.code).name

    def found(number: str, name: str) -> dict[str, bool]:
        held = find_holdings(desk.journal.db, desk.who("ida"), read_sought(number, name))
        return {holding.title.removeprefix("Kartu "): holding.sure for holding in held}

    assert found(nim(1), "Orang Lain")[card.code] is True
    both = found(nim(1), named)
    assert both[card.code] is True
    assert both.get(other.code, False) is False, "the same name is no proof"
    assert found(nim(9), "Orang Lain") == {}
