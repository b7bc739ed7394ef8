"""What waits at *Meja kerja* beside the cases themselves: articles, the team's papers, messages that did not leave."""

from datetime import date, datetime

from app.casework.desk.parts import MOST_TASKS, NO_BUTTON, DeskParts, Same, Task, asked_with, with_act
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.text import in_small_letters
from app.services.hotline import articles, messages, notices, team
from app.services.hotline.pictures import contact_picture
from app.services.hotline.tables import Sms, TeamMember
from schema.database import Database

TAB = "Hotline"
PHONE_INSTEAD = "Telepon orangnya, lalu catat di berkasnya."


@with_act("approve")
@asked_with("hotline.view")
def articles_to_look_at(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Articles of others that wait for an approval, and the actor's own whose validity ends soon, or is over."""
    today = office_date(now)
    tasks = list[Task]()
    for article in articles.list_articles(db):
        state = articles.state_of(article, today)
        until = date.fromisoformat(article.valid_until)
        key = {"article_id": article.article_id}
        title = ""
        verb = "Tinjau"
        if state == "waiting" and may(actor, "article.approve") and article.actor != actor.username:
            title = "Artikel menunggu persetujuan"
            verb = "Baca"
        elif article.owner == actor.username and state in ("valid", "over") and until - articles.WARNED_BEFORE <= today:
            if state == "over":
                title = "Artikel sudah berakhir"
            else:
                title = "Artikel segera berakhir"
        if title:
            if verb == "Baca":
                act = "approve"
            else:
                act = "write"
            task = Task(TAB, title, article.question, "articles.show_article", verb, key, until, act=act)
            tasks.append(task)
    return tasks


@with_act("approve")
@asked_with("hotline.view")
def papers_of_the_team(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Pacts to sign, and the last standing decree before its end: then nobody may answer."""
    today = office_date(now)
    tasks = list[Task]()
    known = [(team.state_of(decree, today), decree) for decree in team.list_decrees(db)]
    for state, decree in known:
        unsigned = TeamMember.first(db, decree_id=decree.id, username=actor.username, left_at="", pact="")
        if state == "enacted" and unsigned and may(actor, "team.sign"):
            title = "Tandatangani pakta integritas"
            where = {"decree_id": decree.id}
            tasks.append(Task(TAB, title, f"SK {decree.number}", "team.show_decree", "Baca", where))
    last = next((decree for state, decree in known if state in ("enacted", "over")), None)
    if last and may(actor, "team.manage") and date.fromisoformat(last.until_on) - team.WARNED_BEFORE <= today:
        until = date.fromisoformat(last.until_on)
        detail = f"SK {last.number}"
        tasks.append(
            Task(TAB, "SK Tim Hotline berakhir", detail, "team.show_teams", "Siapkan SK baru", {}, until, act="write")
        )
    return tasks


@with_act("answer")
@asked_with("hotline.open")
def messages_that_stay(db: Database, _actor: Actor, now: datetime) -> list[Task]:
    """Messages that did not leave, or that could not become a contact, and what holds all of them up."""
    if messages.find_folders(db)[0] is None:
        return []
    page = "messages.show_messages"
    tasks = [Task(TAB, "SMS tertahan", why, page, NO_BUTTON) for why in messages.find_hold_ups(db, now)]
    stuck = Sms.rows(db, Sms.purpose != "notice", state=messages.NOT_SENT, gone_at="", limit=20)
    stuck += Sms.rows(db, state="received", case_id=None, complaint_id=None, gone_at="", limit=20)
    for row in stuck:
        title = f"SMS: {in_small_letters(messages.STATES[row.state][1])}"
        tasks.append(Task(TAB, title, row.text[:100], page, NO_BUTTON))
    return tasks


@with_act("call")
@asked_with("case.note")
def applicants_to_phone(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Applicants whom an SMS did not reach; a card that waits for its owner stands in the list of calls already."""
    same = Same("{} SMS tidak sampai", PHONE_INSTEAD, "notices.show_notices", NO_BUTTON)
    return [
        Task(
            "SMS",
            f"SMS tidak sampai: berkas {row.called}",
            PHONE_INSTEAD,
            "cases.show_case",
            NO_BUTTON,
            {"case_id": row.case_id},
            area=row.area,
            same=same,
        )
        for row in notices.untold(db, actor, MOST_TASKS)
    ]


@with_act("call")
@asked_with("case.note")
def applicants_who_wrote(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """What applicants wrote back where there is no hotline."""
    return [
        Task(
            "SMS",
            f"SMS dari pemohon: berkas {row.called}",
            row.text[:100],
            "cases.show_case",
            NO_BUTTON,
            {"case_id": row.case_id},
            area=row.area,
        )
        for row in notices.written_back(db, actor, MOST_TASKS)
    ]


@with_act("answer")
@asked_with("complaint.answer")
def complainants_to_phone(db: Database, _actor: Actor, _now: datetime) -> list[Task]:
    """Complainants whom the SMS of their answer did not reach."""
    page = "complaints.show_line"
    title = "SMS tidak sampai: pengaduan"
    return [
        Task("SMS", f"{title} {row.called}", PHONE_INSTEAD, page, NO_BUTTON, {"complaint_id": row.complaint_id})
        for row in notices.untold_lines(db, MOST_TASKS)
    ]


DESK = DeskParts(
    tasks=[
        articles_to_look_at,
        papers_of_the_team,
        messages_that_stay,
        applicants_to_phone,
        applicants_who_wrote,
        complainants_to_phone,
    ],
    pictures=(contact_picture,),
)
