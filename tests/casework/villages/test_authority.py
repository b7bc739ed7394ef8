"""Who may say what between kecamatan and village: the tables of docs/villages.md, each cell of them tried."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from app.casework.villages import files, incoming, queries
from app.casework.villages.files import (
    DRAFTS,
    LIST,
    BroughtForm,
    BroughtLine,
    DraftFate,
    KnownCases,
    KnownList,
    ListHead,
    ListLine,
    OfferedService,
    Withdrawn,
    seal_lines,
)
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_network import ask_office, join_office
from app.casework.villages.service import note_key
from sync.keys import NodeKeys, make_keys
from sync.nodes import Node
from sync.problems import SyncError
from tests.casework.villages.conftest import Line
from tests.casework.villages.test_drafts import waiting
from tests.platform.people import KRAI, MUNDER
from tests.rules.source import ROOT

OTHER = "3508992099"
EVERY = (*get_args(BroughtLine), *get_args(ListLine))


def tag(kind: type) -> str:
    return str(kind.__struct_config__.tag)  # type: ignore[attr-defined]  # of every struct


def table(heading: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Line → sender → (by stick, by network), as the page says it; one word stands for both ways."""
    text = (ROOT / "docs/villages.md").read_text(encoding="utf-8").partition(f"### {heading}\n")[2]
    rows = [row for row in text.partition("\n#")[0].splitlines() if row.startswith("|")]
    head, _, *rest = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    cells: dict[str, dict[str, tuple[str, str]]] = {}
    for line, *words in rest:
        both = [(word.partition(", ")[0], word.rpartition(", ")[2]) for word in words]
        cells[line.strip("`")] = dict(zip(head[1:], both, strict=True))
    return cells


class Senders:
    """Everybody who might write a file: the keys with which they sign, and as whom."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line, self.desk, self.n = line, line.desk, 0
        with self.desk.journal.db.writing(), self.desk.journal.db.applying():
            self.desk.journal.db.run("INSERT INTO village (code, name) VALUES (?, 'Lain')", (OTHER,))
        self.node: Node = line.exchange.open_node()
        before = VillageFolder(folder / "lama")
        join_office(before, MUNDER, line.code(MUNDER), self.desk.now)
        self.own = line.joined(folder / "desa", MUNDER)
        doubled = line.joined(folder / "dua", KRAI)
        other = line.joined(folder / "lain", OTHER)
        with self.desk.journal.transaction():
            body = incoming.CopyNoticed(KRAI, 1)
            self.desk.journal.record(body, subject=f"village/{KRAI}", actor="sari", at=self.desk.now)
        as_munder = {"node": MUNDER}
        self.keys: dict[str, NodeKeys] = {
            "the village": self.own.keys(),
            "its earlier key": before.keys(),
            "a doubled key": doubled.keys(),
            "another village": msgspec.structs.replace(other.keys(), **as_munder),
            "the kecamatan": self.node.keys,
            "the centre": make_keys("pusat"),
            "a stranger": make_keys(MUNDER),
        }

    def fresh(self) -> str:
        self.n += 1
        return f"{self.n:032x}"


@pytest.fixture
def senders(line: Line, tmp_path: Path) -> Senders:
    return Senders(line, tmp_path)


def lines_of(kind: type, code: str, village: str) -> msgspec.Struct:
    made: dict[type, Callable[[], msgspec.Struct]] = {
        BroughtForm: lambda: BroughtForm(code, "ktp-el", "2026-03-12T01:00:00Z", {"kind": "baru"}),
        Withdrawn: lambda: Withdrawn(code),
        KnownList: lambda: KnownList(1, 1),
        ListHead: lambda: ListHead(village, "Munder", "Kecamatan", 1),
        OfferedService: lambda: OfferedService("ktp-el", "x"),
        KnownCases: lambda: KnownCases([]),
        DraftFate: lambda: DraftFate(code, "returned", reason="Dibatalkan."),
    }
    return made[kind]()


def outcome(senders: Senders, village: str, send: Callable[[], bool]) -> str:
    """What a file did at the kecamatan."""
    db = senders.desk.journal.db

    def state() -> tuple[object, int]:
        drafts = sorted((draft.area, draft.brought) for draft in waiting(db))
        return drafts, len(queries.held_files(db))

    before = state()
    refused = not send()
    after = state()
    if refused:
        assert after == before
        return "refused"
    if after[1] != before[1]:
        assert after[0] == before[0]
        return "held"
    return "taken" if after[0] != before[0] else "nothing"


def try_at_kecamatan(senders: Senders, stick: Path, kind: type, who: str, *, network: bool) -> str:
    keys, desk = senders.keys[who], senders.desk
    village = KRAI if who == "a doubled key" else MUNDER
    code = senders.fresh()
    if kind is Withdrawn:  # of a draft that waits
        desk.journal.db.run(
            "INSERT INTO draft (author, area, service, form_code, fields, created_at, updated_at, brought)"
            " VALUES ('', ?, 'ktp-el', '', '{}', '2026-03-12T01:00:00Z', '2026-03-12T01:00:00Z', ?)",
            (village, code),
        )
    lines = [KnownList(0, 0), lines_of(kind, code, village)]
    sealed = seal_lines(keys, senders.node.keys.public, DRAFTS, lines, epoch=1, now=desk.now)

    def by_stick() -> bool:
        (stick / "draf.desa").write_bytes(sealed)
        told = incoming.take_drafts(desk.journal, desk.who("sari"), senders.node, stick, now=desk.now)
        return not [each for each in told.sentences if each != incoming.NO_FILES and "ditahan" not in each]

    def by_network() -> bool:
        where = f"{village}/drafts"
        try:
            ask_office(senders.line.running.address, where, sealed, keys, senders.node.keys.public)
        except SyncError:
            return False
        return True

    return outcome(senders, village, by_network if network else by_stick)


def tried_both_ways(trial: Callable[..., str], senders: Senders, stick: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Line → sender → what came of it by stick and by network."""
    return {
        tag(kind): {
            who: (
                trial(senders, stick, kind, who, network=False),
                trial(senders, stick, kind, who, network=True),
            )
            for who in senders.keys
        }
        for kind in EVERY
    }


