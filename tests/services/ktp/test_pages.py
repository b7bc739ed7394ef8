"""The KTP pages over HTTP: one card there and back by posting forms, and what each role may see."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice

import pytest
from flask import Flask

from app.casework.batches import queries
from app.casework.desk.opening import CaseFile
from app.platform.people.access_log import access_lines
from app.platform.web.forms import CHANGED
from app.services.ktp import recording
from schema.seed_data import seed_holidays
from tests.platform.people import PIN, Browser, Clock
from tests.services.ktp.desk import Desk
from tests.services.ktp.everywhere import everywhere
from tests.services.ktp.test_recording import latest_nik

FULL_NIK = re.compile(r"350899\d{10}")


def text(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def post(browser: Browser, path: str, expected: int = 303, /, **data: object) -> str:
    answer = browser.post(path, data)
    assert answer.status_code == expected, answer.get_data(as_text=True)[-3000:]
    return answer.headers.get("Location", "") or answer.get_data(as_text=True)


@pytest.fixture
def people(web: Flask) -> dict[str, Browser]:
    return {name: Browser(web, name) for name in ("sari", "oki", "budi", "camat", "ratna", "ida", "desi")}


@pytest.mark.parametrize("late", [1, 7])
def test_a_late_row_of_a_list_says_how_many_days_of_work(desk: Desk, web: Flask, clock: Clock, late: int) -> None:
    due_on = date.fromisoformat(CaseFile.first(desk.journal.db, id=desk.ready()).due_on)
    off = {day.date for day in seed_holidays()}
    after = (due_on + timedelta(days=n) for n in count(1))
    today = next(islice((day for day in after if day.weekday() < 5 and day not in off), late - 1, None))
    assert "Lewat" not in text(Browser(web, "sari"), "/pengiriman/")
    clock.at = datetime.combine(today, time(3), UTC)
    assert f"Lewat {late} hari kerja" in text(Browser(web, "budi"), "/pengiriman/")


def test_one_card_there_and_back_by_forms_alone(desk: Desk, people: dict[str, Browser]) -> None:
    sari, oki, budi = people["sari"], people["oki"], people["budi"]
    case_id = desk.enrol().complete()
    assert "Menunggu perekaman" in text(oki, "/perekaman/")
    post(oki, "/perekaman/jadwal", berkas=case_id, on="13-03-2026")
    post(
        oki,
        f"/perekaman/{case_id}/catat",
        how="here",
        status="bio_captured",
        on="12032026",
        place="Kecamatan Contoh",
    )
    post(oki, f"/perekaman/{case_id}/status", status="print_ready")
    where = post(sari, "/pengiriman/", berkas=case_id)
    assert "Setujui dan tutup" in text(budi, where)
    wrong = post(budi, f"{where}/kirim", 422, pin="000000")
    assert "PIN tidak cocok" in wrong
    post(budi, f"{where}/kirim", pin=PIN, letter="470/88/427.86/2026")
    assert "470/88/427.86/2026" in text(sari, where)
    for typed in ("470/88", "001/KIRIM", "88/427.86"):
        assert sari.post("/cari", {"q": typed}).headers.get("Location") == where, typed
    assert f'href="{where}"' in sari.post("/cari", {"q": "kirim"}).get_data(as_text=True), "the word of their numbers"
    assert f'href="{where}"' not in sari.post("/cari", {"q": "krim"}).get_data(as_text=True)
    assert "Belum terkirim" in text(sari, where)
    post(sari, f"{where}/jawaban", ordinal=1, result="printed", serial="K77")
    assert "Anda yang mengetik" in text(sari, f"{where}/jawaban")
    post(oki, f"{where}/periksa/1", cocok="1")
    assert "K77" in text(sari, "/kartu/kedatangan")
    assert "dihitung 2, dicentang 1" in post(sari, "/kartu/kedatangan", 422, kartu=case_id, counted=2)
    post(sari, "/kartu/kedatangan", kartu=case_id, counted=1)
    post(sari, f"/kartu/panggilan/{case_id}", means="phone", reached="1", note="datang besok")
    assert "Sudah tersambung" in text(sari, "/kartu/panggilan")
    given = {"relation": "self", "receiver": "Slamet Widodo", "pin": PIN}
    seen = ["Nama", "NIK", "Tanggal lahir", "Alamat", "Foto", "Nomor seri"]
    unseen = post(sari, f"/kartu/serah/{case_id}", 422, **given, compared=seen[:2])
    assert "Belum dicocokkan: Tanggal lahir, Alamat, Foto, Nomor seri." in unseen
    assert desk.step(case_id) == "hand_over"
    post(sari, f"/kartu/serah/{case_id}", **given, compared=seen)
    assert "Nama, NIK, Tanggal lahir, Alamat, Foto, Nomor seri" in text(sari, f"/kartu/serah/{case_id}")
    assert "Sudah diserahkan" in text(sari, f"/kartu/serah/{case_id}")
    assert desk.step(case_id) == "@done"


def test_what_is_refused_is_said_where_it_was_asked_and_nowhere_else(desk: Desk, people: dict[str, Browser]) -> None:
    """Two forms of a page are refused on their own: one never speaks for the other."""
    sari, oki, budi = people["sari"], people["oki"], people["budi"]
    made = desk.send(desk.ready(), desk.ready())
    where, checked = f"/pengiriman/{made}", "Tidak ada jawaban yang menunggu pemeriksaan di baris ini."
    note = "Belum dicatat"
    page = post(oki, f"{where}/periksa/1", 409, cocok="1")
    assert (page.count(checked), note in page) == (1, True)
    untold = post(sari, f"{where}/jawaban", 422, ordinal=1, result="refused", reason="")
    assert (checked in untold, f">{note}<" in untold) == (False, False)
    first, second = desk.ready(), desk.ready()
    draft, taken = desk.draft(first), desk.draft(second)
    page = post(sari, f"/pengiriman/{draft}/susun", 422, berkas=second)
    assert "Susunan belum disimpan" in page
    assert "sudah ada di pengiriman lain." in page
    assert "Susunan belum disimpan" not in post(budi, f"/pengiriman/{taken}/kirim", 422, pin="000000")


def test_wrong_input_stays_on_the_page_with_its_sentence(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.complete()
    page = post(people["oki"], f"/perekaman/{case_id}/catat", 422, how="here", status="", on="31022026", place="")
    assert "isian perlu diperbaiki" in page
    assert "31022026" in page
    assert "Centang dulu" in post(people["oki"], "/perekaman/jadwal", 422, on="13-03-2026")
    assert "Centang paling sedikit satu" in post(people["sari"], "/pengiriman/", 422)
    long = post(
        people["oki"],
        f"/perekaman/{case_id}/catat",
        422,
        how="here",
        status="sfe",
        on="12032026",
        place="x" * 5000,
    )
    assert "Paling panjang 100 huruf" in long


def test_a_draft_is_put_in_another_order_by_typing_numbers(desk: Desk, people: dict[str, Browser]) -> None:
    one, two, three = desk.ready(), desk.ready(), desk.ready()
    made = desk.draft(one, two)
    post(
        people["sari"],
        f"/pengiriman/{made}/susun",
        **{"berkas": [one, two, three], f"urut-{one}": "2", f"urut-{two}": "1", f"urut-{three}": ""},
    )
    assert [pick.id for pick in queries.list_picks(desk.journal.db, made)] == [two, one, three]
    post(people["sari"], f"/pengiriman/{made}/susun", berkas=[three])
    assert [pick.id for pick in queries.list_picks(desk.journal.db, made)] == [three]
    post(people["sari"], f"/pengiriman/{made}/batal", **{"drop-reason": "hujan"})
    assert "dibatalkan" in text(people["sari"], f"/pengiriman/{made}")


def test_no_page_shows_a_whole_nik(desk: Desk, people: dict[str, Browser]) -> None:
    for path in everywhere(desk):
        page = text(people["budi"], path)
        assert not FULL_NIK.search(page), path
        assert len(page) < 60_000


def test_the_village_clerk_sees_waiting_and_ready_of_the_own_village_only(
    desk: Desk, people: dict[str, Browser]
) -> None:
    desi, paths = people["desi"], everywhere(desk)
    more = [desk.complete() for _ in range(2)]
    closed = [path for path in paths if not path.startswith(("/perekaman", "/kartu/panggilan"))]
    for path in closed:
        text(desi, path, 403)
    mine, theirs = (text(desi, "/perekaman/"), text(people["oki"], "/perekaman/"))
    assert "Desa Munder" in mine
    assert "Desa Krai" not in mine
    assert "Desa Krai" in theirs
    seen = [desi.get(f"/perekaman/{case_id}").status_code for case_id in more]
    assert sorted(seen) == [200, 404]
    assert "Jadwalkan" not in mine


def test_a_page_of_a_case_in_another_step_says_so(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.complete()
    sari = people["sari"]
    assert "belum sampai ke penyerahan" in text(sari, f"/kartu/serah/{case_id}")
    assert "Tidak menunggu perbaikan" in text(sari, f"/berkas/{case_id}/perbaikan")
    assert "Tidak ada kartu di kantor" in text(sari, f"/kartu/salah-cetak/{case_id}")
    text(sari, "/pengiriman/99", 404)
    text(sari, "/perekaman/99", 404)


def test_the_page_of_a_case_leads_nobody_to_a_page_that_refuses_him(desk: Desk, people: dict[str, Browser]) -> None:
    """The Camat may end a returned case, yet its repair is the counter's: his button led to a refusal."""
    case_id = next(int(path.split("/")[2]) for path in everywhere(desk) if path.endswith("/perbaikan"))
    repair = f"/berkas/{case_id}/perbaikan"
    text(people["camat"], repair, 403)
    for who, offered in (("sari", True), ("budi", True), ("camat", False)):
        assert (f'href="{repair}"' in text(people[who], f"/berkas/{case_id}")) is offered, who


