"""Rounds of work with everything that happens to data folders and to the way between them (`prove sync`).

A round: an office and its centre work, two or three incidents hit them, and in the end the people do what the pages
ask of them. Then the books are compared with the truth. What must not be found: an acknowledged line that is lost, a
card printed twice, the card of somebody else, a counter that cannot register, a fork without a way out.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app import compose
from app.core.problems import Problem
from schema.database import SqliteDatabase
from schema.migrations import Side
from sync import answers
from sync.carriers import MemoryCarrier
from sync.evidence import begin_after_restore
from sync.exchange import sync_now
from sync.nodes import find_peer, read_peers
from sync.problems import SyncError, SyncReport
from sync.runs import read_stick, sync_to_folder, write_stick
from sync.verification import verify_side
from tests.proof.hostile import NAME as LIAR
from tests.proof.hostile import attack
from tests.proof.pair import CENTRE, OFFICE
from tests.proof.regency import (
    Computer,
    Regency,
    close_computer,
    enrol_again,
    make_template,
    open_computer,
    open_regency,
    print_offered,
    send_dispatch,
    serve_citizen,
)
from tests.proof.settling import decide_forks, decide_twins

PATIENCE = 12
"""Exchanges after which two sides that work on each other must have come to rest."""


# -- exchanges -------------------------------------------------------------------------------------------------


def carrier_to(regency: Regency, computer: Computer, cut: int = 0) -> MemoryCarrier:
    """The way from a PC to the centre; the answer number `cut` is lost or comes in part."""
    centre, count = regency.centre, 0

    def carried(answer: bytes) -> bytes:
        nonlocal count
        count += 1
        return answer[: regency.chance.randrange(len(answer) + 1)] if count == cut else answer

    return MemoryCarrier(
        lambda data: carried(answers.answer_batch(centre.node, OFFICE, data, regency.now)),
        lambda after: carried(answers.answer_fetch(centre.node, OFFICE, after, regency.now)),
        lambda: carried(answers.answer_state(centre.node, OFFICE, regency.now)),
    )


def exchange(regency: Regency, computer: Computer, cut: int = 0) -> SyncReport:
    """One exchange of a PC; what the centre has signed for since is safe."""
    peer = find_peer(computer.node.db, CENTRE)
    assert peer is not None
    report = sync_now(computer.node, peer, carrier_to(regency, computer, cut), regency.now)
    note_safe(regency, computer)
    return report


def note_safe(regency: Regency, computer: Computer) -> None:
    """Whose line does the centre acknowledge to this PC, by the PC's own tables, and whose card is it told of?"""
    rows = computer.node.db.run(
        "SELECT c.main_key FROM dispatch_line d JOIN case_file c ON c.id = d.case_id JOIN journal j"
        " ON j.source = d.source AND j.kind = 'dispatch.line' AND j.epoch || '/' || j.stream || '/' || j.n = d.line"
        " JOIN road_ack a ON a.origin = j.source AND a.epoch = j.epoch AND a.stream = j.stream AND a.n >= j.n"
    )
    signed = {row[0] for row in rows}
    regency.truth.safe |= signed
    for typed in regency.truth.typed.values():
        typed -= signed
    cards = "SELECT c.main_key FROM dispatch_line d JOIN case_file c ON c.id = d.case_id WHERE d.serial <> ''"
    regency.truth.told |= {row[0] for row in computer.node.db.run(cards)}


# -- incidents -------------------------------------------------------------------------------------------------


def copy_side(computer: Computer, to: Path) -> None:
    """A copy of a side's database, as a backup holds it."""
    to.unlink(missing_ok=True)
    computer.node.db.run(f"VACUUM INTO '{to}'")


def put_back(regency: Regency, computer: Computer, copy: Path, *, by_command: bool) -> None:
    """The database of before takes the place of today's: by the command, or by hand with a file manager."""
    regency.keep_up()  # what was written in the last minute before a cut is beyond the marker (decision 12)
    close_computer(computer, cleanly=regency.chance.random() < 0.5)
    place = computer.folder / compose.FILES[computer.side]
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(copy, place)
    if by_command:
        db = compose.open_side(computer.side, computer.folder)
        begin_after_restore(compose.journal(computer.side, db), computer.folder / "keys", regency.now)
        db.close()
    regency.reopen(computer)