def test_every_cell_of_what_the_kecamatan_takes(senders: Senders, stick: Path) -> None:
    said = table("At the kecamatan")
    assert set(said) == {tag(kind) for kind in EVERY}, "a row for each kind of line"
    assert all(set(cells) == set(senders.keys) for cells in said.values()), "a column for each sender"
    assert tried_both_ways(try_at_kecamatan, senders, stick) == said


def try_in_village(senders: Senders, stick: Path, kind: type, who: str, *, network: bool) -> str:
    """A newer list with this line, from whoever says that he is the kecamatan."""
    own, desk = senders.own, senders.desk
    keys = senders.keys[who]
    senders.n += 1
    head = ListHead(MUNDER, "Munder", "Kecamatan", 1000 + senders.n)
    lines = [head] if kind is ListHead else [head, lines_of(kind, senders.fresh(), MUNDER)]
    signing = msgspec.structs.replace(keys, node=senders.node.keys.node)
    sealed = seal_lines(signing, own.keys().public, LIST, lines, epoch=1, now=desk.now)
    for path in stick.glob("*.desa"):
        path.unlink()
    (stick / "daftar.desa").write_bytes(sealed)
    try:
        if network:
            own.open_list(sealed)
        else:
            own.read_list(stick)
    except SyncError:
        return "refused"
    known = own.newest()
    return "taken" if known and known.head.number == head.number else "nothing"


def test_every_cell_of_what_the_village_takes(senders: Senders, stick: Path) -> None:
    said = table("In the village")
    assert set(said) == {tag(kind) for kind in EVERY}
    assert all(set(cells) == set(senders.keys) for cells in said.values())
    assert tried_both_ways(try_in_village, senders, stick) == said


def test_a_key_that_was_noted_twice_is_of_the_newest_epoch(senders: Senders) -> None:
    """As old journals may have it: the earlier key is the counting one again."""
    journal, key = senders.desk.journal, senders.keys["its earlier key"].public
    with journal.transaction():
        note_key(journal, key, "ratna", senders.desk.now)
    known = queries.key_with_signer(journal.db, MUNDER, key.signer)
    assert known is not None
    assert (known.epoch, known.ended_at) == (3, "")
    assert files.spoken_fingerprint(key)