def test_recording_again_is_offered_to_whoever_may_ask_for_it(desk: Desk, people: dict[str, Browser]) -> None:
    """The counter repairs; that its owner is recorded again is for operator and Kasi: choosing it was refused."""
    case_id = next(int(path.split("/")[2]) for path in everywhere(desk) if path.endswith("/perbaikan"))
    for who, offered in (("sari", False), ("oki", True), ("budi", True)):
        assert ('value="record_again"' in text(people[who], f"/berkas/{case_id}/perbaikan")) is offered, who


# -- papers ----------------------------------------------------------------------------------------------------


def test_printing_asks_afterwards_and_a_second_print_is_a_copy(desk: Desk, people: dict[str, Browser]) -> None:
    made, budi = desk.send(desk.ready()), people["budi"]
    where = f"/pengiriman/{made}"
    first = budi.post(f"{where}/surat-pengantar")
    assert first.status_code == 200
    assert first.data.startswith(b"%PDF-")
    assert first.headers["Content-Disposition"] == 'inline; filename="surat-pengantar-001-KIRIM-2026.pdf"'
    assert "Apakah surat pengantar keluar dengan benar?" in text(budi, where)
    post(
        budi,
        "/kertas/ktp/jawaban",
        subject=f"dispatch/{made}",
        paper="covering_letter",
        jawaban="ya",
        back=where,
    )
    again = budi.post(f"{where}/surat-pengantar")
    row = desk.journal.db.one("SELECT copies FROM paper_print WHERE paper = 'covering_letter'")
    assert row == (2,)
    logged = list(desk.journal.db.run("SELECT subject FROM access_log WHERE action = 'dispatch.annex'"))
    assert logged == [(f"dispatch/{made}",)] * 2, "each print shows whole numbers"
    assert again.data != first.data


