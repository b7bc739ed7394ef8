"""Twenty villages, their kecamatan and the centre as real processes, with sticks between them (part of `prove sync`).

In each round villages type, take drafts back, and exchange: over the network, while the office's server is killed, or
by a stick that is lost, late or read twice. Then a clerk registers, a dispatch leaves for the centre, lists are
written. A computer is replaced with a new code and its last stick is held and decided; a village's folder is copied and
both work on; one is put back to an old backup; drafts are lost at the kecamatan. At the end each draft that no village
took back is one waiting draft or one case, with the number that went home with its applicant and that no other has, and
each case is one line at the centre.
"""

import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from app import compose
from app.casework.desk import opening
from app.casework.desk.tables import CaseFile, Draft
from app.casework.villages import incoming, network, queries, service
from app.casework.villages.events import GivenNumber
from app.casework.villages.files import BroughtForm
from app.casework.villages.own_folder import VillageFolder, read_draft
from app.casework.villages.own_network import exchange_with_office, join_office
from app.casework.villages.tables import BroughtDraft
from app.centre.originals import open_original
from app.centre.tables import LineOriginal
from app.cli.demo.sides import FOLDERS
from app.cli.serving import Running, free_port
from app.compose_centre import build_centre
from app.compose_office import OfficeSite
from app.core import clock
from app.core.permissions import Actor
from app.platform.office.events import VillageData, VillageSet
from app.platform.office.exchange import OfficeExchange
from app.platform.office.queries import village_names
from app.services.ktp.rules import KtpRules
from schema.database import Database
from schema.migrations import Side
from schema.postgres import open_centre
from sync.journal import Journal
from sync.nodes import Node
from sync.problems import SyncError
from sync.runs import sync_over_network
from sync.verification import verify_side
from tests.proof.counter_work import a_form
from tests.proof.pair import Pair, pair
from tests.proof.parts import Part
from tests.proof.program import World
from tests.proof.regency import Computer, Regency, finish_file, send_dispatch
from tests.proof.worker import Worker, other_people
from tests.rules.source import ROOT

KEEPER = Actor(0, "Ratna", "wiji", frozenset({"admin"}))
DESK = Actor(0, "Retno", "retno", frozenset({"counter"}))
AT_ONCE = 4
"""Villages that exchange at the same time."""
SERVED = 3
"""Drafts that a clerk registers in a round, at most, for each four villages."""


@dataclass
class Village:
    """One village: its folder, its stick, what was typed there and taken back. `given`: code → the number that an
    applicant took home, from a computer that nobody had copied."""

    code: str
    own: VillageFolder
    stick: Path
    typed: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    old: list[tuple[str, bytes]] = field(default_factory=list)
    given: dict[str, GivenNumber] = field(default_factory=dict)


@dataclass
class Stage:
    """Everybody. `world`: where the programs run; not `whole`, they run in this process, with real HTTP too."""

    folder: Path
    chance: random.Random
    world: World
    ports: dict[Side, int]
    whole: bool
    villages: list[Village] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    people: int = 0

    @property
    def places(self) -> dict[Side, Path]:
        """The data folder of each side."""
        return {side: self.folder / name for side, name in FOLDERS.items()}

    @property
    def office(self) -> Path:
        return self.places["office"]

    @contextmanager
    def at_the_desk(self) -> Iterator[tuple[Journal, OfficeExchange, Node]]:
        """The office in this process, while its program stands still."""
        db = compose.open_side("office", self.office)
        journal = compose.journal("office", db)
        try:
            compose.begin("office", journal, self.office, clock.now())
            exchange = OfficeExchange(journal, self.office)
            yield journal, exchange, exchange.open_node()
            compose.keep_up("office", journal, self.office, last=True)
        finally:
            db.close()

    def start(self, side: Side) -> Callable[[bool], None]:
        """The program of the office or the centre, once it answers; what ends it, politely or not."""
        return self.begin(side) if self.whole else self.begin_here(side)

    @contextmanager
    def running(self, side: Side) -> Iterator[Callable[[bool], None]]:
        """The program of a side, ended in any case; what ends it earlier, politely or not."""
        end, ended = self.start(side), list[bool]()

        def end_once(politely: bool) -> None:
            if not ended:
                ended.append(politely)
                end(politely)

        try:
            yield end_once
        finally:
            end_once(True)

    def begin(self, side: Side) -> Callable[[bool], None]:
        more = ["--no-kiosk"] if side == "office" else []
        program = self.world.begin(side, "--data", str(self.places[side]), "--port", str(self.ports[side]), *more)
        self.world.address(program)

        def end(politely: bool) -> None:
            program.send_signal(signal.SIGINT if politely else signal.SIGKILL)
            program.wait(60)

        return end

    def begin_here(self, side: Side) -> Callable[[bool], None]:
        """The same in this process, over real HTTP: the short form of a day has no time for programs to start."""
        if side == "centre":
            app: Any = build_centre(self.places[side])
            db: Any = app.journal.db
        else:
            db = compose.open_side(side, self.office)
            app = OfficeSite(Flask("pages"), compose.journal(side, db), self.office)
        running = Running(app, self.ports[side])

        def end(_politely: bool) -> None:
            running.stop()
            db.close()

        return end


