"""Dispatch (SP 4.6): who may go, drafts, closing, numbers, and what a restored PC gets back."""

import json
import re
import shutil
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from app import compose
from app.casework.batches import dispatch, queries
from app.casework.batches.views import dispatch as dispatch_page
from app.casework.desk import service
from app.core.messages import DispatchLine, DispatchSent, dispatch_digest
from app.core.problems import Problem
from app.platform.office.exchange import ExchangeState
from app.services.ktp import recording
from schema.database import open_office
from sync.journal import Journal
from tests.platform.people import KRAI, START, Browser
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)


def test_a_file_without_a_noted_recording_is_refused(desk: Desk) -> None:
    case_id = desk.ready()
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM recording")
    with pytest.raises(Problem) as problem:
        desk.draft(case_id)
    assert "belum mencatat perekaman" in problem.value.sentence


def test_nobody_under_seventeen_unless_married(desk: Desk) -> None:
    """Recorded ahead from sixteen, printed at seventeen (Perpres 96/2018 art. 15)."""
    young = desk.ready(birth_on="13032009", nik="3508991303090077")
    [waits] = dispatch.ready_cases(desk.journal.db, "ktp-el", TODAY)
    assert "17 tahun" in waits.why_not
    assert not waits.link[0], "recorded already: nothing to note"
    with pytest.raises(Problem):
        desk.draft(young)
    assert dispatch.ready_cases(desk.journal.db, "ktp-el", date(2026, 3, 13))[0].why_not == ""


def test_what_is_ready_pages_on_and_says_how_many_there_are(
    desk: Desk, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_LINES", 2)
    ready, sari = [desk.ready() for _ in range(3)], Browser(web, "sari")
    pages = [sari.get(f"/pengiriman/?siap={number}").text for number in (1, 2)]
    shown = [[int(case_id) for case_id in re.findall(r'name="berkas" value="(\d+)"', page)] for page in pages]
    assert shown == [ready[:2], ready[2:]]
    assert all("3 berkas siap dikirim" in page for page in pages)
    assert "siap=2" in pages[0]
    made = desk.draft(ready[0])
    monkeypatch.setattr(dispatch.ready_cases, "__defaults__", (1, 0))
    assert "1 dari 2, yang paling dekat janjinya" in sari.get(f"/pengiriman/{made}").text


def test_a_draft_that_became_unfit_is_not_sent(desk: Desk) -> None:
    case_id = desk.ready()
    made = desk.draft(case_id)
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("UPDATE recording SET status = 'duplicate'")
    assert case_id in dispatch.reasons_against_sending(desk.journal.db, [case_id], TODAY)
    with pytest.raises(Problem) as problem:
        dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=made, now=desk.now)
    assert "DUPLICATE_RECORD" in problem.value.sentence
    assert desk.step(case_id) == "dispatch"
    assert queries.find_dispatch(desk.journal.db, made).state == "draft"


def test_no_file_in_two_drafts(desk: Desk) -> None:
    one, two = desk.ready(), desk.ready()
    first = desk.draft(one)
    with pytest.raises(Problem) as problem:
        desk.draft(two, one)
    assert "pengiriman lain" in problem.value.sentence
    assert [pick.id for pick in queries.list_picks(desk.journal.db, first)] == [one]
    assert [row.id for row in dispatch.ready_cases(desk.journal.db, "ktp-el", TODAY)] == [two]


def test_the_order_of_a_draft_is_the_order_of_the_lines(desk: Desk) -> None:
    cases = [desk.ready() for _ in range(3)]
    made = desk.draft(*cases)
    dispatch.draft_dispatch(desk.journal, desk.who("sari"), case_ids=cases[::-1], dispatch_id=made, now=desk.now)
    dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=made, now=desk.now)
    assert [line.case_id for line in queries.list_lines(desk.journal.db, made)] == cases[::-1]


def test_a_dropped_draft_gives_its_files_back_and_keeps_its_number(desk: Desk) -> None:
    case_id = desk.ready()
    first = desk.draft(case_id)
    dispatch.drop_draft(desk.journal, desk.who("sari"), dispatch_id=first, reason="keliru memilih", now=desk.now)
    second = desk.draft(case_id)
    assert queries.find_dispatch(desk.journal.db, first).number == "001/KIRIM/2026"
    assert queries.find_dispatch(desk.journal.db, second).number == "002/KIRIM/2026"
    with pytest.raises(Problem):
        dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=first, now=desk.now)


def test_only_kasi_or_camat_close_it(desk: Desk) -> None:
    made = desk.draft(desk.ready())
    for username in ("sari", "oki", "ratna", "ida", "desi"):
        with pytest.raises(Problem) as problem:
            dispatch.send_dispatch(desk.journal, desk.who(username), dispatch_id=made, now=desk.now)
        assert problem.value.code == "forbidden"
    assert dispatch.send_dispatch(desk.journal, desk.who("camat"), dispatch_id=made, now=desk.now).count == 1


def test_numbers_come_from_the_agenda_or_the_series(desk: Desk) -> None:
    one = desk.draft(desk.ready())
    sent = dispatch.send_dispatch(
        desk.journal, desk.who("budi"), dispatch_id=one, letter="470/88/427.86/2026", now=desk.now
    )
    assert (sent.letter, sent.minutes) == ("470/88/427.86/2026", "400.12/1/BA/427.86/2026")
    two = desk.draft(desk.ready())
    with pytest.raises(Problem) as problem:
        dispatch.send_dispatch(
            desk.journal, desk.who("budi"), dispatch_id=two, letter="470/88/427.86/2026", now=desk.now
        )
    assert "sudah dipakai" in problem.value.fields["letter"]
    assert queries.find_dispatch(desk.journal.db, two).state == "draft"