def test_the_answer_about_a_paper_is_taken_only_from_who_may_print_it(desk: Desk, people: dict[str, Browser]) -> None:
    made = desk.send(desk.ready())
    people["budi"].post(f"/pengiriman/{made}/surat-pengantar")
    people["oki"].post("/perekaman/cetak/desa")
    [whole] = desk.journal.db.one("SELECT subject FROM paper_print WHERE paper = 'recording_list'") or ("",)
    letter = {"subject": f"dispatch/{made}", "paper": "covering_letter", "jawaban": "tidak"}
    post(people["desi"], "/kertas/ktp/jawaban", 403, **letter)
    post(people["ida"], "/kertas/ktp/jawaban", 403, **letter)
    post(people["desi"], "/kertas/ktp/jawaban", 404, subject=whole, paper="recording_list", jawaban="tidak")
    for subject, paper in (("case/1", "covering_letter"), ("case/1", "slip"), ("case/99", "hand_over")):
        post(people["sari"], "/kertas/ktp/jawaban", 404, subject=subject, paper=paper, jawaban="tidak")
    assert desk.journal.db.one("SELECT count(*) FROM paper_print WHERE came_out IS NOT NULL") == (0,)
    post(people["oki"], "/kertas/ktp/jawaban", subject=whole, paper="recording_list", jawaban="ya")
    assert desk.journal.db.one("SELECT count(*) FROM paper_print WHERE came_out = 1") == (1,)


