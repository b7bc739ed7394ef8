"""A second service with a partner of its own, beside KTP: its own dispatch, answers, arrival and hand-over by what its
definition says, and no list shows the cases of the other."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.casework.batches import answers, day_sheet, dispatch, papers, products, queries
from app.casework.batches.partners import find_partner_service
from app.casework.batches.tables import Dispatch
from app.casework.batches.tasks import DESK
from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.parts import Task
from app.casework.importing.answer_file import read_answers
from app.casework.importing.file_formats import read_bytes
from app.core.messages import DispatchLine
from app.core.problems import Problem
from app.platform.office import queries as office_queries
from app.platform.printing.papers import render_paper
from schema.database import Database
from schema.service_procedure import Definition
from sync.acknowledgements import peer_statuses
from sync.enrolment import save_peer
from sync.journal import Journal
from sync.keys import make_keys
from tests.casework.batches.services import STALL_PLATE
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER, PIN, Browser
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk

PLATE = "plakat-lapak"
KTP_WORDS = (
    "NIK",
    "KTP",
    "Dispenduk Capil",
    "kartu",
    "Kartu",
    "Dispenduk",
    "perekaman",
    "Perekaman",
    "Dicetak",
    "dicetak",
)


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """Both standards in force."""
    put_in_force(journal, STALL_PLATE, on=date(2026, 2, 1))
    return journal


def open_plate(desk: Desk, stall: str = "A-17", owner: str = "Bu Sarmi") -> int:
    """A checked application of a trader that waits to be sent."""
    raw = {"kind": "baru", "stall": stall, "owner": owner, "goods": "Sayur", "market": MUNDER}
    opened = opening.open_case(
        desk.journal, desk.who("sari"), opening.Application(service=PLATE, raw=raw, ticked={}), now=desk.now
    )
    case = cases.case_by_id(desk.journal.db, opened.id)
    assert case is not None
    needs = case_requirements(moving.case_definition(desk.journal.db, case), case)
    states = {need.id: ("present", "") for need in needs}
    cases.check_items(desk.journal, desk.who("sari"), case_id=opened.id, now=desk.now, states=states, seen={})
    moving.advance_case(desk.journal, desk.who("sari"), case_id=opened.id, outcome="fit", now=desk.now)
    return opened.id


def tasks(desk: Desk, username: str) -> list[Task]:
    return [task for ask in DESK.tasks for task in ask(desk.journal.db, desk.who(username), desk.now)]


def test_its_way_there_and_back_by_its_own_steps_and_words(desk: Desk) -> None:
    first, second = open_plate(desk), open_plate(desk, "B-02", "Pak Karso")
    made = desk.send(first, second)
    db = desk.journal.db
    assert (desk.step(first), desk.step(second)) == ("pressing", "pressing")
    sent = Dispatch.first(db, Dispatch.id == made)
    assert sent is not None
    assert (sent.service, sent.road) == (PLATE, "paper"), "its partner is not the centre"
    [line] = [entry for entry in desk.journal.about(f"case/{first}") if entry.kind == "dispatch.line"]
    assert line.stream == "perdagangan"
    desk.typed(made, 1, "printed", serial="PLK-001")
    desk.typed(made, 2, "refused", reason="Lapak sudah terisi")
    assert (desk.step(first), desk.step(second)) == ("coming", "mend")
    assert [recorded.kind for recorded in desk.journal.about(f"case/{first}")].count("line.paper_answered") == 1
    products.note_repair(desk.journal, desk.who("sari"), case_id=second, note="Lapak ditukar", now=desk.now)
    assert desk.step(second) == "post"
    products.count_cards_in(desk.journal, desk.who("sari"), case_ids=[first], counted=1, now=desk.now, service=PLATE)
    assert desk.step(first) == "give"
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=first, receiver="Bu Sarmi", relation="self", now=desk.now
    )
    assert desk.step(first) == "@done"
    assert [one.sent == one.printed + one.refused + one.waiting for one in queries.sent_dispatches(db, 5)] == [True]


def test_what_it_cannot_answer_is_refused_in_its_own_words(desk: Desk) -> None:
    made = desk.send(open_plate(desk))
    with pytest.raises(Problem) as caught:
        answers.type_answer(
            desk.journal, desk.who("sari"), dispatch_id=made, ordinal=1, result="accepted", now=desk.now
        )
    assert caught.value.fields["result"] == "Pilih terbit atau tidak disetujui."


def test_a_dispatch_is_of_one_service(desk: Desk) -> None:
    card, plate = desk.ready(), open_plate(desk)
    with pytest.raises(Problem, match="layanan lain"):
        desk.draft(card, plate)
    made = desk.draft(card)
    with pytest.raises(Problem, match="layanan lain"):
        dispatch.draft_dispatch(desk.journal, desk.who("sari"), case_ids=[card, plate], now=desk.now, dispatch_id=made)


def both_at_the_counter(desk: Desk) -> tuple[int, int]:
    """A card and a plate that wait to be fetched."""
    card, plate = desk.ready(), open_plate(desk)
    card_dispatch, plate_dispatch = desk.send(card), desk.send(plate)
    for made in (card_dispatch, plate_dispatch):
        desk.typed(made, 1, "printed", serial=f"S{made:03}")
    for case_id in (card, plate):
        desk.arrived(case_id)
    return card, plate


def test_no_list_shows_the_cases_of_the_other(desk: Desk) -> None:
    db, sari = desk.journal.db, desk.who("sari")
    card, plate = desk.ready(), open_plate(desk)
    both = {"ktp-el": card, PLATE: plate}
    today = desk.now.date()
    assert {one: [row.id for row in dispatch.ready_cases(db, one, today)] for one in both} == {
        one: [case_id] for one, case_id in both.items()
    }
    sent = {service: desk.send(case_id) for service, case_id in both.items()}
    assert {one: [row.id for row in queries.sent_dispatches(db, 5, service=one)] for one in both} == {
        one: [made] for one, made in sent.items()
    }
    for made in sent.values():
        desk.typed(made, 1, "printed", serial=f"S{made:03}")
    assert {one: [row.id for row in products.expected_cards(db, one)] for one in both} == {
        one: [case_id] for one, case_id in both.items()
    }
    for case_id in both.values():
        desk.arrived(case_id)
    assert {one: [row.id for row in products.ready_cards(db, sari, one)] for one in both} == {
        one: [case_id] for one, case_id in both.items()
    }
    assert {one: day_sheet.card_counts(db, today, one)[0].count for one in both} == {"ktp-el": 1, PLATE: 1}
    assert day_sheet.card_counts(db, today)[0].count == 2


def test_tasks_have_a_tab_of_their_own_for_each_service(desk: Desk) -> None:
    card, plate = both_at_the_counter(desk)
    called = {(task.tab, task.case_id) for task in tasks(desk, "sari") if task.tab.startswith("Panggil")}
    assert called == {("Panggil KTP-el", card), ("Panggil Plakat lapak", plate)}


def test_pages_of_a_service_say_nothing_of_the_other(desk: Desk, web: Flask) -> None:
    sari, camat = Browser(web, "sari"), Browser(web, "camat")
    card, plate = both_at_the_counter(desk)
    waiting = open_plate(desk, "C-09", "Bu Lasmi")
    pages = {
        path: sari.get(path).get_data(as_text=True).split("<main", 1)[1]
        for path in (
            f"/kartu/panggilan?layanan={PLATE}",
            f"/kartu/kedatangan?layanan={PLATE}",
            f"/pengiriman/?layanan={PLATE}",
            f"/keseimbangan/?layanan={PLATE}",
            f"/kartu/panggilan/{plate}",
            f"/kartu/serah/{plate}",
        )
    }
    for path, page in pages.items():
        shown = page.replace("KTP-el</a>", "")  # the tab that leads to the other service
        words = [word for word in KTP_WORDS if f">{word}" in shown or f" {word} " in shown]
        assert words == [], (path, words)
        assert f"/{card}" not in page, path
    assert f"/kartu/panggilan/{plate}" not in sari.get("/kartu/panggilan").get_data(as_text=True)
    assert f"/kartu/panggilan/{card}" in sari.get("/kartu/panggilan").get_data(as_text=True)
    made = sari.post(f"/pengiriman/?layanan={PLATE}", {"berkas": waiting})
    assert made.status_code == 303
    where = made.headers["Location"]
    assert camat.post(f"{where}/kirim", {"pin": PIN}).status_code == 303
    assert "Dinas Perdagangan menjawab" in sari.get(where).get_data(as_text=True)
    typing = sari.get(f"{where}/jawaban").get_data(as_text=True)
    assert "Tidak disetujui" in typing
    assert '<option value="Lapak sudah terisi">' in typing
    assert "direkam ulang" not in typing


def test_its_papers_follow_its_columns(desk: Desk, tmp_path: Path) -> None:
    made = desk.send(open_plate(desk))
    db, sari = desk.journal.db, desk.who("sari")
    letter = papers.covering_letter(db, made, sari, desk.now)
    assert letter.heads == ("Lapak", "Jenis permohonan")
    assert letter.lines[0].cells == (("A-17", ""), ("Lapak baru", ""))
    assert letter.addressee[0] == "Yth. Pimpinan Dinas Perdagangan Kabupaten Contoh"
    text = " ".join(text_of(render_paper("covering_letter", letter), tmp_path).split())
    assert "plakatnya terbit" in text
    rest = text.replace(letter.lines[0].number, "")  # how a case is numbered is no matter of this room
    assert not [word for word in ("NIK", "KTP", "Perekaman", "dicetak") if word in rest]
    with zipfile.ZipFile(io.BytesIO(papers.dispatch_spreadsheet(db, made, desk.now))) as book:
        content = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for word in ("Lapak", "Dagangan", "Sayur", "Jawaban (terbit/tidak disetujui)"):
        assert word in content, word
    assert "NIK" not in content
    filled = answered(papers.dispatch_spreadsheet(db, made, desk.now), {"Jawaban": "terbit", "alasan": "PL-0001"})
    assert [answer.key for answer in read_answers(read_bytes(filled), "Lapak", "Jawaban")] == ["A17"]
    assert papers.call_list(db, find_partner_service(db, PLATE), sari, desk.now).service == "Plakat lapak"


def answered(content: bytes, words: Mapping[str, str]) -> bytes:
    """Our own sheet as a partner sends it back: its first line filled in under the heads that hold these words."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for head in sheet[1]:
        for name, said in words.items():
            if name in str(head.value):
                sheet.cell(2, head.column, said)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_who_looks_at_dispatches_is_told_when_the_partner_is_late(desk: Desk) -> None:
    made = desk.send(open_plate(desk))
    desk.send(desk.ready())
    late = [task for task in tasks(desk.later(days=1), "budi") if task.word == "Lewat janji"]
    assert late == []
    [late_task] = [task for task in tasks(desk.later(days=20), "budi") if task.word == "Lewat janji"]
    assert late_task.values == {"dispatch_id": made}, "KTP has no such promise of its partner"
    assert (late_task.due_on, late_task.unit) == (date(2026, 3, 17), "working_days")