def copied_before(regency: Regency, computer: Computer) -> Path:
    """A copy of the computer's database, after which work goes on."""
    copy = regency.folder / f"{computer.name}-{regency.chance.randrange(10**9)}.copy"
    copy_side(computer, copy)
    work(regency, 3)
    return copy


def restore_office(regency: Regency) -> None:
    """A PC of the office comes back from a backup; what it had not sent is typed again from paper, or lost."""
    computer = regency.chance.choice(regency.working)
    copy = copied_before(regency, computer)
    regency.truth.typed.pop(computer.name, None)
    put_back(regency, computer, copy, by_command=regency.chance.random() < 0.6)


def restore_centre(regency: Regency) -> None:
    """The centre comes back from a backup, and its people print what they are offered."""
    copy = copied_before(regency, regency.centre)
    put_back(regency, regency.centre, copy, by_command=regency.chance.random() < 0.6)
    regency.truth.safe &= held_somewhere(regency)
    print_offered(regency)


def held_somewhere(regency: Regency) -> set[str]:
    """Whom some computer still knows: what a backup here and a disk set back there have taken from both is lost."""
    held = {row[0] for row in regency.centre.node.db.run("SELECT main_key FROM incoming_line")}
    for computer in regency.working:
        held |= {row[0] for row in computer.node.db.run("SELECT main_key FROM case_file")}
    return held


def clone(regency: Regency) -> None:
    """The data folder is copied to another PC, and both go on."""
    computer = regency.chance.choice(regency.working)
    name = f"office-{len(regency.computers) + 1}"
    close_computer(computer)
    folder = regency.folder / name
    shutil.copytree(computer.folder, folder)
    regency.reopen(computer)
    regency.computers.append(open_computer(name, "office", folder, regency.now))


def disk_image(regency: Regency) -> None:
    """The whole disk of a PC is set back: nothing on it can know."""
    computer = regency.chance.choice(regency.working)
    close_computer(computer)
    image = regency.folder / f"image-{regency.chance.randrange(10**9)}"
    shutil.copytree(computer.folder, image)
    regency.reopen(computer)
    work(regency, 3)
    regency.truth.typed.pop(computer.name, None)
    regency.rewound = True
    close_computer(computer, cleanly=False)
    shutil.rmtree(computer.folder)
    shutil.move(image, computer.folder)
    regency.reopen(computer)


def stick(regency: Regency) -> None:
    """A stick goes to the centre and back, perhaps read twice, perhaps days later."""
    computer, folder = regency.chance.choice(regency.working), regency.folder / "stik"
    folder.mkdir(exist_ok=True)
    sync_to_folder(computer.node, folder, regency.now)
    work(regency, regency.chance.choice((0, 3)))
    for _ in range(regency.chance.choice((1, 2))):
        read_stick(regency.centre.node, folder, regency.now)
    for peer in read_peers(regency.centre.node.db):
        if peer.name == OFFICE:
            write_stick(regency.centre.node, peer, folder, regency.now)
    work(regency, regency.chance.choice((0, 3)))
    for _ in range(regency.chance.choice((1, 2))):
        read_stick(computer.node, folder, regency.now)
    note_safe(regency, computer)


def clock_jump(regency: Regency) -> None:
    """All clocks are wrong for a while: an empty battery, a wrong year."""
    pair, right = regency.worker.pair, regency.now
    pair.now += timedelta(days=regency.chance.choice((-20_000, -30, -1, 9, 300, 26_000)))
    try:
        work(regency, 2)
    except Problem as refused:  # before the standard was in force nothing can be registered, and it says so
        if refused.code not in ("standard_later",):
            raise
    finally:
        pair.now = right


def cut_line(regency: Regency) -> None:
    """An answer of the centre is lost or cut at some byte."""
    computer = regency.chance.choice(regency.working)
    exchange(regency, computer, cut=regency.chance.randint(1, 5))


