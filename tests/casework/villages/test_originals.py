"""What a village seals for the centre: it goes through the kecamatan as it is, with the case and with nobody else's."""

import json
import random
import string
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from app.casework.batches import products
from app.casework.batches.tables import DispatchLineRow
from app.casework.desk.tables import CaseFile, CaseOriginal, Draft
from app.casework.villages import queries
from app.casework.villages.files import LONGEST_DRAFT
from app.casework.villages.holdings import find_holdings
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_forms import read_typed
from app.casework.villages.tables import BroughtDraft
from app.centre.originals import changed_fields, open_original
from app.centre.tables import LineOriginal
from app.core.holdings import Sought
from app.core.messages import LONGEST_ORIGINAL, DispatchLine, OriginalForwarded
from app.platform.office.service import change_setting
from app.records.retention.service import redacted_bodies
from schema.definitions import load_all
from sync.enrolment import save_peer
from sync.entries import AuthorityError, Entry, check_records, held_line_hash
from sync.erasure import erase_people
from sync.keys import NodeKeys, make_keys
from sync.verification import verify_side
from tests.casework.villages.conftest import Counter
from tests.casework.villages.test_drafts import bring, fates, forged, ready, register, restore, waiting
from tests.casework.villages.test_held import judge
from tests.platform.people import MUNDER, Browser
from tests.services.ktp.desk import Desk
from tests.world.browser import Reader

CENTRE = make_keys("dukcapil-3508")


@pytest.fixture
def enrolled(counter: Counter, desk: Desk, munder: VillageFolder) -> VillageFolder:
    """A village whose list names the centre's keys."""
    let_in(desk, CENTRE)
    ready(counter, munder, MUNDER)
    return munder


def let_in(desk: Desk, keys: NodeKeys, stream: str = "dukcapil") -> None:
    with desk.journal.db.writing():
        streams = (stream, desk.journal.source)
        save_peer(desk.journal.db, keys.public, keys.node, epoch=1, lane="", streams=streams, now=desk.now)


def type_form(desk: Desk, folder: VillageFolder, **changed: str) -> str:
    """What a person types into the village's form, cleaned as the page does it; the draft's code."""
    typed = {key: value for key, value in desk.form(**changed).items() if key != "village"}
    definition = folder.the_list().definition("ktp-el")
    values, wrong = read_typed(definition, typed, MUNDER, desk.now.date())
    assert wrong == {}
    return folder.add_draft("ktp-el", values, desk.now).code


def sent(desk: Desk, case: CaseFile | None) -> int:
    """The case goes to the centre; the id of the dispatch."""
    assert case is not None
    desk.check(case.id)
    desk.record(case.id)
    return desk.send(case.id)


def entries(desk: Desk, kind: str) -> list[Any]:
    rows = desk.journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE kind = ? ORDER BY j.id", (kind,)
    )
    return [desk.journal.decode(bytes(head), bytes(body)).body for head, body in list(rows)]


def forwarded(desk: Desk) -> list[OriginalForwarded]:
    return entries(desk, "line.original_forwarded")


def sent_lines(desk: Desk) -> list[DispatchLine]:
    return entries(desk, "dispatch.line")


def opened(body: OriginalForwarded, keys: NodeKeys = CENTRE) -> dict[str, str]:
    row = LineOriginal(sealed=body.sealed, original_key=body.signing)
    sender, typed = open_original(keys, row)
    assert (sender, typed.code, typed.service) == (body.village, body.code, "ktp-el")
    return typed.fields


