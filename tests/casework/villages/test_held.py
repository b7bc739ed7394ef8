"""Files of a village that are held: of a replaced computer, of a copy of its folder, of one put back to a backup."""

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from app.casework.desk.tables import Draft
from app.casework.villages import incoming, queries
from app.casework.villages.files import DRAFTS, BroughtForm, Withdrawn, seal_lines, spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_forms import HELD, fate_words, given_words
from app.casework.villages.own_network import ask_office, exchange_with_office, join_office
from app.casework.villages.tables import VillageHeldContent
from app.casework.villages.views.own_pages import make_village_app
from app.cli.village import show_list
from app.core.problems import Problem
from schema.database import first_column
from sync.problems import SyncError
from sync.verification import verify_side
from tests.casework.villages.conftest import KEEPER, Counter, Line
from tests.casework.villages.test_drafts import bring, fates, forged, ready, register, restore, typed, waiting
from tests.platform.people import KRAI, MUNDER, PIN, Browser
from tests.services.ktp.desk import Desk


def entries(desk: Desk, kind: str) -> int:
    [count] = desk.journal.db.one("SELECT count(*) FROM journal WHERE kind = ?", (kind,)) or (0,)
    return int(count)


def codes(desk: Desk) -> list[str]:
    return sorted(draft.brought for draft in waiting(desk.journal.db))


def judge(counter: Counter, verdict: str, held_id: int | None = None) -> None:
    held = queries.held_files(counter.desk.journal.db)
    exchange = incoming.OfficeExchange(counter.desk.journal, counter.folder)
    chosen = held_id or held[0].id
    incoming.judge_held_file(
        counter.desk.journal, KEEPER, exchange, held_id=chosen, verdict=verdict, now=counter.desk.now
    )


def told(folder: VillageFolder) -> tuple[int, bool]:
    known = folder.newest()
    assert known is not None
    return known.head.held_files, known.head.doubled


def sound(desk: Desk, folder: Path) -> bool:
    return verify_side(desk.journal, "office", folder / "leer.sqlite3").faults == []


@pytest.fixture
def replaced(counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path) -> tuple[BroughtForm, VillageFolder]:
    """A computer that was replaced; its last stick, with a draft, lies at the kecamatan."""
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    munder.write_drafts(counter.stick, desk.now)
    fresh = VillageFolder(tmp_path / "baru")
    counter.meet(fresh, MUNDER)
    return form, fresh


# -- the last stick of a replaced computer ----------------------------------------------------------------------------


def test_the_last_stick_of_a_replaced_computer_waits_for_a_decision_and_is_taken(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder], web: Flask, tmp_path: Path
) -> None:
    """open-msupply#11908: not locked out, and not let in unseen."""
    form, fresh = replaced
    shutil.copytree(counter.folder / "keys", web.extensions["loket"].surroundings.data / "keys")
    came = counter.take()
    assert (came.taken, codes(desk)) == (0, [])
    assert "ditahan: 1 draf" in came.sentences[0]
    ready(counter, fresh, MUNDER)
    assert told(fresh) == (1, False), "the village hears of it"
    keeper, sari = Browser(web, "ratna"), Browser(web, "sari")
    page = keeper.get("/desa").get_data(as_text=True)
    assert "Desa Munder" in page
    assert "1 draf: ditandatangani dengan kunci komputer desa yang lama." in page
    assert 'value="taken"' in page
    assert "1 dokumen desa ditahan" in keeper.get("/").get_data(as_text=True)
    assert "dokumen desa ditahan" not in sari.get("/").get_data(as_text=True)
    assert "Administrator memutuskannya" in sari.get("/desa").get_data(as_text=True)
    [row] = queries.held_files(desk.journal.db)
    where, name = f"/desa/tertahan/{row.id}", f"tertahan{row.id}-"
    chosen = {f"{name}verdict": "taken"}
    assert sari.post(where, {**chosen, f"{name}pin": PIN}).status_code == 403
    assert keeper.post(where, {**chosen, f"{name}pin": "000000"}).status_code == 422
    assert keeper.post(where, {f"{name}verdict": "lain", f"{name}pin": PIN}).status_code == 422
    beside = keeper.post("/desa/alamat", {"alamat-address": "dua kata", "alamat-pin": PIN})
    assert (beside.status_code, "Putuskan" in beside.get_data(as_text=True)) == (422, True)
    assert codes(desk) == []
    assert keeper.post(where, {**chosen, f"{name}pin": PIN}).status_code == 303
    assert codes(desk) == [form.code]
    assert keeper.post(where, {**chosen, f"{name}pin": PIN}).status_code == 404, "decided once"
    assert "Dokumen desa yang ditahan" not in keeper.get("/desa").get_data(as_text=True)
    assert VillageHeldContent.first(desk.journal.db) is None
    assert (counter.take().taken, codes(desk)) == (0, [form.code]), "the stick once more"
    assert queries.given_number(desk.journal.db, f"{MUNDER}/{form.code}") == f"{MUNDER[-4:]}-001"
    ready(counter, fresh, MUNDER)
    assert told(fresh) == (0, False)
    assert sound(desk, tmp_path)


