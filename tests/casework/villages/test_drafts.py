"""Drafts that a village typed: how they come, once and as drafts only, and what a hostile or tired side changes."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask

from app import compose
from app.casework.desk import drafts
from app.casework.desk.tables import CaseFile, Draft
from app.casework.villages import incoming, queries, service
from app.casework.villages.files import DRAFTS, LIST, BroughtForm, seal_lines
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.service import REASONS
from app.core.problems import Problem
from schema.database import Database, open_office
from sync.verification import verify_side
from tests.casework.villages.conftest import Counter
from tests.platform.people import KRAI, MUNDER, Browser
from tests.services.ktp.desk import Desk

REASON = next(iter(REASONS))
CODE = "c0de" * 8


def typed(desk: Desk, folder: VillageFolder, **changed: str) -> BroughtForm:
    """A draft as somebody in the village types it; the village itself is not asked."""
    fields = {key: value for key, value in desk.form(**changed).items() if key != "village"}
    return folder.add_draft("ktp-el", fields, desk.now)


def ready(counter: Counter, folder: VillageFolder, village: str) -> None:
    """The village has read a list, so it knows the forms."""
    counter.list_for(village)
    folder.read_list(counter.stick)


def bring(counter: Counter, desk: Desk, folder: VillageFolder) -> service.Taking:
    folder.write_drafts(counter.stick, desk.now)
    return counter.take()


def waiting(db: Database) -> list[Draft]:
    return Draft.rows(db, Draft.brought != "", case_id=None, order="id")


def fates(counter: Counter, folder: VillageFolder, village: str = MUNDER) -> dict[str, tuple[str, str]]:
    counter.list_for(village)
    told, _ = folder.read_list(counter.stick)
    return {fate.code: (fate.state, fate.reason or fate.number) for fate in told.fates}


def forged(counter: Counter, desk: Desk, folder: VillageFolder, *lines: Any) -> service.Taking:
    """The kecamatan reads what a village with its own key may write, whatever it is."""
    keys = folder.keys()
    sealed = seal_lines(keys, folder.office(), DRAFTS, lines, epoch=1, now=desk.now)
    (counter.stick / "draf-palsu.desa").write_bytes(sealed)
    return counter.take()


def register(desk: Desk, web: Flask, draft_id: int, username: str = "sari") -> CaseFile | None:
    """A clerk opens the draft, ticks what lies in front of him and registers it, at the pages."""
    browser = Browser(web, username)
    page = browser.get(f"/permohonan/draf/{draft_id}")
    assert page.status_code == 200
    draft = Draft.first(desk.journal.db, id=draft_id)
    assert draft is not None
    sent = {**json.loads(draft.fields), "have": ["kk_copy"], "aksi": "daftar"}
    answer = browser.post(f"/permohonan/draf/{draft_id}", sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return CaseFile.first(desk.journal.db, order="id DESC")


def test_a_draft_comes_as_a_draft_and_a_clerk_makes_the_case(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    told = bring(counter, desk, munder)
    assert (told.taken, told.repeated, told.set_aside) == (1, 0, 0)
    [draft] = waiting(desk.journal.db)
    assert (draft.area, draft.brought, draft.service) == (MUNDER, form.code, "ktp-el")
    assert CaseFile.first(desk.journal.db) is None, "never a case by itself"
    assert fates(counter, munder) == {form.code: ("waiting", "")}
    case = register(desk, web, draft.id)
    assert case is not None
    assert (case.origin, case.area, case.name) == ("village", MUNDER, form.fields["full_name"].upper())
    checking = Browser(web, "budi").get(f"/berkas/{case.id}/periksa").get_data(as_text=True)
    assert "Kata Sari Wulandari: <b>ada</b>" in checking, "the village said nothing of the papers"
    assert "Kata desa" not in checking
    assert fates(counter, munder) == {form.code: ("registered", case.number)}
    assert munder.drafts() == [], "what was typed is the kecamatan's now"
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_a_kecamatan_put_back_to_a_backup_of_before_gets_its_cases_again(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    early, late = tmp_path / "cadangan-1.sqlite3", tmp_path / "cadangan-2.sqlite3"
    desk.journal.db.run(f"VACUUM INTO '{early}'")
    form = typed(desk, munder)
    bring(counter, desk, munder)
    register(desk, web, waiting(desk.journal.db)[0].id)
    assert fates(counter, munder)[form.code][0] == "registered"
    desk.journal.db.run(f"VACUUM INTO '{late}'")
    restore(desk, late)
    assert fates(counter, munder)[form.code][0] == "registered"
    assert munder.drafts() == [], "this backup knows the case"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "MOST_FATES", 0)
        assert fates(counter, munder) == {}
    assert munder.drafts() == [], "the same office has said all that it could"
    restore(desk, early)
    assert fates(counter, munder) == {}
    assert munder.drafts() == [form], "this one does not"
    assert bring(counter, desk, munder).taken == 1


def test_what_became_a_case_is_kept_in_the_village_for_a_month(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    register(desk, web, waiting(desk.journal.db)[0].id)
    fates(counter, munder)
    [kept] = munder.folder.glob("berkas/*.json")
    assert kept.stem == form.code
    desk.later(days=35)
    fates(counter, munder)
    assert kept.exists()
    desk.later(minutes=1)
    fates(counter, munder)
    assert not kept.exists()


def restore(desk: Desk, backup: Path) -> None:
    """The office goes on with an earlier copy of its database, in a new epoch."""
    epoch = desk.journal.epoch
    desk.journal = compose.journal("office", open_office(backup))
    desk.journal.open_epoch("350899", desk.later(minutes=5).now, epoch + 1)


def test_the_same_file_twice_doubles_nothing(counter: Counter, desk: Desk, munder: VillageFolder, web: Flask) -> None:
    ready(counter, munder, MUNDER)
    typed(desk, munder)
    bring(counter, desk, munder)
    again = counter.take()
    assert (again.taken, again.repeated) == (0, 1)
    munder.write_drafts(counter.stick, desk.later(minutes=1).now)
    assert counter.take().repeated == 1
    [draft] = waiting(desk.journal.db)
    register(desk, web, draft.id)
    desk.later(days=200)
    with desk.journal.db.writing():
        drafts.sweep_drafts(desk.journal.db, desk.now)
    assert counter.take().taken == 0
    assert waiting(desk.journal.db) == []
    assert desk.journal.db.one("SELECT count(*) FROM case_file") == (1,)


def test_a_draft_that_a_restored_backup_lost_comes_again(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    """Drafts stand in no backup; the journal says that they came."""
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    Draft.remove(desk.journal.db, brought=form.code)
    assert fates(counter, munder) == {form.code: ("lost", "")}
    assert munder.write_drafts(counter.stick, desk.later(minutes=1).now)[1] == 1
    assert counter.take().taken == 1
    assert [draft.brought for draft in waiting(desk.journal.db)] == [form.code]


def test_a_draft_goes_back_with_a_reason_that_the_village_reads(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    [draft] = waiting(desk.journal.db)
    with pytest.raises(Problem) as thrown:
        drafts.drop_draft(desk.journal.db, desk.who("sari"), draft.id)
    assert "halaman Desa" in thrown.value.sentence
    with pytest.raises(Problem) as free:
        counter.give_back(draft.id, "NIK 3508990101900001 salah")
    assert list(free.value.fields) == ["reason"]
    counter.give_back(draft.id, REASON)
    assert waiting(desk.journal.db) == []
    assert fates(counter, munder) == {form.code: ("returned", REASON)}
    assert counter.take().repeated == 1, "a returned draft does not come back by itself"
    assert munder.write_drafts(counter.stick, desk.now) == ("", 0)


def test_only_the_desk_and_the_own_village_see_a_brought_draft(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    typed(desk, munder)
    bring(counter, desk, munder)
    [draft] = waiting(desk.journal.db)
    assert drafts.get_draft(desk.journal.db, desk.who("sari"), draft.id).id == draft.id
    own = msgspec.structs.replace(desk.who("desi"), area=MUNDER)
    foreign = msgspec.structs.replace(desk.who("desi"), area=KRAI)
    assert drafts.get_draft(desk.journal.db, own, draft.id).id == draft.id
    for who in (foreign, desk.who("ratna")):
        with pytest.raises(Problem):
            drafts.get_draft(desk.journal.db, who, draft.id)


# -- a hostile village ----------------------------------------------------------------------------------------------


def test_a_draft_of_another_village_is_set_aside_and_says_so(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    other = msgspec.structs.replace(form, code=CODE, fields={**form.fields, "village": KRAI})
    told = forged(counter, desk, munder, other, form)
    assert (told.taken, told.set_aside) == (1, 1)
    assert [draft.area for draft in waiting(desk.journal.db)] == [MUNDER]
    assert fates(counter, munder)[CODE] == ("set_aside", service.OTHER_AREA)
    assert CODE not in fates(counter, krai, KRAI)


def test_a_draft_decides_nothing_for_the_clerk(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    """Ticks, heeded findings and an earlier day of receipt are the clerk's; other fields are none of the standard."""
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    long = {"full_name": "N" * 4000}
    more = {"have": "kk", "received_on": "01012020", "heeded": "x", "unknown_field": "1"}
    forged(counter, desk, munder, msgspec.structs.replace(form, fields={**form.fields, **more, **long}))
    [draft] = waiting(desk.journal.db)
    [shown] = queries.waiting_drafts(desk.journal.db, desk.now.date())
    assert shown.name == "N" * 100
    held = drafts.draft_fields(draft)
    assert not held.keys() & more.keys()
    assert held["village"] == MUNDER


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("service", "kartu-pns", service.NOT_OFFERED), ("kind", "luar_domisili", service.OTHER_KIND)],
)
def test_what_a_village_may_not_send_is_set_aside(
    counter: Counter, desk: Desk, munder: VillageFolder, field: str, value: str, sentence: str
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    wrong = (
        msgspec.structs.replace(form, service=value)
        if field == "service"
        else msgspec.structs.replace(form, fields={**form.fields, "kind": value})
    )
    assert forged(counter, desk, munder, wrong).set_aside == 1
    assert fates(counter, munder)[form.code] == ("set_aside", sentence)


class Poisoned(msgspec.Struct, tag="form"):
    code: Any
    service: Any = "ktp-el"
    typed_at: Any = "2026-03-02T01:00:00Z"
    fields: Any = {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"full_name": "x" * 4001}},
        {"fields": {f"f{n}": "x" for n in range(81)}},
        {"fields": {"@heeded": "x"}},
        {"fields": [1]},
        {"typed_at": "kemarin"},
        {"service": "../../etc"},
        {"service": None},
    ],
)
def test_a_poisoned_line_costs_itself_only(
    counter: Counter, desk: Desk, munder: VillageFolder, wrong: dict[str, Any]
) -> None:
    ready(counter, munder, MUNDER)
    good = typed(desk, munder)
    told = forged(counter, desk, munder, Poisoned(CODE, **wrong), Poisoned("not a code"), Poisoned(7), good)
    assert (told.taken, told.set_aside) == (1, 1)
    assert fates(counter, munder)[CODE] == ("set_aside", service.UNREADABLE)
    assert counter.take().set_aside == 0, "it was said once"