def test_it_goes_behind_its_line_as_the_village_sealed_it(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask
) -> None:
    code = type_form(desk, enrolled, full_name="Slamet Widodo")
    [form] = enrolled.drafts()
    bring(counter, desk, enrolled)
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert Draft.rows(desk.journal.db, Draft.original != "") == [], "with the case, what was typed is gone"
    sent(desk, case)
    [body] = forwarded(desk)
    assert case is not None
    assert form.original is not None
    assert (body.case_id, body.village, body.code, body.village_name) == (case.id, MUNDER, code, "Munder")
    assert body.sealed == form.original.sealed, "byte by byte"
    streams = desk.journal.db.run("SELECT DISTINCT stream FROM journal WHERE kind = 'line.original_forwarded'")
    assert list(streams) == [("dukcapil",)], "nobody else gets it"
    assert opened(body) == {**opened(body), **form.fields, "village": MUNDER}
    row = DispatchLineRow.first(desk.journal.db, case_id=case.id)
    assert row is not None
    assert (body.line, body.line_hash) == (row.line, held_line_hash(desk.journal.db, desk.journal.source, row.line))
    [line] = sent_lines(desk)
    assert {name: line.fields.get(name, "") for name in opened(body)} == opened(body), "unchanged at the kecamatan"


@pytest.mark.parametrize("changed", [{}, {"marital_status": "kawin", "phone": "", "mother_name": "  siti   aminah "}])
def test_a_form_that_a_clerk_registers_as_it_stands_is_the_same_at_the_centre(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask, changed: dict[str, str]
) -> None:
    """The page shows dates and numbers in its own way and reads them back: none of that is a change."""
    type_form(desk, enrolled, **changed)
    bring(counter, desk, enrolled)
    address, clerk = f"/permohonan/draf/{waiting(desk.journal.db)[0].id}", Browser(web, "sari")
    page = Reader()
    page.feed(clerk.get(address).get_data(as_text=True))
    [shown] = [form for form in page.forms if "full_name" in dict(form.fields)]
    assert clerk.post(address, {**dict(shown.fields), "aksi": "daftar"}).status_code == 303
    sent(desk, CaseFile.first(desk.journal.db, order="id DESC"))
    [body], [line] = forwarded(desk), sent_lines(desk)
    held = LineOriginal(sealed=body.sealed, original_key=body.signing)
    held.held = json.dumps(line.fields)
    assert changed_fields(held, open_original(CENTRE, held)[1]) == []
    [corrected] = [name for name in line.fields if name == "street"]
    held.held = json.dumps(line.fields | {corrected: "LAIN"})
    assert changed_fields(held, open_original(CENTRE, held)[1]) == ["street"]


def test_a_case_that_is_sent_again_brings_it_again_and_a_case_of_the_desk_none(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask
) -> None:
    type_form(desk, enrolled)
    bring(counter, desk, enrolled)
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert case is not None
    desk.refused(sent(desk, case), 1)
    products.note_repair(
        desk.journal, desk.who("sari"), case_id=case.id, how="repaired", note="Nama diperbaiki.", now=desk.now
    )
    desk.send(case.id, desk.ready())
    first, again = forwarded(desk)
    assert first.line != again.line
    assert first.sealed == again.sealed


def test_what_goes_back_or_is_taken_back_is_forwarded_to_nobody(
    counter: Counter, desk: Desk, enrolled: VillageFolder
) -> None:
    back, taken_back = type_form(desk, enrolled), type_form(desk, enrolled)
    bring(counter, desk, enrolled)
    [draft] = [each for each in waiting(desk.journal.db) if each.brought == back]
    counter.give_back(draft.id, "Pemohon membatalkan.")
    enrolled.take_back(taken_back)
    bring(counter, desk, enrolled)
    assert waiting(desk.journal.db) == []
    desk.send(desk.ready())
    assert forwarded(desk) == []
    assert CaseOriginal.rows(desk.journal.db) == []


def test_without_a_partner_there_is_nothing_to_seal_and_new_keys_are_sealed_for(
    counter: Counter, desk: Desk, munder: VillageFolder
) -> None:
    ready(counter, munder, MUNDER)
    type_form(desk, munder)
    assert [form.original for form in munder.drafts()] == [None]
    let_in(desk, CENTRE)
    counter.list_for(MUNDER)
    munder.read_list(counter.stick)
    lines, _ = munder.due_lines()
    [early] = [form.original for form in munder.drafts()]
    assert early is not None
    assert early.sealed_to == CENTRE.public.sealed_to, "the list came after the typing"
    assert munder.due_lines() == (lines, 1), "sealed once, not at each stick"
    newer = make_keys(CENTRE.node)
    with desk.journal.db.writing():
        desk.journal.db.run("DELETE FROM road_key")
    let_in(desk, newer)
    counter.list_for(MUNDER)
    munder.read_list(counter.stick)
    munder.due_lines()
    [late] = [form.original for form in munder.drafts()]
    assert late is not None
    assert late.sealed_to == newer.public.sealed_to


