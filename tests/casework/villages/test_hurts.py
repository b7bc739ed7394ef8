"""What hurt users of comparable systems, each as a test; and twenty villages whose sticks go lost, late and twice."""

import random
import shutil
from collections import Counter as Count
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.casework.desk.tables import Draft
from app.casework.villages import files, queries, service
from app.casework.villages.events import DraftsTaken
from app.casework.villages.files import DRAFTS, BroughtForm, DraftFate, seal_lines
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.service import REASONS
from sync.problems import SyncError
from sync.verification import verify_side
from tests.casework.villages.conftest import Counter
from tests.casework.villages.test_drafts import fates, ready, typed, waiting
from tests.platform.people import KRAI, MUNDER
from tests.services.ktp.desk import Desk

REASON = next(iter(REASONS))


def test_two_villages_that_draw_one_code_lose_nothing(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder
) -> None:
    """morango#306: what was unique on one side met the same of another, and one of the two was gone."""
    for folder, village in ((munder, MUNDER), (krai, KRAI)):
        ready(counter, folder, village)
        form = msgspec.structs.replace(typed(desk, folder), code="ab" * 16)
        sealed = seal_lines(folder.keys(), folder.office(), DRAFTS, [form], epoch=1, now=desk.now)
        (counter.stick / f"draf-{village}.desa").write_bytes(sealed)
    assert counter.take().taken == 2
    assert sorted(draft.area for draft in waiting(desk.journal.db)) == sorted([MUNDER, KRAI])
    numbers = {draft.given for draft in queries.waiting_drafts(desk.journal.db, desk.now.date())}
    assert numbers == {f"{MUNDER[-4:]}-001", f"{KRAI[-4:]}-001"}, "nor does one number of two villages"
    [draft] = [draft for draft in waiting(desk.journal.db) if draft.area == KRAI]
    counter.give_back(draft.id, REASON)
    assert fates(counter, munder) == {"ab" * 16: ("waiting", "")}
    assert fates(counter, krai, KRAI) == {"ab" * 16: ("returned", REASON)}


