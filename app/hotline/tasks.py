"""What waits at *Meja kerja* beside the cases themselves: articles, the team's papers, messages that did not leave."""

from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import Actor
from app.desk.tasks import Provider, Task, asked_with
from app.hotline import articles, messages, team
from app.hotline.tables import Sms, TeamMember
from schema.database import Database

TAB = "Hotline"
ARTICLE, DECREE = "articles.show_article", "team.show_decree"


@asked_with("article.approve")
def articles_to_approve(db: Database, actor: Actor, now: datetime) -> list[Task]:
    waiting = [one for one in articles.list_articles(db) if articles.state_of(one, office_date(now)) == "waiting"]
    return [
        Task(TAB, "Artikel menunggu persetujuan", one.question, ARTICLE, "Baca", {"article_id": one.article_id})
        for one in waiting
        if one.actor != actor.username
    ]


@asked_with("desk.view")
def articles_that_end(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """The actor's own articles whose validity ends soon, or is over."""
    today, tasks = office_date(now), list[Task]()
    for one in articles.list_articles(db):
        state, until = articles.state_of(one, today), date.fromisoformat(one.valid_until)
        if one.owner == actor.username and (
            state == "over" or (state == "valid" and until - articles.WARNED_BEFORE <= today)
        ):
            title, look = ("Artikel sudah berakhir", "bad") if state == "over" else ("Artikel segera berakhir", "warn")
            key = {"article_id": one.article_id}
            tasks.append(Task(TAB, title, one.question, ARTICLE, "Tinjau", key, until, state=look))
    return tasks


@asked_with("team.enact")
def decrees_to_enact(db: Database, _actor: Actor, _now: datetime) -> list[Task]:
    return [
        Task(TAB, "SK Tim Hotline menunggu tanda tangan", one.number, DECREE, "Baca", {"decree_id": one.id})
        for one in team.list_decrees(db)
        if one.state == "drafted"
    ]


@asked_with("team.sign")
def pacts_to_sign(db: Database, actor: Actor, now: datetime) -> list[Task]:
    standing = team.standing_decrees(db, office_date(now))
    return [
        Task(TAB, "Tandatangani pakta integritas", f"SK {one.number}", DECREE, "Baca", {"decree_id": one.id})
        for one in standing
        if TeamMember.first(db, decree_id=one.id, username=actor.username, left_at="", pact="")
    ]


@asked_with("team.manage")
def decrees_that_end(db: Database, _actor: Actor, now: datetime) -> list[Task]:
    """The last standing decree, before its end; once it is over nobody may answer."""
    today = office_date(now)
    known = [one for one in team.list_decrees(db) if one.state == "enacted"]
    last = max(known, key=lambda one: one.until_on, default=None)
    if last is None or date.fromisoformat(last.until_on) - team.WARNED_BEFORE > today:
        return []
    title, until = "SK Tim Hotline berakhir", date.fromisoformat(last.until_on)
    return [Task(TAB, title, f"SK {last.number}", "team.show_teams", "Siapkan SK baru", {}, until, state="warn")]


@asked_with("hotline.open")
def messages_that_stay(db: Database, _actor: Actor, _now: datetime) -> list[Task]:
    """Messages that did not leave, or that could not become a contact."""
    if not messages.is_on(db):
        return []
    stuck = Sms.rows(db, state=messages.NOT_SENT, limit=20) + Sms.rows(db, state="received", case_id=None, limit=20)
    return [
        Task(TAB, f"SMS: {messages.STATES[one.state][1].lower()}", one.text[:100], "messages.show_messages", "Lihat")
        for one in stuck
    ]


TASKS: list[Provider] = [
    articles_to_approve,
    articles_that_end,
    decrees_to_enact,
    pacts_to_sign,
    decrees_that_end,
    messages_that_stay,
]
