"""Supervision by the Sekretaris: figures, notes, what was done; the head of the section finds notes on the desk."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.casework.desk import moving, opening, oversight
from app.casework.desk.checklist import case_requirements
from app.casework.desk.events import CaseAdvanced
from app.casework.desk.pictures import case_places, scope_without
from app.casework.desk.service import case_by_id, check_items
from app.casework.desk.tasks import note_tasks
from app.core.permissions import SYSTEM
from app.core.problems import Problem
from tests.casework.desk.papers import as_asked
from tests.platform.people import START, Browser, Clock
from tests.services.ktp.desk import Desk

PAGE = "/pengawasan/"


def number(desk: Desk, case_id: int) -> str:
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    return str(case.number)


def test_a_note_waits_on_the_desk_until_it_is_answered(desk: Desk, as_ratna: Browser, as_budi: Browser) -> None:
    wanted = number(desk, desk.open())
    assert as_ratna.post(f"{PAGE}catatan", {"text": "Mengapa lama?", "number": wanted.lower()}).status_code == 303
    [note] = oversight.oversight_notes(desk.journal.db)
    assert "Mengapa lama?" in as_budi.get("/").get_data(as_text=True)
    [task] = note_tasks(desk.journal.db, desk.who("budi"), START)
    assert (task.endpoint, task.case_id) == ("oversight.page", note.case_id)
    assert note_tasks(desk.journal.db, desk.who("ratna"), START) == []
    empty = as_budi.post(f"{PAGE}catatan/{note.id}", {"answer": " "})
    assert empty.status_code == 422
    assert "Tulis apa yang sudah dilakukan." in empty.get_data(as_text=True)
    assert as_budi.post(f"{PAGE}catatan/{note.id}", {"answer": "Sudah diperiksa"}).status_code == 303
    assert note_tasks(desk.journal.db, desk.who("budi"), START) == []
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Sudah diperiksa" in page
    assert "Budi Santoso" in page
    twice = as_budi.post(f"{PAGE}catatan/{note.id}", {"answer": "Lagi"})
    assert twice.status_code == 409
    assert "sudah ditindaklanjuti" in twice.get_data(as_text=True)


def test_notes_page_on_and_a_refused_answer_stays_in_sight(desk: Desk, as_ratna: Browser, as_budi: Browser) -> None:
    for number in range(21):
        oversight.write_note(desk.journal, desk.who("ratna"), text=f"Catatan ke-{number}.", number="", now=desk.now)
    first, second = (as_ratna.get(f"{PAGE}?catatan={number}").text for number in (1, 2))
    assert "Catatan ke-20." in first
    assert "Catatan ke-0." not in first
    assert "Catatan ke-0." in second
    oldest = oversight.oversight_notes(desk.journal.db)[-1]
    refused = as_budi.post(f"{PAGE}catatan/{oldest.id}", {"answer": " "})
    assert "Catatan ke-0." in refused.text
    assert "Tulis apa yang sudah dilakukan." in refused.text


def test_wrong_notes_say_why_and_keep_the_text(as_ratna: Browser, desk: Desk) -> None:
    answer = as_ratna.post(f"{PAGE}catatan", {"text": "Periksa ini", "number": "9999/KTP/2026"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "tidak ada" in page
    assert "Periksa ini" in page
    assert as_ratna.post(f"{PAGE}catatan", {"text": ""}).status_code == 422
    assert as_ratna.post(f"{PAGE}catatan", {"text": "x" * 2001}).status_code == 422
    assert oversight.oversight_notes(desk.journal.db) == []


def test_who_may_see_and_write(desk: Desk, as_budi: Browser, as_camat: Browser, as_sari: Browser) -> None:
    assert as_budi.post(f"{PAGE}catatan", {"text": "x"}).status_code == 403
    assert as_camat.get(PAGE).status_code == 200
    assert as_sari.get(PAGE).status_code == 403
    for who in ("budi", "camat", "sari"):
        with pytest.raises(Problem):
            oversight.write_note(desk.journal, desk.who(who), text="x", number="", now=START)


def test_figures_and_deeds_come_from_the_files(desk: Desk, as_ratna: Browser) -> None:
    returned = desk.open()
    moving.advance_case(
        desk.journal, desk.who("sari"), case_id=returned, outcome="returned", note="Foto belum ada", now=START
    )
    desk.complete()
    places = case_places(desk.journal.db, scope_without(desk.journal.db, []), "cases.show_cases")
    assert {(place.values["langkah"], place.count) for place in places} == {("returned", 1), ("record", 1)}
    [deed] = oversight.deeds_by_hand(desk.journal.db)
    assert (deed.action, deed.note, deed.actor) == ("returned", "Foto belum ada", "sari")
    assert oversight.deeds_by_hand(desk.journal.db, skip=1) == []
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Foto belum ada" in page
    assert f"/berkas/{returned}" in page


def test_what_was_written_down_after_its_day_is_listed(desk: Desk, as_ratna: Browser) -> None:
    receipt = opening.open_case(
        desk.journal,
        desk.who("sari"),
        opening.Application(
            service="ktp-el", raw=desk.form(), ticked={}, received_on=date(2026, 3, 10), late_reason="Listrik padam"
        ),
        now=START,
    )
    desk.complete()
    case_id = desk.open()
    checked(desk, case_id)
    moving.advance_case(
        desk.journal,
        desk.who("sari"),
        case_id=case_id,
        outcome="complete",
        on=START.date(),
        note="Buku kertas",
        now=START + timedelta(days=1),
    )
    evening = START.replace(hour=18)  # already Friday in the office
    late = desk.open()
    checked(desk, late)
    moving.advance_case(
        desk.journal,
        desk.who("sari"),
        case_id=late,
        outcome="complete",
        on=START.date(),
        note="Lewat tengah malam",
        now=evening,
    )
    found = oversight.late_entries(desk.journal.db)
    assert [(entry.case_id, entry.on_date, entry.note) for entry in found] == [
        (late, "2026-03-12", "Lewat tengah malam"),
        (case_id, "2026-03-12", "Buku kertas"),
        (receipt.id, "2026-03-10", "Listrik padam"),
    ]
    assert all(entry.what[:1].isupper() for entry in found), "words, not the class of a state"
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert [part for part in ("Buku kertas", "Listrik padam", found[1].what) if part not in page] == []


def checked(desk: Desk, case_id: int) -> None:
    """All papers are there."""
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    needs = case_requirements(moving.case_definition(desk.journal.db, case), case)
    check_items(
        desk.journal,
        desk.who("sari"),
        case_id=case_id,
        now=START,
        states={need.id: ("present", "") for need in needs},
        seen=as_asked(desk.journal.db, case),
    )


def test_the_share_of_kept_promises_is_made_of_the_counts_beside_it(desk: Desk, web: Flask, clock: Clock) -> None:
    """One kept, one still open after its date, one withdrawn after it: a third, and every count is said."""
    db, ready = desk.journal.db, desk.ready()
    open_late, withdrawn = desk.complete(), desk.complete()
    case = case_by_id(db, ready)
    assert case is not None
    due = date.fromisoformat(case.due_on)
    before = oversight.recent_promises(db, due)
    assert (before.due, before.share) == (0, None)
    desk.printed(desk.send(ready), 1)
    desk.arrived(ready)
    late = clock.at = clock.at.replace(month=due.month, day=due.day) + timedelta(days=1)
    leaving: dict[str, Any] = {"exit_id": "withdrawn", "reason": "Pemohon batal", "now": late}
    moving.leave_case(desk.journal, desk.who("budi"), case_id=withdrawn, **leaving)
    found = oversight.recent_promises(db, late.date())
    assert (found.kept, found.late, found.open_late, found.broken) == (1, 0, 1, 1)
    assert found.share == 1 / 3
    page = Browser(web, "ratna").get(PAGE).get_data(as_text=True)
    assert "33,3%" in page
    assert "1 dari 3 yang jatuh tempo; 1 belum selesai, 1 berakhir tanpa hasil" in page
    assert oversight.recent_promises(db, late.date() + timedelta(days=31)).due == 0
    assert open_late != withdrawn


def test_an_answer_by_road_has_an_author_in_words(desk: Desk, as_ratna: Browser) -> None:
    case_id = desk.complete()
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    body = CaseAdvanced(
        case_id, "refused", case.step, case.step, case.place, START.date().isoformat(), note="Foto tertukar"
    )
    with desk.journal.transaction():
        desk.journal.record(body, subject=f"case/{case_id}", actor=SYSTEM.username, at=START)
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Dispenduk Capil, lewat Loket" in page
    assert ">system<" not in page
