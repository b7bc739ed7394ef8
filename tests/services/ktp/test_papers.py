"""What the papers of this room say: who signs and as what, which numbers add up, who stands on which list."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from app.casework.batches import day_sheet, dispatch, papers, products
from app.casework.batches.partners import column_cells, find_partner_service
from app.casework.desk.tables import CaseFile
from app.core.codes import has_valid_check
from app.platform.office import service as office
from app.platform.people import changes as people
from app.platform.people import queries
from app.platform.people.events import PersonDisabled
from app.platform.printing.data import cases as shapes
from app.platform.printing.papers import PAPERS, content_digest, job_for
from app.services.ktp import papers as ktp_papers
from app.services.ktp import recording
from schema.service_standard import PartnerColumn
from sync.verification import verify_side
from tests.platform.people import agree
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)


def letter(desk: Desk, confirmed_by: str) -> shapes.CoveringLetter:
    made = desk.draft(desk.ready(), desk.ready())
    dispatch.send_dispatch(desk.journal, desk.who(confirmed_by), dispatch_id=made, now=desk.now)
    return papers.covering_letter(desk.journal.db, made, desk.who("sari"), desk.now)


def act(desk: Desk, kind: str, username: str) -> None:
    person = next(member for member in queries.list_people(desk.journal.db) if member.username == username)
    agree(desk.journal, people.Appoint(person.id, "camat", kind, "800/12/2026", TODAY, None), now=desk.now)


def test_the_camat_signs_what_the_camat_confirmed(desk: Desk) -> None:
    signer = letter(desk, "camat").signer
    assert (signer.name, signer.post, signer.acting) == ("Hadi Purnomo", "Camat Contoh", "")
    assert signer.approved_at == desk.now


def test_the_kasi_signs_in_the_name_of_the_camat(desk: Desk) -> None:
    signer = letter(desk, "budi").signer
    assert (signer.name, signer.acting, signer.on_behalf_of) == ("Budi Santoso", "an", "Camat Contoh")


@pytest.mark.parametrize("kind", ["plt", "plh"])
def test_an_acting_camat_signs_with_the_decree(desk: Desk, kind: str) -> None:
    act(desk, kind, "ratna")
    signer = letter(desk, "ratna").signer
    assert (signer.name, signer.acting, signer.decree) == ("Ratna Puspita", kind, "800/12/2026")
    assert signer.post == "Camat Contoh"


def test_the_letter_lists_every_line_with_what_goes_back(desk: Desk) -> None:
    case_id = desk.enrol().ready()
    first = desk.send(case_id)
    desk.printed(first, 1)
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="nama salah", now=desk.now)
    made = desk.send(case_id, desk.ready())
    paper = papers.covering_letter(desk.journal.db, made, desk.who("sari"), desk.now)
    assert [line.line for line in paper.lines] == [1, 2]
    assert paper.lines[0].cells[paper.heads.index("Jenis")][1] == "Ulang: salah cetak, nama salah"
    assert [item.count for item in paper.items] == [2, 1, 1]
    assert all(len(line.cells[paper.heads.index("NIK")][0]) == 16 for line in paper.lines)
    assert paper.secrecy == "Terbatas"
    assert has_valid_check(paper.qr)


def test_the_annex_names_the_family_and_the_recording_as_it_was_when_it_left(desk: Desk) -> None:
    case_id = desk.ready()
    made = desk.send(case_id)
    recording.update_status(
        desk.journal, desk.who("oki"), case_id=case_id, status="card_printed", now=desk.later(days=4).now
    )
    paper = papers.covering_letter(desk.journal.db, made, desk.who("sari"), desk.now)
    shown = dict(zip(paper.heads, (text for text, _ in paper.lines[0].cells), strict=True))
    assert shown["No. KK"] == desk.journal.about(f"case/{case_id}")[0].body.fields["kk"]
    assert shown["Perekaman"] == "PRINT_READY_RECORD (PRR): siap cetak, 12-03-2026"


@pytest.mark.parametrize(
    ("supplied", "wanted"),
    [
        (["record"], ["PRINT_READY_RECORD (PRR): siap cetak, 12-03-2026"]),
        (["record", "record_day"], ["PRINT_READY_RECORD (PRR): siap cetak", date(2026, 3, 12)]),
        (["record_day", "record"], [date(2026, 3, 12), "PRINT_READY_RECORD (PRR): siap cetak"]),
    ],
)
def test_the_day_of_recording_stands_once_in_a_line(desk: Desk, supplied: list[str], wanted: list[object]) -> None:
    """In a column of its own where the partner has one, else behind the status."""
    db, case_id = desk.journal.db, desk.ready()
    case = CaseFile.first(db, CaseFile.id == case_id)
    assert case is not None
    columns = [msgspec.convert({"supplied": what}, PartnerColumn) for what in supplied]
    assert column_cells(db, find_partner_service(db, "ktp-el"), case, columns) == wanted


def test_a_letter_to_a_dukcapil_without_loket_speaks_of_no_electronic_file(desk: Desk) -> None:
    for _ in ("not enrolled", "enrolled and put back on paper"):
        paper = letter(desk, "budi")
        assert len(paper.items) == 1
        assert "Loket" not in " ".join(paper.closing)
        desk.enrol()
        office.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=False, now=desk.now)
    office.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=True, now=desk.now)
    assert "Loket" in letter(desk, "budi").items[1].text


def test_the_minutes_name_the_giver_and_what_is_still_open(desk: Desk) -> None:
    desk.send(desk.ready())
    made = desk.later(days=1).send(desk.ready(), desk.ready())
    paper = papers.hand_over_minutes(desk.journal.db, made, desk.who("sari"), desk.now)
    assert paper.giving.name == "Sari Wulandari"
    assert [(one.dispatch, one.waiting) for one in paper.previous] == [("001/KIRIM/2026", 1)]
    assert paper.witness.name == "Hadi Purnomo"


def test_minutes_printed_later_say_what_was_signed(desk: Desk) -> None:
    """Answers and further dispatches of later days change nothing: the second print is a copy, not another paper."""
    first = desk.send(desk.ready(), desk.ready())
    desk.later(days=1).printed(first, 1)
    made = desk.later(days=1).send(desk.ready())
    signed = papers.hand_over_minutes(desk.journal.db, made, desk.who("sari"), desk.now)
    [open_then] = signed.previous
    assert (open_then.sent, open_then.printed, open_then.waiting) == (2, 1, 1)
    assert signed.checked_at == signed.at
    desk.later(days=1).printed(first, 2)
    for _ in range(6):
        desk.send(desk.ready())
    again = papers.hand_over_minutes(desk.journal.db, made, desk.who("sari"), desk.later(hours=1).now)
    assert content_digest(again) == content_digest(signed)


def test_papers_printed_under_other_officials_name_who_signed_them(desk: Desk, tmp_path: Path) -> None:
    """Camat, Kasi and the clerk are gone: letter and minutes stay as they were, and only new ones name the new."""
    made, db = desk.draft(desk.ready()), desk.journal.db
    dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=made, now=desk.now)
    prints = papers.covering_letter, papers.hand_over_minutes
    before = [show(db, made, desk.who("sari"), desk.now) for show in prints]
    waiting = desk.draft(desk.ready())
    for name, role in (("Lestari Handayani", "camat"), ("Joko Susilo", "kasi")):
        added = people.AddPerson(name.split()[0].lower(), name, (role,))
        agree(desk.journal, added, password="Gerobak-biru-41", now=desk.now)
    agree(desk.journal, people.SetRoles(desk.who("sari").person_id, ("operator",)), now=desk.now)
    with desk.journal.transaction():
        for gone in ("camat", "budi"):
            person_id = desk.who(gone).person_id
            left = PersonDisabled(person_id, "Pindah tugas")
            desk.journal.record(left, subject=f"person/{person_id}", actor="ratna", at=desk.now)
    again = [show(db, made, desk.who("sari"), desk.now) for show in prints]
    assert [content_digest(one) for one in again] == [content_digest(one) for one in before]
    assert (again[0].signer.name, again[1].witness.name) == ("Budi Santoso", "Hadi Purnomo")
    dispatch.send_dispatch(desk.journal, desk.who("joko"), dispatch_id=waiting, now=desk.now)
    letter_of_next, minutes_of_next = (show(db, waiting, desk.who("sari"), desk.now) for show in prints)
    assert (letter_of_next.signer.name, minutes_of_next.witness.name) == ("Joko Susilo", "Lestari Handayani")
    assert verify_side(desk.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_the_daily_sheet_adds_up_and_holds_the_heads(desk: Desk) -> None:
    made = desk.send(desk.ready(), desk.ready(), desk.ready())
    desk.printed(made, 1)
    desk.refused(made, 2)
    paper = day_sheet.reconciliation_sheet(desk.journal.db, desk.who("ratna"), desk.now, unsent=4, since=desk.now)
    [one] = paper.balances
    assert one.sent == 3 == one.printed + one.refused + one.waiting
    head = desk.journal.tail(desk.journal.source, 1, "office")
    assert paper.journal[0].entry == f"nomor {head.n}"
    assert paper.journal[0].digest.replace(" ", "") == head.hash.hex()[:24]
    assert [one.stream for one in paper.journal] == ["kantor ini", "untuk mitra", "untuk mitra"]
    assert paper.checker.name == "Ratna Puspita"


def test_cards_are_counted_by_the_books(desk: Desk) -> None:
    found = [desk.ready() for _ in range(3)]
    made = desk.send(*found)
    desk.printed(made, 1, 2, 3)
    desk.arrived(*found)
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=found[0], receiver="A", relation="self", now=desk.now
    )
    products.note_misprint(desk.journal, desk.who("sari"), case_id=found[1], reason="foto", now=desk.now)
    counts = [count.count for count in day_sheet.card_counts(desk.journal.db, TODAY)]
    assert counts == [1, 0, 1, 1]


def test_lists_go_by_village_and_by_queue(desk: Desk) -> None:
    from app.services.ktp import recording

    waiting = [desk.complete() for _ in range(4)]
    for case_id in waiting[::-1][:2]:
        recording.schedule_recording(desk.journal, desk.who("oki"), case_id=case_id, on=TODAY, now=desk.now)
    by_village = ktp_papers.recording_by_village(desk.journal.db, desk.who("oki"), desk.now)
    assert [(group.title, len(group.lines)) for group in by_village.groups] == [
        ("Desa Krai", 2),
        ("Desa Munder", 2),
    ]
    of_day = ktp_papers.recording_of_day(desk.journal.db, desk.who("oki"), TODAY, desk.now)
    assert [line.number for line in of_day.groups[0].lines] == ["0004/KTP/2026", "0003/KTP/2026"]
    own = ktp_papers.recording_by_village(desk.journal.db, desk.who("desi"), desk.now)
    assert [group.title for group in own.groups] == ["Desa Munder"]


def test_the_call_list_has_a_number_to_dial_or_the_village(desk: Desk) -> None:
    found = [desk.ready(phone=""), desk.ready()]
    made = desk.send(*found)
    desk.printed(made, 1, 2)
    desk.arrived(*found)
    paper = papers.call_list(
        desk.journal.db, find_partner_service(desk.journal.db, "ktp-el"), desk.who("sari"), desk.now
    )
    contacts = [line.contact for group in paper.groups for line in group.lines]
    assert sorted(contacts) == ["081234000002", "lewat desa"]


def test_every_struct_fits_its_template(desk: Desk) -> None:
    paper = papers.call_list(
        desk.journal.db, find_partner_service(desk.journal.db, "ktp-el"), desk.who("sari"), desk.now
    )
    assert job_for(PAPERS["call_list"], paper, "F4", copy=False)["data"]["groups"] == []


def test_minutes_tell_the_four_newest_dispatches_that_wait(desk: Desk) -> None:
    for _ in range(5):
        desk.send(desk.ready())
        desk.later(days=1)
    made = desk.send(desk.ready())
    paper = papers.hand_over_minutes(desk.journal.db, made, desk.who("sari"), desk.now)
    assert [one.dispatch for one in paper.previous] == [f"00{n}/KIRIM/2026" for n in (5, 4, 3, 2)]
