"""What waits at *Meja kerja*: first answers, follow-ups, answers, the box, limits that are over."""

from datetime import datetime
from typing import NamedTuple

from app.casework.desk.oversight import Watched, WatchedLine
from app.casework.desk.parts import MOST_TASKS, NO_BUTTON, DeskParts, Same, Task
from app.core.clock import office_date
from app.core.dates import short_date, stored_date
from app.core.permissions import Actor, may
from app.core.text import in_small_letters
from app.core.workdays import wall_time
from app.platform.office.deadlines import OVER, DueItem, over_params, running_deadlines
from app.platform.people import queries as people
from app.services.complaints import suggestion_box
from app.services.complaints.limits import DATES, changed_lines, posts_told
from app.services.complaints.masks import clean_words
from app.services.complaints.pictures import complaint_picture
from app.services.complaints.queries import EVERY_YEAR, OPEN, count_late
from app.services.complaints.transitions import is_section_head
from app.services.complaints.words import LIMITS
from schema.database import Database

MOST = 1000
MOST_DAYS = 60
LINE = "complaints.show_line"


class OpenLine(NamedTuple):
    id: int
    number: str
    area: str
    section: str
    due: str = ""


def open_lines(db: Database, where: str, due: str = "settle_due_on") -> list[OpenLine]:
    return [
        OpenLine(*row)
        for row in db.run(
            f"SELECT c.id, c.number, c.area, c.section, c.{due} FROM complaint c"
            f" WHERE {OPEN} AND {where} ORDER BY c.{due}, c.id LIMIT {MOST}"
        )
    ]


REST = Same("{} baris lagi", "Semuanya ada di buku pengaduan.", "complaints.show_register", NO_BUTTON, whole=False)


class Asked(NamedTuple):
    """What lines of one kind ask: their group, their title, the button, the act, a state with its word."""

    group: str
    title: str
    verb: str
    act: str = "answer"
    state: str = ""
    word: str = ""


def line_tasks(db: Database, lines: list[OpenLine], asked: Asked, same: Same = REST) -> list[Task]:
    """The first lines as tasks, with their words without identity, and one row for those after them."""
    clean = clean_words(db, [line.id for line in lines[:MOST_TASKS]])
    tasks = [
        Task(
            asked.group,
            f"{asked.title} {line.number.partition('/')[0]}",
            clean[line.id].words[:160].replace("\n", " "),
            LINE,
            asked.verb,
            {"complaint_id": line.id},
            stored_date(line.due),
            area=line.area or None,
            state=asked.state,
            word=asked.word,
            act=asked.act,
            same=same,
        )
        for line in lines[:MOST_TASKS]
    ]
    rest = len(lines) - len(tasks)
    if rest:
        return [*tasks, same.row(tasks[0], rest)]
    return tasks


def to_answer_first(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "box.open"):
        return []
    found = open_lines(db, "c.first_answer_on IS NULL AND c.first_due_on IS NOT NULL", "first_due_on")
    return line_tasks(db, found, Asked("Jawaban pertama", "Jawaban pertama, pengaduan", "Jawab"))


def to_follow(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "complaint.follow"):
        return []
    today = office_date(now)
    mine = {code for (code,) in db.run("SELECT code FROM section") if is_section_head(db, actor, code, today)}
    found = [line for line in open_lines(db, "c.state = 'open'") if line.section in mine]
    return line_tasks(db, found, Asked("Tindak lanjut", "Tindak lanjut pengaduan", "Tindak lanjuti", "follow"))


