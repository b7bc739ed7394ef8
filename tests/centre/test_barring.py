"""The administrator bars an office and sees why anything was not taken, junk and strangers included."""

from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app.centre import offices
from sync import enrolment, http_server
from sync.incoming_files import find_bar
from sync.keys import make_keys
from sync.nodes import find_peer
from sync.outgoing_files import make_note
from sync.problems import SyncError
from sync.runs import read_stick, write_stick
from sync.verification import verify_side
from tests.centre.desk import Desk
from tests.centre.print_centre import EKO, NOW, OFFICE, YUNI, PrintCentre, refused
from tests.centre.test_own_keys import with_pin
from tests.platform.people import PIN, Clock
from tests.proof.pair import ADDRESS, Pair, pair
from tests.proof.pair import OFFICE as THEIRS


@pytest.fixture
def both(tmp_path: Path) -> Pair:
    """A real office and a real centre."""
    return pair(tmp_path)


def bar(both: Pair, lift: bool = False) -> None:
    offices.change_bar(both.centre.journal, EKO, office=THEIRS, reason="Komputernya dicuri", lift=lift, now=both.now)


def counted(both: Pair, office: str = THEIRS) -> dict[str, int]:
    rows = both.centre.db.run("SELECT code, count FROM road_refusal WHERE sender = ?", (office,))
    return {str(code): int(number) for code, number in rows}


def test_nothing_is_taken_from_a_barred_office_and_nothing_given(both: Pair, tmp_path: Path) -> None:
    offices.publish_state(both.centre.journal, now=both.now)
    bar(both)
    before = both.centre.db.one("SELECT count(*) FROM journal")
    report = both.sync()
    assert report.code == "barred"
    assert any("memblokir kantor ini" in sentence for sentence in report.sentences)
    stick = tmp_path / "stik"
    stick.mkdir()
    assert write_stick(both.office, both.peer, stick, both.now).ok
    assert read_stick(both.centre, stick, both.now).code == "barred"
    office = next(iter(offices.list_offices(both.centre.db, both.now)))
    peer = find_peer(both.centre.db, THEIRS)
    assert peer is not None
    written = write_stick(both.centre, peer, stick, both.now)
    assert (written.code, written.names) == ("barred", [])
    assert both.centre.db.one("SELECT count(*) FROM journal") == before
    assert office.barred_why == "Komputernya dicuri"
    code = enrolment.issue_code(both.centre, THEIRS, "x", address=ADDRESS, actor="eko", now=both.now)
    again = replace(both.office, keys=make_keys(THEIRS))
    request, _ = enrolment.request_file(again, code, both.centre.keys.public, both.now)
    with pytest.raises(SyncError) as problem:
        enrolment.accept_office(both.centre, request, both.now)
    assert problem.value.code == "barred"
    bar(both, lift=True)
    assert both.sync().ok
    assert find_bar(both.centre.db, THEIRS) is None
    assert verify_side(both.centre.journal, "centre", tmp_path / "ulang.sqlite3").faults == []


def test_barring_asks_for_a_reason_an_administrator_and_a_change(print_centre: PrintCentre) -> None:
    def call(who: object = EKO, reason: str = "x", lift: bool = False, office: str = OFFICE) -> None:
        offices.change_bar(print_centre.journal, who, office=office, reason=reason, lift=lift, now=NOW)

    refused(lambda: call(YUNI), "forbidden")
    refused(lambda: call(reason="  "), "invalid")
    refused(lambda: call(lift=True), "conflict")
    refused(lambda: call(office="350811"), "not_found")
    call()
    refused(call, "conflict")


def test_every_refusal_is_counted_once_for_its_office_and_strangers_share_a_row(both: Pair) -> None:
    face = Flask("road")
    http_server.install_server(face, both.centre, lambda: both.now)
    client = face.test_client()
    for name in ("350801", "350802", "\x7f", "x" * 200):
        assert client.get(f"/api/v1/offices/{name}/state").status_code == 403
    for _ in range(3):
        assert client.get(f"/api/v1/offices/{THEIRS}/state").status_code == 401
        assert client.post("/api/v1/enrolments", data=b"sampah").status_code == 415
    assert counted(both) == {"unsigned": 3}
    assert counted(both, "?") == {"unknown_sender": 4, "not_loket": 3}
    assert both.centre.db.one("SELECT count(*) FROM road_refusal") == (3,)


def test_junk_on_a_stick_is_counted_too(both: Pair, tmp_path: Path) -> None:
    (tmp_path / "sampah.loket").write_bytes(b"sampah")
    read_stick(both.centre, tmp_path, both.now)
    assert counted(both, "?") == {"not_loket": 1}
    assert make_note(both.office, both.peer, both.now).sealed


def test_the_page_of_an_office_says_what_was_not_taken_and_bars_with_the_pin(tmp_path: Path, clock: Clock) -> None:
    desk = with_pin(Desk(tmp_path / "pusat", clock))
    with desk.centre.journal.db.writing():
        desk.centre.journal.db.run(
            "INSERT INTO road_refusal (sender, code, count, sentence, last_at) VALUES"
            " (?, 'unsigned', 7, 'Tidak dikenali.', '2026-03-12T01:00:00Z'),"
            " ('?', 'not_loket', 9, 'Bukan dokumen Loket.', '2026-03-12T01:00:00Z')",
            (OFFICE,),
        )
    page = desk.yuni.get(f"/kantor/{OFFICE}").get_data(as_text=True)
    assert "Yang tidak diambil" in page
    assert "Tidak dikenali." in page
    assert "Bukan dokumen Loket." in desk.yuni.get("/kantor/").get_data(as_text=True)
    assert desk.yuni.post(f"/kantor/{OFFICE}/blokir", {"reason": "x", "pin": "123456"}).status_code == 403
    assert desk.eko.post(f"/kantor/{OFFICE}/blokir", {"reason": "", "pin": ""}).status_code == 422
    assert desk.eko.post(f"/kantor/{OFFICE}/blokir", {"reason": "x", "pin": "000000"}).status_code == 422
    assert find_bar(desk.centre.journal.db, OFFICE) is None
    assert desk.eko.post(f"/kantor/{OFFICE}/blokir", {"reason": "Dicuri", "pin": PIN}).status_code == 303
    assert "Kecamatan ini diblokir" in desk.yuni.get(f"/kantor/{OFFICE}").get_data(as_text=True)
    assert desk.eko.post(f"/kantor/{OFFICE}/blokir", {"reason": "Kembali", "pin": PIN}).status_code == 303
    assert find_bar(desk.centre.journal.db, OFFICE) is None
