"""Lines that are no complaint: set aside with a reason, folded, read again by a second person, never deleted."""

from datetime import date
from pathlib import Path

import apsw
import pytest
from flask import Flask

from app.core.problems import Problem
from app.quality.quarter import service, year_papers
from app.quality.quarter.figures import canonical_text, parse_figures
from app.quality.quarter.recount import count_again
from app.quality.quarter.year_papers import count_year
from app.services.complaints import queries
from app.services.complaints import service as complaints_service
from app.services.complaints.service import WrittenLine
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.quality.quarter.recaps import Q1, figures, go
from tests.services.complaints.desk import BookDesk, Visit

SPAM, WHY = ("beli pulsa murah " * 230).strip(), "Iklan yang diulang, bukan pengaduan"


@pytest.fixture
def spam(as_ida: Browser, book: BookDesk) -> WrittenLine:
    """A line that Ida set aside."""
    line = book.write(SPAM)
    assert as_ida.post(f"/pengaduan/{line.id}/sisihkan", {"reason": WHY}).status_code == 303
    return line


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def token(page: str) -> str:
    return page.split('name="token" value="')[1].split('"')[0]


def test_a_line_set_aside_stays_under_its_number_folded_with_the_reason(
    as_sari: Browser, book: BookDesk, spam: WrittenLine
) -> None:
    other = book.write("Antre lama")
    assert other.number == "002/ADUAN/2026"
    register = text(as_sari, "/pengaduan")
    assert f"Disisihkan: {WHY}" in register
    assert "pulsa murah" not in register
    line = text(as_sari, f"/pengaduan/{spam.id}")
    assert SPAM in line.partition("Tampilkan uraian yang disisihkan")[2]
    assert book.row(spam).words == SPAM
    assert "Antre lama" not in text(as_sari, "/pengaduan?keadaan=aside")


def test_setting_aside_and_taking_back_want_a_reason(as_ida: Browser, book: BookDesk) -> None:
    path = f"/pengaduan/{book.write().id}"
    for deed, data in (("sisihkan", {"reason": " "}), ("sisihkan", {"reason": "x" * 301})):
        assert as_ida.post(f"{path}/{deed}", data).status_code == 422
    assert as_ida.post(f"{path}/sisihan/kembalikan", {"reason": WHY}).status_code == 409
    assert as_ida.post(f"{path}/sisihkan", {"reason": WHY}).status_code == 303
    assert as_ida.post(f"{path}/sisihkan", {"reason": WHY}).status_code == 409
    assert as_ida.post(f"{path}/sisihan/kembalikan", {"reason": ""}).status_code == 422
    assert as_ida.post(f"{path}/sisihan/kembalikan", {"reason": "Ternyata pengaduan"}).status_code == 303
    page = text(as_ida, path)
    assert WHY in page
    assert "Ternyata pengaduan" in page
    assert "Simpan jawaban pertama" in page


def test_it_waits_for_nobody_and_nothing_is_done_with_it(
    web: Flask, as_budi: Browser, book: BookDesk, spam: WrittenLine
) -> None:
    for deed, data in (("tindak-lanjut", {"text": "Isi"}), ("jeda", {"reason": "field", "text": ""})):
        assert as_budi.post(f"/pengaduan/{spam.id}/{deed}", data).status_code == 409
    go(book, date(2026, 6, 1))
    as_ida, as_budi, as_camat = (Browser(web, name) for name in ("ida", "budi", "camat"))
    assert [one for one in (as_ida, as_budi, as_camat) if "pengaduan 001" in text(one, "/")] == []
    assert "Tidak ada yang menunggu" in " ".join(text(as_ida, "/pengaduan").split())


def test_the_sekretaris_reads_it_once_as_a_second_pair_of_eyes(
    as_ratna: Browser, as_ida: Browser, book: BookDesk, spam: WrittenLine
) -> None:
    assert "Baris disisihkan, periksa" in text(as_ratna, "/")
    assert as_ida.post(f"/pengaduan/{spam.id}/sisihan/periksa").status_code == 403
    assert as_ratna.post(f"/pengaduan/{spam.id}/sisihan/periksa").status_code == 303
    assert "Baris disisihkan, periksa" not in text(as_ratna, "/")
    assert "Diperiksa Ratna Puspita" in text(as_ida, f"/pengaduan/{spam.id}")
    assert as_ratna.post(f"/pengaduan/{spam.id}/sisihan/periksa").status_code == 409


