"""Epochs of a village and the numbers that it gives by itself: granted in blocks, once, whatever is lost."""

import json
import sqlite3
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from app.casework.villages import queries
from app.casework.villages.events import DraftsTaken, GivenNumber, KeyNoted
from app.casework.villages.files import DRAFTS, BroughtForm, DraftFate, KnownList, ListHead, NumberBlock, seal_lines
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_forms import given_words
from app.casework.villages.own_network import exchange_with_office, join_office
from app.casework.villages.own_numbers import OwnNumbers
from app.casework.villages.views.own_pages import make_village_app
from schema.database import first_column
from sync.file_format import open_file
from sync.problems import SyncError
from sync.verification import verify_side
from tests.casework.villages.conftest import Counter, Line
from tests.casework.villages.test_drafts import bring, fates, forged, ready, register, restore, typed, waiting
from tests.platform.people import KRAI, MUNDER, Browser
from tests.rules.source import ROOT
from tests.services.ktp.desk import Desk


def texts(*forms: BroughtForm) -> list[str]:
    return [form.given.text(MUNDER) if form.given else "" for form in forms]


def skip(folder: VillageFolder, count: int) -> None:
    """So many numbers went home with applicants whose drafts nobody brought."""
    known = folder.numbers.read(folder.signer())
    at = known.last.n if known.last else 0
    folder.numbers._write(msgspec.structs.replace(known, last=GivenNumber(1, at + count)))


def given(counter: Counter) -> list[str]:
    """The numbers that count at the kecamatan."""
    return sorted(draft.given for draft in queries.waiting_drafts(counter.desk.journal.db, counter.desk.now.date()))


# -- epochs -----------------------------------------------------------------------------------------------------------


