"""No document of quality takes effect, and no report is evaluated, by one person in two posts (decision 76)."""

from datetime import date

import pytest

from app.core.problems import Problem
from app.platform.office.standards import TWICE
from app.platform.people.changes import Appoint
from app.platform.people.two_people import ALONE
from app.quality.evaluation import documents, queries, service
from app.quality.evaluation.transitions import load_cycle
from sync.journal import Journal
from tests.platform.people import agree
from tests.quality.evaluation.test_documents import Office, office, refused
from tests.world.evaluation_staff import Team

__all__ = ["office"]


def appoint(journal: Journal, team_or_office: Team | Office, username: str, instead: str, post: str) -> None:
    """Somebody acts for the holder of a post from today."""
    who, now = team_or_office.who, team_or_office.clock()
    plh = Appoint(who(username).person_id, post, "plh", "800/9", date(2026, 12, 1), None, who(instead).person_id)
    agree(journal, plh, now=now)


def test_whoever_wrote_the_policy_does_not_enact_it_as_acting_chief(office: Office) -> None:
    made = office.policy()
    appoint(office.journal, office, "ratna", "camat", "camat")
    assert refused(office.sign, made, "ratna") == ALONE
    assert documents.policy_in_force(office.journal.db) is None
    (due,) = queries.signatures_of(office.journal.db, f"quality/{made}")
    assert due.username == "", "the signature that was refused is not kept"


def test_another_acting_chief_enacts_it_and_the_record_says_in_which_post(office: Office) -> None:
    made = office.policy()
    appoint(office.journal, office, "budi", "camat", "camat")
    assert office.sign(made, "budi")
    (signed,) = queries.signatures_of(office.journal.db, f"quality/{made}")
    assert (signed.name, signed.post, signed.held) == (
        "Budi Santoso",
        "Plh. Camat",
        "Plh. Camat menurut surat 800/9",
    )


def test_whoever_signed_the_report_alone_does_not_evaluate_it_as_acting_chief(team: Team) -> None:
    cycle_id = team.plan()
    team.report(cycle_id)
    assert [signature.username for signature in queries.signatures_of(team.journal.db, f"evaluation/{cycle_id}")] == [
        "ratna"
    ]
    appoint(team.journal, team, "ratna", "camat", "camat")
    with pytest.raises(Problem, match="orang lain, bukan satu-satunya"):
        service.evaluate_cycle(
            team.journal, team.who("ratna"), cycle_id=cycle_id, text="Baik", targets=[], now=team.clock()
        )
    assert load_cycle(team.journal.db, cycle_id).state == "reported"
    team.evaluate(cycle_id)


def test_whoever_fills_two_posts_signs_a_document_once(office: Office) -> None:
    """The head of the section acts for the overseer: his second signature waits for another."""
    made = office.targets()
    appoint(office.journal, office, "budi", "ratna", "sekretaris")
    assert not office.sign(made, "budi")
    assert refused(office.sign, made, "budi") == TWICE
    signed = queries.signatures_of(office.journal.db, f"quality/{made}")
    assert [signature.username for signature in signed] == ["budi", "", ""]