def kill(regency: Regency) -> None:
    """Both programs are killed at some statement of an exchange."""
    computer = regency.chance.choice(regency.working)
    statements = regency.chance.randint(1, 400)
    for one in (computer, regency.centre):
        close_computer(one, cleanly=False)
    child = os.fork()
    if not child:
        die_in_exchange(regency, computer, statements)
    os.waitpid(child, 0)
    for one in (computer, regency.centre):
        regency.reopen(one)
    note_safe(regency, computer)


def die_in_exchange(regency: Regency, computer: Computer, statements: int) -> None:
    """In the child: go on with an exchange until statement number so many, then be killed, or end without one."""
    run, left = SqliteDatabase.run, statements

    def counted(self: SqliteDatabase, sql: str, params: object = ()) -> object:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(self, sql, params)

    try:
        for one in (computer, regency.centre):
            regency.reopen(one)
        SqliteDatabase.run = counted
        exchange(regency, computer)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)


def hostile(regency: Regency) -> None:
    """The neighbour sends what it may not. Whatever it says, the centre opens no epoch for it."""
    before = regency.centre.node.journal.epoch
    for _ in range(regency.chance.randint(1, 4)):
        attack(regency.at(regency.working[0]).pair, regency.folder, regency.chance)
    regency.lies_believed += regency.centre.node.journal.epoch != before


def restart(regency: Regency) -> None:
    """A program is stopped or killed, and started again: nothing has happened."""
    computer = regency.chance.choice([*regency.working, regency.centre])
    regency.restart(computer, cleanly=regency.chance.random() < 0.5)


INCIDENTS: dict[Callable[[Regency], None], int] = {
    restore_office: 3,
    restore_centre: 4,
    clone: 3,
    disk_image: 5,
    stick: 3,
    clock_jump: 2,
    cut_line: 3,
    kill: 4,
    hostile: 4,
    restart: 2,
}


# -- a round ---------------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """What all rounds came to. `faults` name seed, round and what was found."""

    rounds: int = 0
    entries: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    stuck: int = 0
    forks_found: int = 0
    forks_settled: int = 0
    faults: list[str] = field(default_factory=list)
    incidents: dict[str, int] = field(default_factory=dict)

    @property
    def is_proved(self) -> bool:
        """Whether rounds were worked through and nothing was found."""
        return bool(self.rounds) and not self.faults

    def line(self, seed: int) -> str:
        """The figures on one line."""
        return (
            f"sync: seed {seed}, rounds {self.rounds}, entries {self.entries}, lost {self.lost}, doubled"
            f" {self.doubled}, wrong citizen {self.wrong}, stuck {self.stuck}, forks found {self.forks_found},"
            f" forks settled {self.forks_settled}"
        )


def prove_sync(folder: Path, rounds: int, seed: int) -> Figures:
    """Work through the rounds, each on a fresh copy of a furnished regency."""
    figures = Figures()
    make_template(folder / "template")
    for number in range(rounds):
        place = folder / f"round-{number}"
        regency = open_regency(folder / "template", place, f"{seed}/{number}")
        try:
            play(regency, figures)
            figures.faults += [f"round {number}: {fault}" for fault in judge(regency, figures)]
        except Exception as error:  # noqa: BLE001 - whatever stops the work stops a counter
            figures.stuck += 1
            figures.faults.append(f"round {number}: stuck: {type(error).__name__}: {error}")
        figures.rounds += 1
        figures.forks_found += regency.forks_found
        figures.forks_settled += regency.forks_settled
        regency.close()
        shutil.rmtree(place)
    return figures


def play(regency: Regency, figures: Figures) -> None:
    """Work, incidents, and what the pages then ask of people."""
    work(regency, 4)
    weights = list(INCIDENTS.values())
    for incident in regency.chance.choices(list(INCIDENTS), weights, k=regency.chance.randint(2, 4)):
        figures.incidents[incident.__name__] = figures.incidents.get(incident.__name__, 0) + 1
        incident(regency)
        work(regency, 3)
    come_to_rest(regency)


def work(regency: Regency, steps: int) -> None:
    """A few random things in the order of a day."""
    for _ in range(steps):
        regency.worker.pair.later(minutes=regency.chance.randint(5, 90))
        regency.keep_up()
        computer = regency.chance.choice(regency.working)
        serve_citizen(regency, computer)
        if regency.chance.random() < 0.6:
            send_dispatch(regency, computer)
        if regency.chance.random() < 0.5:
            exchange(regency, computer)
        if regency.chance.random() < 0.4:
            print_offered(regency)


