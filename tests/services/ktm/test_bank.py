"""A bank's side of its own: founded with its stream, let in by code, answering with account numbers over the loopback
and by stick; what it must not be able to do."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.casework.batches.answers import find_case_value
from app.casework.batches.tables import Dispatch
from app.centre import service as floor
from app.centre import settings
from app.centre.offices import invite_office
from app.centre.tables import BlankMovement, IncomingLine, LineValue
from app.compose_centre import Centre, build_centre
from app.core.messages import LinePrinted, SealedValue
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure.limits import Deadline
from app.platform.files.queries import incoming_bytes
from app.platform.office.deadlines import read_deadlines
from app.platform.office.exchange import OfficeExchange
from sync.enrolment import write_request
from sync.entries import held_line_hash
from sync.nodes import read_peers
from sync.runs import read_stick, write_stick
from sync.verification import verify_side
from tests.browser import served
from tests.centre.test_there_and_back import without_keeping
from tests.platform.files.pictures import png
from tests.platform.people import CHEAP, PASSWORD, Browser, Clock
from tests.services.ktm.desk import CardDesk, account, nim
from tests.services.ktp.desk import Desk as CentreDesk

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

    def found(self, address: str, code: str = "bank-3508", name: str = "Bank Contoh") -> None:
        settings.create_centre(
            self.centre.journal,
            identity=IDENTITY
            | {"centre.address": address.removeprefix("http://"), "centre.code": code, "centre.name": name},
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

    def answer(self, line: IncomingLine, value: str, again: str = "") -> None:
        floor.answer_with_value(
            self.centre.journal,
            TELLER,
            office=line.source,
            line=line.line,
            value=value,
            again=again,
            twice=bool(again),
            now=self.clock(),
            exchange=self.centre.desk,
        )


@pytest.fixture
def bank(tmp_path: Path, clock: Clock) -> Iterator[Bank]:
    """A bank that has let this office in over the network."""
    made = Bank(tmp_path / "bank", clock)
    with served(without_keeping(made.centre)) as address:
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
    photo = incoming_bytes(bank.centre.journal.db, first.source, first.about, "photo")
    assert photo is not None, "the photo goes along, in pieces"
    assert photo.content == png()
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
    assert [desk.case(number).step for number in ids] == ["check", "check", "repair"]
    held = find_case_value(desk.journal.db, ids[0])
    assert held is not None
    assert desk.sealer().open(held.sealed) == account(1)
    assert bank.centre.desk.sealer().open(held.sealed) == account(1), "who wrote it can read it too"
    for db in (desk.journal.db, journal.db):
        raw = (tmp_path / "kantor.sqlite3").read_bytes() if db is desk.journal.db else b""
        assert account(1).encode() not in raw
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []
    assert verify_side(journal, "centre", tmp_path / "scratch-bank.sqlite3").faults == []


def account_clock(desk: CardDesk, case_id: int) -> Deadline | None:
    """The hour at the bank (PR/046 6.3) of a case, where it has begun."""
    return read_deadlines(desk.journal.db, f"case/{case_id}").get(("account", ""))


def test_the_hour_at_the_bank_runs_from_its_signed_receipt(desk: CardDesk, bank: Bank, tmp_path: Path) -> None:
    enrol(desk, bank)
    case_id = desk.register(1)
    made = desk.send(case_id)
    assert account_clock(desk, case_id) is None
    exchange_now(desk)
    held = account_clock(desk, case_id)
    assert held is not None, "nobody pressed anything at the bank"
    assert (held.since, held.due) == ("2026-03-12T09:42", "2026-03-12T10:42"), "one working hour"
    found = Dispatch.first(desk.journal.db, id=made)
    assert found is not None
    assert (found.reached_at, found.reached_by) == ("2026-03-12T09:42", "receipt")
    exchange_now(desk)
    noted = [entry for entry in desk.journal.about(f"dispatch/{made}") if entry.kind == "dispatch.reached"]
    assert len(noted) == 1, "once, however often files come"
    [line] = bank.lines()
    bank.answer(line, account(1))
    exchange_now(desk)
    held = account_clock(desk, case_id)
    assert held is not None
    assert held.stopped
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_two_answers_that_come_together_end_the_hour_with_the_last_of_them(desk: CardDesk, bank: Bank) -> None:
    """Taken at 09.50 and refused at 10.20, both read at 10.30: the hour ended with the refusal, not with the taking."""
    enrol(desk, bank)
    case_id = desk.register(1)
    desk.send(case_id)
    exchange_now(desk)
    [line] = bank.lines()
    said = {"office": line.source, "now": bank.clock.forward(minutes=8)}
    floor.accept_lines(bank.centre.journal, TELLER, lines=[line.line], **said)
    said["now"] = bank.clock.forward(minutes=30)
    floor.refuse_line(bank.centre.journal, TELLER, line=line.line, words="Data tidak sesuai dengan identitas", **said)
    bank.clock.forward(minutes=10)
    desk.later(minutes=48)
    exchange_now(desk)
    held = account_clock(desk, case_id)
    assert held is not None
    assert (held.since, held.stopped) == ("2026-03-12T09:42", "2026-03-12T10:20")


def test_a_hostile_bank_is_set_aside(desk: CardDesk, bank: Bank) -> None:
    """The same account for another student, an answer about a line that was changed, one about nobody's line."""
    enrol(desk, bank)
    ids = [desk.register(n) for n in (1, 2)]
    desk.send(*ids)
    exchange_now(desk)
    first, second = bank.lines()
    bank.answer(first, account(1))
    journal = bank.centre.journal
    made = LineValue.first(journal.db, line=first.line)
    assert made is not None
    value = SealedValue(made.sealed, made.mask)
    known = held_line_hash(journal.db, second.source, second.line)
    bodies = [
        LinePrinted(second.line, made.reference, "2026-03-12", line_hash=known, value=value),
        LinePrinted(second.line, "F" * 20, "2026-03-12", line_hash="0" * 64, value=value),
        LinePrinted("1/bank/77", "E" * 20, "2026-03-12", value=value),
    ]
    said = {"actor": "tutik", "at": bank.clock(), "stream": second.source, "lane": second.source}
    with journal.transaction():
        for body in bodies:
            journal.record(body, subject=f"line/{second.source}/{body.line}", **said)
    OfficeExchange(desk.journal, desk.folder).sync(desk.now)
    reasons = [
        row[0] for row in desk.journal.db.run("SELECT reason FROM journal WHERE verdict = 'set_aside' ORDER BY n")
    ]
    assert len(reasons) == 3
    assert "sudah diberikan kepada berkas" in reasons[0]
    assert [desk.case(number).step for number in ids] == ["check", "account"]


def test_a_bank_without_network_answers_by_stick_from_a_file(desk: CardDesk, tmp_path: Path, clock: Clock) -> None:
    """Founded, let in and answered by stick alone; the numbers come out of the bank's own spreadsheet."""
    bank, stick = Bank(tmp_path / "bank", clock), tmp_path / "stik"
    stick.mkdir()
    bank.found("http://bank.example:8135")
    bank.centre.desk.write_keys(stick)
    node = OfficeExchange(desk.journal, desk.folder).open_node()
    write_request(node, bank.invite(), stick, desk.now)
    assert bank.centre.desk.read_stick(stick, clock()).ok
    assert read_stick(node, stick, desk.now).ok
    ids = [desk.register(n) for n in (1, 2, 3)]
    desk.send(*ids)
    [peer] = read_peers(desk.journal.db)
    assert write_stick(node, peer, stick, desk.now).ok
    clock.forward(minutes=13)  # 09.55
    assert bank.centre.desk.read_stick(stick, clock()).ok
    teller = Browser(bank.centre.pages, "tutik")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Daftar rekening"])
    sheet.append(["No", "NIM", "Nama", "No. Rekening / alasan"])
    sheet.append([1, nim(1), "Alya", account(1)])
    sheet.append([2, nim(2).lower(), "Bagas", "Data tidak sesuai dengan identitas"])
    sheet.append([3, nim(3), "Citra", 9900123412341234123])
    sheet.append([4, nim(9), "Bukan siapa-siapa", account(9)])
    content = io.BytesIO()
    book.save(content)
    dispatch_path = f"/masukan/350899/{bank.lines()[0].dispatch_id}"
    assert "Jawab dari dokumen" in teller.get(dispatch_path).get_data(as_text=True)
    sent = {"file": (io.BytesIO(content.getvalue()), "rekening.xlsx")}
    page = teller.post(f"{dispatch_path}/berkas", sent, content_type="multipart/form-data").get_data(as_text=True)
    assert "2 baris dijawab dari dokumen; 2 baris tidak dipakai" in page
    assert "Angka terakhirnya hilang" in page
    assert account(1) not in page
    clock.forward(minutes=5)
    assert bank.centre.desk.write_stick(stick, clock()).ok
    desk.later(hours=4)
    assert read_stick(node, stick, desk.now).ok
    assert [desk.case(case_id).step for case_id in ids] == ["check", "repair", "account"]
    begun, told, running = (account_clock(desk, number) for number in ids)
    assert begun is not None
    assert told is not None
    assert running is not None
    assert (begun.since, begun.stopped) == ("2026-03-12T09:55", "2026-03-12T09:55"), (
        "as the bank did it, not as we read it"
    )
    assert (told.stopped, running.runs) == ("2026-03-12T09:55", True)
    queue = teller.get("/").get_data(as_text=True)
    assert "Blangko" not in queue
    assert "Kirim KTM" not in queue


def test_an_office_has_two_partners_and_neither_reads_what_is_for_the_other(desk: CardDesk, bank: Bank) -> None:
    CentreDesk(desk.journal, desk.now).enrol()
    enrol(desk, bank)
    assert {peer.stream_out for peer in read_peers(desk.journal.db)} == {"dukcapil", "bank"}
    desk.send(desk.register(1))
    ktp = CentreDesk(desk.journal, desk.now)
    ktp.send(ktp.ready())
    OfficeExchange(desk.journal, desk.folder).sync(desk.now)
    assert [line.service for line in bank.lines()] == ["ktm"]
    streams = bank.centre.journal.db.run("SELECT DISTINCT stream FROM journal WHERE source = '350899'")
    assert [row[0] for row in streams] == ["bank"]


def test_a_partner_gets_no_stream_of_another_one(desk: CardDesk, tmp_path: Path, clock: Clock) -> None:
    """A bank that was founded under the stream of the print centre is not let in where that one is known."""
    CentreDesk(desk.journal, desk.now).enrol()
    bank = Bank(tmp_path / "bank", clock)
    with served(without_keeping(bank.centre)) as address:
        bank.found(address, code="dukcapil-9999")
        report = OfficeExchange(desk.journal, desk.folder).enrol(bank.invite(), desk.now)
    assert [problem.code for problem in report.problems] == ["stream_taken"]
    assert [peer.name for peer in read_peers(desk.journal.db)] == ["dukcapil-3508"]
