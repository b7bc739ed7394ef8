"""How often a page asks the database: limits that a change must not raise unnoticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk import drafts, findings, opening, queries, service
from app.casework.desk.opening import Opened
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.platform.people.credentials import put_password
from app.platform.people.hashing import hash_secret
from schema import database
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, application
from tests.platform.people import PASSWORD, SECRET_KEY, START, Browser, Clock
from tests.proof.pair import CHEAP, pair

CASE_PAGE, HEADER, AUTOSAVE = 11, 8, 14
"""Statements, transaction marks included. Before the rebuild both were 25."""


@contextmanager
def counted(db: SqliteDatabase) -> Iterator[list[str]]:
    """The statements that run inside."""
    asked: list[str] = []

    def note(_cursor: object, sql: str, _values: object) -> bool:
        asked.append(" ".join(sql.split()))
        return True

    connection = db.connection()
    connection.set_exec_trace(note)
    try:
        yield asked
    finally:
        connection.set_exec_trace(None)


@pytest.fixture
def office(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The whole office, with every room and what stands in its header."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def test_a_case_page(journal: Journal, office: Flask, opened: Opened) -> None:
    browser = Browser(office, "sari")
    browser.get(f"/berkas/{opened.id}")
    with counted(journal.db) as asked:
        assert browser.get(f"/berkas/{opened.id}").status_code == 200
    assert len(asked) <= CASE_PAGE, asked


def test_a_case_page_of_an_office_with_a_centre(tmp_path: Path) -> None:
    """What the header says of the connection is asked as sparingly."""
    made = pair(tmp_path)
    try:
        journal, retno = made.office.journal, made.who("retno")
        hashed = hash_secret(PASSWORD, CHEAP)
        put_password(journal.db, retno.person_id, hashed, must_change=False, now=made.now)
        opened = opening.open_case(
            journal,
            retno,
            opening.Application(
                service="ktp-el", raw=application(village="3508072002"), ticked=dict.fromkeys(ALL_ITEMS, "")
            ),
            now=made.now,
        )
        web = make_office_app(journal, tmp_path / "kantor", {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: made.now})
        browser = Browser(web, "retno")
        browser.get(f"/berkas/{opened.id}")
        with counted(journal.db) as asked:
            assert browser.get(f"/berkas/{opened.id}").status_code == 200
        assert len(asked) <= CASE_PAGE + HEADER, asked
    finally:
        made.close()


def test_an_autosave_reads_and_reviews_the_form_once(
    journal: Journal, office: Flask, sari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(office, "sari")
    draft = drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields=application())
    address, headers = f"/permohonan/draf/{draft}/isian", {"HX-Request": "true", "HX-Trigger-Name": "rt"}
    browser.post(address, application(), headers=headers)
    reviews: list[object] = []
    review = findings.find_notices
    monkeypatch.setattr(findings, "find_notices", lambda *given: reviews.append(given) or review(*given))
    with counted(journal.db) as asked:
        assert browser.post(address, application(), headers=headers).status_code == 200
    assert len(reviews) == 1
    assert len(asked) <= AUTOSAVE, asked


def test_a_request_sees_what_it_wrote_itself(journal: Journal, sari: Actor) -> None:
    """A request looks at one state of the journal, until its own connection wrote something."""
    database.hold_journal_state(journal.db)
    try:
        before = queries.open_promises(journal.db, None)
        with counted(journal.db) as asked:
            assert queries.open_promises(journal.db, None) is before
        assert asked == []
        opened = opening.open_case(
            journal,
            sari,
            opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
            now=START,
        )
        assert queries.open_steps(journal.db, None) == {("ktp-el", "validate"): 1}
        service.note_on_case(journal, sari, case_id=opened.id, action="note", text="Catatan", now=START)
        assert queries.open_promises(journal.db, None) is not before
    finally:
        database.release_journal_state()
