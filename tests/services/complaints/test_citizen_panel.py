"""The large panel for a citizen: the same at the kiosk, at the end of the check and at the hand-over, in his words."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from app.casework.desk.citizen import MOST_LATE, state_sentence
from app.casework.desk.opening import Application, open_case
from app.casework.desk.tables import CaseFile
from app.casework.resources.service import note_facility
from schema.definitions import load_all
from sync.journal import Journal
from tests.platform.people import PIN, Browser, Clock
from tests.services.complaints.desk import BookDesk, Visit
from tests.services.ktp.desk import MUNDER, Desk

STAFF_WORDS = (
    *("validasi", "memvalidasi", "verifikasi", "disposisi", "agenda", "paraf", "draf", "register", "jurnal"),
    *(
        "klausul",
        "revisi",
        "antrean",
        "antrian",
        "status",
        "siak",
        "prr",
        "print ready",
        "print_ready",
        "efac",
        "record",
    ),
    *(
        "operator",
        "kasi",
        "kabag",
        "kepala seksi",
        "pengiriman",
        "kiriman",
        "dispatch",
        "sinkron",
        "entri",
        "tindak lanjut",
    ),
    *(
        "ditindaklanjuti",
        "diproses",
        "slip pengembalian",
        "nik",
        "no. kk",
        "blangko",
        "rekonsiliasi",
        "berkas kertas",
        "map ",
    ),
)
"""Words of the trade that nobody in a queue uses."""


@pytest.fixture
def desk(journal: Journal, clock: Clock) -> Desk:
    return Desk(journal, clock())


def panel_of(page: str) -> str:
    """The panel on a page, without the level of its heading, in plain words."""
    found = re.search(r'<section class="citizen [^>]*>.*?</section>', page, re.DOTALL)
    assert found is not None, page[:3000]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def code_of(desk: Desk, case_id: int) -> str:
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None
    return case.code


def asked(kiosk: Flask, code: str) -> str:
    return panel_of(Visit(kiosk).ask(code).get_data(as_text=True))


def staff_words(text: str) -> list[str]:
    return [word for word in STAFF_WORDS if re.search(rf"\b{re.escape(word.strip())}\b", text.lower())]


def test_kiosk_end_of_the_check_and_hand_over_share_one_panel_without_staff_words(
    web: Flask, kiosk: Flask, desk: Desk
) -> None:
    """One file on its whole way: what the officer's page shows is what the kiosk says, and none of it is trade talk."""
    sari, said = Browser(web, "sari"), []
    case_id = desk.open()
    code = code_of(desk, case_id)
    said.append(asked(kiosk, code))
    desk.check(case_id)
    at_the_check = panel_of(sari.get(f"/berkas/{case_id}/kertas/slip").text)
    assert at_the_check == asked(kiosk, code)
    said.append(at_the_check)
    desk.record(case_id)
    said.append(asked(kiosk, code))
    dispatch = desk.enrol().send(case_id)
    said.append(asked(kiosk, code))
    desk.accepted(dispatch, 1)
    desk.printed(dispatch, 1)
    said.append(asked(kiosk, code))
    desk.arrived(case_id)
    ready = asked(kiosk, code)
    assert "sudah jadi dan dapat diambil di loket" in ready
    assert "Surat kuasa, jika diambil orang lain." in ready
    seen = re.findall(r'name="compared"[^>]*value="([^"]*)"', sari.get(f"/kartu/serah/{case_id}").text)
    given = {"receiver": "Slamet Widodo", "relation": "self", "pin": PIN, "compared": seen}
    handed = sari.post(f"/kartu/serah/{case_id}", given)
    assert handed.status_code == 303
    at_the_window = panel_of(sari.get(f"/kartu/serah/{case_id}").text)
    assert at_the_window == asked(kiosk, code)
    assert "Terima kasih" in at_the_window
    said += [ready, at_the_window]
    assert {text: staff_words(text) for text in said if staff_words(text)} == {}
    assert not any("Slamet" in text or "SLAMET" in text for text in said)
    assert "Senin–Kamis 07.30–16.00" in at_the_check or "Senin" in at_the_check
    assert all("Jam pelayanan" in text and "Bertanya kepada Petugas di loket" in text for text in said)
    assert "Pemohon datang sendiri" in at_the_check
    assert "paling lambat Selasa, 7 April 2026" in at_the_check


def test_the_panel_says_how_late_it_is_apologises_and_shows_the_days_since(
    kiosk: Flask, desk: Desk, clock: Clock
) -> None:
    """Promised for Tuesday 7 April; on Thursday 16 April seven working days have gone by."""
    code = code_of(desk, desk.complete())
    clock.forward(days=26)  # 7 April: the promised day itself is not late
    assert "Mohon maaf" not in asked(kiosk, code)
    clock.forward(days=9)
    page = Visit(kiosk).ask(code).get_data(as_text=True)
    late = panel_of(page)
    assert "Sudah lewat 7 hari kerja." in late
    assert "Mohon maaf, kartu Anda tidak siap pada hari yang kami janjikan." in late
    assert "Dijanjikan paling lambat Selasa, 7 April 2026" in late
    assert len(re.findall(r'<td class="late[ "]', page)) == 7
    assert page.count('class="due"') == 1
    clock.forward(days=200)
    assert len(re.findall(r'<td class="late[ "]', Visit(kiosk).ask(code).get_data(as_text=True))) <= MOST_LATE


