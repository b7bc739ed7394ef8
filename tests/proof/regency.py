"""An office on one or more PCs, its printing centre and a hostile neighbour, and what really happened, written down.

`Truth` stands outside all databases: who was registered under which number, which card left the printer for whom. A
restored or copied database forgets; the people and the cards do not.
"""

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app import compose
from app.casework.batches import dispatch
from app.casework.desk import opening
from app.centre import queries
from app.centre import service as print_floor
from app.core.clock import office_date
from app.core.problems import Problem
from app.services.ktp import recording
from app.services.ktp.rules import KtpRules
from schema.migrations import Side, migrate_database
from sync import enrolment, nodes
from sync.enrolment import EnrolmentCode
from sync.evidence import MACHINE
from sync.nodes import Node
from tests.proof.counter_work import a_form, act, check_all
from tests.proof.hostile import enrol_hostile
from tests.proof.pair import ADDRESS, CENTRE, OFFICE, Pair, pair
from tests.proof.worker import Worker, other_people

FOLDERS: dict[Side, str] = {"office": "kantor", "centre": "pusat"}
CODES: dict[Side, str] = {"office": OFFICE, "centre": CENTRE}


@dataclass
class Truth:
    """What people saw with their own eyes.

    `numbers`: case number → those who hold a slip with it; `cards`: how often a card left the printer for somebody;
    `serials`: serial → for whom; `told`: whose card the office has heard of; `safe`: those whose line the centre signed
    for; `typed`: PC → those registered there whose line it had not signed for yet; `people`: how many came.
    """

    numbers: dict[str, set[str]] = field(default_factory=dict)
    cards: Counter[str] = field(default_factory=Counter)
    serials: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    safe: set[str] = field(default_factory=set)
    typed: dict[str, set[str]] = field(default_factory=dict)
    people: int = 0


@dataclass
class Computer:
    """One machine with a data folder: an office's PC or the centre's."""

    name: str
    side: Side
    folder: Path
    node: Node
    working: bool = True


def open_computer(name: str, side: Side, folder: Path, now: datetime) -> Computer:
    """Start the program on a data folder: database, marker, what waited, keys."""
    db = compose.open_side(side, folder)
    migrate_database(db, side)
    db.run("PRAGMA synchronous=OFF")
    journal = compose.journal(side, db)
    with machine(name):
        compose.begin(side, journal, folder, now)
    keys = nodes.keys_in_force(db, folder / "keys", CODES[side])
    return Computer(name, side, folder, Node(journal, keys, "Yosowilangun" if side == "office" else "Pusat Cetak"))


def close_computer(computer: Computer, *, cleanly: bool = True) -> None:
    """Stop the program; `cleanly` False as when the power goes off."""
    if cleanly:
        with machine(computer.name):
            compose.keep_up(computer.side, computer.node.journal, computer.folder, last=True)
    computer.node.db.close()


@contextmanager
def machine(name: str) -> Iterator[None]:
    """This process is that computer for a moment."""
    os.environ[MACHINE] = name
    try:
        yield
    finally:
        del os.environ[MACHINE]


def make_template(folder: Path) -> None:
    """Both sides furnished and enrolled, stopped cleanly: every round begins with a copy of it."""
    made = pair(folder)
    enrol_hostile(made, folder)
    made.close()
    for side in FOLDERS:
        close_computer(open_computer(f"{side}-1", side, folder / FOLDERS[side], made.now))


@dataclass
class Regency:
    """The stage of one round."""

    folder: Path
    chance: random.Random
    worker: Worker
    centre: Computer
    computers: list[Computer]
    truth: Truth = field(default_factory=Truth)
    rewound: bool = False
    """A disk was set back with everything on it: until the first exchange nothing can keep it from giving a number
    again, which is then told and mended."""
    forks_found: int = 0
    forks_settled: int = 0
    lies_believed: int = 0

    @property
    def now(self) -> datetime:
        """The clock of everybody, unless one of them goes wrong."""
        return self.worker.pair.now

    @property
    def working(self) -> list[Computer]:
        """The office's PCs that are in use."""
        return [computer for computer in self.computers if computer.working]

    def at(self, computer: Computer) -> Worker:
        """The people of the office, now sitting at this PC."""
        self.worker.pair.office = computer.node
        self.worker.pair.centre = self.centre.node
        return self.worker

    def restart(self, computer: Computer, *, cleanly: bool = True) -> None:
        """Stop the program and start it again."""
        close_computer(computer, cleanly=cleanly)
        self.reopen(computer)

    def reopen(self, computer: Computer) -> None:
        """Start the program of a computer that stands still."""
        computer.node = open_computer(computer.name, computer.side, computer.folder, self.now).node

    def keep_up(self) -> None:
        """What every program does once a minute: its marker follows the journal."""
        for computer in (*self.working, self.centre):
            with machine(computer.name):
                compose.keep_up(computer.side, computer.node.journal, computer.folder)

    def close(self) -> None:
        """End of the round."""
        for computer in (*self.computers, self.centre):
            computer.node.db.close()


def open_regency(template: Path, folder: Path, seed: str) -> Regency:
    """A fresh copy of the template at work."""
    shutil.copytree(template, folder)
    chance = random.Random(seed)
    start = datetime.fromisoformat("2026-03-02T01:00:00+00:00")
    office = open_computer("office-1", "office", folder / "kantor", start)
    centre = open_computer("centre-1", "centre", folder / "pusat", start)
    worker = Worker(Pair(folder, office.node, centre.node, start), chance)
    return Regency(folder, chance, worker, centre, [office])


