"""The centre comes back from yesterday: no card twice, no office cut off, nothing of what the offices hold is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.centre import queries, service, settings
from app.centre.events import KINDS, apply_recall
from app.compose_centre import Centre, build_centre
from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    LineAccepted,
    LinePrinted,
    LineRefused,
    RecallAsked,
    ShipmentSent,
)
from app.room import Room
from schema.database import open_office
from schema.migrations import migrate_database
from sync import answers, exchange
from sync.acknowledgements import note_unread
from sync.carriers import MemoryCarrier
from sync.entries import Kind, apply_nothing
from sync.events import KINDS as ROAD_KINDS
from sync.evidence import BEGUN, TOKEN, open_return_epoch, read_fact
from sync.exchange import sync_now
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.nodes import Node, read_peers
from sync.outgoing_files import Span, missing_spans
from sync.problems import SyncReport
from sync.verification import tables_digest, verify_side
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import EKO, IDENTITY, NOW, YUNI, a_line, closing, refused
from tests.centre.print_centre import OFFICE as FLOOR_OFFICE
from tests.platform.people import Browser, Clock
from tests.sync.world import enrol

OFFICE = "350807"
TRAVELLING = [
    Kind(name, 1, body, apply_nothing)
    for name, body in (
        ("dispatch.line", DispatchLine),
        ("dispatch.sent", DispatchSent),
        ("line.accepted", LineAccepted),
        ("line.refused", LineRefused),
        ("line.printed", LinePrinted),
        ("shipment.sent", ShipmentSent),
        ("centre.state", CentreState),
    )
]


def by_return(span: Span) -> bool:
    return not span.returned


class Regency:
    """A centre that can be put back to an earlier state, and one office."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "pusat"
        self.sent = 0
        db = open_office(folder / "kantor.sqlite3")
        migrate_database(db, "office")
        journal = Journal(db, [*ROAD_KINDS, *TRAVELLING])
        journal.open_epoch(OFFICE, NOW)
        self.office = Node(journal, load_or_make_keys(folder / "kantor-keys", OFFICE), "Yosowilangun")
        self.centre = build_centre(self.data, now=lambda: NOW)
        settings.set_up_centre(self.centre.journal, identity=IDENTITY, now=NOW)
        service.receive_blanks(self.centre.journal, YUNI, count=40, letter="471/1", now=NOW)
        self.centre.keep_up(True)
        enrol(self.office, self.centre.desk.open_node(), NOW)

    def dispatch(self, number: int, count: int = 5) -> list[str]:
        """The office closes a dispatch."""
        made = [a_line(number, ordinal, number * 100 + ordinal) for ordinal in range(1, count + 1)]
        said = {"actor": "oki", "at": NOW, "stream": "dukcapil"}
        with self.office.journal.transaction():
            ids = [self.office.journal.record(one, subject=f"case/{one.case_id}", **said).line_id for one in made]
            self.office.journal.record(closing(made, ids), subject=f"dispatch/{number}", **said)
        return ids

    def sync(self) -> SyncReport:
        road = self.centre.desk.open_node()
        carrier = MemoryCarrier(
            lambda data: answers.answer_batch(road, OFFICE, data, NOW),
            lambda after: answers.answer_fetch(road, OFFICE, after, NOW),
            lambda: answers.answer_state(road, OFFICE, NOW),
        )
        return sync_now(self.office, read_peers(self.office.db)[0], carrier, NOW)

    def accept(self, ids: list[str]) -> None:
        service.accept_lines(self.centre.journal, YUNI, office=OFFICE, lines=ids, now=NOW)

    def print(self, ids: list[str]) -> None:
        for line in ids:
            self.sent += 1
            serial = f"0A{self.sent:05d}"
            service.print_line(self.centre.journal, YUNI, office=OFFICE, line=line, serial=serial, now=NOW)

    def copy(self) -> Path:
        target = self.folder / "kemarin.sqlite3"
        self.centre.journal.db.run(f"VACUUM INTO '{target}'")
        return target

    def put_back(self, copy: Path) -> Centre:
        self.centre.journal.db.close()
        for ending in ("-wal", "-shm"):
            (self.data / f"pusat.sqlite3{ending}").unlink(missing_ok=True)
        shutil.copy(copy, self.data / "pusat.sqlite3")
        self.centre = build_centre(self.data, now=lambda: NOW)
        return self.centre

    def states(self) -> list[str]:
        rows = self.centre.journal.db.run("SELECT state FROM incoming_line ORDER BY dispatch_id, ordinal")
        return [str(row[0]) for row in rows]


