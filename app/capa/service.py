"""Corrective and preventive action (LTPP, SP 11.7): cause, actions, person, due date, check by another later on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from app.capa.events import CapaChecked, CapaDone, CapaLinked, CapaOpened, CapaPlanned
from app.capa.tables import Capa, CapaComplaint, CapaRound
from app.complaints.tables import Complaint
from app.core.clock import office_date
from app.core.codes import epoch_letter
from app.core.permissions import Actor, require
from app.core.problems import Problem, ValueProblem
from app.core.text import limit_text
from app.office.events import Number
from schema.database import Database
from sync.journal import Journal


class ReportRow(NamedTuple):
    id: int
    number: str
    opened_on: str
    source: str
    problem: str
    state: str
    round: int
    person: str | None
    due_on: str | None
    done_on: str | None
    corrective: str | None
    lines: int


def report_rows(db: Database, state: str = "", limit: int = 200) -> list[ReportRow]:
    where = {"": "1 = 1", "running": "k.state <> 'effective'"}.get(state, "k.state = ?")
    params: tuple[object, ...] = (state, limit) if "?" in where else (limit,)
    rows = db.run(
        "SELECT k.id, k.number, k.opened_on, k.source, k.problem, k.state, k.round, r.person, r.due_on,"
        " r.done_on, r.corrective, (SELECT count(*) FROM capa_complaint l WHERE l.capa_id = k.id) FROM capa k"
        " LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = k.round"
        f" WHERE {where} ORDER BY k.id DESC LIMIT ?",
        params,
    )
    return [ReportRow(*row) for row in rows]


SOURCES = {
    "complaint": "Pengaduan",
    "audit": "Audit",
    "quality_target": "Sasaran mutu",
    "survey": "Survei kepuasan",
}
STATES = {
    "open": "Dikerjakan",
    "done": "Menunggu verifikasi",
    "effective": "Efektif",
    "again": "Tidak efektif, diulang",
}
MOST_WHYS = 5


class Plan(msgspec.Struct, frozen=True):
    whys: Sequence[str]
    corrective: str
    preventive: str
    person: str
    due_on: date


def next_report_number(journal: Journal, on: date) -> Number:
    row = journal.db.one(
        "SELECT max(n) FROM number_used WHERE series = 'capa' AND year = ? AND epoch = ?", (on.year, journal.epoch)
    )
    n = (row[0] or 0) + 1 if row else 1
    letter = epoch_letter(journal.epoch)
    return Number("capa", on.year, n, f"{n:02d}{letter}/LTPP/{on.year}")


def parse_field(value: str, label: str, wrong: dict[str, str], key: str, *, needed: bool = True) -> str:
    """A text within its limit; what is wrong goes into `wrong`."""
    try:
        clean = limit_text(value, limit=3000, label=label, lines=True)
    except ValueProblem as problem:
        wrong[key] = problem.sentence
        return ""
    if needed and not clean:
        wrong[key] = f"{label} belum diisi."
    return clean


def open_report(
    journal: Journal,
    actor: Actor,
    *,
    source: str,
    problem: str,
    now: datetime,
    evidence: str = "",
    immediate: str = "",
    complaint_ids: Sequence[int] = (),
) -> int:
    require(actor, "capa.open")
    wrong: dict[str, str] = {} if source in SOURCES else {"source": "Pilih sumbernya."}
    texts = [
        parse_field(problem, "Uraian masalah", wrong, "problem"),
        parse_field(evidence, "Bukti", wrong, "evidence", needed=False),
        parse_field(immediate, "Koreksi segera", wrong, "immediate", needed=False),
    ]
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        on = office_date(now)
        for complaint_id in complaint_ids:
            if Complaint.first(journal.db, Complaint.id == complaint_id) is None:
                raise Problem.of("not_found", what="Baris pengaduan itu")
        body = CapaOpened(
            journal.next_id("capa"),
            next_report_number(journal, on),
            on.isoformat(),
            source,
            texts[0],
            texts[1],
            texts[2],
            complaint_ids=list(dict.fromkeys(complaint_ids)),
        )
        journal.record(body, subject=f"capa/{body.id}", actor=actor.username, at=now)
    return body.id


def load_report(db: Database, capa_id: int) -> Capa:
    found = Capa.first(db, Capa.id == capa_id)
    if found is None:
        raise Problem.of("not_found", what="LTPP itu")
    return found


def plan_round(journal: Journal, actor: Actor, *, capa_id: int, plan: Plan, now: datetime) -> int:
    """Enter or change causes and actions of the present round, or begin the next after an ineffective one.

    Returns the round. What was planned before stays readable (:func:`earlier_plans`).
    """
    require(actor, "capa.work")
    wrong: dict[str, str] = {}
    whys = [clean for one in plan.whys[:MOST_WHYS] if (clean := parse_field(one, "Sebab", wrong, "whys", needed=False))]
    corrective = parse_field(plan.corrective, "Tindakan perbaikan", wrong, "corrective")
    preventive = parse_field(plan.preventive, "Tindakan pencegahan", wrong, "preventive", needed=False)
    if not whys:
        wrong.setdefault("whys", "Tulis paling sedikit satu sebab.")
    if journal.db.one("SELECT 1 FROM person WHERE username = ? AND active = 1", (plan.person,)) is None:
        wrong["person"] = "Pilih penanggung jawab."
    if plan.due_on < office_date(now):
        wrong["due_on"] = "Batas waktu tidak boleh sudah lewat."
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        found = load_report(journal.db, capa_id)
        if found.state in ("done", "effective"):
            raise Problem.of("state", what=f"LTPP {found.number}", state=STATES[found.state])
        number = found.round + 1 if found.state == "again" else found.round
        body = CapaPlanned(capa_id, number, whys, corrective, preventive, plan.person, plan.due_on.isoformat())
        journal.record(body, subject=f"capa/{capa_id}", actor=actor.username, at=now)
    return number


def load_present_round(db: Database, capa_id: int) -> tuple[Capa, CapaRound]:
    """An LTPP with its present round. Raises Problem before a plan."""
    found = load_report(db, capa_id)
    row = CapaRound.first(db, CapaRound.capa_id == capa_id, CapaRound.round == found.round)
    if row is None:
        raise Problem.of("conflict", why="Isi sebab dan tindakan dulu.")
    return found, row


def complete_round(journal: Journal, actor: Actor, *, capa_id: int, note: str, now: datetime) -> None:
    """The actions are carried out, in words: whoever verifies later looks for what is written here."""
    require(actor, "capa.work")
    if not note.strip():
        raise Problem.of("invalid", {"note": "Tulis apa yang sudah dikerjakan."})
    with journal.transaction():
        found, row = load_present_round(journal.db, capa_id)
        if found.state != "open":
            raise Problem.of("state", what=f"LTPP {found.number}", state=STATES[found.state])
        body = CapaDone(capa_id, row.round, office_date(now).isoformat(), note.strip()[:1000])
        journal.record(body, subject=f"capa/{capa_id}", actor=actor.username, at=now)


def verify_round(journal: Journal, actor: Actor, *, capa_id: int, effective: bool, note: str, now: datetime) -> None:
    """Verify the effect: another person than the one responsible, on a later day than completion (or the due date)."""
    require(actor, "capa.check")
    today = office_date(now)
    with journal.transaction():
        found, row = load_present_round(journal.db, capa_id)
        if row.checked_on:
            raise Problem.of("state", what=f"LTPP {found.number}", state=STATES[found.state])
        if actor.username == row.person:
            raise Problem.of("second_person")
        if today <= date.fromisoformat(row.done_on or row.due_on):
            raise Problem.of(
                "conflict",
                why="Verifikasi dilakukan pada hari lain sesudah tindakan selesai atau batas waktu lewat.",
            )
        if not note.strip():
            raise Problem.of("invalid", {"note": "Tulis bagaimana dan apa yang dilihat."})
        body = CapaChecked(capa_id, row.round, today.isoformat(), effective, note.strip()[:1000])
        journal.record(body, subject=f"capa/{capa_id}", actor=actor.username, at=now)


def add_line(journal: Journal, actor: Actor, *, capa_id: int, complaint_id: int, now: datetime) -> None:
    require(actor, "capa.open")
    with journal.transaction():
        load_report(journal.db, capa_id)
        if Complaint.first(journal.db, Complaint.id == complaint_id) is None:
            raise Problem.of("not_found", what="Baris pengaduan itu")
        journal.record(CapaLinked(capa_id, complaint_id), subject=f"capa/{capa_id}", actor=actor.username, at=now)


def report_rounds(db: Database, capa_id: int) -> list[tuple[CapaRound, list[str]]]:
    return [
        (row, json.loads(row.whys)) for row in CapaRound.rows(db, CapaRound.capa_id == capa_id, order=CapaRound.round)
    ]


class EarlierPlan(msgspec.Struct, frozen=True):
    """A plan that another one of the same round replaced: when, by whom (user name), and what it said."""

    at: datetime
    actor: str
    plan: CapaPlanned


def earlier_plans(journal: Journal, capa_id: int) -> dict[int, list[EarlierPlan]]:
    """Round → its replaced plans, the oldest first; the journal keeps what the table no longer says."""
    found: dict[int, list[EarlierPlan]] = {}
    for entry in journal.about(f"capa/{capa_id}"):
        if isinstance(entry.body, CapaPlanned):
            found.setdefault(entry.body.round, []).append(EarlierPlan(entry.at, entry.actor, entry.body))
    return {number: plans[:-1] for number, plans in found.items() if len(plans) > 1}


def reports_of_line(db: Database, complaint_id: int) -> list[Capa]:
    ids = [row.capa_id for row in CapaComplaint.rows(db, CapaComplaint.complaint_id == complaint_id)]
    return Capa.rows(db, Capa.id << ids, order=Capa.id) if ids else []


def lines_of_report(db: Database, capa_id: int) -> list[int]:
    return [row.complaint_id for row in CapaComplaint.rows(db, CapaComplaint.capa_id == capa_id)]
