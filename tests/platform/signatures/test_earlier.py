"""Letters that went out for their signature before other papers could: entries and rows from then are read."""

import sqlite3
from pathlib import Path

from app.platform.files.content import PDF, Content
from app.platform.files.service import keep_content
from app.platform.signatures.events import LetterHandedOut, LetterTakenBack
from app.platform.signatures.queries import signing_of
from app.platform.signatures.signing import TO_SIGN
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import START, actor_of
from tests.rules.source import ROOT

STEPS = ROOT / "schema" / "office"
FACTS = {
    "signer": "Hadi Purnomo",
    "organisation": "",
    "issuer": "Akar Uji 350899",
    "root": "ab" * 32,
    "valid_from": "2025-01-01T00:00:00+00:00",
    "valid_until": "2027-12-31T00:00:00+00:00",
    "claimed_at": "",
    "stamped_at": "",
}


def test_entries_from_then_say_the_same(journal: Journal, tmp_path: Path) -> None:
    ratna = actor_of(journal.db, "ratna", START.date())
    handed, back = (
        keep_content(journal, ratna, Content(data, PDF), TO_SIGN, "outgoing/7", "surat-7.pdf", START).id
        for data in (b"%PDF-1.7 handed", b"%PDF-1.7 signed")
    )
    taken = LetterTakenBack(letter_id=7, file_id=back, unchecked=["time"], **FACTS)
    with journal.transaction():
        for body in (LetterHandedOut(7, handed), taken):
            journal.record(body, subject="outgoing/7", actor="ratna", at=START)
    row = signing_of(journal.db, "outgoing/7")
    assert row is not None
    assert (row.handed_file_id, row.handed_by, row.file_id, row.taken_by) == (handed, "ratna", back, "ratna")
    assert {name: getattr(row, name) for name in FACTS} == FACTS
    assert row.unchecked == '["time"]'
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_rows_from_then_are_kept(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "earlier.sqlite3")
    db.executescript((STEPS / "0108_letter_signings.sql").read_text(encoding="utf-8"))
    out = {"letter_id": 3, "handed_file_id": 5, "handed_at": "2026-03-09T01:00:00Z", "handed_by": "ratna"}
    back = out | FACTS | {"letter_id": 4, "file_id": 6, "taken_at": "2026-03-10T01:00:00Z", "taken_by": "ratna"}
    for row in (out, back):
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO letter_signing ({', '.join(row)}) VALUES ({marks})", row)
    before = db.execute("SELECT * FROM letter_signing ORDER BY letter_id").fetchall()
    db.executescript((STEPS / "0135_paper_signings.sql").read_text(encoding="utf-8"))
    after = db.execute("SELECT * FROM paper_signing ORDER BY subject").fetchall()
    db.close()
    assert after == [(f"outgoing/{letter_id}", *rest) for letter_id, *rest in before]
