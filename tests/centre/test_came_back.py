"""The centre comes back from yesterday: no card twice, no office cut off, nothing of what the offices hold is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.centre import blanks, holding, lists, offices, service
from app.cli.centre_app import Centre, build
from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    LineAccepted,
    LinePrinted,
    LineRefused,
    ShipmentSent,
)
from schema.database import open_office
from schema.migrate import migrate
from sync import answering
from sync.carriers.memory import MemoryCarrier
from sync.events import KINDS as ROAD_KINDS
from sync.exchange import sync_now
from sync.journal import Journal, Kind, nothing
from sync.keys import load_or_make_keys
from sync.report import SyncReport
from sync.road import Road, peers
from sync.verifying import digest, verify
from tests.centre.floor import EKO, IDENTITY, NOW, YUNI, a_line, closing, refused
from tests.sync.world import enrol

OFFICE = "350807"
TRAVELLING = [
    Kind(name, 1, body, nothing)
    for name, body in (
        ("dispatch.line", DispatchLine), ("dispatch.sent", DispatchSent), ("line.accepted", LineAccepted),
        ("line.refused", LineRefused), ("line.printed", LinePrinted), ("shipment.sent", ShipmentSent),
        ("centre.state", CentreState),
    )
]  # fmt: skip


class Regency:
    """A centre that can be put back to an earlier state, and one office."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "pusat"
        self.sent = 0
        db = open_office(folder / "kantor.sqlite3")
        migrate(db, "office")
        journal = Journal(db, [*ROAD_KINDS, *TRAVELLING])
        journal.found(OFFICE, NOW)
        self.office = Road(journal, load_or_make_keys(folder / "kantor-keys", OFFICE), "Yosowilangun")
        self.centre = build(self.data, now=lambda: NOW)
        offices.set_up_centre(self.centre.journal, identity=IDENTITY, now=NOW)
        blanks.receive_blanks(self.centre.journal, YUNI, count=40, letter="471/1", now=NOW)
        self.centre.keep_up(True)
        enrol(self.office, self.centre.desk.road(), NOW)

    def dispatch(self, number: int, count: int = 5) -> list[str]:
        """The office closes a dispatch."""
        made = [a_line(number, ordinal, number * 100 + ordinal) for ordinal in range(1, count + 1)]
        said = {"actor": "oki", "at": NOW, "stream": "dukcapil"}
        with self.office.journal.transaction():
            ids = [self.office.journal.record(one, subject="case/1", **said).line_id for one in made]  # type: ignore[arg-type]
            self.office.journal.record(closing(made, ids), subject="dispatch/1", **said)  # type: ignore[arg-type]
        return ids

    def sync(self) -> SyncReport:
        road = self.centre.desk.road()
        carrier = MemoryCarrier(
            lambda data: answering.on_batch(road, OFFICE, data, NOW),
            lambda after: answering.on_fetch(road, OFFICE, after, NOW),
            lambda: answering.on_state(road, OFFICE, NOW),
        )
        return sync_now(self.office, peers(self.office.db)[0], carrier, NOW)

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
        self.centre = build(self.data, now=lambda: NOW)
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


@pytest.mark.parametrize("noticed", ["at the start", "by the office"])
def test_no_card_is_printed_twice(regency: Regency, noticed: str) -> None:
    """`by the office`: the whole disk was put back, the marker with it; only the first exchange can tell."""
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
    today, keys = digest(regency.centre.journal.db), regency.centre.desk.keys().public

    centre = regency.put_back(yesterday)
    db = centre.journal.db
    assert (centre.journal.epoch > 1) == (noticed == "at the start")
    assert centre.desk.keys().public == keys
    assert regency.states() == ["accepted"] * 5
    if noticed == "at the start":
        assert lists.queue(db) == []  # nothing is offered
        assert lists.next_in_queue(db) is None
        refused(lambda: regency.print(first[:1]), "conflict")
        assert [(one.code, one.held) for one in holding.unheard(db)] == [(OFFICE, 5)]

    report = regency.sync()
    assert report.ok
    assert centre.journal.epoch > 1
    assert report.given_back == 15  # five accepted, ten printed: of the second dispatch before its own lines
    assert regency.states() == ["printed"] * 10
    assert holding.unheard(db) == []
    assert digest(db) == today
    assert list(db.run("SELECT * FROM pending_decision")) == []
    assert verify(centre.journal, "centre", regency.folder / "uji.sqlite3").faults == []

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
        holding.release(centre.journal, actor, office=OFFICE, line=ids[4], reason=reason, now=NOW)  # type: ignore[arg-type]

    refused(lambda: release(YUNI, "Kartunya tidak ada"), "forbidden")
    refused(lambda: release(EKO, " "), "invalid")
    release(EKO, "Laci dan buku blangko diperiksa: belum dicetak")
    refused(lambda: release(EKO, "Lagi"), "conflict")
    assert [line.line for line in lists.queue(centre.journal.db)] == [ids[4]]
    regency.print(ids[4:])
    assert verify(centre.journal, "centre", regency.folder / "uji.sqlite3").faults == []
    assert regency.sync().ok
    assert (
        len(lists.queue(centre.journal.db)) == 4
    )  # the office knew of no print, so these wait for the floor again


def test_an_office_is_heard_though_nothing_was_lost(regency: Regency) -> None:
    ids = regency.dispatch(1)
    regency.sync()
    regency.accept(ids)
    regency.sync()
    yesterday = regency.copy()
    regency.centre.keep_up(True)
    centre = regency.put_back(yesterday)
    assert len(holding.held_lines(centre.journal.db)) == 5
    assert regency.sync().ok
    assert holding.held_lines(centre.journal.db) == []
    assert len(lists.queue(centre.journal.db)) == 5
