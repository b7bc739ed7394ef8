"""Paper first, Loket at the centre later: what went on paper travels as history and prints nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.casework.batches import answers, queries
from app.centre import queries as centre_queries
from app.centre import service
from app.centre.queries import count_paper_lines, line_balance, queue_length
from app.core.messages import PaperAnswered
from sync import answers as sync_answers
from sync.acknowledgements import sync_status
from sync.carriers import MemoryCarrier
from sync.entries import split_line
from sync.exchange import sync_now
from sync.journal import Journal
from sync.keys import make_keys
from sync.nodes import Node, read_peers
from sync.problems import SyncReport
from sync.verification import verify_side
from tests.casework.batches.test_dispatch import restored
from tests.centre.print_centre import YUNI
from tests.proof.pair import CENTRE, open_centre_road
from tests.services.ktp.desk import Desk
from tests.sync.world import enrol, lines


class Two:
    """An office that worked on paper, and a centre that it does not know yet."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        whole = compose.journal("office", journal.db)
        self.desk, self.centre = Desk(whole), open_centre_road(folder / "pusat")
        self.office = Node(whole, make_keys(whole.source), "Contoh")

    def enrol(self) -> None:
        """The centre lets the office in."""
        enrol(self.office, self.centre, self.desk.now)

    def sync(self) -> SyncReport:
        """One exchange."""
        me, there, now = self.office.name, self.centre, self.desk.now
        carrier = MemoryCarrier(
            lambda data: sync_answers.answer_batch(there, me, data, now),
            lambda after: sync_answers.answer_fetch(there, me, after, now),
            lambda: sync_answers.answer_state(there, me, now),
        )
        return sync_now(self.office, read_peers(self.office.db)[0], carrier, now)

    def level(self) -> bool:
        """Whether both sides hold the same lines of both streams: the same hashes, so the same bytes."""
        streams = ((self.office.name, "dukcapil"), (CENTRE, self.office.name))
        return all(lines(self.office, *stream) == lines(self.centre, *stream) for stream in streams)

    def intact(self, folder: Path) -> bool:
        """Whether a replay of either journal gives the same tables."""
        sides = (("office", self.office), ("centre", self.centre))
        return not [
            fault
            for side, road in sides
            for fault in verify_side(road.journal, side, folder / f"{side}-again.sqlite3").faults
        ]

    def history(self, made: int) -> list[tuple[str, str, str, str]]:
        """(state, answer, reason, serial) of the lines of a dispatch at the centre."""
        found = centre_queries.list_dispatch_lines(self.centre.db, self.office.name, made)
        return [(line.state, line.answer, line.reason, line.serial) for line in found]


@pytest.fixture
def two(journal: Journal, tmp_path: Path) -> Iterator[Two]:
    made = Two(journal, tmp_path)
    yield made
    made.centre.db.close()


def test_dispatches_on_paper_travel_as_history_and_later_ones_as_work(two: Two, tmp_path: Path) -> None:
    desk, there = two.desk, two.centre.db
    made = desk.send(*(desk.ready() for _ in range(4)))
    desk.typed(made, 1, "printed", serial="K77")
    desk.typed(made, 2, "refused", reason="NIK ganda.")
    desk.typed(made, 3, "accepted")
    two.enrol()
    assert two.sync().ok
    assert (centre_queries.list_undecided_dispatches(there), centre_queries.list_queue(there), queue_length(there)) == (
        [],
        [],
        0,
    )
    assert (line_balance(there).came, count_paper_lines(there, two.office.name)) == (0, 4)
    assert two.history(made) == [
        ("paper", "printed", "", "K77"),
        ("paper", "refused", "NIK ganda.", ""),
        ("paper", "accepted", "", ""),
        ("paper", "", "", ""),
    ]
    desk.typed(made, 3, "printed", serial="K79")
    desk.typed(made, 4, "printed")
    assert two.sync().ok
    assert [one[1:] for one in two.history(made)[2:]] == [("printed", "", "K79"), ("printed", "", "")]
    assert two.level()
    assert sync_status(two.office.db).unsent == 0
    case_id = desk.later(days=1).ready()
    later = desk.send(case_id)
    assert two.sync().ok
    [work] = centre_queries.list_undecided_dispatches(there)
    assert (work.dispatch_id, work.came, work.undecided, work.road) == (later, 1, 1, "loket")
    print_it(two, later)
    assert two.sync().ok
    assert queries.list_lines(desk.journal.db, later)[0].serial == "0A118400"
    assert desk.step(case_id) == "arrive"
    assert two.sync().ok
    assert two.level()
    assert two.intact(tmp_path)