def to_answer(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines with a follow-up whose complainant has no answer, and answered ones that can be settled."""
    if not may(actor, "box.open"):
        return []
    followed = open_lines(db, "c.state = 'followed' AND c.first_due_on IS NOT NULL")
    ready = open_lines(
        db, "(c.state = 'answered' OR (c.state = 'followed' AND c.first_due_on IS NULL)) AND c.satisfied IS NOT 0"
    )
    return [
        *line_tasks(db, followed, Asked("Sampaikan jawaban", "Sampaikan jawaban pengaduan", "Jawab")),
        *line_tasks(db, ready, Asked("Nyatakan selesai", "Nyatakan selesai pengaduan", NO_BUTTON)),
    ]


def unsatisfied_lines(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines whose complainant is not satisfied with the answer, settled ones too, until reopened or answered anew."""
    if not may(actor, "box.open"):
        return []
    rows = db.run(
        "SELECT c.id, c.number, c.area, c.section FROM complaint c WHERE c.satisfied = 0 AND c.aside = 0"
        f" ORDER BY c.id LIMIT {MOST}"
    )
    lines = [OpenLine(*row) for row in rows]
    return line_tasks(
        db, lines, Asked("Belum puas", "Pengadu belum puas, pengaduan", NO_BUTTON, "answer", "warn", "Belum puas")
    )


def lines_set_aside(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines that somebody else set aside, for the Sekretaris to read once; where the complainant objects, for both."""
    if not may(actor, "complaint.route"):
        return []
    rows = db.run(
        "SELECT a.objected_at, c.id, c.number, c.area, c.section FROM complaint_aside a"
        " JOIN complaint c ON c.id = a.complaint_id WHERE c.aside = 1 AND a.back_at IS NULL AND (a.objected_at"
        f" IS NOT NULL OR (? AND a.checked_at IS NULL AND a.actor <> ?)) ORDER BY c.id LIMIT {MOST}",
        (int(may(actor, "oversight.note")), actor.username),
    )
    objected = Asked("Disisihkan", "Pengadu keberatan disisihkan, baris", "Baca", "verify", "warn", "Keberatan")
    silent = Asked("Disisihkan", "Baris disisihkan, periksa", "Periksa", "verify")
    tasks: list[Task] = []
    for objected_at, *line in rows:
        asked = objected if objected_at else silent
        tasks += line_tasks(db, [OpenLine(*line)], asked)
    return tasks


def levy_lines(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "complaint.limits"):
        return []
    asked = Asked("Pungutan liar", "Dugaan pungutan liar, pengaduan", NO_BUTTON, "decide", "warn", "Pungutan liar")
    return line_tasks(db, open_lines(db, "c.levy = 1"), asked)


# -- limits that are over ------------------------------------------------------------------------------------------

LATE_WORK = {
    "first_answer": ("Jawaban pertama lewat batas", "Jawaban pertama lewat batas, pengaduan", "late_first"),
    "settlement": ("Pengaduan lewat batas", "Lewat batas, pengaduan", "late_settling"),
}
"""Limit → its group, the title of one line, and what the book is asked for to list all of them."""
ELSEWHERE = "Yang lain belum giliran Anda, sudah dicatat, atau berdiri di baris sendiri (pungutan liar)."
"""Where the others are, when a row stands for some of those that are late."""


class OverLine(NamedTuple):
    """A limit of a line that is over, as it is kept; `noted_at`: when somebody last wrote about it, or empty."""

    limit: str
    noted_at: str
    handling: str
    levy: int
    line: OpenLine


def over_lines(db: Database, now: datetime) -> list[OverLine]:
    rows = db.run(
        "SELECT d.limit_id, d.noted_at, c.handling, c.levy, c.id, c.number, c.area, c.section, d.due FROM deadline d"
        " JOIN complaint c ON c.id = CAST(substr(d.subject, 11) AS INTEGER) WHERE d.subject > 'complaint/'"
        f" AND d.subject < 'complaint0' AND {OVER} ORDER BY d.due, c.id LIMIT {MOST}",
        over_params(wall_time(now)),
    )
    return [OverLine(row[0], row[1], row[2], row[3], OpenLine(*row[4:])) for row in rows]


def is_told(db: Database, actor: Actor, over: OverLine, now: datetime) -> bool:
    """Whether this person holds such a post; of the heads only the one of the line's section."""
    limit = over.handling
    if over.limit == "first_answer":
        limit = "first_answer"
    tells = LIMITS[limit].tells
    told = posts_told(db, tells, over.line.due, over.noted_at, now)
    posts = {post for post in told if getattr(actor.profile, post) in actor.roles}
    return bool(posts - {"section_head"}) or (
        "section_head" in posts and is_section_head(db, actor, over.line.section, office_date(now))
    )


def late_lines(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Limits that are over, for those whose turn it is to be told; of a levy they are told at once anyway."""
    told = [over for over in over_lines(db, now) if not over.levy and is_told(db, actor, over, now)]
    today = office_date(now)
    found = list[Task]()
    for limit, (group, title, listed) in LATE_WORK.items():
        lines = [over.line for over in told if over.limit == limit]
        every = count_late(db, listed, today)
        where = {"tahun": EVERY_YEAR, "keadaan": listed}
        if every > len(lines):
            why = ELSEWHERE
        else:
            why = REST.detail
        same = Same(f"{{}} {in_small_letters(group)}", why, "complaints.show_register", NO_BUTTON, where, every=every)
        found += line_tasks(db, lines, Asked(group, title, NO_BUTTON, "decide"), same)
    return found


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    """First answers and settlements that run, by the number of their line; whoever was told of one may react."""
    if not may(actor, "complaint.view"):
        return []
    told = {(over.line.id, over.limit) for over in over_lines(db, now) if is_told(db, actor, over, now)}
    running = [
        deadline
        for deadline in running_deadlines(db, "complaint")
        if deadline[1].limit == "settlement" or not deadline[1].paused
    ]
    ids = tuple(line_id for line_id, _, _ in running)
    marks = ", ".join("?" * len(ids))
    if ids:
        numbers = dict(db.run(f"SELECT id, number FROM complaint WHERE id IN ({marks})", ids))
    else:
        numbers = {}
    items = []
    for line_id, clock, note in running:
        subject = ""
        if (line_id, clock.limit) in told:
            subject = f"complaint/{line_id}"
        title = f"Pengaduan {numbers[line_id]}"
        where = {"complaint_id": line_id}
        items.append(DueItem(title, DATES[clock.limit], clock, LINE, where, subject, note))
    return items


# -- the box -------------------------------------------------------------------------------------------------------


def box_to_open(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not suggestion_box.box_of_today(db, actor, now):
        return []
    what = "Buka kotak, salin suratnya ke buku, atau catat nihil."
    return [
        Task("Kotak saran", "Kotak saran", what, "box.show_box", "Buka kotak", due_on=office_date(now), act="answer")
    ]


def unexplained_box_days(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Service days without an opening at their end, for information officer and Sekretaris, until somebody says why."""
    if suggestion_box.can_explain(actor):
        days = suggestion_box.unexplained_days(db, office_date(now))
    else:
        days = []
    if not days:
        return []
    named = ", ".join(short_date(day) for day in days[-5:])
    if len(days) > 5:
        named += ", dan sebelumnya"
    title = f"Kotak saran tidak dibuka: {len(days)} hari kerja"
    detail = f"{named}. Tulis alasannya."
    page = ("box.show_box", "Jelaskan")
    due = days[0]
    return [Task("Kotak saran", title, detail, *page, due_on=due, state="bad", word="Terlewat", act="answer")]


def box_kept_shut(db: Database, now: datetime) -> Watched:
    """Missed days of the last year, the newest first, each with its reason or that it waits for one."""
    known = suggestion_box.explained_days(db)
    names = people.person_names(db)
    lines = []
    for day in reversed(suggestion_box.missed_days(db, office_date(now))[-MOST_DAYS:]):
        why = known.get(day.isoformat())
        reason = "Belum dijelaskan"
        if why:
            reason = f"{why.reason} ({names.get(why.actor, why.actor)})"
        lines.append(WatchedLine(short_date(day), reason, why is not None))
    return Watched("Kotak saran tidak dibuka", "di akhir pelayanan", "box.show_box", lines)


DESK = DeskParts(
    tasks=[
        levy_lines,
        to_answer_first,
        to_follow,
        to_answer,
        unsatisfied_lines,
        lines_set_aside,
        box_to_open,
        unexplained_box_days,
        late_lines,
    ],
    watched=[box_kept_shut],
    pictures=(complaint_picture,),
    due_changes=(changed_lines,),
    due_items=(due_items, suggestion_box.due_items),
)
