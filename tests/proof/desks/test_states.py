"""The states that count are those which something of this office can come to."""

from tests.platform.people import START
from tests.proof.desks.states import existing_states, listed_columns, reached_states
from tests.services.ktp.conftest import desk, office_file
from tests.services.ktp.desk import Desk

__all__ = ["desk", "office_file"]


def test_an_end_that_a_case_came_to_is_one_of_those_that_exist(desk: Desk) -> None:
    db, case_id = desk.journal.db, desk.ready()
    known = set(existing_states(db, START.date()))
    assert {"ktp-el.done", "ktp-el.dispatch", "dispatch.state=draft"} <= known
    assert f"ktp-el.{desk.step(case_id)}" in set(reached_states(db)) & known
    with desk.journal.transaction(), db.applying():
        db.run("UPDATE case_file SET step = '@done', closed = 1, closed_on = '2026-03-12' WHERE id = ?", (case_id,))
    assert "ktp-el.done" in set(reached_states(db))


def test_an_office_without_a_hotline_has_no_state_of_a_message(desk: Desk) -> None:
    known = set(existing_states(desk.journal.db, START.date()))
    assert not any(state.startswith(("sms.", "twin_")) for state in known)


def test_a_value_that_may_be_empty_is_no_state() -> None:
    sql = "CREATE TABLE box (state TEXT CHECK (state IN ('', 'open', 'closed')))"
    assert listed_columns("box", sql) == [("box", "state", ("open", "closed"))]