def test_a_new_computer_of_the_village_signs_what_the_earlier_one_typed(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask
) -> None:
    type_form(desk, enrolled)
    for path in (enrolled.folder / "keys").iterdir():
        path.unlink()
    (enrolled.folder / "desa.json").unlink()
    counter.meet(enrolled, MUNDER)
    bring(counter, desk, enrolled)
    sent(desk, register(desk, web, waiting(desk.journal.db)[0].id))
    [body] = forwarded(desk)
    assert body.signing == enrolled.keys().public.signing
    assert opened(body)["village"] == MUNDER


def test_the_last_stick_of_a_replaced_computer_goes_under_the_key_that_signed_it(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    type_form(desk, enrolled)
    enrolled.write_drafts(counter.stick, desk.now)
    counter.meet(VillageFolder(tmp_path / "baru"), MUNDER)
    assert counter.take().taken == 0, "held until somebody decides"
    judge(counter, "taken")
    sent(desk, register(desk, web, waiting(desk.journal.db)[0].id))
    [body] = forwarded(desk)
    assert body.signing == enrolled.keys().public.signing
    assert opened(body)["village"] == MUNDER


def test_an_office_back_on_paper_names_no_partner_and_forwards_nothing(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask
) -> None:
    type_form(desk, enrolled)
    bring(counter, desk, enrolled)
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=False, now=desk.now)
    sent(desk, case)
    assert forwarded(desk) == []
    counter.list_for(MUNDER)
    enrolled.read_list(counter.stick)
    assert {offered.partner for offered in enrolled.the_list().services} == {None}


def test_keys_that_are_none_seal_nothing(desk: Desk, enrolled: VillageFolder, tmp_path: Path) -> None:
    """A list with nonsense in it stops nobody from typing."""
    told = enrolled.the_list()
    wrong = replace(CENTRE.public, recipient="age1" + "q" * 58)
    enrolled.keep_list(replace(told, services=[replace(each, partner=wrong) for each in told.services]))
    type_form(desk, enrolled)
    assert [form.original for form in enrolled.drafts()] == [None]


def test_a_line_of_another_case_gives_nobody_its_draft(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask
) -> None:
    type_form(desk, enrolled)
    bring(counter, desk, enrolled)
    sent(desk, register(desk, web, waiting(desk.journal.db)[0].id))
    [body] = forwarded(desk)
    known = desk.journal.kinds["line.original_forwarded"]
    for wrong in (body, replace(body, case_id=body.case_id + 1), replace(body, line="1/dukcapil/999")):
        entry = Entry("350899", 1, "dukcapil", 99, None, known.name, f"case/{wrong.case_id}", desk.now, "sari", wrong)
        if wrong is body:
            check_records(known, desk.journal.db, [entry])
            continue
        with pytest.raises(AuthorityError):
            check_records(known, desk.journal.db, [entry])


