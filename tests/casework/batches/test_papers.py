"""What stands on papers of a dispatch and of a card, before they are typeset: line by line, written out by hand."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest

from app.casework.batches import day_sheet, papers, products
from app.casework.batches.partners import find_partner_service
from app.casework.desk.service import case_by_id
from app.casework.desk.tables import CaseFile
from app.core.problems import Problem
from app.platform.office.exchange import entry_words
from sync.journal import Journal
from tests.platform.people import KRAI, MUNDER
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)


def case_of(journal: Journal, case_id: int) -> CaseFile:
    case = case_by_id(journal.db, case_id)
    assert case is not None
    return case


def with_a_card(desk: Desk) -> int:
    """A case whose card lies in the cupboard."""
    case_id = desk.ready()
    made = desk.send(case_id)
    desk.printed(made, 1)
    desk.shipped("350807-2026-001", made, 1)
    desk.arrived(case_id, shipment="350807-2026-001")
    return case_id


def test_the_spreadsheet_of_a_dispatch_leaves_the_answer_to_the_partner(desk: Desk) -> None:
    first, second = desk.ready(), desk.ready()
    made = desk.send(first, second)
    desk.refused(made, 2, "Latar foto biru.")
    book = openpyxl.load_workbook(BytesIO(papers.dispatch_spreadsheet(desk.journal.db, made, desk.now)))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] in (1, 2)]
    numbers = [case_of(desk.journal, one).number for one in (first, second)]
    assert [(row[0], row[1], row[-2] or "", row[-1] or "") for row in rows] == [
        (1, numbers[0], "", ""),
        (2, numbers[1], "ditolak", "Latar foto biru."),
    ]


def test_a_draft_has_no_papers(desk: Desk) -> None:
    drafted = desk.draft(desk.ready())
    for paper in (papers.covering_letter, papers.hand_over_minutes):
        with pytest.raises(Problem) as none:
            paper(desk.journal.db, drafted, desk.who("sari"), desk.now)
        assert "belum ada suratnya" in none.value.sentence
    assert papers.confirmed_at(desk.journal.db, drafted) is None


def test_a_letter_lists_what_goes_with_it(desk: Desk) -> None:
    made = desk.send(desk.ready(), desk.ready())
    definition = find_partner_service(desk.journal.db, "ktp-el")
    found, lines = papers.find_sent_dispatch(desk.journal.db, made), papers.queries.list_lines(desk.journal.db, made)
    (files,) = papers.letter_items(definition, found, lines)
    assert (files.count, files.note) == (2, "Daftar terlampir")
    again = [replace_again(lines[0], "Ulang: salah cetak, nama"), lines[1]]
    cards = papers.letter_items(definition, found, again)[1]
    assert (cards.count, cards.text) == (1, "Kartu salah cetak yang ditarik, untuk dicetak ulang tanpa biaya")
    found.road, found.digest = "loket", "abcdef0123456789"
    assert papers.letter_items(definition, found, lines)[-1].text.endswith("kode pengaman ABCD EF01 2345")


def replace_again(line: object, why: str) -> object:
    line.again = why  # type: ignore[attr-defined]
    return line


def test_the_receipt_says_who_took_the_card_and_when(desk: Desk) -> None:
    case_id = with_a_card(desk)
    with pytest.raises(Problem) as early:
        papers.hand_over_receipt(desk.journal.db, case_of(desk.journal, case_id), desk.who("sari"), desk.now)
    assert "belum diserahkan" in early.value.sentence
    case = case_of(desk.journal, case_id)
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=case_id, receiver=case.name, relation="self", now=desk.now
    )
    paper = papers.hand_over_receipt(desk.journal.db, case_of(desk.journal, case_id), desk.who("sari"), desk.now)
    assert (paper.receiver, paper.relation, paper.serial, paper.free) == (
        case.name,
        "yang bersangkutan sendiri",
        "K001001",
        True,
    )
    assert (paper.handed_on, paper.handed_at, paper.arrived_on) == (TODAY, desk.now, TODAY)
    assert paper.handed_by.name == "Sari Wulandari"


def test_the_call_list_dials_and_tells_how_often(desk: Desk) -> None:
    with_a_card(desk)
    (case,) = products.ready_cards(desk.journal.db, desk.who("sari"), "ktp-el")
    where, now = "Dusun Krajan", desk.now
    line = papers.call_line(case, where, now)
    assert (line.contact, line.address, line.arrived_on, line.calls) == (case.phone, where, TODAY, "")
    case.phone = ""
    assert papers.call_line(case, where, now).contact == "lewat desa"
    case.area = ""
    assert papers.call_line(case, where, now).contact == "tanpa telepon"
    case.calls, case.last_call, case.arrived_on = 2, "2026-03-11T03:00:00Z", "2026-03-10"
    told = papers.call_line(case, where, now)
    assert (told.calls, told.arrived_on) == ("2×, terakhir 11 Mar 2026", date(2026, 3, 10))


def test_the_books_count_what_lies_in_the_office(desk: Desk) -> None:
    with_a_card(desk)
    assert [(count.label, count.count) for count in day_sheet.card_counts(desk.journal.db, TODAY)] == [
        ("Tiba dan belum diambil, di lemari", 1),
        ("Tidak diambil, disimpan", 0),
        ("Diserahkan hari ini", 0),
        ("Salah cetak, akan dikembalikan", 0),
    ]
    assert {count.count for count in day_sheet.card_counts(desk.journal.db, TODAY, "kia")} == {0}


def test_the_own_stream_stands_first_among_the_heads(desk: Desk) -> None:
    desk.enrol()
    desk.send(desk.ready())
    heads = day_sheet.journal_heads(desk.journal.db)
    assert [head.stream for head in heads[:2]] == ["kantor ini", "untuk Pusat Cetak Contoh"]
    tail = desk.journal.tail(desk.journal.source, 1, "office")
    assert heads[0].entry == f"nomor {tail.n}"
    assert entry_words(213, 2) == "nomor 213, masa jurnal 2"


def test_a_call_list_goes_by_village_then_by_the_day_on_which_the_card_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = case_of(desk.journal, with_a_card(desk))
    rows = [
        SimpleNamespace(id=place, area=area, arrived_on=arrived)
        for place, (area, arrived) in enumerate(
            ((MUNDER, "2026-03-12"), (KRAI, None), (MUNDER, "2026-03-10"), (KRAI, "2026-03-11"), (MUNDER, "2026-03-10"))
        )
    ]
    monkeypatch.setattr(products, "ready_cards", lambda *_: rows)
    monkeypatch.setattr(papers, "case_addresses", lambda _db, ids: dict.fromkeys(ids, known.number))
    monkeypatch.setattr(papers, "call_line", lambda row, _where, _now: row.id)
    definition = find_partner_service(desk.journal.db, "ktp-el")
    made = papers.call_list(desk.journal.db, definition, desk.who("sari"), desk.now)
    assert [(group.village, group.lines) for group in made.groups] == [
        ("Desa Krai", (1, 3)),
        ("Desa Munder", (2, 4, 0)),
    ]
    assert (made.on, made.service) == (TODAY, definition.short_name)
