"""Twenty villages, their kecamatan and the centre as real processes, with sticks between them (part of `prove sync`).

In each round villages type, take drafts back, and exchange: over the network, while the office's server is killed, or
by a stick that is lost, late or read twice. Then a clerk registers, a dispatch leaves for the centre, lists are
written. A copy of a village's folder takes its place with a new code, and the one before is refused; drafts are lost
at the kecamatan. At the end each draft that no village took back is one waiting draft or one case, and each case is one
line at the centre.
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
from app.casework.villages import network, service
from app.casework.villages.own_folder import VillageFolder, read_draft
from app.casework.villages.own_network import exchange_with_office, join_office
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
from schema.database import open_centre
from schema.migrations import Side
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
AT_ONCE = 4
"""Villages that exchange at the same time."""
SERVED = 3
"""Drafts that a clerk registers in a round, at most, for each four villages."""


@dataclass
class Village:
    """One village: its folder, its stick, and what was typed there and taken back."""

    code: str
    own: VillageFolder
    stick: Path
    typed: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    old: list[tuple[str, bytes]] = field(default_factory=list)


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
    end_centre = stage.start("centre")
    try:
        for number in range(rounds):
            one_round(stage, last=False, mishap=number % 3)
        for _ in range(2):
            one_round(stage, last=True, mishap=-1)
    finally:
        end_centre(True)
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
    end_office = stage.start("office")
    for code, letters in zip(codes, given, strict=True):
        village = Village(code, VillageFolder(stage.folder / "desa" / code), stage.folder / f"stik-{code}")
        village.stick.mkdir()
        join_office(village.own, code, letters, now)
        exchange_with_office(village.own, now)
        stage.villages.append(village)
    end_office(True)


def one_round(stage: Stage, *, last: bool, mishap: int) -> None:
    """A day: typing, exchange while the office's program runs and may be killed, the clerk's turn after it stopped."""
    if not last:
        for village in stage.villages:
            type_forms(stage, village)
    end_office = stage.start("office")
    chosen = stage.villages if last else stage.chance.sample(stage.villages, max(1, len(stage.villages) * 2 // 3))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(exchange, stage, village) for village in chosen]
        if mishap == 0:
            waiting[len(waiting) // 2].result()
            end_office(False)
            stage.done["kills"] += 1
    if mishap != 0:
        end_office(True)
    for village in stage.villages:
        if village not in chosen or mishap == 0:
            carry(stage, village)
    with stage.at_the_desk() as (journal, road, node):
        if mishap == 1:
            lose_drafts(stage, journal)
        serve(stage, journal, road, node, last=last)
    if mishap == 2:
        replace_computer(stage)


def type_forms(stage: Stage, village: Village) -> None:
    """None to two forms, and now and then one that is taken back."""
    for _ in range(stage.chance.randint(0, 2)):
        stage.people += 1
        form = village.own.add_draft("ktp-el", {"full_name": f"Warga {stage.people}"}, clock.now())
        village.typed.add(form.code)
        stage.done["typed"] += 1
    kept = [form.code for form in village.own.drafts()]
    if kept and stage.chance.random() < 0.15:
        code = stage.chance.choice(kept)
        village.own.take_back(code)
        village.back.add(code)
        stage.done["taken back"] += 1


def exchange(stage: Stage, village: Village) -> None:
    """Over the network, as often as it may be; an office that is killed under it is met again the next day."""
    if stage.whole:
        program = subprocess.run(
            [sys.executable, str(ROOT / "run.py"), "village", "sync", "--data", str(village.own.folder)],
            env=stage.world.environment,
            cwd=stage.world.place / "cwd",
            capture_output=True,
            timeout=120,
            check=False,
        )
        stage.done["exchanges" if program.returncode == 0 else "cut off"] += 1
        return
    try:
        exchange_with_office(village.own, clock.now())
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


def replace_computer(stage: Stage) -> None:
    """A copy of a village's folder takes its place with a code of its own; the one before goes on, and is refused."""
    village = stage.chance.choice(stage.villages)
    copy = VillageFolder(village.own.folder.with_name(f"{village.own.folder.name}-{stage.done['replaced']}"))
    shutil.copytree(village.own.folder, copy.folder)
    shutil.rmtree(copy.folder / "keys")
    (copy.folder / "desa.json").unlink()
    with stage.at_the_desk() as (journal, road, _node):
        letters = network.issue_village_code(journal, KEEPER, road, village=village.code, now=clock.now())
    end_office = stage.start("office")
    join_office(copy, village.code, letters, clock.now())
    with suppress(SyncError):
        exchange_with_office(village.own, clock.now())
        stage.done["fences open"] += 1
    village.own = copy
    stage.done["replaced"] += 1
    end_office(True)


def serve(stage: Stage, journal: Journal, road: OfficeExchange, node: Node, *, last: bool) -> None:
    """The clerk's turn: sticks, registrations, a dispatch to the centre, lists for those who came with a stick."""
    now, clerk = clock.now(), Actor(0, "Retno", "retno", frozenset({"counter"}))
    for village in stage.villages:
        if any(village.stick.glob("*.desa")):
            service.take_drafts(journal, clerk, node, village.stick, now=now)
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
            faults += village_faults(village, cases, drafts)
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