def test_what_shows_full_niks_is_for_few_and_is_logged(desk: Desk, people: dict[str, Browser]) -> None:
    made = desk.send(desk.ready())
    for path in (f"/pengiriman/{made}/surat-pengantar", f"/pengiriman/{made}/xlsx"):
        assert people["ida"].post(path).status_code == 403
    answer = people["sari"].post(f"/pengiriman/{made}/xlsx", {"unduh-pin": PIN})
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    parts = [name for name in book.namelist() if name.endswith(("sheet1.xml", "sharedStrings.xml"))]
    strings = "".join(book.read(name).decode() for name in parts)
    [key] = [line.main_key for line in queries.list_lines(desk.journal.db, made)]
    assert key in strings
    assert f"<v>{key}</v>" not in strings, "a NIK as a number would lose its last digit"
    seen = [line for _, line in access_lines(desk.journal.db, subject=f"dispatch/{made}")]
    assert [(one.action, one.name) for one in seen] == [("dispatch.xlsx", "Sari Wulandari")]


def test_no_letter_before_the_dispatch_is_closed(desk: Desk, people: dict[str, Browser]) -> None:
    made = desk.draft(desk.ready())
    answer = people["budi"].post(f"/pengiriman/{made}/surat-pengantar")
    assert answer.status_code == 409
    assert "belum disetujui" in answer.get_data(as_text=True)
    assert desk.journal.db.one("SELECT count(*) FROM paper_print") == (0,)