def test_the_complainant_reads_why_and_objects_at_the_kiosk(
    kiosk: Flask, as_ratna: Browser, as_ida: Browser, book: BookDesk, spam: WrittenLine
) -> None:
    visit = Visit(kiosk)
    told = visit.ask(spam.code).get_data(as_text=True)
    assert WHY in told
    assert "Saya keberatan" in told
    data = {"token": token(told), "words": "Saya sungguh mengadu"}
    assert visit.client.post("/keberatan", data=data).status_code == 200
    assert "Saya keberatan" not in visit.ask(spam.code).get_data(as_text=True)
    assert visit.client.post("/keberatan", data={"token": visit.token("/kode")}).status_code == 422
    for browser in (as_ratna, as_ida):
        assert "Pengadu keberatan disisihkan" in text(browser, "/")
    assert "Saya sungguh mengadu" in text(as_ida, f"/pengaduan/{spam.id}")
    as_ratna.post(f"/pengaduan/{spam.id}/sisihan/kembalikan", {"reason": "Pengadu menjelaskan"})
    assert "Sedang kami periksa." in visit.ask(spam.code).get_data(as_text=True)
    assert "Pengadu keberatan disisihkan" not in text(as_ida, "/")


def test_an_objection_is_short_and_counts_once(book: BookDesk, spam: WrittenLine) -> None:
    with pytest.raises(Problem) as refused:
        complaints_service.object_to_aside(
            book.journal, spam.id, "x" * (complaints_service.REASON_LIMIT + 1), book.clock()
        )
    assert refused.value.code == "invalid"
    longest = "x" * complaints_service.REASON_LIMIT
    for words in (longest, "Kedua"):
        complaints_service.object_to_aside(book.journal, spam.id, words, book.clock())
    [row] = queries.asides_of_line(book.journal.db, spam.id)
    assert row.objection == longest


def test_the_recap_counts_it_apart_so_that_the_totals_agree(book: BookDesk, spam: WrittenLine) -> None:
    book.write("Antre lama")
    go(book, date(2026, 4, 2))
    found = figures(book)
    assert (found.totals.received, found.aside, len(found.lines)) == (1, 1, 1)
    assert sum(row.received for row in found.sums.sections) == 1
    rows = list(year_papers.year_rows(count_year(book.journal.db, 2026, date(2026, 3, 31), book.clock())))
    assert (year_papers.ASIDE, "Masuk", 1, None, None, None, 1) in rows
    assert parse_figures(canonical_text(found)) == found


def test_an_approved_recap_stays_when_a_line_of_it_is_set_aside_later(drafted: BookDesk) -> None:
    before = service.load_recap(drafted.journal.db, Q1).figures
    assert '"aside"' not in before
    complaints_service.set_line_aside(
        drafted.journal, drafted.who("ida"), complaint_id=2, reason=WHY, now=drafted.clock.forward(hours=1)
    )
    assert service.load_recap(drafted.journal.db, Q1).figures == before
    assert count_again(drafted.journal, Q1).found == []
    assert figures(drafted).aside == 1


def test_settled_lines_are_not_set_aside_and_the_past_of_one_stays(
    book: BookDesk, spam: WrittenLine, tmp_path: Path
) -> None:
    line, ida = book.write(), book.who("ida")
    book.follow(line)
    book.answer(line)
    complaints_service.close_line(book.journal, ida, complaint_id=line.id, now=book.clock())
    with pytest.raises(Problem) as refused:
        complaints_service.set_line_aside(book.journal, ida, complaint_id=line.id, reason=WHY, now=book.clock())
    assert refused.value.code == "state"
    db = book.journal.db
    for sql in (
        "DELETE FROM complaint_aside",
        "UPDATE complaint_aside SET reason = 'x'",
        "DELETE FROM complaint",
    ):
        with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
            db.run(sql)
    complaints_service.take_back_line(book.journal, ida, complaint_id=spam.id, reason="Salah", now=book.clock())
    assert verify_side(book.journal, "office", tmp_path / "replay.sqlite3").faults == []