def test_what_was_dropped_does_not_come_back(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder], tmp_path: Path
) -> None:
    counter.take()
    judge(counter, "dropped")
    assert VillageHeldContent.first(desk.journal.db) is None
    counter.take()
    assert (queries.held_files(desk.journal.db), codes(desk)) == ([], [])
    assert VillageHeldContent.first(desk.journal.db) is None
    assert sound(desk, tmp_path)


def test_an_old_stick_with_nothing_new_is_not_held(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    counter.meet(VillageFolder(munder.folder.with_name("baru")), MUNDER)
    assert (counter.take().repeated, queries.held_files(desk.journal.db)) == (1, [])
    munder.take_back(form.code)
    munder.write_drafts(counter.stick, desk.now)
    counter.take()
    counter.take()
    assert len(queries.held_files(desk.journal.db)) == 1, "that it takes one back is new"
    assert codes(desk) == [form.code]
    judge(counter, "taken")
    assert codes(desk) == []


def test_what_the_new_computer_brings_itself_is_there_once(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder], munder: VillageFolder
) -> None:
    form, fresh = replaced
    ready(counter, fresh, MUNDER)
    shutil.copytree(munder.folder / "draf", fresh.folder / "draf")
    counter.take()
    fresh.write_drafts(counter.stick, desk.later(minutes=1).now)
    counter.take()
    assert codes(desk) == [form.code]
    if queries.held_files(desk.journal.db):
        judge(counter, "taken")
    assert codes(desk) == [form.code]


def test_a_held_file_whose_content_a_restored_backup_has_not_is_read_again(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder]
) -> None:
    form, _ = replaced
    counter.take()
    VillageHeldContent.remove(
        desk.journal.db, digest=first_column(desk.journal.db, "SELECT digest FROM village_held")[0]
    )
    with pytest.raises(Problem) as gone:
        judge(counter, "taken")
    assert "Baca flashdisknya sekali lagi" in gone.value.sentence
    counter.take()
    judge(counter, "taken")
    assert codes(desk) == [form.code]