def test_its_lines_carry_its_words_and_those_of_ktp_travel_as_before(desk: Desk) -> None:
    card, plate = desk.ready(), open_plate(desk)
    desk.send(card)
    desk.send(plate)
    lines = {
        case_id: entry.body
        for case_id in (card, plate)
        for entry in desk.journal.about(f"case/{case_id}")
        if isinstance(entry.body, DispatchLine)
    }
    assert lines[card].words is None
    kinds = {
        kind.id: kind.label
        for kind in office_queries.current_definition(desk.journal.db, "ktp-el", desk.now.date()).kinds
    }
    assert lines[card].kind_label == kinds[lines[card].kind], "every side knows the first service"
    assert lines[plate].kind_label == "Plakat lapak, Lapak baru"
    words = lines[plate].words
    assert words is not None
    assert (words.service, words.key, words.product, words.printed) == ("Plakat lapak", "Lapak", "plakat", "Terbit")
    assert ("Nama pedagang", "BU SARMI") in words.columns


def test_closing_five_lines_reads_their_definition_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.draft(*(desk.ready() for _ in range(5)))
    asked: list[str] = []
    read = office_queries._read_adopted

    def counting(db: Database, service: str, row: tuple[str, str] | None) -> Definition:
        asked.append(service)
        return read(db, service, row)

    monkeypatch.setattr(office_queries, "_read_adopted", counting)
    dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=made, now=desk.now)
    assert asked == ["ktp-el"]


def test_an_enrolled_partner_gets_its_own_stream_and_no_other(desk: Desk) -> None:
    """A second partner that runs a Loket reads what its service sends; the centre reads nothing of it."""
    db = desk.enrol().journal.db
    card = desk.ready()
    keys = make_keys("perdagangan-3508").public
    with db.writing():
        streams = ("perdagangan", desk.journal.source)
        save_peer(db, keys, "Dinas Perdagangan", epoch=1, lane="", streams=streams, now=desk.now)

    def unsent() -> dict[str, int]:
        return {status.peer: status.unsent for status in peer_statuses(db)}

    before = unsent()
    made = desk.send(open_plate(desk))
    sent = queries.find_dispatch(db, made)
    assert (sent.service, sent.road) == (PLATE, "loket")
    assert unsent() == before | {"perdagangan-3508": before["perdagangan-3508"] + 2}
    desk.send(card)
    assert unsent()["perdagangan-3508"] == before["perdagangan-3508"] + 2
    budi = desk.who("budi")
    dispatch.ask_line_back(desk.journal, budi, dispatch_id=made, ordinal=1, reason="dobel", now=desk.now)
    assert unsent()["perdagangan-3508"] == before["perdagangan-3508"] + 3
