"""One person through the rooms of a kecamatan: everything that each holds is found, with its values."""

from datetime import date
from typing import Any

import pytest

from app.casework.batches import products
from app.casework.desk import drafts
from app.casework.letters import agenda
from app.casework.resources.service import qualify_person
from app.core.holdings import Holding, read_sought
from app.core.permissions import SYSTEM
from app.platform.files.service import SCAN, keep_file
from app.platform.people.access_log import access_lines
from app.records.privacy.queries import FoundData, find_person
from app.services.complaints.service import Visitor, attach_scan, write_line
from app.services.hotline.events import SmsReceived
from sync.journal import Journal
from tests.casework.residents.lists import resident, take_in, to_csv
from tests.platform.files.pictures import pdf
from tests.platform.people import START, Browser, Clock, actor_of
from tests.records.privacy.conftest import NAME, NIK, PHONE, open_request
from tests.services.complaints.desk import BookDesk
from tests.services.ktp.desk import Desk


def look(journal: Journal, username: str = "ida", number: str = NIK, **more: str) -> FoundData:
    actor = actor_of(journal.db, username, START.date())
    return find_person(journal.db, actor, read_sought(number, NAME, **more))


def kinds(held: list[Holding]) -> set[str]:
    return {holding.kind for holding in held}


def values(held: list[Holding], kind: str) -> dict[str, str]:
    return dict(pair for holding in held if holding.kind == kind for pair in holding.values)


@pytest.fixture
def carried(desk: Desk) -> int:
    """A file that was recorded, sent, printed, called and handed over to a relative."""
    case_id = desk.ready(nik=NIK, full_name=NAME, phone=PHONE, birth_on="1990-12-01", sex="female")
    sent = desk.enrol().send(case_id)
    desk.printed(sent, 1)
    desk.shipped("350807-2026-001", sent, 1)
    desk.arrived(case_id, shipment="350807-2026-001")
    ida, now = desk.who("ida"), desk.now
    products.note_call(desk.journal, ida, case_id=case_id, means="phone", reached=True, now=now, note="Datang besok")
    return case_id


def test_a_file_is_found_with_its_recording_dispatch_and_call(journal: Journal, carried: int) -> None:
    held = look(journal).sure
    assert {"Berkas", "Perekaman", "Pengiriman", "Panggilan"} <= kinds(held)
    assert values(held, "Berkas")["Nomor telepon"] == PHONE
    assert values(held, "Perekaman")["NIK"] == NIK
    sent = values(held, "Pengiriman")
    assert (sent["Penerima"], sent["Jawaban"]) == ("Dispenduk Capil", "dicetak")
    assert values(held, "Panggilan")["Catatan"] == "Datang besok"
    assert {one.subject for one in held} == {f"case/{carried}"}


def test_by_telephone_a_file_is_found_whose_number_was_typed_wrong(journal: Journal, case_id: int) -> None:
    found = look(journal, number="3508994112900001", phone=PHONE)
    assert [holding.subject for holding in found.sure] == [f"case/{case_id}"]
    assert look(journal, number="3508994112900001").sure == []


def test_drafts_and_messages(journal: Journal, case_id: int) -> None:
    sari = actor_of(journal.db, "sari", START.date())
    drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": NIK, "full_name": "Salah Ketik"})
    body = SmsReceived(1, PHONE, "Kapan kartu saya jadi?", "received", "2026-03-12T09:00:00", "0" * 64)
    with journal.transaction():
        journal.record(body, subject="sms/1", actor="system", at=START)
    found = look(journal, phone=PHONE).sure
    assert {"Berkas", "Isian yang belum didaftarkan", "SMS"} <= kinds(found)
    assert values(found, "SMS") == {"Nomor": PHONE, "Isi": "Kapan kartu saya jadi?"}