def entries(journal: Journal) -> list[DispatchLine | DispatchSent]:
    """Bodies of the own stream for the centre, in order."""
    from sync.entries import split_line

    found = journal.lines(journal.source, journal.epoch, "dukcapil", 0, 1000)
    return [journal.decode(*split_line(line)).body for line in found]


def test_the_centre_gets_every_line_and_a_digest_that_closes_them(desk: Desk) -> None:
    made = desk.send(desk.ready(), desk.ready())
    *found, closing = entries(desk.journal)
    lines = [one for one in found if isinstance(one, DispatchLine)]
    assert isinstance(closing, DispatchSent)
    assert closing.count == len(lines) == 2
    ids = [desk.line(made, ordinal) for ordinal in (1, 2)]
    assert closing.digest == dispatch_digest(lines, ids)
    assert lines[0].fields["full_name"]
    assert lines[0].recording == "print_ready"


def test_a_line_is_asked_back_once_and_never_after_its_answer(desk: Desk) -> None:
    made = desk.enrol().send(desk.ready(), desk.ready())
    budi = desk.who("budi")
    dispatch.ask_line_back(desk.journal, budi, dispatch_id=made, ordinal=1, reason="meninggal", now=desk.now)
    with pytest.raises(Problem):
        dispatch.ask_line_back(desk.journal, budi, dispatch_id=made, ordinal=1, reason="lagi", now=desk.now)
    desk.printed(made, 2)
    with pytest.raises(Problem):
        dispatch.ask_line_back(desk.journal, budi, dispatch_id=made, ordinal=2, reason="terlambat", now=desk.now)
    assert [line.recall for line in queries.list_lines(desk.journal.db, made)] == ["meninggal", ""]


def restored(desk: Desk, backup: Path) -> Journal:
    """Yesterday's PC: its own journal opened again in a new epoch, then what the centre holds is given back."""
    from sync.entries import split_line

    db = open_office(backup)
    journal = compose.journal("office", db)
    source = journal.source
    journal.open_epoch(source, desk.now, epoch=2)
    held = desk.journal.lines(source, 1, "dukcapil", 0, 1000)
    known = journal.tail(source, 1, "dukcapil").n
    with journal.transaction(), db.applying():
        journal.apply([journal.decode(*split_line(line)) for line in held[known:]])
    return journal


def test_a_restored_pc_gets_its_lines_back(desk: Desk, tmp_path: Path) -> None:
    kept = desk.ready()
    desk.journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = tmp_path / "kemarin.sqlite3"
    shutil.copy(tmp_path / "kantor.sqlite3", backup)
    lost = desk.ready()
    made = desk.send(kept, lost)
    journal = restored(desk, backup)
    mine, theirs = (queries.list_lines(db, made) for db in (journal.db, desk.journal.db))
    same = attrgetter("ordinal", "case_id", "number", "name", "area", "main_key", "kind")
    assert [same(line) for line in mine] == [same(line) for line in theirs]
    for case_id in (kept, lost):
        sql = "SELECT number, code, name, step, place, due_on, fields FROM case_file WHERE id = ?"
        here, there = journal.db.one(sql, (case_id,)), desk.journal.db.one(sql, (case_id,))
        assert here is not None
        assert there is not None
        assert here[:6] == there[:6]
        assert json.loads(here[6]) == json.loads(there[6])
    assert queries.sent_dispatches(journal.db, 5)[0].sent == 2
    nik = queries.list_lines(journal.db, made)[1].main_key
    again = recording.latest_recording(journal.db, nik)
    assert again is not None, "a restored PC must not ask for a second recording"
    assert again.status == "print_ready"
    assert journal.next_id("case_file") > 10_000_000
    journal.db.close()


def test_a_blank_form_comes_back_with_its_case_and_is_not_typed_again(desk: Desk, tmp_path: Path) -> None:
    """Reserved before the backup, typed in after it: the paper still lies on the counter after the restore."""
    sari, area = desk.who("sari"), KRAI
    [code] = service.reserve_forms(desk.journal, sari, service="ktp-el", count=1, area=area, now=desk.now)
    desk.journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = tmp_path / "kemarin.sqlite3"
    shutil.copy(tmp_path / "kantor.sqlite3", backup)
    lost = desk.ready(form_code=code)
    desk.send(lost)
    journal = restored(desk, backup)
    desk.journal = journal
    with pytest.raises(Problem) as problem:
        desk.open(form_code=code)
    assert problem.value.code == "number_taken"
    assert journal.db.one("SELECT case_id FROM reserved_form WHERE code = ?", (code,)) == (lost,)
    journal.db.close()


@pytest.mark.parametrize(
    ("state", "role", "offered"),
    [
        ({"enrolled": True}, "kasubbag", True),
        ({"enrolled": True}, "village", False),
        ({"enrolled": False}, "kasubbag", False),
        ({"enrolled": True, "offline_since": START}, "kasubbag", False),
    ],
)
def test_sending_at_once_is_offered_to_whoever_may_exchange_while_the_partner_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, state: dict[str, Any], role: str, offered: bool
) -> None:
    monkeypatch.setattr(dispatch_page, "exchange_state", lambda: ExchangeState(**state))
    monkeypatch.setattr(dispatch_page, "current_actor", lambda: replace(desk.who("ratna"), roles=frozenset({role})))
    assert dispatch_page.may_exchange_now() is offered
