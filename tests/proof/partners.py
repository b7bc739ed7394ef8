"""An office with a print centre and a bank through random months: codes by network and by stick, restores, and partners
that lie. What happens with one may cost the other nothing (part of `prove sync`)."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.platform.office.exchange import OfficeExchange
from sync import answers, enrolment
from sync.carriers import MemoryCarrier
from sync.entries import keep_fact
from sync.evidence import begin_after_restore
from sync.exchange import sync_now
from sync.file_format import Ack, seal_file
from sync.incoming_files import receive_file
from sync.loss_claims import decide_claim, open_claims
from sync.nodes import Node, find_peer, read_peers
from sync.outgoing_files import make_header
from sync.problems import SyncReport
from sync.runs import read_stick, sync_to_folder, write_stick
from tests.proof.parts import Part
from tests.sync.world import NOW, OFFICE, CardAsked, CardPrinted, keys_of, open_side

CODES = {"dukcapil-3508": ("dukcapil", "127.0.0.1:8135"), "bank-3508": ("bank", "127.0.0.1:8136")}
ROUNDS, ACTS = 40, 25


@dataclass
class Months:
    """The office, its partners, and what was truly asked of each."""

    folder: Path
    chance: random.Random
    now: datetime = NOW
    cards: int = 0
    asked: dict[str, set[int]] = field(default_factory=dict)
    lies: int = 0
    liars: set[str] = field(default_factory=set)
    codes: int = 0
    restores: int = 0

    def __post_init__(self) -> None:
        self.place = self.folder / "kantor.sqlite3"
        self.stick = self.folder / "stik"
        self.stick.mkdir(parents=True)
        self.journal = open_side(self.place, "office", OFFICE)
        self.partners = {code: self.found(code) for code in CODES}
        for code in CODES:
            self.asked[code] = set()
            self.enrol(code)

    def found(self, code: str) -> Node:
        journal = open_side(self.folder / f"{code}.sqlite3", "centre", code)
        with journal.db.writing():
            keep_fact(journal.db, enrolment.OWN_STREAM, CODES[code][0])
        return Node(journal, keys_of(self.folder, code), f"Mitra {code}")

    @property
    def desk(self) -> OfficeExchange:
        return OfficeExchange(self.journal, self.folder)

    def later(self) -> datetime:
        self.now += timedelta(minutes=self.chance.randint(5, 900))
        return self.now

    def one(self) -> str:
        return self.chance.choice(list(CODES))

    # -- what happens -----------------------------------------------------------------------------------------

    def ask(self) -> None:
        code = self.one()
        self.cards += 1
        body = CardAsked(self.cards, f"Warga {self.cards}")
        with self.journal.transaction():
            self.journal.record(body, subject=f"card/{self.cards}", actor="sari", at=self.now, stream=CODES[code][0])
        self.asked[code].add(self.cards)

    def answer(self) -> None:
        """A partner prints something that it was asked for."""
        code = self.one()
        node = self.partners[code]
        known = [row[0] for row in node.db.run("SELECT number FROM card WHERE state = 'asked' ORDER BY number")]
        if known and not open_claims(node.db):
            number = self.chance.choice(known)
            with node.journal.transaction():
                node.journal.record(
                    CardPrinted(number, f"{code}-{number}"),
                    subject=f"card/{number}",
                    actor="eko",
                    at=self.now,
                    stream=OFFICE,
                    lane=OFFICE,
                )

    def exchange(self) -> None:
        self.deliver(self.one())

    def deliver(self, code: str) -> SyncReport:
        office, node, now = self.desk.open_node(), self.partners[code], self.now
        peer = find_peer(office.db, code)
        assert peer is not None
        carrier = MemoryCarrier(
            lambda data: answers.answer_batch(node, OFFICE, data, now),
            lambda after: answers.answer_fetch(node, OFFICE, after, now),
            lambda: answers.answer_state(node, OFFICE, now),
        )
        return sync_now(office, peer, carrier, now)

    def carry(self) -> None:
        """The stick goes from the office to both partners and back."""
        sync_to_folder(self.desk.open_node(), self.stick, self.now)
        for node in self.partners.values():
            read_stick(node, self.stick, self.now)
            for peer in read_peers(node.db):
                write_stick(node, peer, self.stick, self.now)
        read_stick(self.desk.node_to_read(), self.stick, self.now)

    def new_code(self) -> None:
        self.enrol(self.one())

    def enrol(self, code: str) -> None:
        """A new code of one partner, by network or by stick."""
        node, address = self.partners[code], CODES[code][1]
        self.codes += 1
        issued = enrolment.issue_code(node, OFFICE, "Kantor", address=address, actor="eko", now=self.now)
        asking = self.desk.node_to_enrol(issued.text())
        if self.chance.random() < 0.5:
            request, digest = enrolment.request_file(asking, issued, node.keys.public, self.now)
            answer = enrolment.accept_office(node, request, self.now)
            enrolment.finish_enrolment(asking, answer, node.keys.public, address, self.now, digest)
            return
        enrolment.write_centre_keys(node, self.stick)
        enrolment.write_request(asking, issued.text(), self.stick, self.now)
        read_stick(node, self.stick, self.now)
        read_stick(self.desk.node_to_read(), self.stick, self.now)

    def restore(self) -> None:
        """The office comes back from a copy; each partner gives a new code. What never left is typed again."""
        copy = self.folder / f"salinan-{self.chance.randrange(10**9)}"
        self.journal.db.run(f"VACUUM INTO '{copy}'")
        for _ in range(self.chance.randint(0, 4)):
            self.chance.choice((self.ask, self.exchange, self.answer, self.carry))()
        self.restores += 1
        self.decide()
        for code in CODES:
            self.deliver(code)
        self.journal.db.close()
        for ending in ("-wal", "-shm"):
            self.place.with_name(self.place.name + ending).unlink(missing_ok=True)
        shutil.copy(copy, self.place)
        self.journal = open_side(self.place, "office", OFFICE)
        begin_after_restore(self.journal, self.folder / "keys", self.now)
        for code in self.chance.sample(list(CODES), 2):
            self.enrol(code)
            self.deliver(code)

    def lie(self) -> None:
        """A partner says that it holds lines which the office never wrote."""
        code = self.one()
        node, office = self.partners[code], self.desk.open_node()
        peer = find_peer(node.db, OFFICE)
        assert peer is not None
        header = make_header(node, peer, "state", self.now)
        said = [
            msgspec.structs.replace(ack, n=ack.n + 1000, head="ab" * 32) if ack.origin == OFFICE else ack
            for ack in header.ack
        ] or [Ack(OFFICE, office.journal.epoch, CODES[code][0], 1000, "ab" * 32)]
        sealed, _ = seal_file(msgspec.structs.replace(header, ack=said), [], node.keys, peer.keys)
        receive_file(office, sealed, self.now, sender=code)
        self.lies += 1
        self.liars.add(code)

    def decide(self) -> None:
        for claim in open_claims(self.journal.db):
            decide_claim(self.journal, claim.peer, believed=False, note="Tidak benar", actor="admin", now=self.now)

    # -- the judgement ----------------------------------------------------------------------------------------

    def come_to_rest(self) -> Iterator[str]:
        """A partner that lied may have confused itself: its own administrator answers then, and nobody else."""
        self.decide()
        for code in CODES:
            self.deliver(code)
            for claim in open_claims(self.partners[code].db):
                if code not in self.liars:
                    yield f"{code} takes the office for a liar"
                decide_claim(
                    self.partners[code].journal, claim.peer, believed=False, note="x", actor="eko", now=self.now
                )
            for _ in range(3):
                report = self.deliver(code)
            if not report.ok:
                yield f"{code} cannot be reached in the end: {report.code}"

    def judge(self) -> Iterator[str]:
        """Every line is where it belongs, once; no partner ever refused the office or was refused for the other."""
        yield from self.come_to_rest()
        for code, node in self.partners.items():
            held = [row[0] for row in node.db.run("SELECT number FROM card ORDER BY number")]
            if set(held) != self.asked[code]:
                yield f"{code} holds {len(held)} of {len(self.asked[code])} lines"
            for number, state in node.db.run("SELECT number, state FROM card ORDER BY number"):
                if self.journal.db.one("SELECT state FROM card WHERE number = ?", (number,)) != (state,):
                    yield f"{code}: card {number} stands otherwise at the office"
        for cause, epoch in self.journal.db.run("SELECT cause, epoch FROM side_return"):
            if cause != "restored":
                yield f"epoch {epoch} was opened: {cause}"

    def close(self) -> None:
        for journal in (self.journal, *(node.journal for node in self.partners.values())):
            journal.db.close()


HAPPENINGS: dict[Callable[[Months], None], int] = {
    Months.ask: 8,
    Months.answer: 6,
    Months.exchange: 6,
    Months.carry: 3,
    Months.new_code: 2,
    Months.restore: 1,
    Months.lie: 2,
    Months.decide: 1,
}


def prove_partners(folder: Path, seed: int, rounds: int = ROUNDS) -> Part:
    """Rounds of random happenings, each on files of its own."""
    faults, codes, restores, lies, lines = list[str](), 0, 0, 0, 0
    for number in range(rounds):
        months = Months(folder / f"round-{number}", random.Random(f"{seed}/{number}"))
        for happening in months.chance.choices(list(HAPPENINGS), list(HAPPENINGS.values()), k=ACTS):
            months.later()
            happening(months)
        faults += [f"partners, round {number}: {fault}" for fault in months.judge()]
        codes, restores, lies = codes + months.codes, restores + months.restores, lies + months.lies
        lines += months.cards
        months.close()
        shutil.rmtree(months.folder)
    figures = (
        f"partners: seed {seed}, rounds {rounds}, two partners, lines {lines}, codes {codes}, restores {restores},"
        f" lies {lies}, faults {len(faults)}"
    )
    return Part(figures, faults)