def come_to_rest(regency: Regency) -> None:
    """Each PC in turn gets what it needs, until all are level with the centre; then everything is printed and told."""
    for computer in regency.working:
        send_dispatch(regency, computer)
    for _ in range(2):
        for computer in regency.working:
            level(regency, computer)
    print_offered(regency)
    for computer in regency.working[:-1]:
        computer.working = False
    level(regency, regency.working[-1])
    decide_twins(regency, regency.working[-1])
    send_dispatch(regency, regency.working[-1])
    level(regency, regency.working[-1])
    print_offered(regency)
    level(regency, regency.working[-1])


def level(regency: Regency, computer: Computer) -> None:
    """Exchange, with what people are asked to do in between, until nothing is left to do."""
    for _ in range(PATIENCE):
        report = exchange(regency, computer)
        if decide_forks(regency, computer):
            continue
        if report.ok:
            return
        regency.worker.pair.later(minutes=30)
        if report.code in NEEDS_CODE:
            enrol_again(regency, computer)
    raise SyncError("no_progress", n=0)


NEEDS_CODE = frozenset(
    {"new_code", "fenced", "retired", "unknown_key", "epoch_ahead", "unsigned", "wrong_signer", "stopped", "fork"}
)
"""Problems whose sentence asks for a new enrolment code."""


# -- the judgement ---------------------------------------------------------------------------------------------


def judge(regency: Regency, figures: Figures) -> Iterator[str]:
    """Compare the books with the truth; every difference is a sentence."""
    truth, office, centre = regency.truth, regency.working[-1].node, regency.centre.node
    figures.entries += sum(int((node.db.one("SELECT count(*) FROM journal") or (0,))[0]) for node in (office, centre))
    lines = {
        row[0]: row[1]
        for row in centre.db.run(
            "SELECT main_key, count(*) FROM incoming_line WHERE source = ? GROUP BY main_key", (OFFICE,)
        )
    }
    expected = truth.safe.union(*(truth.typed.get(one.name, set()) for one in regency.computers))
    lost = sorted(nik for nik in expected if nik not in lines)
    figures.lost += len(lost)
    yield from (f"lost: person {nik[-4:]}" for nik in lost)
    twice = sorted(nik for nik, count in truth.cards.items() if count > 1)
    figures.doubled += len(twice)
    yield from (f"printed twice: person {nik[-4:]}" for nik in twice)
    yield from wrong_citizens(regency, figures)
    yield from (f"the word of {peer} was not believed" for peer in doubted(regency) if peer != LIAR)
    if regency.lies_believed:
        yield "a lie of the neighbour opened an epoch"
    sides: tuple[tuple[Side, Computer], ...] = (("office", regency.working[-1]), ("centre", regency.centre))
    for side, computer in sides:
        scratch = regency.folder / f"{side}-again.sqlite3"
        yield from (f"verify {side}: {fault}" for fault in verify_side(computer.node.journal, side, scratch).faults)


def doubted(regency: Regency) -> list[str]:
    """Whose word waited for a person, at any side: of these people only the neighbour lies."""
    nodes = [regency.centre.node, *(one.node for one in regency.working)]
    return [peer for node in nodes for (peer,) in node.db.run("SELECT peer FROM loss_claim")]


def wrong_citizens(regency: Regency, figures: Figures) -> Iterator[str]:
    """Cards in the office's books that belong to somebody else, and slips of two people with one number."""
    rows = regency.working[-1].node.db.run(
        "SELECT c.main_key, d.serial FROM dispatch_line d JOIN case_file c ON c.id = d.case_id WHERE d.serial <> ''"
    )
    for number, people in regency.truth.numbers.items():
        if len(people) > 1 and not regency.rewound:
            figures.wrong += 1
            yield f"number {number} stands on the slips of {len(people)} people"
    for nik, serial in rows:
        if regency.truth.serials.get(serial) != nik:
            figures.wrong += 1
            yield f"the card {serial} of another: person {nik[-4:]}"