def test_each_key_begins_an_epoch_and_the_village_learns_it(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    fresh = VillageFolder(tmp_path / "baru")
    counter.meet(fresh, MUNDER)
    ready(counter, fresh, MUNDER)
    for folder, epoch in ((munder, 1), (fresh, 2)):
        assert folder.numbers.read(folder.signer()).epoch == epoch
        typed(desk, folder)
        name, _ = folder.write_drafts(counter.stick, desk.now)
        signer = folder.keys().public
        opened = open_file((counter.stick / name).read_bytes(), counter.node.keys, lambda *_, keys=signer: keys)
        assert opened.header.epoch == epoch, "in the header of each of its files"
    assert first_column(desk.journal.db, "SELECT epoch FROM village_key WHERE ended_at = ''") == [2]
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_a_code_tells_the_epoch_at_once(line: Line, near: VillageFolder, desk: Desk, tmp_path: Path) -> None:
    fresh = VillageFolder(tmp_path / "baru")
    join_office(fresh, MUNDER, line.code(MUNDER), desk.now)
    assert fresh.newest() is None, "before the first list"
    assert (near.numbers.read(near.signer()).epoch, fresh.numbers.read(fresh.signer()).epoch) == (1, 2)


def test_entries_of_before_there_were_epochs_count_in_their_order(desk: Desk, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        body = KeyNoted(MUNDER, f"{number:064}", "age1x", f"{number:032}")
        with desk.journal.transaction():
            desk.journal.record(body, subject=f"village/{MUNDER}", actor="ratna", at=desk.now)
    rows = list(desk.journal.db.run("SELECT epoch, signer, ended_at = '' FROM village_key ORDER BY epoch"))
    assert [tuple(row) for row in rows] == [(n, f"{n:032}", int(n == 3)) for n in (1, 2, 3)]
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_an_office_of_before_gets_the_epochs_out_of_its_journal() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(
        "CREATE TABLE journal (id INTEGER PRIMARY KEY, kind TEXT, at TEXT, verdict TEXT);"
        "CREATE TABLE journal_body (id INTEGER PRIMARY KEY, body BLOB);"
        "CREATE TABLE village_key (village TEXT PRIMARY KEY, signing TEXT, recipient TEXT, signer TEXT, at TEXT);"
        "CREATE TABLE brought_draft (village TEXT, code TEXT, PRIMARY KEY (village, code));"
    )
    noted = [("A", "1"), ("B", "2"), ("A", "3")]
    for nth, (village, sign) in enumerate(noted, start=1):
        db.execute("INSERT INTO journal VALUES (?, 'village.key_noted', ?, 'stored')", (nth, f"t{nth}"))
        body = {"village": village, "signing": sign * 64, "recipient": "age1", "signer": sign * 32}
        db.execute("INSERT INTO journal_body VALUES (?, ?)", (nth, json.dumps(body).encode()))
    db.executescript((ROOT / "schema/office/0230_village_epochs.sql").read_text())
    rows = db.execute("SELECT village, epoch, signer, at, ended_at FROM village_key ORDER BY village, epoch").fetchall()
    assert rows == [("A", 1, "1" * 32, "t1", "t3"), ("A", 2, "3" * 32, "t3", ""), ("B", 1, "2" * 32, "t2", "")]
    db.close()


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_a_number_goes_home_with_the_applicant_and_finds_the_case(
    counter: Counter, desk: Desk, munder: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    forms = [typed(desk, munder) for _ in range(2)]
    tail = MUNDER[-4:]
    assert texts(*forms) == [f"{tail}-001", f"{tail}-002"], "at once, without network"
    bring(counter, desk, munder)
    sari = Browser(web, "sari")
    assert f"resi {tail}-001" in sari.get("/desa").get_data(as_text=True)
    drafts = {draft.brought: draft for draft in waiting(desk.journal.db)}
    first, second = (drafts[form.code] for form in forms)
    found = sari.post("/cari", {"q": f"{tail}-2"})
    assert (found.status_code, found.headers["Location"]) == (303, f"/permohonan/draf/{second.id}")
    case = register(desk, web, first.id)
    assert case is not None
    found = sari.post("/cari", {"q": f" {tail} 001"})
    assert (found.status_code, found.headers["Location"]) == (303, f"/berkas/{case.id}")
    page = sari.get(f"/berkas/{case.id}").get_data(as_text=True)
    assert ("Resi desa" in page, f"{tail}-001" in page) == (True, True)
    assert Browser(web, "desi").post("/cari", {"q": f"{tail}-002"}).status_code == 200, "no draft for another village"
    counter.list_for(MUNDER)
    told, _ = munder.read_list(counter.stick)
    assert [known.given for known in told.cases] == [f"{tail}-001"]
    assert sorted(fate.given for fate in told.fates) == [f"{tail}-001", f"{tail}-002"]
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_a_letter_names_the_epoch_of_the_office() -> None:
    assert [queries.series_of(letter) for letter in ("", "B", "Z", "BA", "BB")] == [1, 2, 26, 27, 28]
    assert [queries.series_of(letter) for letter in ("A", "AB")] == [0, 0], "no number bears these"


def test_the_receipt_says_number_day_and_what_happens_next_and_no_nik(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    pages = make_village_app(munder, {"KEY": "k", "CLOCK": lambda: desk.now, "STICKS": list}).test_client()
    pages.get("/masuk/k")
    fields = {key: text for key, text in desk.form().items() if key != "village"}
    form = munder.add_draft("ktp-el", fields, desk.now)
    paper = pages.get(f"/resi/{form.code}").get_data(as_text=True)
    for words in (f"{MUNDER[-4:]}-001", "Desa Munder", "KTP-el", fields["full_name"], "12 Maret 2026", "berkas kertas"):
        assert words in paper, words
    assert fields["nik"] not in paper
    for code in ("0" * 32, "..", "x"):
        assert pages.get(f"/resi/{code}").status_code == 404
    skip(munder, 199)
    bare = munder.add_draft("ktp-el", fields, desk.now)
    assert bare.given is None, "typed all the same"
    assert "sudah habis" in pages.get(f"/resi/{bare.code}").get_data(as_text=True)
    assert f"nomor {MUNDER[-4:]}-001" in (page := pages.get("/").get_data(as_text=True))
    assert "tanpa nomor" in page


def test_a_block_that_is_half_used_is_widened_and_no_epoch_gets_it_again(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    skip(munder, 99)
    typed(desk, munder)
    bring(counter, desk, munder)
    ready(counter, munder, MUNDER)
    blocks = "SELECT epoch || ':' || series || ':' || nth FROM village_block ORDER BY nth"
    assert first_column(desk.journal.db, blocks) == ["1:1:0"], "the hundredth is of the first half"
    typed(desk, munder)
    bring(counter, desk, munder)
    ready(counter, munder, MUNDER)
    ready(counter, munder, MUNDER)
    assert first_column(desk.journal.db, blocks) == ["1:1:0", "1:1:1"], "granted once"
    skip(munder, 99)
    assert texts(typed(desk, munder)) == [f"{MUNDER[-4:]}-201"]
    fresh = VillageFolder(tmp_path / "baru")
    counter.meet(fresh, MUNDER)
    ready(counter, fresh, MUNDER)
    assert texts(typed(desk, fresh)) == [f"{MUNDER[-4:]}-401"], "a new epoch has numbers of its own"


def test_what_was_counted_for_another_key_is_not_this_computers(tmp_path: Path) -> None:
    """A copy of a folder that was given keys of its own gives no number of the one that it was copied from."""
    numbers = OwnNumbers(tmp_path)
    numbers.learn("a" * 32, ListHead(MUNDER, "Munder", "Kecamatan", 1, epoch=3, blocks=[NumberBlock(1, 0)]))
    assert numbers.give("a" * 32) == GivenNumber(1, 1)
    assert numbers.give("b" * 32) is None
    assert (numbers.read("b" * 32).epoch, numbers.read("a" * 32).epoch) == (1, 3)


def test_two_commands_of_one_folder_give_no_number_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.casework.villages.own_numbers.LONGEST_TURN", 0.0)
    first, second = OwnNumbers(tmp_path), OwnNumbers(tmp_path)
    with first._alone(), pytest.raises(SyncError) as held:
        second.count_file("a" * 32)
    assert "Perintah lain" in held.value.sentence
    assert second.count_file("a" * 32).files == 1


# -- a hostile village, and what was restored -------------------------------------------------------------------------


def test_a_number_that_is_not_the_villages_is_not_used_and_its_draft_is_taken(
    counter: Counter, desk: Desk, munder: VillageFolder, krai: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    ready(counter, krai, KRAI)
    sound = typed(desk, munder)
    wrong = [GivenNumber(1, 201), GivenNumber(2, 1), GivenNumber(1, 2**53 - 1), GivenNumber(1, 1), GivenNumber(1, 200)]
    forms = [msgspec.structs.replace(sound, code=f"{n:032x}", given=each) for n, each in enumerate(wrong)]
    assert forged(counter, desk, munder, sound, *forms).taken == 6
    assert given(counter) == ["", "", "", "", f"{MUNDER[-4:]}-001", f"{MUNDER[-4:]}-200"]
    own = typed(desk, krai)
    assert own.given == GivenNumber(1, 1)
    bring(counter, desk, krai)
    assert f"{KRAI[-4:]}-001" in given(counter), "each village has its own numbers"
    told = fates_whole(counter, munder)
    assert given_words(forms[0], told[forms[0].code], MUNDER).endswith("tidak dipakai di kecamatan, sebut nama pemohon")
    assert given_words(sound, told[sound.code], MUNDER) == f"nomor {MUNDER[-4:]}-001"


def fates_whole(counter: Counter, folder: VillageFolder) -> dict[str, DraftFate]:
    counter.list_for(MUNDER)
    told, _ = folder.read_list(counter.stick)
    return {fate.code: fate for fate in told.fates}


@pytest.mark.parametrize(
    "number", ['{"series":1,"n":9223372036854775808}', '{"series":-1,"n":1}', '{"series":1,"n":0}']
)
def test_a_number_that_is_none_spoils_its_own_line_alone(
    counter: Counter, desk: Desk, munder: VillageFolder, number: str
) -> None:
    ready(counter, munder, MUNDER)
    sound = typed(desk, munder)
    line = msgspec.json.encode(msgspec.structs.replace(sound, code="ab" * 16))
    broken = msgspec.Raw(line.replace(b'"given":{"series":1,"n":1}', b'"given":' + number.encode()))
    told = forged(counter, desk, munder, broken, sound)
    assert (told.taken, told.set_aside) == (1, 1)


def test_a_village_that_asks_for_ever_more_numbers_gets_ten_blocks_a_day(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    for n in range(12):
        counter.list_for(MUNDER)
        form = BroughtForm(
            f"{n:032x}", "ktp-el", "2026-03-12T01:00:00Z", {"kind": "baru"}, GivenNumber(1, n * 200 + 200)
        )
        forged(counter, desk, munder, KnownList(0, 0), form)
    assert desk.journal.db.one("SELECT count(*) FROM village_block") == (10,)
    desk.later(days=1)
    counter.list_for(MUNDER)
    assert desk.journal.db.one("SELECT count(*) FROM village_block") == (11,)


def test_a_restored_kecamatan_grants_nothing_that_it_forgot_it_had_given(
    counter: Counter, desk: Desk, munder: VillageFolder, tmp_path: Path
) -> None:
    ready(counter, munder, MUNDER)
    backup = tmp_path / "cadangan.sqlite3"
    desk.journal.db.run(f"VACUUM INTO '{backup}'")
    skip(munder, 150)
    typed(desk, munder)
    bring(counter, desk, munder)
    ready(counter, munder, MUNDER)
    assert munder.numbers.read(munder.signer()).blocks == [NumberBlock(1, 0), NumberBlock(1, 1)]
    skip(munder, 60)
    late = typed(desk, munder)
    assert texts(late) == [f"{MUNDER[-4:]}-212"]
    restore(desk, backup)
    fresh = VillageFolder(tmp_path / "baru")
    ready(counter, munder, MUNDER)
    bring(counter, desk, munder)
    assert given(counter) == [f"{MUNDER[-4:]}-151", f"{MUNDER[-4:]}-212"], "what was given out before counts"
    counter.meet(fresh, MUNDER)
    ready(counter, fresh, MUNDER)
    form = typed(desk, fresh)
    assert texts(form) == [f"{MUNDER[-4:]}-001B"], "numbers of the office's own epoch"
    bring(counter, desk, fresh)
    assert queries.codes_of_number(desk.journal.db, f"{MUNDER[-4:]}-1b") == [(MUNDER, form.code)]
    assert queries.codes_of_number(desk.journal.db, f"{MUNDER[-4:]}-1") == []


def test_the_number_of_a_lost_draft_comes_again_with_it(
    line: Line, near: VillageFolder, desk: Desk, tmp_path: Path
) -> None:
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    desk.journal.db.run("DELETE FROM draft WHERE brought <> ''")
    exchange_with_office(near, desk.now)
    exchange_with_office(near, desk.now)
    assert [queries.given_number(desk.journal.db, f"{MUNDER}/{form.code}")] == texts(form)
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_two_drafts_of_a_village_cannot_have_one_number(desk: Desk) -> None:
    """Held by the database too, whatever the program does."""
    one = GivenNumber(1, 1)
    body = DraftsTaken(MUNDER, "0" * 64, ["a" * 32, "b" * 32], numbers={"a" * 32: one, "b" * 32: one})
    with pytest.raises(Exception, match=r"UNIQUE|unik"), desk.journal.transaction():
        desk.journal.record(body, subject=f"village/{MUNDER}", actor="sari", at=desk.now)


def test_a_village_of_a_program_without_numbers_is_served(counter: Counter, desk: Desk, munder: VillageFolder) -> None:
    ready(counter, munder, MUNDER)
    old = {"type": "form", "code": "ab" * 16, "service": "ktp-el", "typed_at": "2026-03-12T01:00:00Z", "fields": {}}
    known = {"type": "known", "epoch": 1, "number": 1}
    lines = [msgspec.Raw(json.dumps(each).encode()) for each in (known, old)]
    sealed = seal_lines(munder.keys(), munder.office(), DRAFTS, lines, epoch=1, now=desk.now)  # type: ignore[arg-type]  # raw
    (counter.stick / "draf-lama.desa").write_bytes(sealed)
    assert counter.take().taken == 1
    assert given(counter) == [""]
    assert fates(counter, munder)["ab" * 16] == ("waiting", "")