def test_a_letter_says_where_it_names_the_person_and_not_its_whole_text(journal: Journal) -> None:
    line = agenda.Incoming("12", date(2026, 3, 10), date(2026, 3, 12), f"Keluarga {NAME}", "Minta surat", "000")
    agenda.register_incoming(journal, actor_of(journal.db, "ratna", START.date()), line=line, now=START)
    held = look(journal).perhaps
    assert kinds(held) == {"Surat"}
    assert values(held, "Surat") == {"Disebut dalam": "Pengirim", "Pengirim": f"Keluarga {NAME}"}


def test_the_reference_of_residents_is_asked_by_number(journal: Journal, case_id: int) -> None:
    take_in(journal, to_csv([resident(NIK, NAME)]), village="3508992007")
    held = look(journal).sure
    assert values(held, "Acuan penduduk")["Nama"] == NAME.upper()
    assert values(held, "Acuan penduduk")["Desa"] == "Krai"


def test_a_complaint_is_its_complainants_by_slip_and_shown_by_name_only_to_who_may(
    journal: Journal, book: BookDesk
) -> None:
    told = Visitor("Kartu saya tertukar.", name=NAME, contact=PHONE, confidential=True, second_word="melati")
    made = write_line(journal, SYSTEM, channel="desk", visitor=told, now=START, category="speed")
    by_slip = look(journal, "ratna", code=made.code, word="Melati")
    assert values(by_slip.sure, "Pengaduan")["Pengaduan"] == "Kartu saya tertukar."
    assert kinds(look(journal, "ratna").perhaps) == set(), "a name opens no confidential complaint to others"
    named = look(journal, "ida").perhaps
    assert kinds(named) == {"Pengaduan"}
    assert "Kartu saya tertukar." not in repr(named), "its words only with the slip"
    for wrong in ({"code": "SALAH"}, {"code": made.code}, {"code": made.code, "word": "mawar"}):
        assert look(journal, "ratna", **wrong).sure == [], wrong


def test_what_only_the_journal_names_is_told_with_its_subject(journal: Journal, book: BookDesk) -> None:
    book.write(f"Petugas menyebut nama {NAME} keras-keras.")
    [mention] = look(journal, "ratna").mentions
    assert mention.title.startswith("Pengaduan (")
    assert not mention.sure


@pytest.mark.parametrize("more", [{}, {"phone": PHONE}])
def test_who_shares_a_word_of_the_name_is_somebody_else(
    journal: Journal, desk: Desk, book: BookDesk, more: dict[str, str]
) -> None:
    """Another one of the same first name, with a number and a telephone of her own, in each room that holds names."""
    name, number, phone = "Sumiati Rahayu", "3508994112900002", "081299998888"
    desk.open(nik=number, full_name=name, phone=phone, birth_on="1990-12-01", sex="female", why="Benar begitu.")
    sari, ratna = (actor_of(journal.db, who, START.date()) for who in ("sari", "ratna"))
    drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": number, "full_name": name})
    book.write("Kartu saya tertukar.", name=name, contact=phone)
    with journal.transaction():
        body = SmsReceived(1, phone, f"Saya {name}", "received", "2026-03-12T09:00:00", "0" * 64)
        journal.record(body, subject="sms/1", actor="system", at=START)
    line = agenda.Incoming("12", date(2026, 3, 10), date(2026, 3, 12), f"Keluarga {name}", "Minta surat", "000")
    agenda.register_incoming(journal, ratna, line=line, now=START)
    take_in(journal, to_csv([resident(number, name)]), village="3508992007")
    assert look(journal, **more).is_empty
    assert {"Berkas", "Isian yang belum didaftarkan", "Pengaduan", "SMS", "Surat", "Acuan penduduk"} <= kinds(
        [
            holding
            for found in [find_person(journal.db, book.who("ida"), read_sought(number, name, phone=phone))]
            for holding in (*found.sure, *found.perhaps)
        ]
    )


