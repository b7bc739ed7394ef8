"""What waits at *Meja kerja*: first answers, follow-ups, answers, the box, LTPPs and the quarter, each for its role."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.cases.tasks import Provider, Task
from app.complaints import openings, quarter_tasks
from app.complaints.kept_masks import clean_words
from app.complaints.queries import OPEN, STOOD
from app.complaints.rights import is_head
from app.complaints.tables import CapaRound
from app.core.clock import office_date
from app.core.dates import short_date
from app.core.permissions import Actor, may
from schema.database import Database

TAB = "Pengaduan"
MOST = 100
LINE = "complaints.line"


def may_check(actor: Actor, state: str, present: CapaRound, today: date) -> bool:
    """Whether the actor may verify a round today: another person, a later day, done or past its date."""
    ready = state == "done" or (state == "open" and present.due_on < today.isoformat())
    return (ready and may(actor, "capa.check") and actor.username != present.person and not present.checked_on
            and today.isoformat() > (present.done_on or present.due_on))  # fmt: skip


def line_task(
    row: tuple[int, str, str, str], title: str, verb: str, due: str, state: str = "", word: str = ""
) -> Task:
    """A line of the book as a task; `row` is (id, number, words without identity, area)."""
    detail = row[2]
    return Task(TAB, f"{title} {row[1].partition('/')[0]}", detail, LINE, verb, {"complaint_id": row[0]},
                date.fromisoformat(due) if due else None, area=row[3] or None, state=state, word=word)  # fmt: skip


def lines(
    db: Database, where: str, params: tuple[object, ...] = (), due: str = "settle_due_on"
) -> list[tuple[Any, ...]]:
    """(id, number, words without identity, area, due date, section) of open lines that fit."""
    rows = db.run(f"SELECT c.id, c.number, '', c.area, c.{due}, c.section FROM complaint c"
                  f" WHERE {OPEN} AND {where} ORDER BY c.{due}, c.id LIMIT {MOST}", params)  # fmt: skip
    return with_words(db, list(rows))


def with_words(db: Database, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with the first words of their lines in the third place, without identity."""
    clean = clean_words(db, [row[0] for row in rows])
    return [(*row[:2], clean[row[0]].words[:160].replace("\n", " "), *row[3:]) for row in rows]


