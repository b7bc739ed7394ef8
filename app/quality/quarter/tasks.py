"""What the quarter asks for at *Meja kerja*: to draft, to mend, to check, to approve, to post."""

from datetime import date, datetime
from typing import NamedTuple

from app.casework.desk.parts import DeskParts, Task
from app.casework.desk.tasks import late_task
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.procedure.limits import Deadline, parse_time
from app.core.quarters import Quarter
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.platform.office.deadlines import DueItem
from app.platform.office.moves import may_move
from app.quality.quarter.queries import missing_quarters
from app.quality.quarter.service import poster_lacks
from app.quality.quarter.tables import Recap
from app.quality.quarter.transitions import MOVES
from app.services.complaints.limits import day_month, due_from, told_of_duty
from schema.database import Database

TAB = "Rekap triwulan"
PAGE = "recap.show_recap"
MOST = 4


def recap_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Recaps that are not published, and ended quarters without one, for whoever has the next step.

    Each is due some working days after its quarter's end (every three months; the office sets how many), and
    says since when it waits for this person.
    """
    today = office_date(now)
    calendar = office.office_calendar(db)
    rows = Recap.rows(db, Recap.state != "published", order="quarter")
    found = [
        recap_task(db, row.quarter, step, date.fromisoformat(row.since_on), today, calendar)
        for row in rows
        if (step := next_step(db, row, actor)) is not None
    ]
    if may(actor, "recap.draft"):
        begun = {row.quarter for row in rows}
        todo = [quarter for quarter in missing_quarters(db, today) if str(quarter) not in begun][:MOST]
        step = Step("Susun rekap", "Angkanya dihitung dari buku.", "Susun")
        found += [recap_task(db, str(quarter), step, quarter.end, today, calendar) for quarter in todo]
    return found


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    """Recaps of ended quarters that do not hang on the board yet, each due within days of its quarter's end."""
    if not may(actor, "recap.view"):
        return []
    codes = [row.quarter for row in Recap.rows(db, Recap.state != "published", order="quarter")]
    codes += [code for quarter in missing_quarters(db, office_date(now)) if (code := str(quarter)) not in codes]
    return [recap_due(db, actor, Quarter.parse(code), now) for code in sorted(codes)]


def recap_due(db: Database, actor: Actor, quarter: Quarter, now: datetime) -> DueItem:
    deadline = recap_deadline(db, quarter)
    subject = f"recap/{quarter}"
    where = {"code": str(quarter)}
    duty = told_of_duty(db, actor, subject, deadline, now)
    answered = subject if duty.told else ""
    return DueItem(f"Rekap {quarter.label}", "Diumumkan", deadline, PAGE, where, answered, duty.note)


def recap_deadline(db: Database, quarter: Quarter) -> Deadline:
    due = due_from(db, "recap", quarter.end)
    return Deadline("recap", due.unit, quarter.end.isoformat(), due.on)


def late_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Recaps over their limit, for those whose turn it is to be told and who have no step of their own in them."""
    own = {task.values["code"] for task in recap_tasks(db, actor, now)}
    late = [item for item in due_items(db, actor, now) if item.subject and item.values["code"] not in own]
    return [late_task(TAB, item) for item in late]


class Step(NamedTuple):
    title: str
    detail: str
    verb: str
    state: str = ""
    word: str = ""
    act: str = "write"


STEPS = {
    "check": Step("Periksa rekap", "Cocokkan angka dan lihat versi papan pengumuman.", "Periksa", act="verify"),
    "approve": Step("Setujui rekap", "Sudah diperiksa.", "Baca", act="approve"),
}
POST = Step("Pasang rekap", "Cetak poster, pasang di papan pengumuman, lalu catat.", "Pasang")


def next_step(db: Database, row: Recap, actor: Actor) -> Step | None:
    if row.state == "approved" and (lacks := poster_lacks(db, row)):
        if not may(actor, "recap.approve"):
            return None
        return Step("Tulis janji rekap", lacks, "Tulis", act="approve")
    if row.state == "approved":
        if not may(actor, "recap.draft"):
            return None
        return POST
    if row.note:
        back = Step("Rekap dikembalikan", row.note[:160], "Perbaiki", "back", "Dikembalikan")
        if not may_move(actor, MOVES["draft"]):
            return None
        return back
    made = (name for name in STEPS if may_move(actor, MOVES[name]) and row.state in MOVES[name].steps)
    return next((STEPS[name] for name in made), None)


def recap_task(db: Database, code: str, step: Step, since: date, today: date, calendar: Calendar) -> Task:
    quarter = Quarter.parse(code)
    waits = calendar.workdays_between(since, today)
    if since == quarter.end:
        told = f"Triwulannya berakhir {day_month(since)}"
        ago = " lalu"
    else:
        told = f"Menunggu sejak {day_month(since)}"
        ago = ""
    if waits:
        told += f", {waits} hari kerja{ago}"
    detail = f"{step.detail.rstrip(' .')}. {told}."
    return Task(
        TAB,
        f"{step.title} {quarter.label}",
        detail,
        PAGE,
        step.verb,
        {"code": code},
        due_on=parse_time(recap_deadline(db, quarter).due).date(),
        state=step.state,
        word=step.word,
        act=step.act,
    )


DESK = DeskParts(
    tasks=[recap_tasks, late_tasks],
    due_items=(due_items,),
)