def prove_villages(folder: Path, *, villages: int, rounds: int, seed: int, whole: bool = True) -> Part:
    """`whole`: each exchange of a village is a process of its own."""
    ports: dict[Side, int] = {"office": free_port(0), "centre": free_port(0)}
    stage = Stage(folder, random.Random(seed), World(folder / "world"), ports, whole)
    pair(folder, address=f"127.0.0.1:{ports['centre']}").close()
    found_villages(stage, villages)
    with stage.running("centre"):
        for number in range(rounds):
            one_round(stage, last=False, mishap=number % 3)
        for _ in range(2):
            one_round(stage, last=True, mishap=-1)
    faults = faults_of(stage)
    return Part(figures(stage, seed, rounds), faults)


def found_villages(stage: Stage, count: int) -> None:
    """Villages of the office, some more where it has too few, each let in by a code on the first day."""
    now = clock.now()
    with stage.at_the_desk() as (journal, exchange, _node):
        network.change_village_address(journal, KEEPER, address=f"127.0.0.1:{stage.ports['office']}", now=now)
        for number in range(max(0, count - len(village_names(journal.db)))):
            body = VillageSet(VillageData(f"35089930{number:02d}", f"Desa {number}", "", ""))
            with journal.transaction():
                journal.record(body, subject=f"village/{body.village.code}", actor="wiji", at=now)
        codes = sorted(village_names(journal.db))[-count:]
        given = [network.issue_village_code(journal, KEEPER, exchange, village=code, now=now) for code in codes]
    with stage.running("office"):
        for code, letters in zip(codes, given, strict=True):
            village = Village(code, VillageFolder(stage.folder / "desa" / code), stage.folder / f"stik-{code}")
            village.stick.mkdir()
            join_office(village.own, code, letters, now)
            exchange_with_office(village.own, now)
            stage.villages.append(village)


