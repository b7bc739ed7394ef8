"""What waits at *Meja kerja*: first answers, follow-ups, answers, the box, LTPPs and the quarter, each for its role."""

from datetime import date, datetime
from typing import Any

from app.complaints import suggestion_box
from app.complaints.masks import clean_words
from app.complaints.queries import OPEN
from app.complaints.rights import is_section_head
from app.core.clock import office_date
from app.core.dates import short_date
from app.core.permissions import Actor, may
from app.core.workdays import wall_time
from app.desk.oversight import Watched, WatchedLine
from app.desk.tasks import Provider, Task
from app.office.deadlines import OVER, over_params
from app.people import queries as people
from schema.database import Database

TAB = "Pengaduan"
MOST = 100
LINE = "complaints.show_line"


def line_task(row: tuple[int, str, str, str], title: str, verb: str, due: str, state: str = "", word: str = "") -> Task:
    """A line of the book as a task; `row` is (id, number, words without identity, area)."""
    detail = row[2]
    return Task(
        TAB,
        f"{title} {row[1].partition('/')[0]}",
        detail,
        LINE,
        verb,
        {"complaint_id": row[0]},
        date.fromisoformat(due) if due else None,
        area=row[3] or None,
        state=state,
        word=word,
    )


def open_lines(
    db: Database, where: str, params: tuple[object, ...] = (), due: str = "settle_due_on"
) -> list[tuple[Any, ...]]:
    """(id, number, words without identity, area, due date, section) of open lines that fit."""
    rows = db.run(
        f"SELECT c.id, c.number, '', c.area, c.{due}, c.section FROM complaint c"
        f" WHERE {OPEN} AND {where} ORDER BY c.{due}, c.id LIMIT {MOST}",
        params,
    )
    return with_clean_words(db, list(rows))


def with_clean_words(db: Database, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    clean = clean_words(db, [row[0] for row in rows])
    return [(*row[:2], clean[row[0]].words[:160].replace("\n", " "), *row[3:]) for row in rows]


def to_answer_first(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "box.open"):
        return []
    found = open_lines(db, "c.first_answer_on IS NULL AND c.first_due_on IS NOT NULL", due="first_due_on")
    return [line_task(row[:4], "Jawaban pertama, pengaduan", "Jawab", row[4]) for row in found]


def to_follow(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "complaint.follow"):
        return []
    today = office_date(now)
    mine = {code for (code,) in db.run("SELECT code FROM section") if is_section_head(db, actor, code, today)}
    found = open_lines(db, "c.state = 'open'")
    return [line_task(row[:4], "Tindak lanjut pengaduan", "Tindak lanjuti", row[4]) for row in found if row[5] in mine]


def to_answer(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines with a follow-up whose complainant has no answer, and answered ones that can be settled."""
    if not may(actor, "box.open"):
        return []
    told = [
        line_task(row[:4], "Sampaikan jawaban pengaduan", "Jawab", row[4])
        for row in open_lines(db, "c.state = 'followed' AND c.first_due_on IS NOT NULL")
    ]
    ready = open_lines(
        db, "(c.state = 'answered' OR (c.state = 'followed' AND c.first_due_on IS NULL)) AND c.satisfied IS NOT 0"
    )
    return told + [line_task(row[:4], "Nyatakan selesai pengaduan", "Buka", row[4]) for row in ready]


def unsatisfied_lines(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines whose complainant is not satisfied with the answer, settled ones too, until reopened or answered anew."""
    if not may(actor, "box.open"):
        return []
    sql = (
        "SELECT c.id, c.number, '', c.area FROM complaint c WHERE c.satisfied = 0 AND c.aside = 0"
        f" ORDER BY c.id LIMIT {MOST}"
    )
    return [
        line_task(row, "Pengadu belum puas, pengaduan", "Buka", "", "warn", "Belum puas")
        for row in with_clean_words(db, list(db.run(sql)))
    ]


def lines_set_aside(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines that somebody else set aside, for the Sekretaris to read once; where the complainant objects, for both."""
    if not may(actor, "complaint.route"):
        return []
    reads = may(actor, "oversight.note")
    sql = (
        "SELECT c.id, c.number, '', c.area, a.objected_at FROM complaint_aside a"
        " JOIN complaint c ON c.id = a.complaint_id WHERE c.aside = 1 AND a.back_at IS NULL AND (a.objected_at"
        f" IS NOT NULL OR (? AND a.checked_at IS NULL AND a.actor <> ?)) ORDER BY c.id LIMIT {MOST}"
    )
    return [
        line_task(row[:4], "Pengadu keberatan disisihkan, baris", "Baca", "", "warn", "Keberatan")
        if row[4]
        else line_task(row[:4], "Baris disisihkan, periksa", "Periksa", "")
        for row in with_clean_words(db, list(db.run(sql, (int(reads), actor.username))))
    ]


def levy_lines(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "complaint.limits"):
        return []
    return [
        line_task(row[:4], "Dugaan pungutan liar, pengaduan", "Lihat", row[4], "bad", "Pungutan liar")
        for row in open_lines(db, "c.levy = 1")
    ]


OVER_SETTLEMENTS = (
    "SELECT CAST(substr(subject, 11) AS INTEGER) FROM deadline WHERE subject > 'complaint/' AND subject < 'complaint0'"
    f" AND limit_id = 'settlement' AND {OVER}"
)


def late_lines(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "complaint.limits"):
        return []
    found = open_lines(db, f"c.levy = 0 AND c.id IN ({OVER_SETTLEMENTS})", over_params(wall_time(now)))
    return [line_task(row[:4], "Lewat batas, pengaduan", "Lihat", row[4]) for row in found]


def box_to_open(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not suggestion_box.due_items(db, actor, now):
        return []
    return [
        Task(
            TAB,
            "Kotak saran",
            "Buka kotak, salin suratnya ke buku, atau catat nihil.",
            "box.show_box",
            "Buka kotak",
            due_on=office_date(now),
        )
    ]


def unexplained_box_days(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Service days without an opening at their end, for information officer and Sekretaris, until somebody says why."""
    days = suggestion_box.unexplained_days(db, office_date(now)) if suggestion_box.can_explain(actor) else []
    if not days:
        return []
    named = ", ".join(short_date(day) for day in days[-5:]) + (", dan sebelumnya" if len(days) > 5 else "")
    return [
        Task(
            TAB,
            f"Kotak saran tidak dibuka: {len(days)} hari kerja",
            f"{named}. Tulis alasannya.",
            "box.show_box",
            "Jelaskan",
            state="bad",
            word="Terlewat",
        )
    ]


TASKS: list[Provider] = [
    levy_lines,
    to_answer_first,
    to_follow,
    to_answer,
    unsatisfied_lines,
    lines_set_aside,
    box_to_open,
    unexplained_box_days,
    late_lines,
]

MOST_DAYS = 60


def box_kept_shut(db: Database, now: datetime) -> Watched:
    """Missed days of the last year, the newest first, each with its reason or that it waits for one."""
    known, names = suggestion_box.explained_days(db), people.person_names(db)
    lines = []
    for day in reversed(suggestion_box.missed_days(db, office_date(now))[-MOST_DAYS:]):
        why = known.get(day.isoformat())
        told = f"{why.reason} ({names.get(why.actor, why.actor)})" if why else "Belum dijelaskan"
        lines.append(WatchedLine(short_date(day), told, why is not None))
    return Watched("Kotak saran tidak dibuka", "di akhir pelayanan (butir 11.4)", "box.show_box", lines)


WATCHED = [box_kept_shut]