# -- the counter -----------------------------------------------------------------------------------------------


def serve_citizen(regency: Regency, computer: Computer) -> str:
    """Register somebody and bring the file so far that it can be dispatched; the number on his slip.

    Whoever is refused here stands before a counter that does not work: every exception goes up.
    """
    worker, truth = regency.at(computer), regency.truth
    truth.people += 1
    form = a_form(worker, truth.people) | {"kind": "baru"}
    ticked = dict.fromkeys(("village_letter", "photo", "kk_copy"), "")
    other_people(
        lambda heeded: opening.open_case(
            computer.node.journal,
            worker.pair.who("retno"),
            opening.Application(service="ktp-el", raw=form, ticked=ticked, heeded=heeded),
            now=regency.now,
            rules=KtpRules(),
        )
    )
    row = computer.node.db.one("SELECT number FROM case_file WHERE main_key = ?", (form["nik"],))
    number = str(row[0]) if row else ""
    truth.numbers.setdefault(number, set()).add(form["nik"])
    truth.typed.setdefault(computer.name, set()).add(form["nik"])
    finish_file(regency, computer)
    return number


def finish_file(regency: Regency, computer: Computer) -> None:
    """Check, accept and record whatever stands at the counter."""
    worker = regency.at(computer)
    while worker.case_in("submit"):
        act(worker, "submit", "received")
    while worker.case_in("validate"):
        check_all(worker)
        act(worker, "validate", "complete")
    while case := worker.case_in("record"):
        recording.note_recording(
            computer.node.journal,
            worker.pair.who("fajar"),
            case_id=case,
            status="print_ready",
            on=office_date(regency.now),
            place="Kecamatan",
            now=regency.now,
        )


def send_dispatch(regency: Regency, computer: Computer) -> None:
    """All that is ready goes into one dispatch, which leaves."""
    worker, journal = regency.at(computer), computer.node.journal
    ready = [
        case.id
        for case in dispatch.ready_cases(computer.node.db, "ktp-el", office_date(regency.now))
        if not case.why_not
    ]
    if ready:
        dispatch.draft_dispatch(journal, worker.pair.who("retno"), case_ids=ready, now=regency.now)
    for (number,) in list(computer.node.db.run("SELECT id FROM dispatch WHERE state = 'draft'")):
        dispatch.send_dispatch(journal, worker.pair.who("hendra"), dispatch_id=number, now=regency.now)


# -- the print room -------------------------------------------------------------------------------------------


def print_offered(regency: Regency) -> int:
    """Accept and print every line that the print room is offered now; how many cards left the printer.

    A card that was printed in the time that a restored centre lost, and of which nobody was told, lies in the tray: the
    printed page says to look there first, and its serial number is entered in place of a new one.
    """
    journal, yuni, truth = (
        regency.centre.node.journal,
        regency.at(regency.working[0]).pair.who("yuni"),
        regency.truth,
    )
    printed = 0
    for office, line, nik in waiting_lines(regency):
        regency.worker.serial += 1
        serial = f"S{regency.worker.serial:07d}"
        lying = [one for one, whose in truth.serials.items() if whose == nik and nik not in truth.told]
        try:
            print_floor.accept_lines(journal, yuni, office=office, lines=[line], now=regency.now)
            print_floor.print_line(
                journal, yuni, office=office, line=line, serial=lying[0] if lying else serial, now=regency.now
            )
        except Problem:
            continue
        if not lying:
            printed += 1
            truth.cards[nik] += 1
            truth.serials[serial] = nik
    return printed


def waiting_lines(regency: Regency) -> list[tuple[str, str, str]]:
    """(office, line, NIK) of what the print room's own lists offer."""
    db = regency.centre.node.db
    offered = [(one.source, one.line) for one in queries.list_queue(db, limit=500)]
    for arrived in queries.list_undecided_dispatches(db):
        offered += [
            (one.source, one.line) for one in queries.list_dispatch_lines(db, arrived.source, arrived.dispatch_id)
        ]
    keys = {
        (source, line): (state, nik)
        for source, line, state, nik in db.run("SELECT source, line, state, main_key FROM incoming_line")
    }
    return sorted({(*where, keys[where][1]) for where in offered if keys[where][0] in ("waiting", "accepted")})


# -- codes -----------------------------------------------------------------------------------------------------


def enrol_again(regency: Regency, computer: Computer) -> None:
    """The centre's administrator gives this PC a code, and it uses it."""
    code = enrolment.issue_code(
        regency.centre.node, OFFICE, "Yosowilangun", address=ADDRESS, actor="yuni", now=regency.now
    )
    use_code(regency, computer, code.text())


def use_code(regency: Regency, computer: Computer, text: str) -> None:
    """This PC enrols with a code as printed."""
    centre, now, typed = regency.centre.node, regency.now, EnrolmentCode.read(text)
    keys = nodes.keys_for_code(computer.node.journal, computer.folder / "keys", typed.token_hash)
    fresh = Node(computer.node.journal, keys, computer.node.label)
    request, _ = enrolment.request_file(fresh, typed, centre.keys.public, now)
    enrolment.finish_enrolment(
        fresh, enrolment.accept_office(centre, request, now), centre.keys.public, typed.address, now
    )
    computer.node = Node(fresh.journal, nodes.keys_in_force(fresh.db, computer.folder / "keys", OFFICE), fresh.label)
