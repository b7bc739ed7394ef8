"""Corrective and preventive action (LTPP, SP 11.7): cause, actions, person, due date, check by another later on."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

import msgspec

from app.core.clock import office_date
from app.core.codes import epoch_letter
from app.core.permissions import Actor, require
from app.core.problems import CATALOGUE, SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import begins_words, field_text, search_words
from app.platform.office.events import Number
from app.platform.office.moves import Act, Move, Subject, become, make_move, stay
from app.platform.office.numbers import find_numbered
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
MOST_WHYS, LONGEST = 5, 3000


class Plan(msgspec.Struct, frozen=True):
    whys: Sequence[str]
    corrective: str
    preventive: str
    person: str
    due_on: date


@office_command("capa.open")
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
    wrong: dict[str, str] = {} if source in SOURCES else {"source": "Pilih sumbernya."}
    texts = (
        field_text(
            wrong, "problem", problem, LONGEST, "Uraian masalah", lines=True, empty="Uraian masalah belum diisi."
        ),
        field_text(wrong, "evidence", evidence, LONGEST, "Bukti", lines=True),
        field_text(wrong, "immediate", immediate, LONGEST, "Koreksi segera", lines=True),
    )
    check_nothing_wrong(wrong)
    lines = [load_line(journal.db, complaint_id).id for complaint_id in dict.fromkeys(complaint_ids)]
    on = office_date(now)
    body = CapaOpened(journal.next_id("capa"), next_report_number(journal, on), on.isoformat(), source, *texts, lines)
    journal.record(body, subject=f"capa/{body.id}", actor=actor.username, at=now)
    return body.id


def find_reports(db: Database, text: str, most: int) -> list[Capa]:
    """Reports by a part of their number, else by words of their problem; the newest first. They are few."""
    if ids := find_numbered(db, "capa", text)[:most]:
        return Capa.rows(db, id=tuple(ids), order="id DESC")
    asked = search_words(text)
    known = Capa.rows(db, order="id DESC") if asked else []
    return [row for row in known if begins_words(search_words(row.problem), asked)][:most]


def next_report_number(journal: Journal, on: date) -> Number:
    row = journal.db.one(
        "SELECT coalesce(max(n), 0) + 1 FROM number_used WHERE series = 'capa' AND year = ? AND epoch = ?",
        (on.year, journal.epoch),
    )
    n = int(row[0]) if row else 1
    return Number("capa", on.year, n, f"{n:02d}{epoch_letter(journal.epoch)}/LTPP/{on.year}")


def plan_round(journal: Journal, actor: Actor, *, capa_id: int, plan: Plan, now: datetime) -> int:
    """Enter or change causes and actions of the present round, or begin the next after an ineffective one.

    Returns the round. What was planned before stays readable (:func:`earlier_plans`).
    """
    with move_report(journal, actor, "plan", capa_id, now) as act:
        wrong: dict[str, str] = {}
        answers = [field_text(wrong, "whys", why, LONGEST, "Sebab", lines=True) for why in plan.whys[:MOST_WHYS]]
        missing = "Tindakan perbaikan belum diisi."
        texts = (
            field_text(wrong, "corrective", plan.corrective, LONGEST, "Tindakan perbaikan", lines=True, empty=missing),
            field_text(wrong, "preventive", plan.preventive, LONGEST, "Tindakan pencegahan", lines=True),
        )
        whys = [one for one in answers if one]
        if not whys:
            wrong.setdefault("whys", SENTENCES["one_cause"])
        if plan.person not in responsible_people(journal.db):
            wrong["person"] = "Pilih penanggung jawab dari daftar."
        if plan.due_on < act.today:
            wrong["due_on"] = "Batas waktu tidak boleh sudah lewat."
        check_nothing_wrong(wrong)
        number = act.thing.round + (act.subject.state == "again")
        act.record(CapaPlanned(capa_id, number, whys, *texts, plan.person, plan.due_on.isoformat()))
    return number


def responsible_people(db: Database) -> dict[str, str]:
    """User name → name of whoever may be responsible for an LTPP: all who read them."""
    return people_who_may(db, "complaint.view")


def complete_round(journal: Journal, actor: Actor, *, capa_id: int, note: str, now: datetime) -> None:
    """The actions are carried out, in words: whoever verifies later looks for what is written here."""
    with move_report(journal, actor, "complete", capa_id, now) as act:
        if not note.strip():
            raise Problem.of("invalid", {"note": SENTENCES["what_was_worked"]})
        act.record(CapaDone(capa_id, act.thing.round, act.today.isoformat(), note.strip()[:1000]))


def verify_round(journal: Journal, actor: Actor, *, capa_id: int, effective: bool, note: str, now: datetime) -> None:
    """Verify the effect: another person than the one responsible, on a later day than completion (or the due date)."""
    require(actor, "capa.check")
    with move_report(journal, actor, "effective" if effective else "again", capa_id, now) as act:
        if not note.strip():
            raise Problem.of("invalid", {"note": SENTENCES["how_seen"]})
        act.record(CapaChecked(capa_id, act.thing.round, act.today.isoformat(), effective, note.strip()[:1000]))


def add_line(journal: Journal, actor: Actor, *, capa_id: int, number: str, now: datetime) -> None:
    """A further line belongs to an LTPP: `012/ADUAN/2026`, or `12` of this year's book."""
    with move_report(journal, actor, "link", capa_id, now) as act:
        found = line_id_by_number(journal.db, number, act.today.year)
        if found is None:
            raise Problem.of("invalid", {"number": SENTENCES["no_such_line"]})
        act.record(CapaLinked(capa_id, found))


def move_report(
    journal: Journal, actor: Actor, move: str, capa_id: int, now: datetime
) -> AbstractContextManager[Act[Capa]]:
    """A move on a report in one transaction. Raises Problem `forbidden`, `not_found`, `state`, `conflict`."""

    def load() -> Subject[Capa]:
        found = load_report(journal.db, capa_id)
        facts = report_facts(present_round(journal.db, found), actor, office_date(now))
        return Subject(found, f"capa/{capa_id}", f"LTPP {found.number}", found.state, facts, STATES)

    return make_move(journal, actor, MOVES[move], now, load)


def report_facts(present: CapaRound | None, actor: Actor, today: date) -> set[str]:
    """What holds of the present round for this person now, as `Move.needs` names it."""
    if present is None:
        return set()
    later = today.isoformat() > (present.done_on or present.due_on)
    return {"planned"} | ({"another"} if actor.username != present.person else set()) | ({"later"} if later else set())


def load_report(db: Database, capa_id: int) -> Capa:
    return check_found(Capa.first(db, id=capa_id), "LTPP itu")


def report_rows(db: Database, state: str = "", limit: int = 10_000) -> list[Capa]:
    """LTPPs with what their present round says and the number of their lines, the newest first."""
    where = {"": "1 = 1", "running": "k.state <> 'effective'"}.get(state, "k.state = ?")
    return Capa.joined(
        db,
        "k",
        f"LEFT JOIN capa_round r ON r.capa_id = k.id AND r.round = k.round WHERE {where} ORDER BY k.id DESC LIMIT ?",
        (state, limit) if "?" in where else (limit,),
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
