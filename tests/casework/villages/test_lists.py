"""What a village reads of its applicants from a stick, and what neither another village nor a thief reads there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.casework.desk import moving
from app.casework.desk.tables import CaseFile
from app.casework.villages import holdings, incoming, queries, service
from app.casework.villages.files import spoken_fingerprint
from app.casework.villages.own_folder import KeptList, VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from app.core.holdings import read_sought
from app.core.permissions import Actor
from app.core.problems import Problem
from schema.zone import IN_USE
from sync.problems import SyncError
from sync.runs import read_stick
from sync.verification import verify_side
from tests.casework.villages.conftest import KEEPER, Counter
from tests.platform.people import KRAI, MUNDER
from tests.services.ktp.desk import Desk


def the_list(counter: Counter, folder: VillageFolder, village: str) -> KeptList:
    counter.list_for(village)
    return folder.read_list(counter.stick)[0]


def case_of(desk: Desk, case_id: int) -> CaseFile:
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None
    return case


def test_a_village_reads_its_own_applicants_and_no_others(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder
) -> None:
    own, foreign = desk.open(village=MUNDER), desk.open(village=KRAI)
    told = the_list(counter, munder, MUNDER)
    case = case_of(desk, own)
    [known] = told.cases
    assert (known.number, known.name, known.received_on) == (case.number, case.name, case.received_on)
    assert known.missing, "nothing was brought"
    assert [offered.id for offered in told.services] == ["ktp-el"]
    other = the_list(counter, krai, KRAI)
    assert [known.number for known in other.cases] == [case_of(desk, foreign).number]


def test_a_list_tells_the_promise_and_no_number_of_a_person(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    case_id = desk.open(village=MUNDER)
    desk.check(case_id)
    told = the_list(counter, munder, MUNDER)
    case = case_of(desk, case_id)
    assert (told.cases[0].due_on, told.cases[0].missing) == (case.due_on, [])
    kept = (munder.folder / "daftar.json").read_text()
    assert case.main_key not in kept
    assert case.code not in kept


def test_who_asks_what_is_held_of_him_hears_which_village_was_told(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    case = case_of(desk, desk.open(village=MUNDER))
    other = case_of(desk, desk.open(village=KRAI))
    the_list(counter, munder, MUNDER)
    sought = read_sought(case.main_key, case.name)
    [held] = holdings.find_holdings(desk.journal.db, desk.who("ratna"), sought)
    assert (held.sure, held.subject, held.title) == (True, f"case/{case.id}", f"Berkas {case.number}")
    assert held.values == (("Keadaannya diberitahukan kepada desa", "Munder"),)
    untold = read_sought(other.main_key, "Orang Lain")
    assert holdings.find_holdings(desk.journal.db, desk.who("ratna"), untold) == []


def test_nobody_but_the_village_opens_its_list(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder
) -> None:
    desk.open(village=MUNDER)
    name = counter.list_for(MUNDER)
    sealed = (counter.stick / name).read_bytes()
    assert b"Anisa" not in sealed
    with pytest.raises(SyncError) as other:
        krai.read_list(counter.stick)
    assert other.value.code == "no_list"
    (counter.stick / name).write_bytes(sealed[:-1])
    with pytest.raises(SyncError) as cut:
        munder.read_list(counter.stick)
    assert "rusak" in cut.value.sentence


def test_what_was_told_stands_in_the_journal_and_replays(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    case_id = desk.open(village=MUNDER)
    counter.list_for(MUNDER)
    sealed: list[Any] = [e.body for e in desk.journal.about(f"village/{MUNDER}") if e.kind == "village.list_sealed"]
    assert [body.case_ids for body in sealed] == [[case_id]]
    row = next(row for row in queries.list_villages(desk.journal.db) if row.code == MUNDER)
    assert (row.listed_cases, row.waiting) == (1, 0)
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_ended_cases_go_after_ninety_days_and_older_ones_are_counted(
    counter: Counter, desk: Desk, munder: VillageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.open(village=MUNDER), desk.open(village=MUNDER)
    monkeypatch.setattr(queries, "MOST_CASES", 1)
    told = the_list(counter, munder, MUNDER)
    assert [known.number for known in told.cases] == [case_of(desk, second).number]
    assert told.head.left_out == 1
    monkeypatch.setattr(queries, "MOST_CASES", 2000)
    today = desk.now.date()
    with desk.journal.db.writing(), desk.journal.db.applying():
        sql = "UPDATE case_file SET closed = 1, closed_on = ? WHERE id = ?"
        desk.journal.db.run(sql, ((today - timedelta(days=90)).isoformat(), first))
        desk.journal.db.run(sql, ((today - timedelta(days=91)).isoformat(), second))
    told = the_list(counter, munder, MUNDER)
    assert [known.number for known in told.cases] == [case_of(desk, first).number]


def test_an_older_list_changes_nothing(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    old = counter.stick / counter.list_for(MUNDER)
    kept = old.read_bytes()
    desk.open(village=MUNDER)
    newer = the_list(counter, munder, MUNDER)
    for path in counter.stick.glob("*.desa"):
        path.unlink()
    old.write_bytes(kept)
    with pytest.raises(SyncError) as late:
        munder.read_list(counter.stick)
    assert late.value.code == "older_list"
    assert munder.newest() == newer


# -- keys ---------------------------------------------------------------------------------------------------------


def test_a_key_counts_only_with_its_fingerprint(counter: Counter, tmp_path: Path) -> None:
    keys = VillageFolder(tmp_path / "munder").make_keys(MUNDER, counter.stick)
    spoken = spoken_fingerprint(keys)
    assert len(spoken.replace(" ", "")) == 32
    swapped = spoken[:-1] + ("0" if spoken[-1] != "0" else "1")
    for wrong, village in ((swapped, MUNDER), (spoken, KRAI)):
        with pytest.raises(Problem) as refused:
            counter.note(village, wrong)
        assert list(refused.value.fields) == ["fingerprint"]
    assert queries.keys_of(counter.desk.journal.db, MUNDER) is None
    counter.note(MUNDER, spoken.upper().replace(" ", "-"))
    assert queries.keys_of(counter.desk.journal.db, MUNDER) == keys
    written = counter.desk.journal.db.one("SELECT count(*) FROM journal")
    counter.note(MUNDER, spoken)  # the same stick once more: they count already
    assert counter.desk.journal.db.one("SELECT count(*) FROM journal") == written


def test_only_an_administrator_notes_keys_and_only_the_desk_gives_lists(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    spoken = spoken_fingerprint(munder.keys().public)
    given = {"village": MUNDER, "fingerprint": spoken, "now": desk.now}
    with pytest.raises(Problem) as refused:
        service.note_village_key(desk.journal, desk.who("sari"), counter.node, counter.stick, **given)
    assert refused.value.code == "forbidden"
    clerk = Actor(9, "Desi", "desi", frozenset({"village"}), area=MUNDER)
    for who in (KEEPER, clerk):
        with pytest.raises(Problem):
            service.seal_list(desk.journal, who, counter.node, counter.stick, village=MUNDER, now=desk.now)
        with pytest.raises(Problem):
            incoming.take_drafts(desk.journal, who, counter.node, counter.stick, now=desk.now)


def test_a_village_trusts_no_key_that_was_not_read_aloud(counter: Counter, tmp_path: Path, desk: Desk) -> None:
    folder = VillageFolder(tmp_path / "munder")
    counter.note(MUNDER, spoken_fingerprint(folder.make_keys(MUNDER, counter.stick)))
    counter.list_for(MUNDER)
    with pytest.raises(SyncError) as unknown:
        folder.read_list(counter.stick)
    assert unknown.value.code == "not_trusted"
    with pytest.raises(SyncError) as wrong:
        folder.trust_office(counter.stick, "0000 " * 8)
    assert wrong.value.code == "key_differs"


def test_a_list_of_another_kecamatan_is_refused(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    thief = Counter(desk, tmp_path / "lain", counter.stick)
    thief.list_for(MUNDER)
    with pytest.raises(SyncError) as refused:
        munder.read_list(counter.stick)
    assert "kunci kecamatan" in refused.value.sentence
    assert munder.newest() is None


def test_a_lost_computer_is_replaced_and_the_old_one_reads_nothing_more(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    fresh = VillageFolder(tmp_path / "baru")
    counter.meet(fresh, MUNDER)
    told = the_list(counter, fresh, MUNDER)
    assert told.head.village == MUNDER
    with pytest.raises(SyncError):
        munder.read_list(counter.stick)


def test_the_exchange_with_partners_passes_such_files_over(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    desk.enrol()
    counter.list_for(MUNDER)
    munder.read_list(counter.stick)
    munder.add_draft("ktp-el", {"kind": "baru"}, desk.now)
    name, _ = munder.write_drafts(counter.stick, desk.now)
    assert read_stick(counter.node, counter.stick, desk.now).files == 0
    (counter.stick / name).rename(counter.stick / "draf.loket")
    report = read_stick(counter.node, counter.stick, desk.now)
    assert (report.received, [problem.code for problem in report.problems]) == (0, ["village_file"])


def test_a_village_that_is_no_more_of_the_office_gets_nothing(counter: Counter, desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        counter.list_for("3508990000")
    assert list(refused.value.fields) == ["village"]


def test_a_village_prints_the_slip_of_a_case_that_came_back(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    case_id = desk.open(village=MUNDER)
    note = "Tanda tangan pemohon tidak sama"
    moving.advance_case(desk.journal, desk.who("sari"), case_id=case_id, outcome="returned", now=desk.now, note=note)
    whole = desk.open(village=MUNDER)
    known = {case.number: case for case in the_list(counter, munder, MUNDER).cases}
    back, other = known[case_of(desk, case_id).number], known[case_of(desk, whole).number]
    assert (back.returned_on, back.reasons[0]) == (desk.now.astimezone(IN_USE.zone).date().isoformat(), f"{note}.")
    assert any(reason.startswith("Belum ada: Fotokopi Kartu Keluarga") for reason in back.reasons[1:])
    assert (other.returned_on, other.reasons) == ("", [])
    pages = make_village_app(munder, {"KEY": "k", "CLOCK": lambda: desk.now, "STICKS": list}).test_client()
    pages.get("/masuk/k")
    assert "Slip pengembalian" in pages.get("/").get_data(as_text=True)
    slip = pages.get(f"/slip/{back.number}").get_data(as_text=True)
    assert (back.name in slip, note in slip, back.number in slip) == (True, True, True)
    assert pages.get(f"/slip/{other.number}").status_code == 404
    moving.advance_case(desk.journal, desk.who("sari"), case_id=case_id, outcome="resubmitted", now=desk.now)
    [again] = [case for case in the_list(counter, munder, MUNDER).cases if case.number == back.number]
    assert again.returned_on == "", "it waits for its applicant no more"