def test_a_recording_found_elsewhere_has_its_own_day_and_place(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.complete()
    sent = {"how": "already", "status": "print_ready", "on": "", "place": ""}
    page = post(people["oki"], f"/perekaman/{case_id}/catat", 422, **sent)
    assert "Tulis tanggalnya seperti di sistem pusat." in page
    assert "Tulis tempatnya seperti di sistem pusat." in page
    post(people["oki"], f"/perekaman/{case_id}/catat", **(sent | {"how": "here"}))
    found = recording.latest_recording(desk.journal.db, latest_nik(desk, case_id))
    assert found is not None
    assert (found.on_date, found.place != "") == ("2026-03-12", True)


def test_the_question_before_the_print_says_what_comes_first(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.open()
    where = post(people["sari"], f"/berkas/{case_id}/kertas/tanda-terima/hasil", jawaban="ya")
    assert where.endswith("/kertas/tanda-terima")
    assert "Cetak dulu, baru jawab pertanyaannya." in text(people["sari"], where)


def test_whoever_counted_goes_on_to_the_first_owner_whom_nobody_called(desk: Desk, people: dict[str, Browser]) -> None:
    sari = people["sari"]
    first, second = desk.ready(), desk.ready()
    dispatch_id = desk.send(first, second)
    desk.printed(dispatch_id, 1, 2)
    counted = sari.post("/kartu/kedatangan", {"shipment": "", "kartu": [first, second], "counted": "2"})
    assert counted.location == f"/kartu/panggilan/{first}"
    said = {"means": "phone", "reached": "1", "note": ""}
    assert sari.post(f"/kartu/panggilan/{first}", said).location == f"/kartu/panggilan/{second}"
    assert sari.post(f"/kartu/panggilan/{second}", said).location == "/kartu/panggilan"
    assert sari.post(f"/kartu/panggilan/{second}", said).location == "/kartu/panggilan", "called again: nobody is next"


def test_the_last_call_and_the_hand_over_are_told_in_the_place_of_their_forms(
    desk: Desk, people: dict[str, Browser]
) -> None:
    """Asked by htmx; what is refused comes back as the whole page of its form, in the place of the page."""
    sari, case_id = people["sari"], desk.ready()
    desk.printed(desk.send(case_id), 1)
    desk.arrived(case_id)
    call, hand = f"/kartu/panggilan/{case_id}", f"/kartu/serah/{case_id}"
    refused = sari.post(call, {"means": "phone"}, htmx=True)
    assert (refused.status_code, refused.headers["HX-Retarget"], refused.headers["HX-Reselect"]) == (
        422,
        "#main",
        "#main",
    )
    for reached, first in (("0", "Daftar panggilan"), ("1", "Serahkan kartu")):
        told = sari.post(call, {"means": "phone", "reached": reached, "note": ""}, htmx=True)
        assert told.headers["HX-Trigger-After-Settle"] == CHANGED
        assert "panggilan dicatat. Semua pemilik sudah dipanggil." in told.text
        assert re.findall(r"data-next>([^<]+)<", told.text) == [first]
    seen = ["Nama", "NIK", "Tanggal lahir", "Alamat", "Foto", "Nomor seri"]
    given = {"relation": "self", "receiver": "Slamet Widodo", "compared": seen, "pin": PIN}
    assert sari.post(hand, given | {"pin": "000000"}, htmx=True).headers["HX-Retarget"] == "#main"
    done = sari.post(hand, given, htmx=True).text
    assert "<html" not in done, "no page in the page"
    assert "Sudah diserahkan" in done
    assert "data-print" in done
    assert desk.step(case_id) == "@done"


def test_an_approval_that_cannot_be_sent_is_an_approval_all_the_same(desk: Desk, people: dict[str, Browser]) -> None:
    """The exchange is offered where the office is enrolled, and what came of it is told."""
    budi = people["budi"]
    made = desk.draft(desk.ready())
    assert "Setujui dan kirim" not in text(budi, f"/pengiriman/{made}"), "not enrolled"
    desk.enrol()
    page = text(budi, f"/pengiriman/{made}")
    assert page.index("Setujui dan kirim 1 berkas") < page.index("Setujui, kirim nanti")
    assert budi.post(f"/pengiriman/{made}/kirim", {"pin": PIN, "aksi": "nanti"}).status_code == 409, "no such button"
    assert post(budi, f"/pengiriman/{made}/kirim", pin=PIN, aksi="kirim") == f"/pengiriman/{made}"
    told = text(budi, f"/pengiriman/{made}")
    assert "Disetujui, ditutup, dan belum terkirim; Loket mencoba lagi sendiri." in told
    assert [dispatch.id for dispatch in queries.sent_dispatches(desk.journal.db, 9)] == [made]


def test_the_code_of_a_slip_opens_what_is_done_with_its_owner(desk: Desk, people: dict[str, Browser]) -> None:
    """For whoever does it; every other search, and everybody else, gets the file."""
    case_id = desk.complete()
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None

    def opened(name: str, typed: str) -> str:
        return people[name].post("/cari", {"q": typed}).location.removesuffix(f"/{case_id}")

    assert [opened(name, case.code) for name in ("oki", "sari", "camat")] == ["/perekaman", "/berkas", "/berkas"]
    assert [opened("oki", typed) for typed in (case.number, case.main_key)] == ["/berkas", "/berkas"]
    desk.record(case_id)
    assert opened("oki", case.code) == "/berkas", "a list to a partner is nothing that the owner waits for"
    dispatch_id = desk.send(case_id)
    desk.printed(dispatch_id, 1)
    desk.arrived(case_id)
    assert [opened(name, case.code) for name in ("sari", "camat")] == ["/kartu/serah", "/berkas"]
