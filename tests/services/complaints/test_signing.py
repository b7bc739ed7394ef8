"""The answer to a complainant goes out for its electronic signature and comes back: then the letter is that file."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.problems import Problem
from app.platform.files.queries import files_of
from app.platform.signatures import service as roots
from app.platform.signatures.verdict import FAULTS, UNCHECKED
from app.records.retention.service import carry_out, confirm, propose
from app.services.complaints import service, signing
from app.services.complaints.service import WrittenLine
from app.services.complaints.tables import AnswerLetter
from sync.verification import verify_side
from tests.platform.people import Browser, actor_of
from tests.platform.printing.reading import text_of
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import do
from tests.world import authority

CHIEF = "Hadi Purnomo"
"""The Camat of the cast, who signs answers."""


@pytest.fixture
def line(book: BookDesk) -> WrittenLine:
    """A line with a name, answered, in an office that trusts the authority of the tests."""
    root = roots.propose_root(
        book.journal, book.who("ratna"), data=authority.root().der, source="Uji", now=book.clock()
    )
    roots.confirm_root(book.journal, book.who("camat"), root_id=root, now=book.clock())
    written = book.write(name="Tumini", address="Jalan Melati 4")
    book.follow(written)
    book.answer(written)
    return written


def hand_out(book: BookDesk, line: WrittenLine) -> bytes:
    signing.hand_out_answer(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
    named = {"complaint_id": line.id, "signed": False, "now": book.clock()}
    return signing.open_answer(book.journal, book.who("ida"), **named).content


def take_back(book: BookDesk, line: WrittenLine, data: bytes) -> str:
    """What is said about a PDF that is given back; empty where it was taken."""
    try:
        signing.take_back_answer(
            book.journal, book.who("ida"), complaint_id=line.id, data=data, name="jawaban.pdf", now=book.clock()
        )
    except Problem as problem:
        return problem.fields.get("signed") or problem.sentence
    return ""


def looks(book: BookDesk, line: WrittenLine) -> int:
    sql = "SELECT count(*) FROM access_log WHERE action = 'complaint.identity' AND subject = ?"
    counted = book.journal.db.one(sql, (f"complaint/{line.id}",))
    assert counted is not None
    return int(counted[0])


def test_the_signed_file_is_the_letter_and_only_who_may_see_the_name_opens_it(
    web: Flask, book: BookDesk, line: WrittenLine, tmp_path: Path
) -> None:
    page, ida, budi = f"/pengaduan/{line.id}", Browser(web, "ida"), Browser(web, "budi")
    assert "Serahkan PDF" in ida.get(page).get_data(as_text=True)
    assert "Serahkan PDF" not in budi.get(page).get_data(as_text=True)
    assert ida.post(f"{page}/tte").status_code == 303
    handed = ida.post(f"{page}/tte/pdf").get_data()
    said = text_of(handed, tmp_path)
    assert "Tumini" in said
    assert "Tempat tanda tangan elektronik" in said
    wrong = ida.post(f"{page}/tte/kembali", {"signed": (io.BytesIO(handed), "jawaban.pdf")})
    assert wrong.status_code == 422
    assert FAULTS["unsigned"] in wrong.get_data(as_text=True)
    for who in ("ida", "budi", "camat", "sari"):
        for kept in files_of(book.journal.db, f"complaint/{line.id}"):
            assert Browser(web, who).get(f"/lampiran/{kept.id}").status_code == 403, "opened nowhere else"
    signed, seen = authority.sign(handed, authority.person(CHIEF)), looks(book, line)
    assert ida.post(f"{page}/tte/kembali", {"signed": (io.BytesIO(signed), "jawaban.pdf")}).status_code == 303
    shown = ida.get(page).get_data(as_text=True)
    assert f"CN={authority.ROOT}" in shown
    assert UNCHECKED["revocation"] in shown
    for _ in range(2):
        assert ida.post(f"{page}/cetak/surat").get_data() == signed
    assert looks(book, line) == seen + 2
    told = budi.get(page).get_data(as_text=True)
    assert "Cetak surat jawaban" not in told, "nothing is offered that is refused"
    assert "dapat memuat nama pengadu: dicetak Petugas Layanan Informasi." in told
    refused = budi.post(f"{page}/cetak/surat")
    assert refused.status_code == 403
    assert budi.post(f"{page}/tte/pdf").status_code == 403
    assert verify_side(book.journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_what_is_not_the_chief_s_signature_on_this_answer_is_refused(book: BookDesk, line: WrittenLine) -> None:
    other = book.write(name="Suparmi")
    book.follow(other)
    book.answer(other)
    handed = hand_out(book, line)
    foreign = authority.sign(hand_out(book, other), authority.person(CHIEF))
    assert take_back(book, line, foreign) == FAULTS["other_paper"]
    assert CHIEF in take_back(book, line, authority.sign(handed, authority.person("Orang Lain")))


def test_a_new_answer_waits_for_its_own_signature_and_a_destroyed_line_takes_all_along(
    web: Flask, book: BookDesk, line: WrittenLine, tmp_path: Path
) -> None:
    signed = authority.sign(hand_out(book, line), authority.person(CHIEF))
    assert take_back(book, line, signed) == ""
    column = AnswerLetter.rows(book.journal.db)[0].id
    service.strike_column(book.journal, book.who("ida"), column_id=column, reason="Salah tulis", now=book.clock())
    book.answer(line, "Loket sudah kami tambah satu.")
    assert Browser(web, "ida").post(f"/pengaduan/{line.id}/cetak/surat").get_data() != signed
    assert "tidak sedang menunggu" in take_back(book, line, signed)
    assert hand_out(book, line) not in signed
    do(book, service.close_line, "ida", line)
    later = book.clock() + timedelta(days=6 * 366)
    first, second = (actor_of(book.journal.db, who, later.date()) for who in ("ratna", "camat"))
    listed = propose(book.journal, first, groups=["complaint@2026"], reason="JRA 12/2030", now=later)
    confirm(book.journal, second, destruction_id=listed, now=later)
    assert carry_out(book.journal, tmp_path, later) == 1
    assert files_of(book.journal.db, f"complaint/{line.id}") == []
    again = Browser(web, "ida").post(f"/pengaduan/{line.id}/tte/pdf")
    assert again.status_code == 409
    assert "musnah" in again.get_data(as_text=True)