def to_answer_first(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """First answers that are still open, for the information officer."""
    if "information" not in actor.roles:
        return []
    found = lines(db, "c.first_answer_on IS NULL AND c.first_due_on IS NOT NULL", due="first_due_on")
    return [line_task(row[:4], "Jawaban pertama, pengaduan", "Jawab", row[4]) for row in found]


def to_follow(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Lines of the Kasi's own section without a follow-up."""
    if not may(actor, "complaint.follow"):
        return []
    today = office_date(now)
    mine = {code for (code,) in db.run("SELECT code FROM section") if is_head(db, actor, code, today)}
    found = lines(db, "c.state = 'open'")
    return [line_task(row[:4], "Tindak lanjut pengaduan", "Tindak lanjuti", row[4])
            for row in found if row[5] in mine]  # fmt: skip


def to_answer(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines with a follow-up whose complainant has no answer, and answered ones that can be settled."""
    if "information" not in actor.roles:
        return []
    told = [line_task(row[:4], "Sampaikan jawaban pengaduan", "Jawab", row[4])
            for row in lines(db, "c.state = 'followed' AND c.first_due_on IS NOT NULL")]  # fmt: skip
    ready = lines(db, "(c.state = 'answered' OR (c.state = 'followed' AND c.first_due_on IS NULL))"
                      " AND c.satisfied IS NOT 0")  # fmt: skip
    return told + [line_task(row[:4], "Nyatakan selesai pengaduan", "Buka", row[4]) for row in ready]


def unsatisfied(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines whose complainant is not satisfied with the answer, settled ones too, until reopened or answered anew."""
    if "information" not in actor.roles:
        return []
    sql = ("SELECT c.id, c.number, '', c.area FROM complaint c WHERE c.satisfied = 0 AND c.aside = 0"
           f" ORDER BY c.id LIMIT {MOST}")  # fmt: skip
    return [line_task(row, "Pengadu belum puas, pengaduan", "Buka", "", "warn", "Belum puas")
            for row in with_words(db, list(db.run(sql)))]  # fmt: skip


def asides(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Lines that somebody else set aside, for the Sekretaris to read once; where the complainant objects, for both."""
    if not {"sekretaris", "information"} & actor.roles:
        return []
    reads = "sekretaris" in actor.roles
    sql = ("SELECT c.id, c.number, '', c.area, a.objected_at FROM complaint_aside a"
           " JOIN complaint c ON c.id = a.complaint_id WHERE c.aside = 1 AND a.back_at IS NULL AND (a.objected_at"
           f" IS NOT NULL OR (? AND a.checked_at IS NULL AND a.actor <> ?)) ORDER BY c.id LIMIT {MOST}")  # fmt: skip
    return [
        line_task(row[:4], "Pengadu keberatan disisihkan, baris", "Baca", "", "warn", "Keberatan")
        if row[4]
        else line_task(row[:4], "Baris disisihkan, periksa", "Periksa", "")
        for row in with_words(db, list(db.run(sql, (int(reads), actor.username))))
    ]


def levies(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Suspected illegal levies, at once and until settled, for Sekretaris and Camat."""
    if not {"sekretaris", "camat"} & actor.roles:
        return []
    return [line_task(row[:4], "Dugaan pungutan liar, pengaduan", "Lihat", row[4], "bad", "Pungutan liar")
            for row in lines(db, "c.levy = 1")]  # fmt: skip


def late(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Lines past their settlement date, for Sekretaris and Camat."""
    if not {"sekretaris", "camat"} & actor.roles:
        return []
    found = lines(db, "c.levy = 0 AND c.settle_due_on < ?"
                      f" AND NOT EXISTS ({STOOD})", (office_date(now).isoformat(),))  # fmt: skip
    return [line_task(row[:4], "Lewat batas, pengaduan", "Lihat", row[4]) for row in found]


def box(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """The suggestion box of today, from the end of service on of every working day, until an opening counts."""
    today = office_date(now)
    if not may(actor, "box.open") or not openings.is_end_of_service(db, now):
        return []
    if db.one("SELECT 1 FROM box_opening WHERE counts = 1 AND on_date = ?", (today.isoformat(),)):
        return []
    return [
        Task(
            TAB,
            "Kotak saran",
            "Buka kotak, salin suratnya ke buku, atau catat nihil.",
            "box.overview",
            "Buka kotak",
            due_on=today,
        )
    ]


def box_missed(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Service days without an opening at their end, for information officer and Sekretaris, until somebody says why."""
    days = openings.unexplained(db, office_date(now)) if openings.may_explain(actor) else []
    if not days:
        return []
    named = ", ".join(short_date(day) for day in days[-5:]) + (", dan sebelumnya" if len(days) > 5 else "")
    return [Task(TAB, f"Kotak saran tidak dibuka: {len(days)} hari kerja", f"{named}. Tulis alasannya.",
                 "box.overview", "Jelaskan", state="bad", word="Terlewat")]  # fmt: skip


def reports(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """LTPPs: to plan, to carry out by me, to verify by me."""
    if not (may(actor, "capa.work") or may(actor, "capa.check")):
        return []
    rows = db.run("SELECT k.id, k.number, k.problem, k.state, r.person, r.due_on, k.opened_by FROM capa k"
                  " LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = k.round WHERE k.state <> 'effective'"
                  f" ORDER BY k.id LIMIT {MOST}")  # fmt: skip
    found = []
    for number, name, problem, state, person, due_on, opened_by in rows:
        todo = report_todo(db, actor, now, (number, state, person, opened_by))
        if todo:
            title, verb = todo
            found.append(Task(TAB, f"{title} {name}", problem[:160], "capa.report", verb, {"capa_id": number},
                              date.fromisoformat(due_on) if due_on and state == "open" else None))  # fmt: skip
    return found


def report_todo(
    db: Database, actor: Actor, now: datetime, one: tuple[int, str, str | None, str]
) -> tuple[str, str] | None:
    """(title, verb) of what an LTPP asks of this person now, or None."""
    capa_id, state, person, opened_by = one
    if (
        (person is None or state == "again")
        and may(actor, "capa.work")
        and actor.username in (opened_by, person)
    ):
        return "Rencana LTPP", "Isi"
    if state == "open" and person == actor.username:
        return "Kerjakan LTPP", "Selesaikan"
    present = (
        CapaRound.first(db, CapaRound.capa_id == capa_id, CapaRound.person == person) if person else None
    )
    if present is not None and may_check(actor, state, present, office_date(now)):
        return "Verifikasi LTPP", "Verifikasi"
    return None


TASKS: list[Provider] = [
    levies, to_answer_first, to_follow, to_answer, unsatisfied, asides, box, box_missed, reports, late,
    quarter_tasks.waiting,
]  # fmt: skip
