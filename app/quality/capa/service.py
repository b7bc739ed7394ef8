"""Corrective and preventive action (LTPP, SP 11.7): cause, actions, person, due date, check by another later on."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from app.core.asked import Choice, Day, Text, Texts, Ticked, YesNo
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import CATALOGUE, SENTENCES, Problem, check_found
from app.core.text import begins_words, search_words
from app.platform.office.moves import Act, Move, Moves, Subject, become, stay
from app.platform.office.numbers import find_numbered, yearly_number
from app.platform.people.queries import people_who_may
from app.quality.capa.events import CapaChecked, CapaDone, CapaLinked, CapaOpened, CapaPlanned
from app.quality.capa.tables import Capa, CapaComplaint, CapaRound
from app.room import office_command
from app.services.complaints.queries import line_id_by_number
from app.services.complaints.transitions import load_line
from schema.database import Database
from sync.entries import Entry
from sync.journal import Journal

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
UNPLANNED = {"planned": "Isi sebab dan tindakan dulu."}
VERIFYING = UNPLANNED | {
    "another": CATALOGUE["second_person"].sentence,
    "later": "Verifikasi dilakukan pada hari lain sesudah tindakan selesai atau batas waktu lewat.",
}
MOVES: dict[str, Move] = {
    "plan": Move(("capa.work",), become("open", "open", "again"), "capa.planned"),
    "complete": Move(("capa.work",), become("done", "open"), "capa.done", UNPLANNED),
    "effective": Move(("capa.check",), become("effective", "open", "done"), "capa.checked", VERIFYING),
    "again": Move(("capa.check",), become("again", "open", "done"), "capa.checked", VERIFYING),
    "link": Move(("capa.open",), stay(*STATES), "capa.linked"),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold of the present round."""
LONGEST = 3000
NO_PROBLEM = "Tulis apa yang tidak sesuai."
WHYS = ("1. Mengapa terjadi?", "2. Mengapa begitu?", "3. Mengapa begitu?", "4. Mengapa begitu?", "5. Akar masalahnya")


def responsible_people(db: Database) -> dict[str, str]:
    """User name → name of whoever may be responsible for an LTPP: all who read them."""
    return people_who_may(db, "complaint.view")


class Plan(msgspec.Struct, frozen=True):
    """Why it happened, up to the root, and what is done about it, by whom and until when."""

    whys: Annotated[Sequence[str], Texts("Sebab", SENTENCES["one_cause"], "why", most=LONGEST, labels=WHYS)]
    corrective: Annotated[str, Text("Tindakan perbaikan", "Tulis tindakan perbaikannya.", most=LONGEST, lines=True)]
    preventive: Annotated[str, Text("Tindakan pencegahan", most=LONGEST, lines=True)]
    person: Annotated[
        str,
        Choice(
            "Penanggung jawab",
            "Pilih penanggung jawabnya.",
            choices=lambda db, _today: responsible_people(db),
            none="Pilih petugas",
        ),
    ]
    due_on: Annotated[
        date, Day("Batas waktu", SENTENCES["action_due"], future=True, past="Batas waktu tidak boleh sudah lewat.")
    ]


@office_command("capa.open")
def open_report(
    journal: Journal,
    actor: Actor,
    *,
    source: Annotated[str, Choice("Sumber", "Pilih sumbernya.", choices=SOURCES)],
    problem: Annotated[str, Text("Uraian masalah", NO_PROBLEM, "trouble", most=LONGEST, lines=True)],
    now: datetime,
    evidence: Annotated[str, Text("Bukti", most=LONGEST, lines=True)] = "",
    immediate: Annotated[str, Text("Koreksi segera", most=LONGEST, lines=True)] = "",
    complaint_ids: Annotated[Sequence[int], Ticked("Pengaduan", name="pengaduan")] = (),
) -> int:
    lines = [load_line(journal.db, complaint_id).id for complaint_id in complaint_ids]
    on = office_date(now)
    report_id = journal.next_id("capa")
    texts = (problem, evidence, immediate)
    body = CapaOpened(report_id, yearly_number(journal, "capa", "LTPP", on.year), on.isoformat(), source, *texts, lines)
    journal.record(body, subject=f"capa/{body.id}", actor=actor.username, at=now)
    return body.id


def find_reports(db: Database, text: str, most: int) -> list[Capa]:
    """Reports by a part of their number, else by words of their problem; the newest first. They are few."""
    if ids := find_numbered(db, "capa", text)[:most]:
        return Capa.rows(db, id=tuple(ids), order="id DESC")
    asked = search_words(text)
    if asked:
        known = Capa.rows(db, order="id DESC")
    else:
        known = []
    return [row for row in known if begins_words(search_words(row.problem), asked)][:most]