def one_round(stage: Stage, *, last: bool, mishap: int) -> None:
    """A day: typing, exchange while the office's program runs and may be killed, the clerk's turn after it stopped."""
    if not last:
        for village in stage.villages:
            type_forms(stage, village)
        for village in stage.chance.sample(stage.villages, max(1, len(stage.villages) // 7)):
            take_one_back(stage, village)
    chosen = stage.villages if last else stage.chance.sample(stage.villages, max(1, len(stage.villages) * 2 // 3))
    with stage.running("office") as end_office, ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(exchange, stage, village.own) for village in chosen]
        if mishap == 0:
            waiting[len(waiting) // 2].result()
            end_office(False)
            stage.done["kills"] += 1
        for exchanged in waiting:
            exchanged.result()
    for village in stage.villages:
        if village not in chosen or mishap == 0:
            carry(stage, village)
    with stage.at_the_desk() as (journal, road, node):
        if mishap == 1:
            lose_drafts(stage, journal)
        serve(stage, journal, road, node, last=last)
    mishaps = (put_back_folder, copy_folder, replace_computer)
    if mishap >= 0:
        mishaps[mishap](stage, stage.chance.choice(stage.villages))


def type_form(stage: Stage, village: Village, computer: VillageFolder) -> BroughtForm:
    stage.people += 1
    form = computer.add_draft("ktp-el", {"full_name": f"Warga {stage.people}"}, clock.now())
    village.typed.add(form.code)
    stage.done["typed"] += 1
    return form


def type_forms(stage: Stage, village: Village) -> None:
    """None to two forms."""
    for _ in range(stage.chance.randint(0, 2)):
        form = type_form(stage, village, village.own)
        if form.given is not None:
            village.given[form.code] = form.given


def take_one_back(stage: Stage, village: Village) -> None:
    if kept := [form.code for form in village.own.drafts()]:
        code = stage.chance.choice(kept)
        village.own.take_back(code)
        village.back.add(code)
        stage.done["taken back"] += 1


def exchange(stage: Stage, computer: VillageFolder) -> None:
    """Over the network, as often as it may be; an office that is killed under it is met again the next day."""
    if stage.whole:
        program = subprocess.run(
            [sys.executable, str(ROOT / "run.py"), "village", "sync", "--data", str(computer.folder)],
            env=stage.world.environment,
            cwd=stage.world.place / "cwd",
            capture_output=True,
            timeout=120,
            check=False,
        )
        stage.done["exchanges" if program.returncode == 0 else "cut off"] += 1
        return
    try:
        exchange_with_office(computer, clock.now())
        stage.done["exchanges"] += 1
    except SyncError:
        stage.done["cut off"] += 1


def carry(stage: Stage, village: Village) -> None:
    """The way of the stick, which may be lost, or be an old one."""
    name, count = village.own.write_drafts(village.stick, clock.now())
    village.old += [(name, (village.stick / name).read_bytes())] if count else []
    luck = stage.chance.random()
    if luck < 0.2:
        for path in village.stick.glob("*.desa"):
            path.unlink()
        stage.done["sticks lost"] += 1
    elif luck < 0.4 and village.old:
        late, content = stage.chance.choice(village.old)
        (village.stick / late).write_bytes(content)
        stage.done["sticks late"] += 1
    stage.done["sticks"] += 1


def lose_drafts(stage: Stage, journal: Journal) -> None:
    """A backup was put back: drafts stand in none."""
    stage.done["drafts lost"] += len(Draft.rows(journal.db, Draft.brought != "", case_id=None))
    with journal.db.writing():
        Draft.remove(journal.db, case_id=None)


def replace_computer(stage: Stage, village: Village) -> None:
    """A copy of a village's folder without its keys takes its place with a new code; the one before is refused, and its
    last stick waits for a decision."""
    before, copy = village.own, VillageFolder(beside(stage, village))
    shutil.copytree(before.folder, copy.folder)
    shutil.rmtree(copy.folder / "keys")
    (copy.folder / "desa.json").unlink()
    type_form(stage, village, before)
    name, _ = before.write_drafts(village.stick, clock.now())
    village.own = copy
    join_anew(stage, village, before)
    with stage.at_the_desk() as (journal, _road, node):
        incoming.take_drafts(journal, DESK, node, village.stick, now=clock.now())
    stage.done["replaced"] += 1
    settle(stage, village)
    (village.stick / name).unlink()


def copy_folder(stage: Stage, village: Village) -> None:
    """A copy of a village's folder works on beside it: what the second one brings is held, and decided after a new
    code."""
    copy = VillageFolder(beside(stage, village))
    shutil.copytree(village.own.folder, copy.folder)
    for computer in (village.own, copy):
        type_form(stage, village, computer)
    with stage.running("office"):
        exchange(stage, village.own)
        exchange(stage, copy)
    join_anew(stage, village, copy)
    stage.done["copied"] += 1
    settle(stage, village)


def put_back_folder(stage: Stage, village: Village) -> None:
    """A village's folder is put back to its backup of before the last exchange, and works on."""
    backup = beside(stage, village)
    shutil.copytree(village.own.folder, backup)
    type_form(stage, village, village.own)
    with stage.running("office"):
        exchange(stage, village.own)
        shutil.rmtree(village.own.folder)
        shutil.copytree(backup, village.own.folder)
        type_form(stage, village, village.own)
        exchange(stage, village.own)
    join_anew(stage, village)
    stage.done["put back"] += 1
    settle(stage, village)


def beside(stage: Stage, village: Village) -> Path:
    """A folder for another computer of a village."""
    stage.done["folders"] += 1
    return village.own.folder.with_name(f"{village.own.folder.name}-{stage.done['folders']}")


def join_anew(stage: Stage, village: Village, *others: VillageFolder) -> None:
    """The village's computer comes back with a new code; others of the village are refused from then on."""
    with stage.at_the_desk() as (journal, road, _node):
        letters = network.issue_village_code(journal, KEEPER, road, village=village.code, now=clock.now())
    with stage.running("office"):
        join_office(village.own, village.code, letters, clock.now())
        for computer in others:
            with suppress(SyncError):
                exchange_with_office(computer, clock.now())
                stage.done["fences open"] += 1
        exchange_with_office(village.own, clock.now())


def settle(stage: Stage, village: Village) -> None:
    """An administrator takes what is held; what no computer of the village has any more becomes a case at once, since a
    draft that only the kecamatan has stands in no backup."""
    with stage.at_the_desk() as (journal, road, node):
        for row in queries.held_files(journal.db):
            incoming.judge_held_file(journal, KEEPER, road, held_id=row.id, verdict="taken", now=clock.now())
            stage.done["held and taken"] += 1
        worker = Worker(Pair(stage.folder, node, node, clock.now()), stage.chance)
        desk = Regency(stage.folder, stage.chance, worker, Computer("pusat", "centre", stage.folder, node), [])
        kept = {form.code for form in village.own.drafts()}
        for draft in Draft.rows(journal.db, Draft.brought != "", case_id=None, area=village.code, order="id"):
            if draft.brought not in kept:
                register(stage, worker, journal, draft)
                finish_file(desk, Computer("kantor", "office", stage.office, node))


def serve(stage: Stage, journal: Journal, road: OfficeExchange, node: Node, *, last: bool) -> None:
    """The clerk's turn: sticks, registrations, a dispatch to the centre, lists for those who came with a stick."""
    now, clerk = clock.now(), DESK
    for village in stage.villages:
        if any(village.stick.glob("*.desa")):
            incoming.take_drafts(journal, clerk, node, village.stick, now=now)
            service.seal_list(journal, clerk, node, village.stick, village=village.code, now=now)
            if stage.chance.random() < 0.8:
                village.own.read_list(village.stick)
    worker = Worker(Pair(stage.folder, node, node, now), stage.chance)
    desk = Regency(stage.folder, stage.chance, worker, Computer("pusat", "centre", stage.folder, node), [])
    computer = Computer("kantor", "office", stage.office, node)
    waiting = Draft.rows(journal.db, Draft.brought != "", case_id=None, order="id")
    for draft in [] if last else waiting[: SERVED * max(1, len(stage.villages) // 4)]:
        register(stage, worker, journal, draft)
        finish_file(desk, computer)
    send_dispatch(desk, computer)
    report = sync_over_network(road.open_node(), now)
    stage.done["exchanges with the centre"] += report.ok


def register(stage: Stage, worker: Worker, journal: Journal, draft: Draft) -> None:
    """A clerk completes the form by the papers and registers the case."""
    stage.people += 1
    raw = a_form(worker, stage.people) | {"kind": "baru", "village": draft.area}
    ticked = dict.fromkeys(("village_letter", "photo", "kk_copy"), "")
    other_people(
        lambda heeded: opening.open_case(
            journal,
            worker.pair.who("retno"),
            opening.Application(service="ktp-el", raw=raw, ticked=ticked, heeded=heeded, draft_id=draft.id),
            now=clock.now(),
            rules=KtpRules(),
        )
    )
    stage.done["registered"] += 1


# -- what it came to ---------------------------------------------------------------------------------------------------


def faults_of(stage: Stage) -> list[str]:
    """What was lost, doubled, or stands in one place and not in the other."""
    faults = [f"{stage.done['fences open']} computers exchanged after they were replaced"] * bool(
        stage.done["fences open"]
    )
    with stage.at_the_desk() as (journal, _road, _node):
        cases: Counter[str] = Counter(case.brought for case in CaseFile.rows(journal.db, CaseFile.brought != ""))
        drafts = Counter(
            f"{draft.area}/{draft.brought}" for draft in Draft.rows(journal.db, Draft.brought != "", case_id=None)
        )
        for village in stage.villages:
            faults += village_faults(village, cases, drafts) + number_faults(village, journal.db)
        sent = {row[0] for row in journal.db.run("SELECT case_id FROM dispatch_line")}
        faults += verify_side(journal, "office", stage.folder / "leer.sqlite3").faults
        dispatched = {row[0] for row in journal.db.run(DISPATCHED)}
    db = open_centre(stage.folder / "pusat" / compose.FILES["centre"])
    lines = [row[0] for row in db.run("SELECT main_key FROM incoming_line")]
    db.close()
    stage.done["lines"] = len(lines)
    if len(lines) != len(set(lines)) or len(lines) != len(sent):
        faults.append(f"the centre holds {len(lines)} lines of {len(set(lines))} people, {len(sent)} were sent")
    return faults + original_faults(stage, dispatched)


def number_faults(village: Village, db: Database) -> list[str]:
    """Each number that went home from one computer alone counts for its draft, and for no other of the village."""
    numbers = Counter(village.given.values())
    faults = [f"{village.code}: number {number.text(village.code)} twice" for number, n in numbers.items() if n > 1]
    rows = BroughtDraft.rows(db, village=village.code)
    held = Counter((row.series, row.n) for row in rows if row.n)
    faults += [f"{village.code}: number {n} twice at the kecamatan" for (_, n), count in held.items() if count > 1]
    for row in rows:
        given = village.given.get(row.code)
        if given is not None and row.state == "taken" and (row.series, row.n) != (given.series, given.n):
            faults.append(f"draft {village.code}/{row.code} lost its number {given.text(village.code)}")
    return faults


def village_faults(village: Village, cases: Counter[str], drafts: Counter[str]) -> list[str]:
    """Each draft of a village once: as a case, or waiting where it was not taken back; and its list says so."""
    faults, told = [], village.own.newest()
    fates = {fate.code: fate.state for fate in told.fates} if told else {}
    for code in sorted(village.typed):
        name = f"{village.code}/{code}"
        held = cases[name] + drafts[name]
        wanted = {0, 1} if code in village.back else {1}
        if held not in wanted or (code in village.back and drafts[name]):
            faults.append(f"draft {name} is there {held} times")
        said = "registered" if cases[name] else "waiting" if drafts[name] else "returned"
        if code in fates and fates[code] != said:
            faults.append(f"draft {name}: the list says {fates[code]}, it is {said}")
        if code not in fates and held:
            faults.append(f"draft {name}: the list says nothing, it is {said}")
    return faults


DISPATCHED = "SELECT c.brought FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE c.brought <> ''"


def original_faults(stage: Stage, dispatched: set[str]) -> list[str]:
    """The centre holds what the village typed of each case that was sent, word for word, and could compare it."""
    centre = build_centre(stage.places["centre"])
    centre.publish(clock.now())
    faults, keys, told = list[str](), centre.desk.keys(), set[str]()
    folders = {village.code: village.own.folder for village in stage.villages}
    for row in LineOriginal.rows(centre.journal.db):
        told.add(f"{row.village}/{row.code}")
        kept = [read_draft(path) for path in folders[row.village].glob(f"*/{row.code}.json")]
        fields = open_original(keys, row)[1].fields if row.verdict in ("same", "differs") else {}
        if not all(form and form.fields.items() <= fields.items() for form in kept) or not fields:
            faults.append(f"original {row.village}/{row.code}: {row.verdict} {row.why}")
    centre.journal.db.close()
    stage.done["originals"] = len(told)
    return faults + [f"original {name} is not at the centre" for name in sorted(dispatched - told)]


def figures(stage: Stage, seed: int, rounds: int) -> str:
    done = ", ".join(f"{name} {count}" for name, count in sorted(stage.done.items()))
    return f"villages: {len(stage.villages)} in {rounds} rounds, {done} (seed {seed})"
