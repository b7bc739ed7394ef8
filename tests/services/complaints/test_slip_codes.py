"""The code on a slip is the complainant's alone: no page, search, paper or table of the office holds it afterwards."""

import re
from datetime import timedelta
from pathlib import Path

import apsw
import pytest
from flask import Flask

from app.core.clock import office_date
from app.core.codes import new_code, show_code
from app.core.problems import Problem
from app.services.complaints import kiosk as service
from app.services.complaints import service as book_service
from app.services.complaints.events import ComplaintWritten
from app.services.complaints.queries import code_digest, second_word_hash
from sync.verification import verify_side
from tests.platform.people import Browser, Clock
from tests.rules.source import ROOT
from tests.services.complaints.desk import BookDesk, Visit

CODE = r"\b([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})\b"
TELEPHONE = {
    "words": "Loket tutup jam dua.",
    "channel": "telephone",
    "type": "complaint",
    "category": "schedule",
    "weight": "light",
    "sex": "",
}
WHY = "KTP dan isi pengaduannya cocok"


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def shown(browser: Browser, line: int = 1) -> list[str]:
    """Codes that the receipt of a line shows to somebody."""
    return re.findall(CODE, text(browser, f"/pengaduan/{line}/tanda-terima"))


def everything(book: BookDesk) -> str:
    """All that the database holds, journal and tables, as text."""
    db = book.journal.db
    tables = [name for (name,) in db.run("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return "\n".join(repr(row) for table in tables for row in db.run(f'SELECT * FROM "{table}"'))


def test_a_code_is_seen_once_by_whoever_wrote_the_line_and_by_nobody_else(
    web: Flask, as_ida: Browser, as_budi: Browser, as_sari: Browser, book: BookDesk, clock: Clock
) -> None:
    as_ida.post("/pengaduan/tulis", TELEPHONE)
    [code] = shown(as_ida)
    others = [Browser(web, "ratna"), as_budi, as_sari]
    assert [shown(other) for other in others] == [[], [], []]
    assert [other.post("/pengaduan/1/cetak/tanda-terima").status_code for other in others] == [409, 409, 409]
    assert as_ida.post("/pengaduan/1/cetak/tanda-terima").status_code == 200
    pages = ["/pengaduan/1", "/pengaduan", "/", "/ltpp/baru?pengaduan=1"]
    assert [path for one in (as_ida, *others) for path in pages if code in text(one, path)] == []
    clock.forward(minutes=8)
    assert shown(as_ida) == [code]
    clock.forward(minutes=8)
    assert shown(as_ida) == []
    refused = as_ida.post("/pengaduan/1/cetak/tanda-terima")
    assert (refused.status_code, "dibuatkan kode baru" in refused.get_data(as_text=True)) == (409, True)


def test_neither_tables_nor_journal_hold_a_code_that_anybody_could_read(
    kiosk: Flask, as_ida: Browser, book: BookDesk
) -> None:
    found = re.search(CODE, Visit(kiosk).write().get_data(as_text=True))
    assert found is not None
    as_ida.post("/pengaduan/tulis", TELEPHONE)
    codes = [found[1], *shown(as_ida, 2)]
    as_ida.post("/pengaduan/1/kode-baru", {"reason": WHY})
    codes += shown(as_ida, 1)
    assert len({*codes}) == 3
    held = everything(book)
    assert [one for code in codes for one in (code, code.replace("-", "")) if one in held] == []


def test_the_desk_finds_a_line_by_the_code_that_the_complainant_says(as_ida: Browser, book: BookDesk) -> None:
    line = book.write()
    assert as_ida.post("/cari", {"q": show_code(line.code)}).headers["Location"] == f"/pengaduan/{line.id}"
    assert as_ida.post("/cari", {"q": show_code(new_code())}).headers.get("Location") is None


def test_only_the_information_officer_gives_another_code_and_the_old_one_ends_with_a_word(
    kiosk: Flask, as_ida: Browser, as_budi: Browser, book: BookDesk
) -> None:
    line, visit = book.write(), Visit(kiosk)
    assert as_budi.post(f"/pengaduan/{line.id}/kode-baru", {"reason": WHY}).status_code == 403
    bare = as_ida.post(f"/pengaduan/{line.id}/kode-baru", {"reason": " "})
    assert (bare.status_code, "bagaimana pengadunya dikenali" in bare.get_data(as_text=True)) == (422, True)
    assert as_ida.post(f"/pengaduan/{line.id}/kode-baru", {"reason": WHY}).status_code == 303
    [code] = shown(as_ida, line.id)
    assert visit.ask(code).status_code == 200
    old = visit.ask(line.code)
    assert old.status_code == 422
    assert "sudah diganti dengan kode baru pada 12-03-2026" in old.get_data(as_text=True)
    page = text(as_budi, f"/pengaduan/{line.id}")
    assert "Kode slip baru" in page
    assert WHY in page
    assert [entry.kind for entry in book.journal.about(f"complaint/{line.id}")][-1] == "complaint.code_issued"


def test_a_confidential_line_takes_a_new_second_word_along(kiosk: Flask, as_ida: Browser, book: BookDesk) -> None:
    line, visit = book.write(confidential=True, second_word="melati", name="Tumini"), Visit(kiosk)
    path = f"/pengaduan/{line.id}/kode-baru"
    assert as_ida.post(path, {"reason": WHY}).status_code == 422
    assert as_ida.post(path, {"reason": WHY, "word": "Kenanga"}).status_code == 303
    [code] = shown(as_ida, line.id)
    assert visit.ask(code, "melati").status_code == 422
    assert visit.ask(code, "kenanga").status_code == 200
    assert "diganti" not in visit.ask(line.code).get_data(as_text=True)  # not without its word


def test_the_kiosk_takes_a_verdict_for_a_code_only(kiosk: Flask, as_budi: Browser, book: BookDesk) -> None:
    """The Kasi of a line knows its number and everything on its page; none of it opens the kiosk."""
    line, visit = book.write(), Visit(kiosk)
    book.follow(line)
    book.answer(line)
    for guess in (line.number, str(line.id), *re.findall(CODE, text(as_budi, f"/pengaduan/{line.id}"))):
        assert visit.ask(guess).status_code == 422
    assert visit.client.post("/puas", data={"token": visit.token("/kode"), "jawaban": "ya"}).status_code == 422
    assert book.row(line).satisfied is None


def test_a_slip_of_the_kiosk_does_not_print_a_code_that_was_replaced(
    kiosk: Flask, as_ida: Browser, book: BookDesk
) -> None:
    visit = Visit(kiosk)
    token = visit.write().get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    assert visit.client.post("/slip", data={"token": token}).status_code == 200
    as_ida.post("/pengaduan/1/kode-baru", {"reason": WHY})
    assert visit.client.post("/slip", data={"token": token}).status_code == 409


def of_before(book: BookDesk, code: str, word: str = "") -> int:
    """A line as a release without step 0014 wrote it: with its code, and without a unit."""
    line, j = book.write(), book.journal
    entry = next(recorded for recorded in j.about(f"complaint/{line.id}") if recorded.kind == "complaint.written")
    values = {name: getattr(entry.body, name) for name in entry.body.__struct_fields__}
    values |= {
        "id": line.id + 1,
        "n": 2,
        "number": "002/ADUAN/2026",
        "code": code,
        "slip": "",
        "slip_id": 0,
        "unit": "",
        "second_word": second_word_hash(word, code),
        "confidential": bool(word),
    }
    with j.transaction():
        j.record(ComplaintWritten(**values), subject=f"complaint/{line.id + 1}", actor="system", at=book.clock())
    return line.id + 1


def test_slips_of_before_still_open_their_lines_until_they_are_replaced(
    kiosk: Flask, as_ida: Browser, book: BookDesk, tmp_path: Path
) -> None:
    code, visit = "4K7MQ2XAB1R", Visit(kiosk)
    line = of_before(book, code, "melati")
    assert "Kata rahasia" in visit.ask(code).get_data(as_text=True)
    assert visit.ask(code, "Melati").status_code == 200
    assert show_code(code) not in text(as_ida, f"/pengaduan/{line}") + text(as_ida, f"/pengaduan/{line}/tanda-terima")
    as_ida.post(f"/pengaduan/{line}/kode-baru", {"reason": WHY, "word": "kenanga"})
    assert "sudah diganti" in visit.ask(code, "melati").get_data(as_text=True)
    [new] = shown(as_ida, line)
    assert visit.ask(new, "kenanga").status_code == 200
    assert verify_side(book.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_a_box_slip_gets_no_code_and_the_schema_keeps_the_digests(book: BookDesk) -> None:
    slip = book.write(channel="box")
    with pytest.raises(Problem) as refused:
        book_service.issue_code(
            book.journal, book.who("ida"), complaint_id=slip.id, reason=WHY, second_word="", now=book.clock()
        )
    assert refused.value.code == "conflict"
    line, db = book.write(), book.journal.db
    assert db.one("SELECT digest FROM complaint_code WHERE complaint_id = ?", (line.id,)) == (code_digest(line.code),)
    for sql in ("DELETE FROM complaint_code", f"UPDATE complaint_code SET digest = '{'0' * 64}'"):
        with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
            db.run(sql)


def test_finding_a_code_by_trying_is_made_slow(book: BookDesk) -> None:
    """scrypt, not one SHA-256: of 35 random bits somebody with the file could try ten thousand million a second."""
    assert "hashlib.scrypt(" in (ROOT / "app/services/complaints/queries.py").read_text(encoding="utf-8")
    assert code_digest("4K7MQ2XQ") == code_digest("4K7MQ2XQ") != code_digest("4K7MQ2XR")
    line = book.write()
    told = service.look_up_code(book.journal.db, line.code, "", office_date(book.clock() + timedelta(days=1)))
    assert told is not None
    assert told.complaint_id == line.id
