"""NIK, birth date, sex and the state of a record that contradict each other: asked, answered, shown until the print."""

import re
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from app.casework.batches import dispatch
from app.core.messages import DispatchLine
from app.services.ktp.queries import status_rows
from sync.entries import split_line
from sync.journal import Journal
from tests.centre.desk import Desk as Centre
from tests.centre.desk import line_path
from tests.centre.print_centre import a_line
from tests.platform.people import PIN, Browser, Clock
from tests.services.ktp.desk import Desk

# The NIK says: a woman, born 4 February 2009 (44 = 4 + 40). The form says: a man, born 4 February 2008.
NIK = "3508994402090008"
WRONG = {"nik": NIK, "birth_on": "04022008", "sex": "male"}
BIRTH = "Tanggal lahir di formulir 04-02-2008, di dalam NIK 04-02-09."
SEX = "Jenis kelamin di formulir laki-laki, menurut NIK perempuan."
WHY = "NIK pada KK memang demikian, dibetulkan dengan penetapan 12/2025"


@pytest.fixture
def people(web: Flask) -> dict[str, Browser]:
    return {name: Browser(web, name) for name in ("sari", "oki", "budi", "desi")}


def folded(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def asked(page: str) -> list[str]:
    """The fields in which a page asks for a reason, each inside a block with a shape and a word."""
    fields = sorted(re.findall(r'name="(explain-[a-z]+-[a-z0-9]+-?[a-z0-9]*)"', page))
    assert len(re.findall(r'class="note[^"]*shaped[^"]*" id="found-(?:nik|record)-', page)) >= len(fields)
    return fields


def typed(desk: Desk, **more: str) -> dict[str, object]:
    return {**desk.form(**WRONG), "have": ["village_letter", "photo"], "aksi": "daftar", **more}


def test_from_the_draft_to_the_card_nobody_overlooks_a_disagreement(
    desk: Desk, people: dict[str, Browser], tmp_path: Path, clock: Clock
) -> None:
    sari, budi = people["sari"], people["budi"]
    draft = sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    form = typed(desk)
    refused = sari.post(draft, form)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "NIK dan formulir berbeda" in page
    fields = asked(page)
    assert len(fields) == 2
    assert sari.post(draft, {**form, fields[0]: "  ", fields[1]: WHY}).status_code == 409, "blanks say nothing"
    opened = sari.post(draft, {**form, **dict.fromkeys(fields, WHY)})
    assert opened.status_code == 303, opened.get_data(as_text=True)
    case_id = 1
    for path in ("/berkas/1/periksa", "/berkas/1"):
        page = folded(sari, path)
        for sentence in (BIRTH, SEX, WHY):
            assert sentence in page, path
        assert asked(page) == [], "answered already"
    desk.check(case_id)
    desk.record(case_id)
    where = sari.post("/pengiriman/", {"berkas": case_id}).location
    assert "Ada perbedaan" in folded(sari, where)
    assert WHY in folded(budi, where)
    unread = budi.post(f"{where}/kirim", {"pin": PIN})
    assert unread.status_code == 422
    assert "Baca perbedaan pada setiap baris" in unread.get_data(as_text=True)
    assert budi.post(f"{where}/kirim", {"pin": PIN, "seen": [case_id]}).status_code == 303
    [line] = sent_lines(desk.journal)
    assert [WHY in text for text in line.explained] == [True, True]
    printed_only_when_compared(line, tmp_path, clock)


def sent_lines(journal: Journal) -> list[DispatchLine]:
    """The lines that left for the centre, as they stand in the journal."""
    found = [
        journal.decode(*split_line(line)).body
        for line in journal.lines(journal.source, journal.epoch, "dukcapil", 0, 99)
    ]
    return [one for one in found if isinstance(one, DispatchLine)]


def printed_only_when_compared(line: DispatchLine, tmp_path: Path, clock: Clock) -> None:
    """At the centre: the queue marks it, the page tells it, printing asks with what it was compared."""
    centre = Centre(tmp_path / "pusat", clock)
    [line_id] = centre.print_centre.office.dispatch([line])
    yuni, path = centre.yuni, line_path(line_id).rstrip("/")
    yuni.post(f"{path}/terima")
    assert "Ada perbedaan" in folded(yuni, "/antrean")
    page = folded(yuni, f"{path}/")
    assert 'class="note is-warn shaped" id="doubtful"' in page
    assert WHY in page
    refused = yuni.post(f"{path}/cetak", {"serial": "AB1234"})
    assert refused.status_code == 422
    assert "Tulis dengan apa dicocokkan" in refused.get_data(as_text=True)
    assert (
        yuni.post(f"{path}/cetak", {"serial": "AB1234", "compared": "Data pusat: sama dengan NIK"}).status_code == 303
    )
    assert "Dicocokkan dengan: Data pusat" in folded(yuni, f"{path}/")


def test_a_file_that_nobody_explained_does_not_pass_the_check(
    desk: Desk, journal: Journal, people: dict[str, Browser]
) -> None:
    """A file of an older program or of a register: nobody was asked when it was opened."""
    case_id = desk.open()
    with journal.transaction(), journal.db.applying():
        journal.db.run("UPDATE case_file SET fields = json_set(fields, '$.sex', 'female') WHERE id = ?", (case_id,))
    sari, checked = people["sari"], desk.found(case_id)
    decision = {**checked, "outcome": "complete", "step": "validate"}
    refused = sari.post(f"/berkas/{case_id}/periksa", decision)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert desk.step(case_id) == "validate"
    [field] = asked(page)
    assert 'value="present" checked' in page, "nothing typed is lost"
    assert sari.post(f"/berkas/{case_id}/periksa", {**decision, field: "x" * 301}).status_code == 422
    assert sari.post(f"/berkas/{case_id}/periksa", {**decision, field: WHY}).status_code == 303
    assert desk.step(case_id) == "record"
    assert WHY in folded(sari, f"/berkas/{case_id}")
    assert "Perbedaan dijelaskan" in folded(sari, f"/berkas/{case_id}")


def test_a_corrected_file_is_asked_anew_only_for_what_changed(desk: Desk, people: dict[str, Browser]) -> None:
    case_id = desk.open(WHY, **WRONG)
    budi = people["budi"]
    form = {**desk.form(**WRONG), "reason": "salah ketik", "pin": PIN}
    refused = budi.post(f"/berkas/{case_id}/perbaiki", {**form, "birth_on": "04022007"})
    assert refused.status_code == 409
    fields = asked(refused.get_data(as_text=True))
    assert any(field.startswith("explain-nik-birth-") for field in fields)
    right = budi.post(f"/berkas/{case_id}/perbaiki", {**form, "birth_on": "04022009", "sex": "female"})
    assert right.status_code == 303
    page = folded(budi, f"/berkas/{case_id}")
    assert "NIK dan formulir berbeda" not in page, "what was mended asks nothing"


def test_a_record_that_is_not_print_ready_leaves_only_with_a_reason(desk: Desk, people: dict[str, Browser]) -> None:
    case_id, sari = desk.complete(), people["sari"]
    desk.record(case_id, "sfe")
    assert dispatch.ready_cases(desk.journal.db, "ktp-el", desk.now.date()) == []
    [why] = dispatch.reasons_against_sending(desk.journal.db, [case_id], desk.now.date()).values()
    assert "belum siap cetak: SENT_FOR_ENROLLMENT (SFE)" in why
    [field] = asked(folded(sari, f"/berkas/{case_id}"))
    assert field.startswith("explain-record-")
    assert "Tulis alasannya" in sari.post(f"/berkas/{case_id}/alasan", {field: " "}).get_data(as_text=True)
    assert people["desi"].post(f"/berkas/{case_id}/alasan", {field: WHY}).status_code == 403
    assert sari.post(f"/berkas/{case_id}/alasan", {field: "Diminta Dispenduk Capil, surat 470/12"}).status_code == 303
    made = desk.draft(case_id)
    assert "Diminta Dispenduk Capil, surat 470/12" in dispatch.explained_cases(desk.journal.db, [case_id])[case_id][0]
    assert "Diminta Dispenduk Capil" in folded(people["budi"], f"/pengiriman/{made}")


def test_a_newer_state_of_the_record_asks_again_or_not_at_all(desk: Desk, people: dict[str, Browser]) -> None:
    case_id, oki = desk.complete(), people["oki"]
    desk.record(case_id, "sfe")
    oki.post(f"/perekaman/{case_id}/status", {"status": "received_central"})
    assert [row.status for row in status_rows(desk.journal.db, None)] == ["received_central"]
    oki.post(f"/perekaman/{case_id}/status", {"status": "print_ready"})
    [waits] = dispatch.ready_cases(desk.journal.db, "ktp-el", desk.now.date())
    assert waits.why_not == ""


def test_a_line_of_an_older_office_is_compared_at_the_centre(tmp_path: Path, clock: Clock) -> None:
    """Such an office sends no reasons: its entry has no `explained`, and the card is not printed in silence."""
    centre = Centre(tmp_path / "pusat", clock)
    line = a_line(7, 1, 1)
    odd = msgspec.structs.replace(line, fields={**line.fields, "birth_on": "1980-03-12"}, recording="sfe")
    assert b"explained" not in msgspec.json.encode(odd)
    sound, other = centre.print_centre.office.dispatch([odd, a_line(7, 2, 2)])
    page = folded(centre.yuni, line_path(sound))
    assert "di dalam NIK 12-03-79" in page
    assert "Perekaman belum siap cetak menurut kecamatan." in page
    assert "Kantor pengirim tidak menulis alasannya." in page
    assert 'id="doubtful"' not in folded(centre.yuni, line_path(other))
