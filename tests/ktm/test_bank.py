"""A bank's side of its own: founded with its stream, let in by code, answering with account numbers over the loopback
and by stick; what it must not be able to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.batches.values import find_case_value
from app.centre import service as floor
from app.centre import settings
from app.centre.offices import invite_office
from app.centre.tables import BlankMovement, IncomingLine
from app.compose_centre import Centre, build_centre
from app.core.permissions import Actor
from app.core.problems import Problem
from app.office.exchange import OfficeExchange
from sync.nodes import read_peers
from sync.verification import verify_side
from tests.browser import served
from tests.centre.test_there_and_back import without_keeping
from tests.ktm.desk import CardDesk, account, nim
from tests.people import CHEAP, PASSWORD, Clock

IDENTITY = {
    "centre.code": "bank-3508",
    "centre.name": "Bank Contoh",
    "centre.regency": "Kabupaten Contoh",
    "centre.place": "Contoh",
}
TELLER = Actor(1, "Tutik", "tutik", frozenset({"centre_admin", "printer"}))


class Bank:
    """The partner's program, on a port of this machine."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.centre: Centre = build_centre(folder, now=clock)

    def found(self, address: str) -> None:
        settings.create_centre(
            self.centre.journal,
            identity=IDENTITY | {"centre.address": address.removeprefix("http://")},
            name="Tutik",
            username="tutik",
            password=PASSWORD,
            now=self.clock(),
            cost=CHEAP,
        )

    def invite(self) -> str:
        desk = self.centre.desk
        return invite_office(
            self.centre.journal, TELLER, office="350899", name="Kantor Contoh", issue=desk.issue, now=self.clock()
        )

    def lines(self) -> list[IncomingLine]:
        return IncomingLine.rows(self.centre.journal.db, order="dispatch_id, ordinal")

    def answer(self, line: IncomingLine, value: str, again: str | None = None) -> None:
        floor.answer_with_value(
            self.centre.journal,
            TELLER,
            office=line.source,
            line=line.line,
            value=value,
            again=again,
            now=self.clock(),
            exchange=self.centre.desk,
        )


@pytest.fixture
def bank(tmp_path: Path, clock: Clock) -> Iterator[Bank]:
    """A bank that has let this office in over the network."""
    made = Bank(tmp_path / "bank", clock)
    with served(without_keeping(made.centre)) as address:  # type: ignore[arg-type]
        made.found(address)
        yield made


def enrol(desk: CardDesk, bank: Bank) -> None:
    exchange = OfficeExchange(desk.journal, desk.folder)
    report = exchange.enrol(bank.invite(), desk.now)
    assert report.sentences == ["Kantor ini terdaftar di Bank Contoh."]


def exchange_now(desk: CardDesk) -> None:
    report = OfficeExchange(desk.journal, desk.folder).sync(desk.now)
    assert report.ok, report.sentences


def test_a_bank_answers_with_numbers_over_the_network(desk: CardDesk, bank: Bank, tmp_path: Path) -> None:
    enrol(desk, bank)
    [peer] = read_peers(desk.journal.db)
    assert (peer.stream_out, peer.stream_in) == ("bank", "350899")
    ids = [desk.register(n) for n in (1, 2, 3)]
    desk.send(*ids)
    exchange_now(desk)
    first, second, third = bank.lines()
    assert [line.main_key for line in bank.lines()] == [nim(1), nim(2), nim(3)]
    assert first.line.split("/")[1] == "bank"
    bank.answer(first, "9900-0000 0001", again=account(1))
    with pytest.raises(Problem) as caught:
        bank.answer(second, account(1))
    assert "orang lain" in caught.value.fields["value"]
    with pytest.raises(Problem) as caught:
        bank.answer(second, account(2), again=account(3))
    assert set(caught.value.fields) == {"again"}
    bank.answer(second, account(2))
    journal, said = bank.centre.journal, {"office": third.source, "line": third.line, "now": bank.clock()}
    floor.refuse_line(journal, TELLER, **said, words="Data tidak sesuai dengan identitas")
    assert not BlankMovement.rows(journal.db), "a bank uses no blank"
    exchange_now(desk)
    assert [desk.case(one).step for one in ids] == ["check", "check", "repair"]
    held = find_case_value(desk.journal.db, ids[0])
    assert held is not None
    assert desk.sealer().open(held.sealed) == account(1)
    assert bank.centre.desk.sealer().open(held.sealed) == account(1), "who wrote it can read it too"
    for db in (desk.journal.db, journal.db):
        raw = (tmp_path / "kantor.sqlite3").read_bytes() if db is desk.journal.db else b""
        assert account(1).encode() not in raw
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []
    assert verify_side(journal, "centre", tmp_path / "scratch-bank.sqlite3").faults == []
