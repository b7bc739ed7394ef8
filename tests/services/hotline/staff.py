"""The team of the hotline as it must be before it answers: a decree that the Camat signs, a pact of each member."""

from datetime import date, datetime

from app.casework.letters import service as letters
from app.core.clock import office_date
from app.core.permissions import Actor
from app.services.hotline import articles, team
from app.services.hotline.articles import Draft
from app.services.hotline.tables import TeamDecree
from sync.journal import Journal
from tests.platform.people import START, actor_of

DECREE = "100.3.3/1/427.86/2026"


def person(journal: Journal, username: str, now: datetime = START) -> Actor:
    return actor_of(journal.db, username, office_date(now))


def draft_team(journal: Journal, *usernames: str, until: date = date(2026, 12, 31)) -> TeamDecree:
    members = [(username, "bachelor", "Komunikasi") for username in usernames]
    return team.draft_team(journal, person(journal, "ratna"), until_on=until, members=members, now=START)


def enact_team(journal: Journal, decree: TeamDecree) -> None:
    """The letter goes its way: Ratna submits it with her initials, the Camat signs, Ratna gives it its number."""
    at = {"letter_id": decree.letter_id, "now": START}
    ratna = person(journal, "ratna")
    assert letters.submit_letter(journal, ratna, seen=1, **at)
    letters.sign_letter(journal, person(journal, "camat"), seen=1, **at)
    letters.number_letter(journal, ratna, **at)


def form_team(journal: Journal, *usernames: str) -> int:
    """A team that may answer."""
    decree = draft_team(journal, *usernames)
    enact_team(journal, decree)
    for username in usernames:
        team.sign_pact(journal, person(journal, username), decree_id=decree.id, now=START)
    return int(decree.id)


def offer(
    journal: Journal, question: str, answer: str, *, until: date = date(2026, 12, 31), since: date = date(2026, 1, 1)
) -> int:
    """An approved article of Budi."""
    draft = Draft(question, answer, "general", "budi", since, until)
    article = articles.write_article(journal, person(journal, "ida"), draft=draft, now=START)
    articles.approve_article(journal, person(journal, "budi"), article_id=article, revision=1, now=START)
    return article