def report_subject(db: Database, actor: Actor, capa_id: int, today: date) -> Subject[Capa]:
    report = load_report(db, capa_id)
    facts = report_facts(present_round(db, report), actor, today)
    return Subject(report, f"capa/{capa_id}", f"LTPP {report.number}", report.state, facts, STATES)


move = Moves(MOVES, "capa_id", report_subject)


@move("plan")
def plan_round(act: Act[Capa], *, capa_id: int, plan: Plan, now: datetime) -> int:
    """Enter or change causes and actions of the present round, or begin the next after an ineffective one.

    Returns the round. What was planned before stays readable (:func:`earlier_plans`).
    """
    number = act.thing.round + (act.subject.state == "again")
    texts = (plan.corrective, plan.preventive, plan.person)
    act.record(CapaPlanned(capa_id, number, list(plan.whys), *texts, plan.due_on.isoformat()))
    return number


@move("complete")
def complete_round(
    act: Act[Capa],
    *,
    capa_id: int,
    note: Annotated[str, Text("Yang dikerjakan", SENTENCES["what_was_worked"], lines=True)],
    now: datetime,
) -> None:
    """The actions are carried out, in words: whoever verifies later looks for what is written here."""
    act.record(CapaDone(capa_id, act.thing.round, act.today.isoformat(), note))


@move.chosen_by("effective", {True: "effective", False: "again"})
def verify_round(
    act: Act[Capa],
    *,
    capa_id: int,
    effective: Annotated[bool, YesNo("Hasilnya", words=("Efektif", "Tidak efektif, diulang"))],
    note: Annotated[str, Text("Cara dan yang dilihat", SENTENCES["how_seen"], lines=True)],
    now: datetime,
) -> None:
    """Verify the effect: another person than the one responsible, on a later day than completion (or the due date)."""
    act.record(CapaChecked(capa_id, act.thing.round, act.today.isoformat(), effective, note))


@move("link")
def add_line(
    act: Act[Capa],
    *,
    capa_id: int,
    number: Annotated[str, Text("Tambah nomor pengaduan", "Isi nomor pengaduannya.", most=40)],
    now: datetime,
) -> None:
    """A further line belongs to an LTPP: `012/ADUAN/2026`, or `12` of this year's book."""
    line = line_id_by_number(act.journal.db, number, act.today.year)
    if line is None:
        raise Problem.of("invalid", {"number": SENTENCES["no_such_line"]})
    act.record(CapaLinked(capa_id, line))


def earliest_check(present: CapaRound | None) -> date | None:
    """The day on which the round was completed, else the one by which it is due."""
    if present is None:
        return None
    return date.fromisoformat(present.done_on or present.due_on)


def report_facts(present: CapaRound | None, actor: Actor, today: date) -> set[str]:
    """What holds of the present round for this person now, as `Move.needs` names it."""
    if present is None:
        return set()
    facts = {"planned"}
    if actor.username != present.person:
        facts.add("another")
    if today.isoformat() > (present.done_on or present.due_on):
        facts.add("later")
    return facts


def load_report(db: Database, capa_id: int) -> Capa:
    return check_found(Capa.first(db, id=capa_id), "LTPP itu")


def report_rows(db: Database, state: str = "", limit: int = 10_000) -> list[Capa]:
    """LTPPs with what their present round says and the number of their lines, the newest first."""
    where = {"": "1 = 1", "running": "k.state <> 'effective'"}.get(state, "k.state = ?")
    values = (state, limit) if "?" in where else (limit,)
    return Capa.joined(
        db,
        "k",
        f"LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = k.round WHERE {where} ORDER BY k.id DESC LIMIT ?",
        values,
        **{name: f"r.{name}" for name in ("person", "due_on", "done_on", "corrective")},
        lines="(SELECT count(*) FROM capa_complaint l WHERE l.capa_id = k.id)",
    )


def present_round(db: Database, report: Capa) -> CapaRound | None:
    return CapaRound.first(db, capa_id=report.id, round=report.round)


def report_rounds(db: Database, capa_id: int) -> list[tuple[CapaRound, list[str]]]:
    return [(row, json.loads(row.whys)) for row in CapaRound.rows(db, capa_id=capa_id, order="round")]


def earlier_plans(journal: Journal, capa_id: int) -> dict[int, list[Entry]]:
    """Round → the entries of its replaced plans, the oldest first; the journal keeps what the table no longer says."""
    plans: dict[int, list[Entry]] = {}
    for entry in journal.about(f"capa/{capa_id}"):
        if isinstance(entry.body, CapaPlanned):
            plans.setdefault(entry.body.round, []).append(entry)
    return {number: entries[:-1] for number, entries in plans.items()}


def lines_of_report(db: Database, capa_id: int) -> list[int]:
    return [row.complaint_id for row in CapaComplaint.rows(db, capa_id=capa_id)]
