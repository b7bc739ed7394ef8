"""What a partner says without proof that this office has lost: one page, named on every other, decided by a person."""

from pathlib import Path

from flask import Flask

from sync.enrolment import save_peer
from sync.events import LossClaimed
from sync.keys import make_keys
from sync.loss_claims import open_claims
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


def test_the_partner_is_named_and_its_list_alone_waits(desk: Desk, web: Flask, tmp_path: Path) -> None:
    journal = desk.journal
    with journal.db.writing():
        streams = ("bank", journal.source)
        save_peer(
            journal.db, make_keys("bank-3508").public, "Bank Contoh", epoch=1, lane="", streams=streams, now=desk.now
        )
        body = LossClaimed("bank-3508", journal.epoch, journal.source, journal.epoch, "bank", 1000, 7)
        journal.record(body, subject="road/bank-3508", actor="road", at=desk.now)
    sari, ratna = Browser(web, "sari"), Browser(web, "ratna")
    page = sari.get("/").get_data(as_text=True)
    assert "Bank Contoh menyatakan komputer ini pernah memiliki 1.000 catatan. Di sini ada 7." in page
    assert "mitra lain jalan terus" in page
    assert sari.get("/pernyataan/").status_code == 403
    assert "Pernyataan Bank Contoh" in ratna.get("/pernyataan/").get_data(as_text=True)
    answer = {"bank-3508-answer": "untrue", "bank-3508-note": "Komputer tidak pernah dipulihkan"}
    assert ratna.post("/pernyataan/bank-3508", answer).status_code == 303
    assert open_claims(journal.db) == []
    assert journal.epoch == 1
    assert verify_side(journal, "office", tmp_path / "uji.sqlite3").faults == []
    assert "Bank Contoh menyatakan" not in sari.get("/").get_data(as_text=True)