def test_a_request_of_somebody_else_is_not_hers(journal: Journal, as_ida: Browser, clock: Clock) -> None:
    open_request(as_ida, clock, name="Sumiati Rahayu")
    assert look(journal).is_empty
    open_request(as_ida, clock)
    assert [held.kind for held in look(journal).perhaps] == ["Permintaan data"]


def test_who_fetched_a_card_for_another_is_found_by_name(journal: Journal, desk: Desk, carried: int) -> None:
    given = {"case_id": carried, "receiver": "Slamet Riyadi", "relation": "family", "now": desk.now}
    products.hand_card_over(journal, desk.who("sari"), **given)
    ida = actor_of(journal.db, "ida", START.date())
    for name, kinds_found in (("Slamet Riyadi", {"Penyerahan"}), ("Slamet Widodo", set())):
        found = find_person(journal.db, ida, read_sought("3508990000000001", name))
        assert (kinds(found.perhaps), found.sure) == (kinds_found, []), name
    own = find_person(journal.db, ida, read_sought(NIK, "Slamet Riyadi"))
    assert [held.kind for held in (*own.sure, *own.perhaps)].count("Penyerahan") == 1, "once, with the case itself"


def test_what_an_officer_has_learnt_is_his_by_his_number_and_seen_by_who_may(journal: Journal) -> None:
    ratna, budi = (actor_of(journal.db, name, START.date()) for name in ("ratna", "budi"))
    said: dict[str, Any] = {"education": "s1", "study": "Hukum", "working_since": date(2015, 1, 2)}
    qualify = {"person_id": budi.person_id, "trainings": [("Arsip", date(2020, 5, 4))], "skills": [], "now": START}
    qualify_person(journal, ratna, **said, **qualify)
    own = read_sought("198006232005011003", "Budi Lain")
    found = find_person(journal.db, ratna, own).sure
    told = dict(pair for held in found if held.title == "Pendidikan dan pelatihan" for pair in held.values)
    assert told == {
        "Pendidikan": "S1 Hukum",
        "Bekerja sejak": "2 Januari 2015",
        "Pelatihan": "Arsip, 4 Mei 2020",
    }, "in words, and nothing that is empty"
    named = find_person(journal.db, ratna, read_sought("3508990000000001", "Budi Santoso")).perhaps
    assert "Pendidikan dan pelatihan" in [held.title for held in named]
    others = find_person(journal.db, ratna, read_sought("3508990000000001", "Budi Lain"))
    assert others.is_empty


def test_officers_are_people_too(journal: Journal) -> None:
    ida = actor_of(journal.db, "ida", START.date())
    found = find_person(journal.db, ida, read_sought("198006232005011003", "Budi Santoso"))
    assert values(found.sure, "Petugas")["NIP"] == "198006232005011003"


def test_an_office_that_holds_nothing_says_so(as_ida: Browser, journal: Journal) -> None:
    assert look(journal).is_empty
    assert access_lines(journal.db, actions=["privacy.looked"]) == []


def test_files_stand_with_their_day_at_the_letter_case_and_complaint(
    journal: Journal, case_id: int, book: BookDesk
) -> None:
    ratna = actor_of(journal.db, "ratna", START.date())
    line = agenda.Incoming("12", date(2026, 3, 10), date(2026, 3, 12), f"Keluarga {NAME}", "Minta surat", "000")
    letter = agenda.register_incoming(journal, ratna, line=line, now=START)
    for subject in (f"incoming/{letter}", f"case/{case_id}"):
        keep_file(journal, ratna, data=pdf(), rule=SCAN, subject=subject, name="surat.pdf", now=START)
    told = book.write("Kartu saya tertukar.", name=NAME)
    attach_scan(journal, book.who("ida"), complaint_id=told.id, data=pdf(), now=START)
    found = look(journal)
    days = {(held.kind, label): said for held in (*found.sure, *found.perhaps) for label, said in held.values}
    assert days["Surat", "Pindaian"] == days["Pengaduan", "Pindaian"] == "2026-03-12"
    assert days["Berkas", "Dokumen"].endswith(" 2026-03-12")