def test_rounds_that_nobody_finishes_leave_nothing_behind(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    """kolibri#7270: each round that was begun and not ended kept its buffer, until the disk was full."""
    ready(counter, munder, MUNDER)
    typed(desk, munder)
    for _ in range(12):
        counter.list_for(MUNDER)
        munder.write_drafts(counter.stick, desk.later(hours=1).now)
    assert len(list(counter.stick.glob("*.desa"))) == 2
    assert len(list(munder.folder.rglob("*.json"))) == 5, "village, kecamatan, list, numbers, one draft"
    for _ in range(5):
        counter.take()
    assert desk.journal.db.one("SELECT count(*) FROM journal WHERE kind = 'village.draft_taken'") == (1,)


def test_sticks_in_any_order_end_in_the_same_state(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    """getodk/central#669: an update that came before what it was about broke the record."""
    ready(counter, munder, MUNDER)
    kept = []
    for n in range(3):
        typed(desk, munder)
        name, _ = munder.write_drafts(counter.stick, desk.now)
        kept.append(tmp_path / f"{n}.desa")
        shutil.copy(counter.stick / name, kept[-1])
    for path in reversed(kept):
        shutil.copy(path, counter.stick / name)
        counter.take()
    assert sorted(draft.brought for draft in waiting(desk.journal.db)) == sorted(form.code for form in munder.drafts())
    first = waiting(desk.journal.db)[0]
    counter.give_back(first.id, REASON)
    shutil.copy(kept[0], counter.stick / name)
    assert counter.take().taken == 0, "what was given back stays so when an old stick comes late"


def test_one_large_thing_holds_up_nothing_else(
    counter: Counter, desk: Desk, munder: VillageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cht-core#6143: one document that was too large stopped all others for good, on either side."""
    ready(counter, munder, MUNDER)
    with pytest.raises(SyncError) as large:
        munder.add_draft("ktp-el", {f"f{n}": "x" * 4000 for n in range(17)}, desk.now)
    assert large.value.code == "draft_too_long"
    forms = [typed(desk, munder) for _ in range(4)]
    one = len(msgspec.json.encode(forms[0])) + 100
    monkeypatch.setattr(files.fitting, "__defaults__", (2 * one,))
    carried = []
    while (written := munder.write_drafts(counter.stick, desk.now))[1]:
        carried.append(written[1])
        counter.take()
        monkeypatch.setattr(files.fitting, "__defaults__", (files.LARGEST,))
        fates(counter, munder)
        monkeypatch.setattr(files.fitting, "__defaults__", (2 * one,))
    assert carried == [2, 2]
    assert len(waiting(desk.journal.db)) == 4


def test_a_list_that_is_too_large_tells_the_newest_and_counts_the_rest(
    counter: Counter, desk: Desk, munder: VillageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.open(village=MUNDER)
    db, today = desk.journal.db, desk.now.date()
    rows, _ = queries.told_cases(db, MUNDER, today)
    parts = [files.KnownCases([case]) for case in queries.known_cases(db, rows)]
    services = queries.offered_services(db, MUNDER, today)
    room = sum(len(msgspec.json.encode(line)) + 1 for line in [*services, *parts[:2]])
    monkeypatch.setattr(service, "CASES_A_LINE", 1)
    monkeypatch.setattr(files.fitting, "__defaults__", (room,))
    counter.list_for(MUNDER)
    told, _ = munder.read_list(counter.stick)
    assert ([case.number for case in told.cases], told.head.left_out) == ([row.number for row in rows[:2]], 1)
    assert db.one("SELECT cases FROM village_list ORDER BY id DESC LIMIT 1") == (2,), "the log says what was told"


def test_a_file_takes_no_more_lines_than_the_other_side_reads() -> None:
    """One line is left for the head; a line that no side could read is left out, those behind it are not."""
    small, large = DraftFate("0" * 32, "lost"), files.OfferedService("x", "x" * 262_144)
    assert len(files.fitting([small] * 600)) == 499
    assert files.fitting([small, large, small]) == [small, small]


def test_a_village_with_very_many_drafts_still_gets_its_list(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    case_id = desk.open(village=MUNDER)
    codes = [f"{n:032x}" for n in range(600)]
    body = DraftsTaken(MUNDER, "0" * 64, codes)
    with desk.journal.transaction():
        desk.journal.record(body, subject=f"village/{MUNDER}", actor="sari", at=desk.now)
    counter.list_for(MUNDER)
    told, _ = munder.read_list(counter.stick)
    assert (len(told.fates), len(told.cases), [each.id for each in told.services]) == (400, 1, ["ktp-el"])
    assert case_id


def test_a_replaced_computer_is_let_in_again_and_brings_what_it_types(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    """open-msupply#11908: a computer that took the place of another was locked out for good. What the earlier one still
    brings is held, not lost."""
    ready(counter, munder, MUNDER)
    typed(desk, munder)
    munder.write_drafts(counter.stick, desk.now)
    counter.take()
    fresh = VillageFolder(tmp_path / "baru")
    counter.meet(fresh, MUNDER)
    told = fates(counter, fresh)
    assert [state for state, _ in told.values()] == ["waiting"], "it hears of what the old one brought"
    typed(desk, fresh)
    fresh.write_drafts(counter.stick, desk.now)
    assert counter.take().taken == 1
    assert len(waiting(desk.journal.db)) == 2
    typed(desk, munder)
    munder.write_drafts(counter.stick, desk.now)
    assert (counter.take().taken, len(queries.held_files(desk.journal.db))) == (0, 1)


# -- twenty villages ------------------------------------------------------------------------------------------------

VILLAGES = [f"35089930{n:02d}" for n in range(20)]


class Round:
    """One village with its own stick, of which each way may go wrong."""

    def __init__(self, counter: Counter, folder: Path, village: str) -> None:
        self.village, self.own = village, VillageFolder(folder / village)
        self.stick = folder / f"stick-{village}"
        self.stick.mkdir(parents=True)
        self.counter = Counter(counter.desk, counter.folder, self.stick)
        self.old: list[tuple[str, bytes]] = []
        self.typed: list[BroughtForm] = []

    def step(self, deed: str, draw: random.Random) -> None:
        desk = self.counter.desk
        if deed == "type":
            self.typed.append(self.own.add_draft("ktp-el", {"full_name": f"Warga {len(self.typed)}"}, desk.now))
        elif deed == "write":
            name, count = self.own.write_drafts(self.stick, desk.now)
            self.old += [(name, (self.stick / name).read_bytes())] if count else []
        elif deed == "lose":
            for path in self.stick.glob("*.desa"):
                path.unlink()
        elif deed == "late" and self.old:
            name, content = draw.choice(self.old)
            (self.stick / name).write_bytes(content)
        elif deed == "take":
            self.counter.take()
        elif deed == "list":
            self.counter.list_for(self.village)
        elif deed == "read":
            self.read()
        elif deed == "forget":  # a backup without drafts was put back
            Draft.remove(desk.journal.db, area=self.village, case_id=None)

    def read(self) -> None:
        """A stick without a list of ours, or with an older one, changes nothing."""
        with suppress(SyncError):
            self.own.read_list(self.stick)

    def settle(self) -> list[DraftFate]:
        """What any two rounds without a mishap come to."""
        for deed in ("list", "read", "write", "take", "list", "read"):
            self.step(deed, random.Random(0))
        known = self.own.newest()
        assert known is not None
        return known.fates


def test_twenty_villages_lose_and_double_nothing(counter: Counter, desk: Desk, tmp_path: Path) -> None:
    draw = random.Random(26)
    with desk.journal.db.writing(), desk.journal.db.applying():
        for code in VILLAGES:
            desk.journal.db.run("INSERT INTO village (code, name) VALUES (?, ?)", (code, f"Desa {code[-2:]}"))
    rounds = [Round(counter, tmp_path / "desa", village) for village in VILLAGES]
    for each in rounds:
        each.counter.meet(each.own, each.village)
        each.step("list", draw)
        each.step("read", draw)
    deeds = ("type", "write", "lose", "late", "take", "list", "read", "forget")
    done: Count[str] = Count()
    for _ in range(160):
        deed = draw.choice(deeds)
        draw.choice(rounds).step(deed, draw)
        done[deed] += 1
        desk.now += timedelta(minutes=1)
    assert min(done[deed] for deed in deeds) > 8
    for each in rounds:
        told = each.settle()
        here = [draft.brought for draft in waiting(desk.journal.db) if draft.area == each.village]
        assert sorted(here) == sorted(form.code for form in each.typed), "0 lost, 0 doubled"
        assert {fate.code for fate in told if fate.state == "waiting"} == set(here)
    assert sum(len(each.typed) for each in rounds) > 8
    with desk.journal.db.writing(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM village WHERE code LIKE '35089930%'")
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []
