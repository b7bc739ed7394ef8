"""The print centre as tests see it: its people, an office that sends, and what lies on the desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from app.centre import service, settings
from app.centre.queries import Balance, line_balance
from app.centre.tables import IncomingLine
from app.core.messages import DispatchLine, DispatchSent, HeadsAnchored, PaperAnswered, RecallAsked, dispatch_digest
from app.core.permissions import Actor
from app.core.problems import Problem
from schema.database import Database
from sync.enrolment import save_peer
from sync.entries import GENESIS, Head, head_bytes, held_line_hash, line_bytes, link_hash, split_line, to_utc_text
from sync.file_format import FORMAT, Header
from sync.incoming_entries import ReceivedLines, receive_lines
from sync.journal import Journal
from sync.keys import make_keys
from sync.nodes import find_peer

NOW = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
OFFICE, OTHER = "350899", "350898"
YUNI = Actor(1, "Yuni Astutik", "yuni", frozenset({"printer"}))
EKO = Actor(2, "Eko Prabowo", "eko", frozenset({"centre_admin"}))
STRANGER = Actor(3, "Sari Wulandari", "sari", frozenset({"counter"}))

IDENTITY = {
    "centre.code": "dukcapil-3508",
    "centre.name": "Dispenduk Capil Contoh",
    "centre.regency": "Kabupaten Contoh",
    "centre.place": "Contoh",
    "centre.address": "127.0.0.1:8135",
}
NAMES = ("SLAMET WIDODO", "TUMINI", "ABDUL GHOFUR", "EKA WULANSARI", "ANISA RAHMAWATI", "NANIK SUHARTINI")


def a_line(dispatch_id: int, ordinal: int, number: int, due_on: str = "2026-03-25", again: str = "") -> DispatchLine:
    """One line of an office, synthetic from head to toe."""
    nik = f"350899120379{number:04d}"
    return DispatchLine(
        dispatch_id=dispatch_id,
        dispatch=f"{dispatch_id:03d}/KIRIM/2026",
        ordinal=ordinal,
        case_id=number,
        number=f"{number:04d}/KTP/2026",
        code=f"AAAAA{number:05d}",
        service="ktp-el",
        revision="01",
        kind="baru",
        kind_label="Baru",
        name=NAMES[number % len(NAMES)],
        area="3508992010",
        area_name="Munder",
        main_key=nik,
        fields={
            "nik": nik,
            "kk": f"350899010120{number:04d}",
            "full_name": NAMES[number % len(NAMES)],
            "birth_on": "1979-03-12",
            "birth_place": "CONTOH",
            "sex": "male",
        },
        received_on="2026-03-06",
        completed_on="2026-03-09",
        due_on=due_on,
        sent_on="2026-03-12",
        step="print",
        place="dispatch",
        recording="print_ready",
        recorded_on="2026-03-10",
        items=["photo", "kk_copy"],
        again=again,
    )


@dataclass
class Sender:
    """An office's side of the exchange, without an office: it writes lines and hands them to the centre's receiver."""

    db: Database
    journal: Journal
    office: str = OFFICE
    n: int = 0
    head: bytes = GENESIS

    def enrol(self, label: str = "Contoh") -> None:
        """Make the office known, as an accepted enrolment does."""
        with self.db.writing():
            save_peer(
                self.db,
                make_keys(self.office).public,
                label,
                epoch=1,
                lane=self.office,
                streams=(self.office, "dukcapil"),
                now=NOW,
            )

    def send(self, bodies: Sequence[tuple[str, msgspec.Struct]], at: datetime = NOW) -> ReceivedLines:
        """Hand entries over; what the receiver made of them."""
        prev, first, lines = self.head, self.n + 1, []
        for kind, body in bodies:
            self.n += 1
            head = head_bytes(
                Head(
                    "1.0",
                    f"1/dukcapil/{self.n}",
                    self.office,
                    kind,
                    subject_of(body),
                    to_utc_text(at),
                    "1",
                    self.n,
                    "oki",
                    "ok",
                    "",
                )
            )
            lines.append(line_bytes(head, msgspec.json.encode(body)))
            self.head = link_hash(self.head, *split_line(lines[-1]))
        header = Header(
            format=FORMAT,
            type="batch",
            sender=self.office,
            signer="",
            recipient=self.journal.source,
            sealed_to="",
            epoch=1,
            stream="dukcapil",
            first=first,
            last=self.n,
            count=len(lines),
            prev=prev.hex(),
            head=self.head.hex(),
            created=to_utc_text(at),
        )
        peer = find_peer(self.db, self.office)
        assert peer is not None
        with self.journal.transaction():
            return receive_lines(self.journal, peer, header, lines, at)

    def dispatch(
        self,
        lines: Sequence[DispatchLine],
        *,
        close: bool = True,
        count: int | None = None,
        digest: str = "",
        road: str = "loket",
    ) -> list[str]:
        """Send one dispatch; returns the ids of its lines."""
        ids = [f"1/dukcapil/{self.n + place}" for place in range(1, len(lines) + 1)]
        bodies: list[tuple[str, msgspec.Struct]] = [("dispatch.line", line) for line in lines]
        if close:
            bodies.append(("dispatch.sent", closing(lines, ids, count, digest, road)))
        received = self.send(bodies)
        assert not received.set_aside
        assert received.problem is None
        return ids

    def hash_of(self, line: str) -> str:
        """The hash of a line that the centre holds, as its office wrote it."""
        return held_line_hash(self.db, self.office, line)

    def answered(self, line: str, result: str, reason: str = "", serial: str = "") -> None:
        """Tell what the paper list said of a line."""
        body = PaperAnswered(line, result, "2026-03-16", reason, serial, line_hash=self.hash_of(line))
        assert not self.send([("line.paper_answered", body)]).set_aside

    def recall(self, line: str, reason: str = "Pemohon meninggal") -> None:
        """Ask a line back."""
        assert not self.send([("line.recall_asked", RecallAsked(line, reason, self.hash_of(line)))]).set_aside

    def anchor(self, on: str = "2026-03-12") -> None:
        """Anchor the day."""
        assert not self.send([("heads.anchored", HeadsAnchored(on, 12, "ab" * 32, "cd" * 32))]).set_aside


def subject_of(body: msgspec.Struct, stream: str = "dukcapil") -> str:
    """The subject that a message of this kind must name."""
    pattern: str = getattr(body, "TRAVEL", ("", "other/*"))[1]
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    return pattern.replace("*", "1").format(**fields, stream=stream)


def closing(
    lines: Sequence[DispatchLine],
    ids: Sequence[str],
    count: int | None = None,
    digest: str = "",
    road: str = "loket",
) -> DispatchSent:
    """The last entry of a dispatch."""
    first, digest = lines[0], digest or dispatch_digest(lines, ids)
    return DispatchSent(
        first.dispatch_id,
        first.dispatch,
        "470/1",
        "470/2",
        "2026-03-12",
        len(lines) if count is None else count,
        digest,
        "budi",
        road,
    )


@dataclass
class PrintCentre:
    """The centre under test."""

    journal: Journal
    now: datetime = NOW
    senders: dict[str, Sender] = field(default_factory=dict)
    dispatches: int = 0
    lines: int = 0

    @property
    def db(self) -> Database:
        return self.journal.db

    @property
    def office(self) -> Sender:
        return self.senders[OFFICE]

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now

    def prepare(self, stock: int = 20) -> None:
        """Set the centre up, enrol one office, put blanks into the drawer."""
        settings.set_up_centre(self.journal, identity=IDENTITY, now=self.now)
        self.enrol(OFFICE)
        if stock:
            service.receive_blanks(self.journal, YUNI, count=stock, letter="471/1", now=self.now)

    def enrol(self, office: str) -> Sender:
        """Another office."""
        self.senders[office] = Sender(self.db, self.journal, office)
        self.senders[office].enrol()
        return self.senders[office]

    def comes(self, count: int = 3, office: str = OFFICE, due_on: str = "2026-03-25") -> list[str]:
        """A closed dispatch of so many lines arrives; their ids."""
        self.dispatches += 1
        made = []
        for ordinal in range(1, count + 1):
            self.lines += 1
            made.append(a_line(self.dispatches, ordinal, self.lines, due_on))
        return self.senders[office].dispatch(made)

    def queued(self, count: int = 3, office: str = OFFICE) -> list[str]:
        """The same, and accepted into the queue."""
        ids = self.comes(count, office)
        service.accept_lines(self.journal, YUNI, office=office, lines=ids, now=self.now)
        return ids

    def print(self, line: str, serial: str, office: str = OFFICE) -> None:
        """A good card came out."""
        service.print_line(self.journal, YUNI, office=office, line=line, serial=serial, now=self.now)

    def state(self, line: str, office: str = OFFICE) -> str:
        """Where a line stands."""
        row = IncomingLine.first(self.db, IncomingLine.source == office, IncomingLine.line == line)
        assert row is not None
        return str(row.state)

    def balance(self, office: str = "") -> Balance:
        found = line_balance(self.db, office)
        assert found.agrees
        return found

    def told(self, office: str = OFFICE) -> list[str]:
        """Kinds of our entries in an office's stream, in order."""
        rows = self.db.run(
            "SELECT kind FROM journal WHERE source = ? AND stream = ? ORDER BY n", (self.journal.source, office)
        )
        return [str(row[0]) for row in rows]


def refused(call: Callable[[], object], code: str) -> Problem:
    """The problem with which a command ends."""
    with pytest.raises(Problem) as caught:
        call()
    assert caught.value.code == code
    return caught.value