@pytest.fixture
def regency(tmp_path: Path) -> Iterator[Regency]:
    made = Regency(tmp_path)
    yield made
    made.office.db.close()
    made.centre.journal.db.close()


@pytest.mark.parametrize(
    ("noticed", "first_back"), [("at the start", False), ("at the start", True), ("by the office", False)]
)
def test_no_card_is_printed_twice(
    regency: Regency, noticed: str, first_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`by the office`: the whole disk was put back, the marker with it; only the first exchange can tell.

    `first_back`: the office returns the centre's decisions before its own lines, as a stick may.
    """
    if first_back:
        monkeypatch.setattr(
            exchange, "missing_spans", lambda road, peer: sorted(missing_spans(road, peer), key=by_return)
        )
    first = regency.dispatch(1)
    assert regency.sync().ok
    regency.accept(first)
    regency.centre.keep_up(False)
    yesterday = regency.copy()
    second = regency.dispatch(2)
    assert regency.sync().ok
    regency.accept(second)
    regency.print([*first, *second])
    assert regency.sync().ok
    if noticed == "at the start":
        regency.centre.keep_up(False)
    today, keys = tables_digest(regency.centre.journal.db), regency.centre.desk.keys().public

    centre = regency.put_back(yesterday)
    db = centre.journal.db
    assert (centre.journal.epoch > 1) == (noticed == "at the start")
    assert centre.desk.keys().public == keys
    assert regency.states() == ["accepted"] * 5
    if noticed == "at the start":
        assert queries.list_queue(db) == []  # nothing is offered
        assert queries.next_in_queue(db) is None
        refused(lambda: regency.print(first[:1]), "conflict")
        assert [(office.code, office.held) for office in queries.list_silent_offices(db)] == [(OFFICE, 5)]

    report = regency.sync()
    assert report.ok
    assert centre.journal.epoch > 1
    assert report.given_back == 15  # five accepted, ten printed
    assert regency.states() == ["printed"] * 10
    assert queries.list_silent_offices(db) == []
    assert tables_digest(db) == today
    assert list(db.run("SELECT * FROM pending_decision")) == []
    assert verify_side(centre.journal, "centre", regency.folder / "uji.sqlite3").faults == []

    third = regency.dispatch(3)
    assert regency.sync().ok
    regency.accept(third)
    regency.print(third)
    assert regency.sync().received == 10  # in the centre's new epoch, without a new enrolment
    assert regency.sync().sentences == ["Tidak ada yang baru di kedua pihak."]


def test_the_administrator_lets_a_line_go_with_a_reason(regency: Regency) -> None:
    ids = regency.dispatch(1)
    regency.sync()
    regency.accept(ids)
    yesterday = regency.copy()
    regency.print(ids[:2])
    regency.centre.keep_up(False)
    centre = regency.put_back(yesterday)

    def release(actor: object, reason: str) -> None:
        service.release_line(centre.journal, actor, office=OFFICE, line=ids[4], reason=reason, now=NOW)

    refused(lambda: release(YUNI, "Kartunya tidak ada"), "forbidden")
    refused(lambda: release(EKO, " "), "invalid")
    release(EKO, "Laci dan buku blangko diperiksa: belum dicetak")
    refused(lambda: release(EKO, "Lagi"), "conflict")
    assert [line.line for line in queries.list_queue(centre.journal.db)] == [ids[4]]
    regency.print(ids[4:])
    assert verify_side(centre.journal, "centre", regency.folder / "uji.sqlite3").faults == []
    assert regency.sync().ok
    assert (
        len(queries.list_queue(centre.journal.db)) == 4
    )  # the office knew of no print, so these wait for the centre again


def test_an_office_is_heard_though_nothing_was_lost(regency: Regency) -> None:
    ids = regency.dispatch(1)
    regency.sync()
    regency.accept(ids)
    regency.sync()
    yesterday = regency.copy()
    regency.centre.keep_up(True)
    centre = regency.put_back(yesterday)
    assert len(queries.list_held_lines(centre.journal.db)) == 5
    assert regency.sync().ok
    assert queries.list_held_lines(centre.journal.db) == []
    assert len(queries.list_queue(centre.journal.db)) == 5


def test_each_return_is_marked_by_a_number_that_nobody_guesses(tmp_path: Path, clock: Clock) -> None:
    """128 drawn bits, the same as token and as begun: nobody has worked with it since."""
    db = (desk := Desk(tmp_path / "pusat", clock)).centre.journal.db
    seen = set()
    for _ in range(3):
        open_return_epoch(desk.centre.journal, "older", clock())
        token = read_fact(db, TOKEN)
        assert len(bytes.fromhex(token)) == 16
        assert token == read_fact(db, BEGUN)
        seen.add(token)
    assert len(seen) == 3


def test_the_page_says_who_was_not_heard_and_lets_a_line_go(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path / "pusat", clock)
    lines = desk.print_centre.queued(3)
    assert "belum pernah dipulihkan" in desk.eko.get("/pemulihan/").get_data(as_text=True)
    open_return_epoch(desk.centre.journal, "older", clock())
    page = desk.yuni.get("/").get_data(as_text=True)
    assert "Data komputer ini pernah mundur atau pindah" in page
    assert "3 baris ditahan sesudah pemulihan" in page
    assert "Tidak ada yang menunggu dicetak" in page
    assert "Baris ini ditahan" in desk.yuni.get(line_path(lines[0])).get_data(as_text=True)
    page = desk.eko.get("/pemulihan/").get_data(as_text=True)
    assert "diganti dengan salinan yang lebih lama" in page
    assert page.count("Lepaskan</button>") == 3
    assert "Lepaskan</button>" not in desk.yuni.get("/pemulihan/").get_data(as_text=True)
    epoch, _, n = lines[0].split("/")
    path = f"/pemulihan/{FLOOR_OFFICE}/{epoch}/{n}/lepas"
    assert desk.yuni.post(path, {"reason": "Dicek"}).status_code == 403
    refused = desk.eko.post(path, {"reason": " "}).get_data(as_text=True)
    own, *others = [part.partition("</form>")[0] for part in refused.split("/lepas")[1:]]
    wrong = [part for part in (own, *others) if 'aria-invalid="true"' in part]
    assert (len(others), wrong) == (2, [own]), "the line that was refused says so, no other"
    assert desk.eko.post(path, {"reason": "Laci dan buku blangko dicek"}).status_code == 303
    assert desk.eko.get("/pemulihan/").get_data(as_text=True).count("Lepaskan</button>") == 2
    assert desk.eko.post("/pemulihan/", {"r-note": ""}).status_code == 422
    assert desk.eko.post("/pemulihan/", {"r-note": "Kartu dan blangko dicocokkan"}).status_code == 303
    assert "pernah mundur" not in desk.yuni.get("/").get_data(as_text=True)
    assert queries.last_return_epoch(desk.centre.journal.db) > 1  # confirmed, yet the lines stay held
    assert desk.eko.post("/pemulihan/", {"r-note": "Lagi"}).status_code == 409


def test_entries_of_a_newer_program_show_and_are_applied_at_the_start_after_the_update(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "pusat", clock)
    line = desk.print_centre.comes(1)[0]
    newer = Kind("line.asked_after", 1, RecallAsked, apply_recall)
    desk.print_centre.office.send(
        [("line.asked_after", RecallAsked(line, "Pemohon pindah", desk.print_centre.office.hash_of(line)))]
    )
    assert "1 menunggu pembaruan" in desk.eko.get("/kantor/").get_data(as_text=True)
    page = f"/kantor/{FLOOR_OFFICE}"
    assert "menunggu pembaruan program" in desk.eko.get(page).get_data(as_text=True)
    assert "belum terpakai" not in desk.eko.get(page).get_data(as_text=True)
    note_unread(desk.centre.journal.db, FLOOR_OFFICE, 3)  # as the office says with its next file
    assert "3 catatan dari sini belum terpakai di kecamatan ini" in desk.eko.get(page).get_data(as_text=True)
    known = [kind for kind in KINDS if kind.body is not RecallAsked]
    monkeypatch.setattr("app.centre.ROOM", Room([*known, newer]))
    updated = build_centre(tmp_path / "pusat", now=clock)
    assert queries.list_dispatch_lines(updated.journal.db, FLOOR_OFFICE, 1)[0].recall == "Pemohon pindah"
    assert "menunggu pembaruan" not in Browser(updated.pages, "eko").get("/kantor/").get_data(as_text=True)
