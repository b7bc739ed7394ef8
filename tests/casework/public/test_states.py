"""What the office tells the regency's public page, when, and how it takes it back."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.casework.desk.paper_heads import status_words
from app.casework.desk.tables import CaseFile
from app.casework.public.service import KEPT_DAYS, MOST_AT_ONCE, change_status_page, hide_status, publish_states
from app.core.problems import Problem
from app.platform.office import service as office
from sync.journal import Journal
from sync.slip_seal import PublicState, derive_key, open_state
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk

ADDRESS = "status.contoh.example"


def choose(desk: Desk, address: str = ADDRESS) -> None:
    change_status_page(desk.journal, desk.who("ratna"), address=address, now=desk.now)


def told(journal: Journal) -> list[Any]:
    """Bodies that went to the page so far, oldest first."""
    rows = journal.db.run("SELECT stream, subject FROM journal WHERE kind = 'case.state_published' ORDER BY id")
    places = list(rows)
    assert {stream for stream, _ in places} <= {"dukcapil"}
    subjects = dict.fromkeys(subject for _, subject in places)
    found = [entry for subject in subjects for entry in journal.about(subject) if entry.stream == "dukcapil"]
    return [entry.body for entry in sorted(found, key=lambda entry: entry.n) if entry.kind == "case.state_published"]


def publish(desk: Desk) -> list[Any]:
    """One turn of the clockwork, a minute later; what it told."""
    before = len(told(desk.journal))
    publish_states(desk.journal, desk.later(minutes=1).now)
    return told(desk.journal)[before:]


def the_case(desk: Desk, case_id: int) -> CaseFile:
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None
    return case


def opened(desk: Desk, case_id: int, body: Any) -> PublicState:
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None
    slip = derive_key(desk.journal.source, case.code)
    state = open_state(slip.key, body.sealed)
    assert body.slot == slip.slot
    assert state is not None
    return state


def test_nothing_is_told_until_the_office_chose_it_and_is_enrolled(desk: Desk) -> None:
    desk.open()
    assert publish(desk) == []
    with pytest.raises(Problem) as alone:
        choose(desk)
    assert list(alone.value.fields) == ["address"]
    desk.enrol()
    for wrong in ("https://status.example", "status example", "-x", "a/b"):
        with pytest.raises(Problem) as refused:
            choose(desk, wrong)
        assert list(refused.value.fields) == ["address"]
    choose(desk, " Status.Contoh.Example ")
    assert len(publish(desk)) == 1


def test_each_change_is_told_once_sealed_and_without_a_person(desk: Desk, tmp_path: Path) -> None:
    desk.enrol()
    choose(desk)
    case_id = desk.open()
    [first] = publish(desk)
    state = opened(desk, case_id, first)
    assert (state.place, state.due_on, state.as_of) == ("Kecamatan Contoh", "", desk.now.date().isoformat())
    assert publish(desk) == []
    desk.check(case_id)
    [second] = publish(desk)
    case = CaseFile.first(desk.journal.db, id=case_id)
    assert case is not None
    later = opened(desk, case_id, second)
    assert later.due_on == case.due_on
    assert later.said != state.said
    for secret in (case.code, case.name, case.main_key, case.number):
        assert secret not in f"{first} {second} {state} {later}"
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_a_turn_does_a_bounded_part_and_the_next_one_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.casework.public.service.MOST_AT_ONCE", 2)
    desk.enrol()
    choose(desk)
    for _ in range(3):
        desk.open()
    assert [len(publish(desk)) for _ in range(3)] == [2, 1, 0]
    assert MOST_AT_ONCE <= 20


def test_a_case_that_changes_in_this_second_is_told_in_the_next_turn(desk: Desk) -> None:
    desk.enrol()
    choose(desk)
    case_id = desk.open()
    publish_states(desk.journal, desk.now)
    assert told(desk.journal) == []
    assert len(publish(desk)) == 1
    desk.check(case_id)
    publish_states(desk.journal, desk.now)
    assert len(told(desk.journal)) == 1
    assert len(publish(desk)) == 1


def test_what_is_over_is_taken_away(desk: Desk) -> None:
    desk.enrol()
    choose(desk)
    case_id = desk.open()
    publish(desk)
    with desk.journal.db.writing(), desk.journal.db.applying():
        on = desk.now.date().isoformat()
        desk.journal.db.run("UPDATE case_file SET closed = 1, closed_on = ? WHERE id = ?", (on, case_id))
    desk.later(days=KEPT_DAYS)
    assert publish(desk) == [], "it is kept to the last day"
    [gone] = desk.later(days=1) and publish(desk)
    assert (gone.case_id, gone.sealed) == (case_id, "")
    assert publish(desk) == []


def test_an_office_that_takes_no_part_any_more_takes_everything_back(desk: Desk) -> None:
    desk.enrol()
    choose(desk)
    first, second = desk.open(), desk.open()
    publish(desk)
    choose(desk, "")
    assert [(body.case_id, body.sealed) for body in publish(desk)] == [(first, ""), (second, "")]
    assert publish(desk) == []


def test_a_centre_that_went_back_to_paper_is_told_nothing(desk: Desk) -> None:
    desk.enrol()
    choose(desk)
    desk.open()
    office.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=False, now=desk.now)
    assert publish(desk) == []


def test_the_page_of_the_setting_says_what_is_wrong_and_the_slip_tells_the_address(desk: Desk, web: Flask) -> None:
    desk.enrol()
    case = the_case(desk, desk.open())
    ratna = Browser(web, "ratna")
    where = "/pengaturan/halaman-status"
    assert "Yang dikirim" in ratna.get(where).get_data(as_text=True)
    refused = ratna.post(where, {"address": "https://x"})
    assert refused.status_code == 422
    assert status_words(desk.journal.db, case) == ""
    assert ratna.post(where, {"address": ADDRESS}).status_code == 303
    assert ADDRESS in status_words(desk.journal.db, case)
    assert Browser(web, "sari").get(where).status_code == 403


def test_an_applicant_who_does_not_want_it_is_taken_away_and_never_told_again(
    desk: Desk, web: Flask, tmp_path: Path
) -> None:
    desk.enrol()
    choose(desk)
    case_id, other = desk.open(), desk.open()
    publish(desk)
    sari, where = Browser(web, "sari"), f"/berkas/{case_id}/halaman-status"
    assert "Pemohon tidak mau tampil" in sari.get(f"/berkas/{case_id}").text
    assert Browser(web).post(f"{where}/sembunyi").headers["Location"].startswith("/masuk")
    assert sari.post(f"{where}/sembunyi").status_code == 303
    assert sari.post(f"{where}/sembunyi").status_code == 409
    assert "Boleh tampil lagi" in sari.get(f"/berkas/{case_id}").text
    [gone] = publish(desk)
    assert (gone.case_id, gone.sealed) == (case_id, "")
    assert status_words(desk.journal.db, the_case(desk, case_id)) == ""
    assert ADDRESS in status_words(desk.journal.db, the_case(desk, other))
    desk.check(case_id)
    assert publish(desk) == []
    assert sari.post(f"{where}/tampil").status_code == 303
    [again] = publish(desk)
    assert opened(desk, case_id, again).said
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_hidden_cases_that_wait_for_their_turn_are_not_told_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.casework.public.service.MOST_TAKEN_AWAY", 1)
    desk.enrol()
    choose(desk)
    cases = [desk.open(), desk.open()]
    publish(desk)
    for case_id in cases:
        hide_status(desk.journal, desk.who("sari"), case_id=case_id, now=desk.later(minutes=1).now)
    turns = [[(body.case_id, body.sealed) for body in publish(desk)] for _ in range(3)]
    assert turns == [[(cases[0], "")], [(cases[1], "")], []]