def print_it(two: Two, made: int) -> None:
    """The centre accepts, prints and ships the one line of a dispatch."""
    journal, office, now = two.centre.journal, two.office.name, two.desk.now
    service.receive_blanks(journal, YUNI, count=5, letter="471/1", now=now)
    service.accept_dispatch(journal, YUNI, office=office, dispatch_id=made, now=now)
    [line] = centre_queries.list_queue(journal.db)
    service.print_line(journal, YUNI, office=office, line=line.line, serial="0A118400", now=now)
    service.ship_cards(journal, YUNI, office=office, lines=[line.line], counted=1, carrier="Fajar", now=now)


def told(desk: Desk) -> list[tuple[str, str]]:
    """(result, reason) of every paper answer in the centre's stream."""
    found = desk.journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.stream = 'dukcapil' AND j.kind = 'line.paper_answered' ORDER BY j.n"
    )
    bodies = [desk.journal.decode(bytes(head), bytes(body)).body for head, body in found]
    assert all(isinstance(body, PaperAnswered) for body in bodies)
    return [(body.result, body.reason) for body in bodies]


def test_the_centre_is_told_what_holds_not_what_is_disputed(desk: Desk) -> None:
    made = desk.send(desk.ready(), desk.ready())
    answers.type_answer(desk.journal, desk.who("sari"), dispatch_id=made, ordinal=1, result="printed", now=desk.now)
    assert told(desk) == []
    answers.check_typed_answer(desk.journal, desk.who("oki"), dispatch_id=made, ordinal=1, agrees=False, now=desk.now)
    assert told(desk) == []
    desk.typed(made, 1, "printed", serial="K77")
    assert told(desk) == [("printed", "")]
    for holds in ("held", "received"):
        desk.typed(made, 1, "refused", reason="Foto gelap.")
        assert told(desk) == [("printed", "")]
        [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
        answers.settle_conflict(
            desk.journal, desk.who("budi"), conflict_id=conflict.id, holds=holds, note="Ditelepon", now=desk.now
        )
    assert told(desk) == [("printed", ""), ("refused", "Foto gelap.")]
    by_loket = desk.enrol().send(desk.ready())
    desk.typed(by_loket, 1, "printed", serial="K80")
    assert len(told(desk)) == 2


def test_a_restored_pc_gets_its_paper_answers_back(desk: Desk, tmp_path: Path) -> None:
    first, second = desk.ready(), desk.ready()
    made = desk.send(first, second)
    desk.journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = tmp_path / "kemarin.sqlite3"
    shutil.copy(tmp_path / "kantor.sqlite3", backup)
    desk.typed(made, 1, "printed", serial="K77")
    desk.typed(made, 2, "refused", reason="Foto gelap.", biometric=True)
    journal = restored(desk, backup)
    mine, theirs = (queries.list_lines(db, made) for db in (journal.db, desk.journal.db))
    fields = ("result", "reason", "serial", "biometric", "printed_on")
    assert [[getattr(one, name) for name in fields] for one in mine] == [
        [getattr(one, name) for name in fields] for one in theirs
    ]
    held = desk.journal.lines(desk.journal.source, 1, "dukcapil", 0, 1000)[-2:]
    with journal.transaction():
        for line in held:
            entry = journal.decode(*split_line(line))
            journal.handlers[entry.kind](journal, entry, desk.now)
    assert [Desk(journal, desk.now).step(case_id) for case_id in (first, second)] == ["arrive", "repair"]
    journal.db.close()
