"""The team of the hotline as it must be before it answers: a decree that the Camat enacts, a pact of each member."""

from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import Actor
from app.hotline import articles, team
from app.hotline.articles import Draft
from app.people.queries import actor_named
from sync.journal import Journal
from tests.people import START

DECREE = "HK.01/120/2026"


def person(journal: Journal, username: str, now: datetime = START) -> Actor:
    found = actor_named(journal.db, username, office_date(now))
    assert found is not None
    return found


def draft_team(journal: Journal, *usernames: str, number: str = DECREE, until: date = date(2026, 12, 31)) -> int:
    members = [(one, "bachelor", "Komunikasi") for one in usernames]
    ratna = person(journal, "ratna")
    return team.draft_team(
        journal, ratna, number=number, on_date=date(2026, 1, 5), until_on=until, members=members, now=START
    )


def form_team(journal: Journal, *usernames: str) -> int:
    """A team that may answer."""
    decree = draft_team(journal, *usernames)
    team.enact_team(journal, person(journal, "camat"), decree_id=decree, now=START)
    for one in usernames:
        team.sign_pact(journal, person(journal, one), decree_id=decree, now=START)
    return decree


def offer(
    journal: Journal, question: str, answer: str, *, until: date = date(2026, 12, 31), since: date = date(2026, 1, 1)
) -> int:
    """An approved article of Budi."""
    draft = Draft(question, answer, "general", "budi", since, until)
    article = articles.write_article(journal, person(journal, "ida"), draft=draft, now=START)
    articles.approve_article(journal, person(journal, "budi"), article_id=article, revision=1, now=START)
    return article