def test_held_files_are_bounded_and_what_has_no_room_stays_where_it_is(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(counter, munder, MUNDER)
    for n in range(3):
        form = BroughtForm(f"{n:032x}", "ktp-el", "2026-03-12T01:00:00Z", {"kind": "baru"})
        sealed = seal_lines(munder.keys(), munder.office(), DRAFTS, [form], epoch=1, now=desk.now)
        (counter.stick / f"{n}.desa").write_bytes(sealed)
    counter.meet(VillageFolder(tmp_path / "baru"), MUNDER)
    monkeypatch.setattr(incoming, "MOST_HELD_BYTES", 100)
    assert counter.take().postponed == 3
    monkeypatch.setattr(incoming, "MOST_HELD_BYTES", 8_000_000)
    monkeypatch.setattr(incoming, "MOST_HELD", 2)
    came = counter.take()
    assert (len(queries.held_files(desk.journal.db)), came.postponed) == (2, 1)
    assert any("terlalu banyak dokumen" in sentence for sentence in came.sentences)
    judge(counter, "dropped")
    counter.take()
    assert len(queries.held_files(desk.journal.db)) == 2, "the third has room now"


def test_a_held_file_that_does_not_fit_stays_held(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.take()
    monkeypatch.setattr("app.casework.villages.service.MOST_WAITING", 0)
    with pytest.raises(Problem):
        judge(counter, "taken")
    assert (len(queries.held_files(desk.journal.db)), entries(desk, "village.held_file_judged")) == (1, 0)
    monkeypatch.undo()
    judge(counter, "taken")
    assert codes(desk) == [replaced[0].code]


@pytest.mark.parametrize("day", ["2026-02-31T01:00:00Z", "2026-03-12T25:61:61Z"])
def test_a_day_that_is_none_breaks_no_page(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask, tmp_path: Path, day: str
) -> None:
    """A hostile village, or one of an earlier key, writes it into a draft and onto its file."""
    ready(counter, munder, MUNDER)
    form = BroughtForm("ab" * 16, "ktp-el", day, {"kind": "baru"})
    assert forged(counter, desk, munder, form).set_aside == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.file_format.to_utc_text", lambda _now: day)
        form = BroughtForm("cd" * 16, "ktp-el", "2026-03-12T01:00:00Z", {"kind": "baru"})
        sealed = seal_lines(munder.keys(), munder.office(), DRAFTS, [form], epoch=1, now=desk.now)
    (counter.stick / "draf-palsu.desa").write_bytes(sealed)
    counter.meet(VillageFolder(tmp_path / "baru"), MUNDER)
    assert len(counter.take().sentences) == 1
    assert queries.held_files(desk.journal.db) == []
    assert Browser(web, "ratna").get("/desa").status_code == 200


# -- two computers with one key ---------------------------------------------------------------------------------------


def test_a_copy_of_the_folder_is_noticed_held_and_settled_by_a_new_code(
    line: Line, near: VillageFolder, desk: Desk, counter: Counter, web: Flask, tmp_path: Path
) -> None:
    """A clone types on beside the computer: nothing is lost or doubled, and the kecamatan sees that they are two."""
    first = typed(desk, near)
    exchange_with_office(near, desk.now)
    copy = VillageFolder(Path(shutil.copytree(near.folder, tmp_path / "salinan")))
    own, other = typed(desk, near), typed(desk, copy)
    exchange_with_office(near, desk.now)
    assert codes(desk) == sorted([first.code, own.code])
    exchange_with_office(copy, desk.now)
    assert codes(desk) == sorted([first.code, own.code]), "the same count, another file"
    assert told(copy) == (1, True)
    exchange_with_office(near, desk.now)
    assert told(near) == (1, True)
    for _ in range(3):
        exchange_with_office(copy, desk.now)
    assert entries(desk, "village.file_held") == 1, "held once, however often it asks"
    assert copy.due_lines()[1] == 0, "and not sent again"
    known = copy.newest()
    assert known is not None
    fate = known.fate(other.code)
    assert fate_words(fate) == HELD
    assert given_words(other, fate, MUNDER) == f"nomor {MUNDER[-4:]}-002", "nobody knows yet whether it counts"
    assert "1 dokumen desa ini menunggu keputusan" in (lines := "\n".join(show_list(copy)))
    assert "Minta kode baru" in lines
    page = Browser(web, "ratna").get("/desa").get_data(as_text=True)
    assert "Desa Munder: sejak" in page
    assert "Drafnya baru dapat diambil sesudah" in page
    assert ('value="taken"' in page, 'value="dropped"' in page) == (False, True), "taking would be refused"
    own_page = make_village_app(near, {"KEY": "k", "CLOCK": lambda: desk.now, "STICKS": list}).test_client()
    own_page.get("/masuk/k")
    assert "Kecamatan melihat dua komputer" in own_page.get("/").get_data(as_text=True)
    with pytest.raises(Problem) as early:
        judge(counter, "taken")
    assert "kode baru" in early.value.sentence
    late = typed(desk, near)
    exchange_with_office(near, desk.now)
    assert late.code not in codes(desk), "from then on"
    before = near.signer()
    join_office(near, MUNDER, line.code(MUNDER), desk.now)
    assert near.signer() != before, "a key of which nobody has a copy"
    exchange_with_office(near, desk.now)
    assert told(near) == (2, False)
    with pytest.raises(SyncError) as shut:
        exchange_with_office(copy, desk.now)
    assert shut.value.code == "village_unknown"
    for _ in range(2):
        judge(counter, "taken")
    everything = sorted(form.code for form in (first, own, other, late))
    assert codes(desk) == everything
    newest = typed(desk, near)
    exchange_with_office(near, desk.now)
    assert codes(desk) == sorted([*everything, newest.code])
    numbers = [draft.given for draft in queries.waiting_drafts(desk.journal.db, desk.now.date())]
    assert len(set(numbers)) == 5, "the copy gave a number that was given: its draft came without"
    assert numbers.count("") == 1
    join_office(copy, MUNDER, line.code(MUNDER), desk.now)
    exchange_with_office(copy, desk.now)
    assert (told(copy), codes(desk)) == ((0, False), sorted([*everything, newest.code]))
    assert sound(desk, tmp_path)


def test_the_same_without_network(counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path) -> None:
    ready(counter, munder, MUNDER)
    copy = VillageFolder(Path(shutil.copytree(munder.folder, tmp_path / "salinan")))
    own, other = typed(desk, munder), typed(desk, copy)
    bring(counter, desk, munder)
    bring(counter, desk, copy)
    assert codes(desk) == [own.code]
    ready(counter, munder, MUNDER)
    assert told(munder) == (1, True)
    spoken = spoken_fingerprint(copy.keys().public)
    copy.make_keys(MUNDER, counter.stick)
    with pytest.raises(Problem) as again:
        counter.note(MUNDER, spoken)
    assert "tulis kunci" in again.value.fields["fingerprint"]
    counter.note(MUNDER, spoken_fingerprint(munder.make_keys(MUNDER, counter.stick)))
    ready(counter, munder, MUNDER)
    assert told(munder) == (1, False)
    judge(counter, "taken")
    assert codes(desk) == sorted([own.code, other.code])
    with pytest.raises(Problem):
        counter.note(MUNDER, spoken)


def test_a_list_of_the_earlier_key_tells_nothing_of_the_new_one(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    """It was under way while new keys were made, which still open it: its numbers are those of the copy too."""
    ready(counter, munder, MUNDER)
    copy = VillageFolder(Path(shutil.copytree(munder.folder, tmp_path / "salinan")))
    typed(desk, munder), typed(desk, copy)
    bring(counter, desk, munder)
    bring(counter, desk, copy)
    ready(counter, munder, MUNDER)
    desk.open(village=MUNDER)
    counter.list_for(MUNDER)
    spoken = spoken_fingerprint(munder.make_keys(MUNDER, counter.stick))
    munder.read_list(counter.stick)
    assert typed(desk, munder).given is None
    assert spoken_fingerprint(munder.make_keys(MUNDER, counter.stick)) == spoken, "new keys once"


def test_a_folder_put_back_to_a_backup_is_noticed_by_its_question(
    line: Line, near: VillageFolder, desk: Desk, tmp_path: Path
) -> None:
    typed(desk, near)
    exchange_with_office(near, desk.now)
    backup = shutil.copytree(near.folder, tmp_path / "cadangan")
    typed(desk, near)
    exchange_with_office(near, desk.now)
    shutil.rmtree(near.folder)
    shutil.copytree(backup, near.folder)
    exchange_with_office(near, desk.now + timedelta(minutes=60))
    assert entries(desk, "village.copy_noticed") == 0, "two commands may overtake each other"
    for _ in range(2):
        exchange_with_office(near, desk.now + timedelta(minutes=61))
    assert (entries(desk, "village.copy_noticed"), told(near)) == (1, (0, True))


def test_a_question_that_is_played_back_blames_nobody(line: Line, near: VillageFolder, desk: Desk) -> None:
    """Whoever listens to a network without TLS has old questions; their counts are lower, and so is their age."""
    typed(desk, near)
    old = near.seal_due(near.due_lines()[0], desk.now)
    where = f"{near.keys().node}/drafts"
    ask_office(line.running.address, where, old, near.keys(), near.office())
    typed(desk, near)
    exchange_with_office(near, desk.now + timedelta(days=2))
    desk.later(days=3)
    ask_office(line.running.address, where, old, near.keys(), near.office())
    assert (entries(desk, "village.copy_noticed"), len(codes(desk))) == (0, 2)


def test_sticks_that_are_lost_or_late_blame_nobody(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    kept = []
    for n in range(6):
        typed(desk, munder)
        name, _ = munder.write_drafts(counter.stick, desk.later(days=1).now)
        kept.append(Path(shutil.copy(counter.stick / name, tmp_path / f"{n}.desa")))
    for n in (4, 1, 3, 1, 4):  # 0, 2 and 5 were lost
        shutil.copy(kept[n], counter.stick / name)
        counter.take()
    typed(desk, munder)
    bring(counter, desk, munder)
    assert (entries(desk, "village.copy_noticed"), len(codes(desk))) == (0, 7)
    late = typed(desk, munder)
    munder.write_drafts(counter.stick, desk.now)
    kept.append(Path(shutil.copy(counter.stick / name, tmp_path / "late.desa")))
    munder.take_back(late.code)
    munder.write_drafts(counter.stick, desk.now - timedelta(days=2000))  # its battery is empty: the clock fell back
    counter.take()
    shutil.copy(kept[-1], counter.stick / name)
    counter.take()
    assert entries(desk, "village.copy_noticed") == 0


@pytest.mark.parametrize("count", [2**53 - 1, 2**63, -1])
def test_a_village_that_counts_wrongly_hurts_itself_alone(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder, count: int
) -> None:
    ready(counter, munder, MUNDER)
    ready(counter, krai, KRAI)
    form, other = typed(desk, munder), typed(desk, krai)
    known = msgspec.Raw(b'{"type":"known","epoch":1,"number":1,"count":%d}' % count)
    sealed = seal_lines(munder.keys(), munder.office(), DRAFTS, [known, form], epoch=1, now=desk.now)  # type: ignore[list-item]  # raw
    (counter.stick / "draf-palsu.desa").write_bytes(sealed)
    bring(counter, desk, krai)
    assert codes(desk) == sorted([form.code, other.code])
    bring(counter, desk, munder)
    assert entries(desk, "village.copy_noticed") == 0


def test_a_restored_kecamatan_holds_nothing_that_it_forgot(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    """It knows of lower counts than the village has; what it held comes again as what it is."""
    ready(counter, munder, MUNDER)
    backup = tmp_path / "cadangan.sqlite3"
    desk.journal.db.run(f"VACUUM INTO '{backup}'")
    copy = VillageFolder(Path(shutil.copytree(munder.folder, tmp_path / "salinan")))
    own, other = typed(desk, munder), typed(desk, copy)
    bring(counter, desk, munder)
    bring(counter, desk, copy)
    assert fates(counter, copy) == {own.code: ("waiting", "")}
    assert len(queries.held_files(desk.journal.db)) == 1
    restore(desk, backup)
    for folder in (copy, munder):
        ready(counter, folder, MUNDER)
        bring(counter, desk, folder)
    assert sorted({*codes(desk), *queries.held_codes(desk.journal.db, MUNDER)}) == sorted([own.code, other.code])


def test_what_was_registered_from_a_held_file_is_a_case_once(
    counter: Counter, desk: Desk, replaced: tuple[BroughtForm, VillageFolder], web: Flask
) -> None:
    form, fresh = replaced
    counter.take()
    judge(counter, "taken")
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert case is not None
    Draft.remove(desk.journal.db, case_id=case.id)
    counter.take()
    assert (queries.held_files(desk.journal.db), codes(desk)) == ([], [])
    assert fates(counter, fresh) == {form.code: ("registered", case.number)}


def test_a_held_draft_that_the_village_takes_back_is_not_taken(
    line: Line, near: VillageFolder, desk: Desk, counter: Counter, tmp_path: Path
) -> None:
    """Its list still says that it is held while somebody has taken it already."""
    copy = VillageFolder(Path(shutil.copytree(near.folder, tmp_path / "salinan")))
    typed(desk, copy)
    form = typed(desk, near)
    for folder in (copy, near):
        exchange_with_office(folder, desk.now)
    join_office(near, MUNDER, line.code(MUNDER), desk.now)
    exchange_with_office(near, desk.now)
    judge(counter, "taken")
    assert form.code in codes(desk)
    near.take_back(form.code)
    exchange_with_office(near, desk.now)
    assert form.code not in codes(desk)


def test_a_flood_of_withdrawals_under_a_doubled_key_is_one_file(
    line: Line, near: VillageFolder, desk: Desk, counter: Counter, tmp_path: Path
) -> None:
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    copy = VillageFolder(Path(shutil.copytree(near.folder, tmp_path / "salinan")))
    own, other = typed(desk, near), typed(desk, copy)
    exchange_with_office(near, desk.now)
    exchange_with_office(copy, desk.now)
    copy.take_back(form.code)
    for _ in range(4):
        exchange_with_office(copy, desk.now)
    assert entries(desk, "village.file_held") == 2
    assert copy.taken_back() == [Withdrawn(form.code)], "it goes on saying so until it is known"
    copy.take_back(other.code)
    for _ in range(4):
        exchange_with_office(copy, desk.now)
    assert entries(desk, "village.file_held") == 3, "that it takes back what is held is new"
    join_office(near, MUNDER, line.code(MUNDER), desk.now)
    for _ in range(3):
        judge(counter, "taken")
    assert codes(desk) == [own.code]