def test_a_flood_stops_at_what_a_desk_can_judge(
    counter: Counter, desk: Desk, munder: VillageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 3)
    ready(counter, munder, MUNDER)
    for _ in range(5):
        typed(desk, munder)
    told = bring(counter, desk, munder)
    assert (told.taken, told.postponed) == (3, 2)
    first = waiting(desk.journal.db)[0]
    counter.give_back(first.id, REASON)
    assert counter.take().taken == 1, "the others come when there is room"


def test_a_file_that_is_not_the_villages_is_not_used(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    keys = msgspec.structs.replace(krai.keys(), node=MUNDER)
    sealed = seal_lines(keys, munder.office(), DRAFTS, [form], epoch=1, now=desk.now)
    (counter.stick / "draf-curian.desa").write_bytes(sealed)
    told = counter.take()
    assert (told.taken, len(told.sentences)) == (0, 1)
    assert "kunci desa" in told.sentences[0]
    fresh = VillageFolder(tmp_path / "baru")
    munder.write_drafts(counter.stick, desk.now)
    counter.meet(fresh, MUNDER)
    assert counter.take().taken == 0, "a key that was replaced signs nothing more"
    shutil.copytree(munder.folder / "draf", fresh.folder / "draf")
    fresh.write_drafts(counter.stick, desk.later(minutes=1).now)
    assert counter.take().taken == 1, "the new computer brings what the old one had typed"


def test_a_file_of_the_other_direction_brings_no_draft(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    ready(counter, munder, MUNDER)
    sealed = seal_lines(munder.keys(), munder.office(), LIST, [typed(desk, munder)], epoch=1, now=desk.now)
    (counter.stick / "draf-salah.desa").write_bytes(sealed)
    told = counter.take()
    assert (told.taken, waiting(desk.journal.db)) == (0, [])
    assert "sisi yang salah" in told.sentences[0]


def test_a_case_that_a_clerk_gave_to_another_village_is_told_without_its_number(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask
) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    [draft] = waiting(desk.journal.db)
    drafts.save_draft(desk.journal.db, desk.who("sari"), draft.id, {"village": KRAI}, desk.now)
    case = register(desk, web, draft.id)
    assert case is not None
    assert case.area == KRAI
    assert queries.given_numbers(desk.journal.db, [case.id]) == {}, "nor is one village's number told to another"
    assert fates(counter, munder) == {form.code: ("registered", "")}
    assert munder.read_list(counter.stick)[0].cases == []


def test_a_list_read_at_the_counter_and_junk_say_what_they_are(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    (counter.stick / "x.desa").write_bytes(b"")
    (counter.stick / "y.desa").write_bytes(b"age-encryption.org/v1\njunk")
    (counter.stick / "z.desa").mkdir()
    told = counter.take()
    assert (told.taken, len(told.sentences)) == (0, 3)
    for path in counter.stick.glob("?.desa"):
        path.rmdir() if path.is_dir() else path.unlink()
    assert counter.take().sentences == [incoming.NO_FILES]
    counter.list_for(MUNDER)
    assert counter.take().sentences == [incoming.NO_FILES]


def test_no_name_of_an_applicant_stands_in_the_journal(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    ready(counter, munder, MUNDER)
    form = typed(desk, munder)
    bring(counter, desk, munder)
    counter.list_for(MUNDER)
    bodies = [str(entry.body) for entry in desk.journal.about(f"village/{MUNDER}")]
    assert len(bodies) == 5
    assert not [body for body in bodies if form.fields["full_name"] in body or form.fields["nik"] in body]


def test_a_clock_ahead_in_the_village_keeps_its_draft_for_the_whole_time(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    fields = {key: value for key, value in desk.form().items() if key != "village"}
    munder.add_draft("ktp-el", fields, desk.now + timedelta(days=400))
    bring(counter, desk, munder)
    [draft] = waiting(desk.journal.db)
    assert draft.created_at == draft.updated_at
    drafts.sweep_drafts(desk.journal.db, desk.now + timedelta(days=29))
    assert len(waiting(desk.journal.db)) == 1