def test_a_file_that_went_back_names_what_to_bring(web: Flask, kiosk: Flask, desk: Desk) -> None:
    case_id, sari = desk.open(), Browser(web, "sari")
    found = desk.found(case_id) | {"state-photo": "missing", "step": "validate", "outcome": "returned"}
    assert sari.post(f"/berkas/{case_id}/periksa", {**found, "note": "Bu Sumiati sudah diberi tahu"}).status_code == 303
    told = asked(kiosk, code_of(desk, case_id))
    assert panel_of(sari.get(f"/berkas/{case_id}/kertas/pengembalian").text) == told
    assert "perlu dilengkapi: Pas foto" in told
    to_bring = told.partition("Yang perlu dibawa")[2].partition("Jam")[0]
    assert to_bring.count("Pas foto") == 1
    assert "Berkas yang kami kembalikan" in to_bring
    assert "Sumiati" not in told, "what an officer typed is not for the kiosk"
    assert staff_words(told) == []


def test_from_the_village_every_paper_is_brought_also_what_its_clerk_has_seen(kiosk: Flask, desk: Desk) -> None:
    opened = open_case(
        desk.journal,
        desk.who("desi"),
        Application(service="ktp-el", raw=desk.form(village=MUNDER), ticked={"photo": "", "kk_copy": ""}),
        now=desk.now,
    )
    told = asked(kiosk, code_of(desk, opened.id))
    to_bring = told.partition("Yang perlu dibawa")[2].partition("Jam")[0]
    for paper in ("Slip ini", "Pas foto", "Fotokopi Kartu Keluarga", "Surat pengantar desa"):
        assert paper in to_bring, paper


def test_with_a_broken_recorder_the_kiosk_and_the_slip_send_nobody_to_it(web: Flask, kiosk: Flask, desk: Desk) -> None:
    case_id = desk.complete()
    note_facility(desk.journal, desk.who("oki"), name="Kamera", works=False, note="Lensa retak", now=desk.now)
    pages = [
        asked(kiosk, code_of(desk, case_id)),
        panel_of(Browser(web, "sari").get(f"/berkas/{case_id}/kertas/slip").text),
    ]
    assert pages[0] == pages[1]
    assert "Alat perekaman di kantor ini sedang rusak" in pages[0]
    assert "datang sendiri" not in pages[0]
    assert "Langkah berikutnya perekaman" not in pages[0]
    said = Browser(web, "sari").get(f"/berkas/{case_id}").text
    spoken = said.partition('class="say"><q>')[2].partition("</q>")[0]
    assert "alat perekaman di kantor ini sedang rusak" in spoken
    assert "Langkah berikutnya perekaman" not in spoken


def test_a_complaint_has_the_same_panel_with_days_and_apology(kiosk: Flask, book: BookDesk, clock: Clock) -> None:
    line = book.write()
    told = asked(kiosk, line.code)
    assert "Sedang kami periksa. Dijawab paling lambat Selasa, 17 Maret 2026" in told
    assert "Jam pelayanan" in told
    assert staff_words(told) == []
    clock.forward(days=8)
    late = asked(kiosk, line.code)
    assert "Mohon maaf, Anda belum mendapat jawaban pada hari yang kami janjikan." in late
    assert re.search(r"Sudah lewat \d+ hari kerja\.", late)
    book.follow(line)
    book.answer(line, "Nomor dibagi sejak pukul tujuh.")
    assert "Mohon maaf" not in asked(kiosk, line.code)


@pytest.mark.parametrize("name", ["ktp-el", "ktm"])
def test_no_step_of_a_shipped_service_speaks_of_the_trade(name: str) -> None:
    definition = load_all()[name]
    case = CaseFile(number="0007/KTP/2026")
    said = [state_sentence(step, case, ()) for step in (*definition.steps, *definition.exits)]
    assert {text: staff_words(text) for text in said if staff_words(text)} == {}
    assert not [text for text in said if "{" in text or "–" in text or not text.endswith(".") or text[0].islower()]


def test_a_code_on_two_slips_opens_neither(
    kiosk: Flask, book: BookDesk, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing keeps a case from getting the code of a complaint: the office has that one as a digest only."""
    line = book.write("Antrean tidak bernomor.")
    monkeypatch.setattr("app.core.codes.new_code", lambda: line.code)
    desk.open()
    answer = Visit(kiosk).ask(line.code)
    assert answer.status_code == 422
    assert "ada di dua slip" in answer.get_data(as_text=True)


def test_guesses_are_counted_for_an_address_a_day_and_for_the_whole_network(clock: Clock) -> None:
    """The reckoning of decision 80: 100 guesses a day from one address, 300 from the network, the kiosk apart."""
    from app.platform.web.brakes import GuessBrake

    def guesses(brake: GuessBrake, *addresses: str) -> int:
        """How many guesses these addresses get through in a day, one each minute."""
        made = 0
        for minute in range(24 * 60):
            now = clock() + timedelta(minutes=minute)
            for address in addresses:
                if not brake.is_full(address, now):
                    brake.count_miss(address, now)
                    made += 1
        return made

    assert guesses(GuessBrake(), "192.0.2.1") == 100
    assert guesses(GuessBrake(), *(f"192.0.2.{n}" for n in range(1, 20))) == 300
    brake = GuessBrake()
    assert guesses(brake, "127.0.0.1", *(f"192.0.2.{n}" for n in range(1, 20))) == 400
    assert not brake.is_full("192.0.2.1", clock() + timedelta(days=3))
