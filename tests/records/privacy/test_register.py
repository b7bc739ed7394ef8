"""The register of processing and the notice: made from what the office really does."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.holdings import Processing
from app.platform.office import queries as office
from app.records.privacy.notice import notice_parts, sms_sentence
from app.records.privacy.register import register_lines
from app.records.retention.queries import periods
from app.records.retention.service import set_period
from sync.journal import Journal
from tests.platform.people import Browser, Clock, actor_of

PAGE = "/data-pribadi/register"
LINE = {
    "activity": "Kamera ruang tunggu",
    "subjects": "Pengunjung",
    "data": "Gambar",
    "purpose": "Keamanan",
    "basis": "Pasal 20 ayat (2) huruf f",
    "receivers": "Tidak ada",
    "kept": "30 hari",
    "protection": "Lemari terkunci",
}


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def lines_named(journal: Journal, clock: Clock) -> dict[str, Processing]:
    return {line.activity: line for line in register_lines(journal.db, clock())}


def test_a_service_in_force_stands_there_with_its_data_and_its_partner(journal: Journal, clock: Clock) -> None:
    [definition] = office.services_in_force(journal.db, clock().date())
    line = lines_named(journal, clock)[f"Layanan {definition.name}"]
    assert definition.partner is not None
    assert line.receivers == definition.partner.name
    for field in definition.fields:
        assert field.label in line.data
    assert definition.legal_basis[0].text.rstrip(".;") in line.basis


def test_a_room_stands_there_where_its_service_is_in_force(journal: Journal, clock: Clock) -> None:
    activities = set(lines_named(journal, clock))
    assert activities >= {"Pembandingan formulir dengan acuan penduduk", "Catatan perekaman KTP-el"}
    assert "Hotline dan SMS" not in activities, "this office has no hotline"


def test_how_long_is_what_the_office_has_set(journal: Journal, clock: Clock, case_id: int) -> None:
    """The usual period of a kind, then another that the overseer sets for it."""
    [definition] = office.services_in_force(journal.db, clock().date())
    assert lines_named(journal, clock)[f"Layanan {definition.name}"].kept == "Berkas KTP-el: 5 tahun sesudah selesai"
    ratna = actor_of(journal.db, "ratna", clock().date())
    set_period(journal, ratna, kind=f"case/{definition.id}", years=7, reason="JRA 12/2026", now=clock())
    assert lines_named(journal, clock)[f"Layanan {definition.name}"].kept == "Berkas KTP-el: 7 tahun sesudah selesai"
    assert "Surat masuk: 5 tahun" in lines_named(journal, clock)["Agenda surat masuk dan surat keluar"].kept
    said = " ".join(sentence for part in notice_parts(journal.db, clock()) for sentence in part.sentences)
    assert "Berkas KTP-el: 7 tahun sesudah selesai" in said


def test_a_line_names_only_kinds_of_record_that_there_are(journal: Journal, clock: Clock, case_id: int) -> None:
    known = {period.kind.id for period in periods(journal.db)}
    named = {kind for line in register_lines(journal.db, clock()) for kind in line.records}
    assert len(named) > 4
    assert named - known == set()


def test_every_line_says_everything(journal: Journal, clock: Clock) -> None:
    for line in register_lines(journal.db, clock()):
        for name in ("activity", "subjects", "data", "purpose", "basis", "receivers", "kept", "protection"):
            assert getattr(line, name), (line.activity, name)


def test_own_lines_are_written_changed_and_ended(web: Flask, journal: Journal, clock: Clock) -> None:
    ratna = Browser(web, "ratna")
    missing = ratna.post(f"{PAGE}/baris", LINE | {"kept": ""})
    assert missing.status_code == 422
    folded = re.compile(r'<details[^>]*id="tulis"( open)?>')
    opened = [folded.findall(page.get_data(as_text=True)) for page in (missing, ratna.get(PAGE))]
    assert opened == [[" open"], [""]], "what was refused lies open, nothing else does"
    assert "Masa simpan belum diisi." in text(missing)
    assert 'value="Kamera ruang tunggu"' in missing.get_data(as_text=True)
    assert ratna.post(f"{PAGE}/baris", LINE).status_code == 303
    assert lines_named(journal, clock)["Kamera ruang tunggu"].kept == "30 hari"
    assert "Ditulis kantor sendiri" in text(ratna.get(PAGE))
    assert 'value="30 hari"' in ratna.get(f"{PAGE}?ubah=1").get_data(as_text=True)
    assert ratna.post(f"{PAGE}/baris", LINE | {"kept": "14 hari", "ubah": "1"}).status_code == 303
    assert [line.kept for line in register_lines(journal.db, clock()) if line.source == "office"] == ["14 hari"]
    assert ratna.post(f"{PAGE}/cetak").mimetype == "application/pdf"
    assert ratna.post(f"{PAGE}/baris/1/akhiri").status_code == 303
    assert "Kamera ruang tunggu" not in lines_named(journal, clock)
    assert ratna.post(f"{PAGE}/baris", LINE | {"ubah": "1"}).status_code == 404, "an ended line is not changed"


@pytest.mark.parametrize("username", ["ida", "camat"])
def test_others_read_the_register_and_write_nothing(web: Flask, username: str) -> None:
    browser = Browser(web, username)
    assert "Tambah baris" not in text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/baris", LINE).status_code == 403


def test_the_notice_names_services_receivers_rights_and_whom_to_ask(web: Flask, journal: Journal, clock: Clock) -> None:
    [definition] = office.services_in_force(journal.db, clock().date())
    assert definition.partner is not None
    said = " ".join(sentence for part in notice_parts(journal.db, clock()) for sentence in part.sentences)
    for words in (definition.name, definition.partner.name, "Pasal 7 dan 32", "3 × 24 jam", "Kecamatan Contoh"):
        assert words in said
    assert "Petugas Layanan Informasi" in said or "Sekretaris" in said
    page = text(Browser(web, "sari").get("/data-pribadi/pemberitahuan"))
    assert definition.name in page
    assert Browser(web, "sari").post("/data-pribadi/pemberitahuan/cetak").mimetype == "application/pdf"


def test_what_an_sms_says_fits_one_message(journal: Journal) -> None:
    assert len(sms_sentence(journal.db)) <= 160