def test_a_restored_kecamatan_gets_its_case_with_its_draft_back(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    """The centre holds the line; without this the village's next file would make a second case of the same person."""
    code = type_form(desk, enrolled)
    early = tmp_path / "cadangan.sqlite3"
    desk.journal.db.run(f"VACUUM INTO '{early}'")
    bring(counter, desk, enrolled)
    sent(desk, register(desk, web, waiting(desk.journal.db)[0].id))
    assert fates(counter, enrolled)[code][0] == "registered"
    [line], [body] = sent_lines(desk), forwarded(desk)
    given = [(draft.code, draft.series, draft.n) for draft in BroughtDraft.rows(desk.journal.db)]
    assert given == [(code, 1, 1)], "the number on the receipt"
    restore(desk, early)
    with desk.journal.transaction():
        for said in (line, body):
            desk.journal.record(said, subject=f"case/{line.case_id}", actor="sari", at=desk.now, stream="dukcapil")
    assert fates(counter, enrolled)[code] == ("registered", line.number)
    assert [(draft.code, draft.series, draft.n) for draft in BroughtDraft.rows(desk.journal.db)] == given
    assert bring(counter, desk, enrolled).taken == 0
    assert [row.original for row in CaseOriginal.rows(desk.journal.db)] == [body.sealed]


def test_a_hostile_village_brings_no_more_than_a_draft_may_hold(
    counter: Counter, desk: Desk, enrolled: VillageFolder, krai: VillageFolder
) -> None:
    type_form(desk, enrolled)
    [form] = enrolled.drafts()
    held = form.original
    assert held is not None
    strange = replace(form, code="beef" * 8, original=replace(held, signer="ab" * 16))
    for n, original in enumerate(("A" * (LONGEST_ORIGINAL + 1), "A" * 99, "<b>" * 50)):
        brought = replace(form, code=f"{n}" * 32, original=replace(held, sealed=original))
        told = forged(counter, desk, enrolled, brought)
        assert (told.taken, told.set_aside) == (0, 1)
    assert forged(counter, desk, enrolled, strange).taken == 1
    other = replace(form, code="feed" * 8, original=replace(held, signer=krai.keys().public.signer))
    assert forged(counter, desk, enrolled, other).taken == 1
    assert [draft.original for draft in waiting(desk.journal.db)] == ["", ""], "another key, a neighbour's key"
    assert 2 * LONGEST_ORIGINAL < LONGEST_DRAFT, "a form has room beside it"


def test_what_would_be_too_long_is_brought_without_it(counter: Counter, desk: Desk, enrolled: VillageFolder) -> None:
    drawn = random.Random(1)
    long = {f"field_{n}": "".join(drawn.choices(string.ascii_letters, k=3900)) for n in range(10)}
    enrolled.add_draft("ktp-el", long, desk.now)
    assert [form.original for form in enrolled.drafts()] == [None]
    assert bring(counter, desk, enrolled).taken == 1


def test_a_bank_and_a_centre_each_get_their_own(desk: Desk) -> None:
    """Of a service whose partner is not let in nobody is named; of each other its own partner."""
    bank = make_keys("bank-3508")
    let_in(desk, CENTRE)
    let_in(desk, bank, "bank")
    shipped = load_all()
    assert queries.partner_keys(desk.journal.db, shipped["ktp-el"]) == CENTRE.public
    student = shipped["ktm"]
    assert student.partner is not None
    assert student.partner.stream == "bank"
    assert queries.partner_keys(desk.journal.db, student) == bank.public
    with desk.journal.db.writing():
        desk.journal.db.run("DELETE FROM road_key WHERE peer = 'bank-3508'")
    assert queries.partner_keys(desk.journal.db, student) is None


def test_it_goes_with_the_case_when_that_is_destroyed(
    counter: Counter, desk: Desk, enrolled: VillageFolder, web: Flask, tmp_path: Path
) -> None:
    type_form(desk, enrolled)
    bring(counter, desk, enrolled)
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert case is not None
    sent(desk, case)
    [body] = forwarded(desk)
    sought = Sought(case.main_key, case.name)
    titles = [holding.kind for holding in find_holdings(desk.journal.db, desk.who("budi"), sought)]
    assert "Isian asli dari desa" in titles, "he is told that it is here"
    gone = redacted_bodies(desk.journal, [f"case/{case.id}"])
    scratch = tmp_path / "leer.sqlite3"
    erase_people(desk.journal, "office", gone, reason="uji", actor="budi", at=desk.now, scratch=scratch)
    assert CaseOriginal.rows(desk.journal.db) == []
    held = [bytes(row[0]).decode() for row in desk.journal.db.run("SELECT body FROM journal_body")]
    held += [bytes(row[0]).decode() for row in desk.journal.db.run("SELECT body FROM journal_redaction")]
    assert [text for text in held if body.sealed[:200] in text] == []
    scratch.unlink(missing_ok=True)
    assert verify_side(desk.journal, "office", scratch).faults == []
