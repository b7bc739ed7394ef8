"""Pages of student cards over HTTP: the bank's file at the office, the second person, who may see what."""

import io
import re
from html import unescape

import openpyxl
import pytest
from flask import Flask

from app.casework.batches import dispatch
from app.casework.batches.answers import find_case_value
from app.casework.desk.tables import CaseFile
from app.casework.desk.views.papers import file_answer
from app.core.codes import show_code
from app.platform.office.deadlines import read_deadlines
from tests.platform.people import PIN, Browser, Clock
from tests.services.ktm.desk import CardDesk, account, nim

MULTIPART = "multipart/form-data"


def workbook(*rows: tuple[object, ...]) -> dict[str, tuple[io.BytesIO, str]]:
    """A spreadsheet as it is uploaded."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in (("NIM", "Nama", "Nomor rekening"), *rows):
        book.active.append(row)
    book.save(content)
    return {"file": (io.BytesIO(content.getvalue()), "rekening.xlsx")}


def test_a_bank_without_loket_answers_with_a_file_that_another_person_checks(desk: CardDesk, web: Flask) -> None:
    ids = [desk.register(n) for n in (1, 2, 3)]
    made = desk.send(*ids)
    sari, oki = Browser(web, "sari"), Browser(web, "oki")
    early = sari.post(f"/pengiriman/{made}/berkas", workbook((nim(1), "Alya", account(1))), content_type=MULTIPART)
    assert early.status_code == 422
    assert f'href="/pengiriman/{made}#penyerahan"' in sari.get(f"/pengiriman/{made}/jawaban").get_data(as_text=True)
    handed = {"at_on": "12-03-2026", "at_clock": "09.99", "handed_to": "Tutik"}
    refused = sari.post(f"/pengiriman/{made}/penyerahan", handed)
    assert refused.status_code == 422
    assert "Tulis jamnya seperti 09.40" in refused.get_data(as_text=True)
    assert sari.post(f"/pengiriman/{made}/penyerahan", handed | {"at_clock": "09.42"}).status_code == 303
    assert "diterima Tutik" in sari.get(f"/pengiriman/{made}").get_data(as_text=True)
    rows = (nim(1), "Alya", account(1)), (nim(2), "Bagas", "Mahasiswa tidak datang ke bank"), (nim(3), "Citra", "1234")
    sent = workbook(*rows)
    page = sari.post(f"/pengiriman/{made}/berkas", sent, content_type="multipart/form-data").get_data(as_text=True)
    assert "2 jawaban diketik dari dokumen" in page
    assert "Nomor rekening berisi 8 sampai 20 angka" in page
    assert account(1) not in page
    assert [desk.case(case_id).step for case_id in ids] == ["account"] * 3, "nothing counts before the second person"
    own = sari.post(f"/pengiriman/{made}/periksa-semua", {"pin": PIN})
    assert "orang lain" in own.get_data(as_text=True).lower() or own.status_code in (403, 409, 422)
    assert oki.post(f"/pengiriman/{made}/periksa-semua", {"pin": "000000"}).status_code == 422
    assert oki.post(f"/pengiriman/{made}/periksa-semua", {"pin": PIN}).status_code == 303
    assert [desk.case(one).step for one in ids] == ["check", "repair", "account"]
    clocks = [read_deadlines(desk.journal.db, f"case/{number}")["account", ""] for number in ids]
    assert [clock.since for clock in clocks] == ["2026-03-12T09:42"] * 3
    assert [clock.runs for clock in clocks] == [False, False, True], "answers by file end the hour of their students"
    held = find_case_value(desk.journal.db, ids[0])
    assert held is not None
    assert desk.sealer().open(held.sealed) == account(1)
    sheet = sari.get(f"/pengiriman/{made}?baris=semua").get_data(as_text=True)
    assert "*********001" in sheet
    assert account(1) not in sheet


def test_a_limit_in_the_picture_counts_and_links_those_in_time_and_those_too_late(
    desk: CardDesk, web: Flask, clock: Clock
) -> None:
    """Of four, the bank opened two accounts within its hour and one after it; the fourth is still open."""
    ids = [desk.register(n) for n in (1, 2, 3, 4)]
    made = desk.send(*ids)
    desk.hand_list_over(made)
    for ordinal in (1, 2):
        desk.typed(made, ordinal, account(ordinal))
    desk.later(hours=2).typed(made, 3, account(3))
    clock.at = desk.now
    ratna = Browser(web, "ratna")
    page = ratna.get("/pengawasan/").get_data(as_text=True)
    links = re.findall(r'<a href="(/berkas[?][^"]*batas=account[^"]*)">([^<]+)</a>', page)
    assert [words.strip() for _, words in links] == ["2 dari 3 dalam batas", "1 terlambat"]
    listed = [ratna.get(unescape(address)).get_data(as_text=True) for address, _ in links]
    rows = [set(map(int, re.findall(r'<th scope="row"><a href="/berkas/(\d+)">', one))) for one in listed]
    assert rows == [{ids[0], ids[1]}, {ids[2]}]
    assert "terlambat: Pembuatan rekening di bank" in listed[1]


def test_a_file_knows_numbers_without_their_dots_and_names_who_is_left_out(desk: CardDesk, web: Flask) -> None:
    made = desk.send(*(desk.register(n) for n in (1, 2)))
    sari = Browser(web, "sari")
    sari.post(f"/pengiriman/{made}/penyerahan", {"at_on": "12-03-2026", "at_clock": "09.42", "handed_to": "Tutik"})
    plain = "".join(sign for sign in nim(1) if sign.isalnum())
    dotted = f"{plain[:1]}.{plain[1:3]} {plain[3:]}"
    sent = workbook((dotted, "Alya", account(1)), (nim(9), "Siapa", account(9)))
    page = sari.post(f"/pengiriman/{made}/berkas", sent, content_type=MULTIPART).get_data(as_text=True)
    assert "1 jawaban diketik dari dokumen" in page
    assert f"{nim(9)[-3:]} tidak ada pada pengiriman ini" in page
    assert nim(9) not in page
    left_out = page.partition("Tidak disebut dalam dokumen")[2]
    assert "<li>Baris 2, " in left_out
    assert "<li>Baris 1, " not in left_out


def test_a_file_that_is_no_answer_is_refused_in_a_sentence(desk: CardDesk, web: Flask) -> None:
    made = desk.send(desk.register(1))
    desk.hand_list_over(made)
    sari = Browser(web, "sari")
    for content in (b"", b"PK\x03\x04rusak", b"a;b\n1;2\n"):
        sent = {"file": (io.BytesIO(content), "rekening.csv")}
        answer = sari.post(f"/pengiriman/{made}/berkas", sent, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Dokumen belum dibaca" in answer.get_data(as_text=True) or "perlu diperbaiki" in answer.get_data(
            as_text=True
        )


def test_who_may_see_numbers_and_withdraw_cards(desk: CardDesk, web: Flask) -> None:
    [(case_id, card)] = desk.with_card(1)
    sari, budi, desi = Browser(web, "sari"), Browser(web, "budi"), Browser(web, "desi")
    assert sari.post(f"/pengiriman/nilai/{case_id}", {}).status_code == 403
    shown = budi.post(f"/pengiriman/nilai/{case_id}", {}, htmx=True).get_data(as_text=True)
    assert account(1) in shown
    assert "autofocus" in shown, "the button is gone: the keyboard stands on the number"
    for path in ("/ktm/", f"/ktm/kartu/{card.code}", "/ktm/laporan?angkatan=2026"):
        assert desi.get(path).status_code == 403
        page = sari.get(path).get_data(as_text=True)
        assert account(1) not in page
        assert nim(1) not in page
    assert sari.post(f"/ktm/kartu/{card.code}/cabut", {"why": "left", "given_back": "owed"}).status_code == 403
    for path in ("/ktm/laporan", "/ktm/daftar-pembagian"):
        assert sari.post(path, {"angkatan": "2026"}).status_code == 200
        assert sari.post(path, {"angkatan": "2031"}).status_code == 404, "no paper of an intake that nobody belongs to"
    assert sari.get("/ktm/laporan?angkatan=2031").status_code == 404
    named = file_answer(b"", "application/pdf", "laporan-９\r\nX-A: ص.pdf")
    assert named.headers["Content-Disposition"] == 'attachment; filename="laporan----X-A---.pdf"'
    told = {"why": "left", "given_back": "owed", "note": "Keluar atas permintaan sendiri"}
    refused = budi.post(f"/ktm/kartu/{card.code}/cabut", told)
    assert refused.status_code == 422
    assert "Keluar atas permintaan sendiri" in refused.get_data(as_text=True), "nothing typed is lost"
    assert budi.post(f"/ktm/kartu/{card.code}/cabut", told | {"pin": PIN}).status_code == 303
    assert "Tidak berlaku" in sari.get(f"/ktm/kartu/{card.code}").get_data(as_text=True)
    assert sari.post(f"/ktm/kartu/{card.code}/muka.pdf", {}).status_code == 409, "never printed again"
    assert sari.get("/ktm/kartu/AAAAAAAAAAA").status_code == 404


def test_the_qr_in_the_search_box_leads_to_the_card(desk: CardDesk, web: Flask) -> None:
    [(_, card)] = desk.with_card(1)
    found = Browser(web, "sari").post("/cari", {"q": show_code(card.code)})
    assert found.headers.get("Location", "").endswith(f"/ktm/kartu/{card.code}")


def test_a_list_that_comes_twice_makes_nobody_twice(desk: CardDesk, web: Flask) -> None:
    from app.casework.importing.file_formats import read_bytes
    from app.casework.importing.service import Source, examine_register, load_report
    from app.casework.importing.spreadsheet import ImportProblem
    from app.services.ktm.register_cases import read_register

    words, bodies = read_register()
    headless = read_bytes(f"{nim(1)};Alya\n".encode(), "nim")
    with pytest.raises(ImportProblem, match=r"\(NIM, Nama, dan seterusnya\)"):
        examine_register(words, headless, desk.journal.db, desk.now.date())
    text = f"NIM;NAMA;PRODI;ANGKATAN;STATUS\n{nim(1)};Alya;D-III Keperawatan;2026;Aktif\n{nim(2)};Bagas;;2026;Lulus\n"
    book = read_bytes(text.encode(), "nim")
    loaded = []
    for days in (0, 3):
        desk.later(days=days)
        report = examine_register(words, book, desk.journal.db, desk.now.date())
        source = Source("nim.csv", "0" * 64)
        done = load_report(desk.journal, desk.who("budi"), report, source=source, bodies=bodies, now=desk.now)
        loaded.append(done.loaded)
    assert loaded == [2, 0]
    steps = {case.main_key: case.step for case in CaseFile.rows(desk.journal.db, service="ktm")}
    assert steps == {nim(1): "invited", nim(2): "@not_enrolled"}


def test_an_outcome_that_the_case_does_not_allow_yet_is_greyed_with_its_reason(desk: CardDesk, web: Flask) -> None:
    """The button led to a refusal that the page could have told: no photo, then a photo that waits for its check."""
    case_id = desk.open(1)
    desk.check(case_id)
    sari = Browser(web, "sari")
    page = sari.get(f"/berkas/{case_id}/periksa").text
    assert 'value="registered"' not in page
    assert "Pasfoto mahasiswa belum ada" in page.split('<div class="greyed">', 1)[1].split("</div>", 1)[0]
    desk.photo(case_id)
    page = sari.get(f"/berkas/{case_id}/periksa").text
    assert 'value="registered"' in page
    assert "greyed" not in page


def test_a_dispatch_is_approved_by_whoever_the_procedure_names(desk: CardDesk, web: Flask) -> None:
    """The Camat may approve dispatches, and this procedure gives it to the Kasubbag Kemahasiswaan: he was refused."""
    made = dispatch.draft_dispatch(desk.journal, desk.who("sari"), case_ids=[desk.register(1)], now=desk.now)
    for who, offered in (("budi", True), ("camat", False)):
        page = Browser(web, who).get(f"/pengiriman/{made}").text
        assert (f'action="/pengiriman/{made}/kirim"' in page) is offered, who
        assert ("menyetujui dengan PIN. Minta beliau" in page) is not offered, who
        assert ("Periksa dan setujui" in Browser(web, who).get("/pengiriman/?layanan=ktm").text) is offered, who


def test_a_card_is_handed_over_by_whoever_the_procedure_names(desk: CardDesk, web: Flask) -> None:
    """The operator may hand over cards, and this procedure gives it to the counter: the form was refused at its end."""
    [(case_id, _)] = desk.with_card(1)
    for who, offered in (("sari", True), ("oki", False)):
        page = Browser(web, who).get(f"/kartu/serah/{case_id}").text
        assert (f'action="/kartu/serah/{case_id}"' in page) is offered, who
        assert ("Diserahkan petugas lain" in page) is not offered, who
