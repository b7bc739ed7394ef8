"""What an office decided of a line that two of its PCs wrote: what the print room then sees; and the shipping list."""

from datetime import date

import msgspec
import pytest

from app.centre import queries, service, settings
from app.centre.papers import shipping_list_paper, split_carrier
from app.centre.tables import IncomingLine
from app.core.codes import check_character
from app.core.messages import GivenNumber, LineSetAside, LineTakenOver
from app.core.permissions import SYSTEM
from app.platform.people import service as people
from app.platform.people.changes import AddPerson
from tests.centre.print_centre import EKO, NOW, OFFICE, YUNI, PrintCentre, a_line
from tests.platform.people import CHEAP, PASSWORD

NEW_NUMBER = GivenNumber("0099/KTP/2026", 2026, 99)


def facts(centre: PrintCentre) -> list[tuple[str, str, str]]:
    """(id, number, why it is asked back) of every line, in order."""
    return [(row.line, row.number, row.recall or "") for row in IncomingLine.rows(centre.db, order="line")]


def aside(centre: PrintCentre, line: str, held: bool) -> LineSetAside:
    return LineSetAside(line, centre.office.hash_of(line), "dispatch.line", "Milik PC lain.", held)


def taken(centre: PrintCentre, line: str, held: bool) -> LineTakenOver:
    own = a_line(1, 1, 1)
    digest = centre.office.hash_of(line)
    return LineTakenOver(line, digest, held, own, 99, NEW_NUMBER, "print", "dispatch", "Dilanjutkan di sini.")


def test_a_line_set_aside_is_asked_back_where_the_centre_has_it(print_centre: PrintCentre) -> None:
    first, second = print_centre.queued(2)
    before = facts(print_centre)
    assert not print_centre.office.send([("twin.set_aside", aside(print_centre, first, held=False))]).set_aside
    assert facts(print_centre) == before, "nothing of it is here"
    assert not print_centre.office.send([("twin.set_aside", aside(print_centre, first, held=True))]).set_aside
    assert facts(print_centre) == [(first, before[0][1], "Milik PC lain."), before[1]]
    assert before[1][0] == second


def test_a_line_taken_over_gets_its_new_number_where_the_centre_has_it(print_centre: PrintCentre) -> None:
    first, _ = print_centre.queued(2)
    before = facts(print_centre)
    assert not print_centre.office.send([("twin.taken_over", taken(print_centre, first, held=False))]).set_aside
    assert facts(print_centre) == before
    assert not print_centre.office.send([("twin.taken_over", taken(print_centre, first, held=True))]).set_aside
    assert facts(print_centre) == [(first, "0099/KTP/2026", ""), before[1]]


def test_a_decision_about_another_line_is_not_followed(print_centre: PrintCentre) -> None:
    first, second = print_centre.queued(2)
    before = facts(print_centre)
    wrong = msgspec.structs.replace(aside(print_centre, first, held=True), hash=print_centre.office.hash_of(second))
    assert len(print_centre.office.send([("twin.set_aside", wrong)]).set_aside) == 1
    assert facts(print_centre) == before


def test_the_shipping_list_names_sender_cards_and_a_code_that_checks(print_centre: PrintCentre) -> None:
    people.add_person(
        print_centre.journal,
        SYSTEM,
        AddPerson(username="yuni", name="Yuni Astutik", roles=("printer",)),
        password=PASSWORD,
        must_change=False,
        cost=CHEAP,
        now=NOW,
    )
    lines = print_centre.queued(2)
    for place, line in enumerate(lines, 1):
        print_centre.print(line, f"K0000{place}")
    number = service.ship_cards(
        print_centre.journal, YUNI, office=OFFICE, lines=lines, counted=2, carrier="Pak Karto", now=NOW
    )
    shipment = queries.find_shipment(print_centre.db, number)
    assert shipment is not None
    made = shipping_list_paper(print_centre.db, shipment, printed_by="Yuni Astutik", now=NOW)
    assert (made.sender.name, made.sender.post, made.carrier) == ("Yuni Astutik", "Petugas Cetak", "Pak Karto")
    assert (made.number, made.on, made.addressee) == (number, date(2026, 3, 12), "Kecamatan Contoh")
    assert (made.head.office, made.head.address) == ("Dispenduk Capil Contoh", "")
    settings.change_settings(
        print_centre.journal,
        EKO,
        values={"centre.full_name": "Dinas Kependudukan dan Pencatatan Sipil", "centre.postal": "Jalan Contoh 8"},
        now=NOW,
    )
    again = shipping_list_paper(print_centre.db, shipment, printed_by="Yuni Astutik", now=NOW)
    assert (again.head.office, again.head.address) == ("Dinas Kependudukan dan Pencatatan Sipil", "Jalan Contoh 8")
    assert made.qr == f"KARTU/{number}-{check_character(f'KARTU/{number}')}"
    assert [(card.line, card.number, card.serial, card.dispatch) for card in made.cards] == [
        (1, "0001/KTP/2026", "K00001", "001/KIRIM/2026"),
        (2, "0002/KTP/2026", "K00002", "001/KIRIM/2026"),
    ]


@pytest.mark.parametrize(
    ("written", "name", "post"),
    [
        ("Fajar Setiawan, petugas kecamatan", "Fajar Setiawan", "Petugas kecamatan"),
        ("Fajar Setiawan, S.E., petugas kecamatan", "Fajar Setiawan, S.E.", "Petugas kecamatan"),
        ("Fajar Setiawan, S.E.", "Fajar Setiawan, S.E.", ""),
        ("Pak Karto", "Pak Karto", ""),
        ("Pak Karto, ", "Pak Karto, ", ""),
    ],
)
def test_who_carries_cards_stands_with_name_and_office_apart(written: str, name: str, post: str) -> None:
    assert split_carrier(written) == (name, post)
