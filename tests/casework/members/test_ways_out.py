"""With which people a request may go on or end."""

import contextlib

import pytest
from msgspec import structs

from app.casework.desk.tables import CaseFile
from app.casework.members import service
from app.core.problems import Problem
from app.platform.office import queries as office_queries
from tests.casework.members.desk import Bureau

STATES = ("", "listed", "scheduled", "recorded", "handed_over", "cancelled")


@pytest.mark.parametrize(
    ("to", "needs", "passing"),
    [
        ("@done", ("scheduled", "handed_over"), {"handed_over"}),
        ("@done", ("handed_over", "cancelled"), {"handed_over", "cancelled"}),
        ("@done", (), {"handed_over", "cancelled"}),
        ("checking", ("scheduled", "handed_over"), {"scheduled", "handed_over"}),
        ("checking", (), set(STATES)),
    ],
)
def test_a_request_ends_only_with_people_who_ended_and_goes_on_with_those_that_its_outcome_names(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, to: str, needs: tuple[str, ...], passing: set[str]
) -> None:
    """A way out asks for a final state even where its outcome names another one; an empty list ("") ends nothing."""
    db = bureau.journal.db
    case = CaseFile.first(db, id=bureau.case_id)
    assert case is not None
    definition = office_queries.adopted_definition(db, case.service, case.revision)
    outcome = structs.replace(definition.steps[0].outcomes[0], to=to, needs_people=needs)
    passed = set()
    for state in STATES:
        counts = {state: 1} if state else {}
        monkeypatch.setattr(service, "state_counts", lambda *_, counts=counts: counts)
        with contextlib.suppress(Problem):
            service.check_people(db, case, definition, outcome)
            passed.add(state)
    assert passed == passing
