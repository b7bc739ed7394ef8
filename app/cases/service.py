"""Further commands of the desk: checklist, correction, notes, place, pauses, papers, reserved forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from app.cases.events import (
    CaseCorrected,
    CaseNoted,
    CasePaused,
    CasePlaced,
    CaseResumed,
    FormsReserved,
    Item,
    ItemsChecked,
    PaperJudged,
    PaperPrinted,
)
from app.cases.explaining import explanations, record_explained
from app.cases.fields import project
from app.cases.moving import definition_of, require_here, step_of
from app.cases.opening import NONE, checked_form, get_case, heed, kind_field
from app.cases.queries import form_of, requirements
from app.cases.rules import NoRules, ServiceRules
from app.cases.sight import WRONG, fault
from app.cases.tables import CaseFile, CasePause, PaperPrint
from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from app.office import service as office
from app.office import settings
from app.office.numbers import next_number
from app.sop import engine
from schema.database import Database
from schema.service_flow import Requirement
from sync.journal import Journal

NOTE_ACTIONS = {
    "note": "Catatan",
    "visit": "Pemohon datang",
    "call": "Menelepon",
    "message": "Mengirim pesan",
}


def check_items(journal: Journal, actor: Actor, *, case_id: int, states: Mapping[str, tuple[str, str]],
                now: datetime, seen: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """Note the checklist: item → (present | missing | wrong | not_needed, note), and item → what was seen of it.

    "Not needed" wants a note; "wrong" is for items that the definition has looked at.
    """
    require(actor, "case.check")
    with journal.transaction():
        case = get_case(journal.db, actor, case_id)
        step_of(journal.db, case)
        definition = definition_of(journal.db, case)
        items, wrong, facts = [], {}, form_of(definition, case).facts
        for need in requirements(definition, case):
            state, note = states.get(need.id, ("missing", ""))
            look = (seen or {}).get(need.id, "") if state in ("present", WRONG) else ""
            if sentence := item_fault(need, state, note) or fault(need, facts, state, note, look):
                wrong[need.id] = sentence
            items.append(Item(need.id, state, need.rule, note.strip(), look))
        if wrong:
            raise Problem.of("invalid", wrong)
        body = ItemsChecked(case_id, items, office_date(now).isoformat())
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def item_fault(need: Requirement, state: str, note: str) -> str:
    """What is wrong with a state and its note, as a sentence; empty when nothing is."""
    if state not in ("present", "missing", WRONG, "not_needed") or len(note) > 300:
        return "Pilih ada, tidak ada, atau tidak perlu; catatan paling panjang 300 huruf."
    if state == "not_needed" and asked_of_everybody(need):
        return f"Wajib untuk setiap permohonan ({need.rule}), jadi tidak dapat ditandai tidak perlu."
    return "Tulis mengapa tidak perlu." if state == "not_needed" and not note.strip() else ""


def asked_of_everybody(need: Requirement) -> bool:
    """Whether the standard asks this item of every application; then nobody at the desk may waive it."""
    return need.mandatory and not need.kinds and not need.when


def correct(journal: Journal, actor: Actor, *, case_id: int, raw: Mapping[str, str], reason: str, now: datetime,
            rules: ServiceRules | None = None, heeded: Iterable[str] = (),
            reasons: Mapping[str, str] = NONE) -> list[str]:  # fmt: skip
    """The Kasi corrects the form of a case, with a reason; returns the ids of the changed fields.

    `reasons` explain what contradicts itself (finding → reason); what was explained before stays so.
    """
    require(actor, "case.correct")
    if not reason.strip():
        raise Problem.of("invalid", {"reason": "Tulis alasan perbaikan."})
    today = office_date(now)
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id)
        step = step_of(db, case)
        definition = definition_of(db, case)
        form = checked_form(db, definition, raw, today)
        known = {finding: row.reason for finding, row in explanations(db, case.id).items()}
        decided = heed(db, definition, form, rules or NoRules(), today, heeded, {**known, **reasons}, case.id)
        before = form_of(definition, case).values
        changed = sorted(
            key for key in before.keys() | form.values.keys() if before.get(key) != form.values.get(key)
        )
        if not changed:
            return []
        if set(changed) - set(engine.fields_kept_here(definition)):
            require_here(definition, case, step)
        seen = project(definition, form)
        body = CaseCorrected(case.id, form.values, changed, reason.strip()[:1000],
                             form.values.get(kind_field(definition), case.kind), seen.name, seen.area, seen.main_key,
                             seen.birth_on, seen.phone, seen.keys, seen.blocks)  # fmt: skip
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
        record_explained(journal, actor.username, case_id=case.id, notices=decided, reasons=reasons, now=now)
    return changed


def explain(journal: Journal, actor: Actor, *, case_id: int, reasons: Mapping[str, str], now: datetime,
            rules: ServiceRules | None = None) -> None:  # fmt: skip
    """Say why a case stands as it is though it contradicts itself (finding → reason). Raises Problem `invalid`."""
    require(actor, "case.check")
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id)
        step_of(db, case)
        notices = (rules or NoRules()).explain(db, definition_of(db, case), case)
        if not any(reasons.get(one.id, "").strip() for one in notices):
            raise Problem.of("invalid", {one.id: "Tulis alasannya." for one in notices[:1]})
        record_explained(journal, actor.username, case_id=case_id, notices=notices, reasons=reasons, now=now)


def note(journal: Journal, actor: Actor, *, case_id: int, action: str, text: str, now: datetime) -> None:
    """Write down a visit, call, message or remark."""
    require(actor, "case.note")
    if action not in NOTE_ACTIONS or not text.strip() or len(text) > 1000:
        raise Problem.of("invalid", {"text": "Tulis catatannya, paling panjang 1.000 huruf."})
    with journal.transaction():
        get_case(journal.db, actor, case_id)
        journal.record(CaseNoted(case_id, action, text.strip(), office_date(now).isoformat()),
                       subject=f"case/{case_id}", actor=actor.username, at=now)  # fmt: skip


def put_away(journal: Journal, actor: Actor, *, case_id: int, place: str, number: str, now: datetime) -> None:
    """The paper file has its own known place: village, counter, folder n, dispatch n, Dukcapil."""
    require(actor, "case.place")
    with journal.transaction():
        case = get_case(journal.db, actor, case_id)
        if place not in {one.id for one in definition_of(journal.db, case).places} or len(number) > 30:
            raise Problem.of("invalid", {"place": "Pilih tempat dari daftar."})
        journal.record(CasePlaced(case_id, place, number.strip()), subject=f"case/{case_id}",
                       actor=actor.username, at=now)  # fmt: skip


# -- pauses ----------------------------------------------------------------------------------------------------


def pause(journal: Journal, actor: Actor, *, case_id: int, reason: str, text: str, now: datetime) -> None:
    """Stop the clock for a reason of the definition that the office has switched on."""
    require(actor, "case.pause")
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id)
        step_of(db, case)
        listed = {
            one.id
            for one in engine.pause_reasons(definition_of(db, case), settings.get(db, "pauses.enabled"))
        }
        if reason not in listed:
            raise Problem.of("invalid", {"reason": "Alasan jeda ini tidak diizinkan di kantor ini."})
        if not case.due_on or case.kept_on or running_pause(db, case_id):
            raise Problem.of(
                "conflict", why="Janji berkas ini sedang tidak berjalan, jadi tidak bisa dijeda."
            )
        body = CasePaused(case_id, journal.next_id("case_pause"), reason, text.strip()[:300],
                          office_date(now).isoformat())  # fmt: skip
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def resume(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> date:
    """Let the clock run again; returns the due date moved by the paused days.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    require(actor, "case.pause")
    with journal.transaction():
        db = journal.db
        case, running = get_case(db, actor, case_id), running_pause(db, case_id)
        if running is None or not case.completed_on:
            raise Problem.of("conflict", why="Berkas ini tidak sedang dijeda.")
        today = max(date.fromisoformat(running.from_on), office_date(now))
        ended = [
            engine.Pause(
                one.reason,
                date.fromisoformat(one.from_on),
                date.fromisoformat(one.to_on or today.isoformat()),
            )
            for one in pauses(db, case_id)
        ]
        calendar, since = office.calendar(db), date.fromisoformat(case.completed_on)
        due = engine.due_date(definition_of(db, case), calendar, since, ended)
        if due is None:
            raise Problem.of("conflict", why="Tanggal janji belum bisa dihitung karena masih ada jeda lain.")
        off = calendar.off_days(since, due)
        body = CaseResumed(case_id, running.id, today.isoformat(), due.isoformat(), off)
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return due


def pauses(db: Database, case_id: int) -> list[CasePause]:
    """All pauses of a case, oldest first."""
    return CasePause.rows(db, CasePause.case_id == case_id, order=CasePause.id)


def running_pause(db: Database, case_id: int) -> CasePause | None:
    """The pause that lasts, if any."""
    return CasePause.first(db, CasePause.case_id == case_id, CasePause.to_on.is_null())


# -- papers ----------------------------------------------------------------------------------------------------


def printed(journal: Journal, actor: Actor, *, subject: str, paper: str, now: datetime) -> int:
    """Write down that a paper is printed; returns which print it is (2 and more say SALINAN). The kiosk is SYSTEM."""
    if actor is not SYSTEM:
        require(actor, "paper.print")
    with journal.transaction():
        copy = next_copy(journal.db, subject, paper)
        journal.record(PaperPrinted(subject, paper, copy), subject=subject, actor=actor.username, at=now)
    return copy


def next_copy(db: Database, subject: str, paper: str) -> int:
    """Which print the next one is. One that came out wrong does not count: the next is an original again."""
    row = PaperPrint.first(db, PaperPrint.subject == subject, PaperPrint.paper == paper)
    return 1 if row is None else int(row.copies) + (row.came_out != 0)


def prints(db: Database, subject: str) -> list[PaperPrint]:
    """Papers printed of one subject, the latest first."""
    return PaperPrint.rows(db, PaperPrint.subject == subject, order=PaperPrint.last_at.desc())


def judged(
    journal: Journal, actor: Actor, *, subject: str, paper: str, came_out: bool, now: datetime
) -> None:
    """The answer to "did the paper come out right?"."""
    require(actor, "paper.print")
    with journal.transaction():
        if PaperPrint.first(journal.db, PaperPrint.subject == subject, PaperPrint.paper == paper) is None:
            raise Problem.of("not_found", what="Cetakan itu")
        journal.record(PaperJudged(subject, paper, came_out), subject=subject, actor=actor.username, at=now)


def reserve_forms(
    journal: Journal, actor: Actor, *, service: str, count: int, area: str, now: datetime
) -> list[str]:
    """Reserve numbers for blank forms; returns their codes in order. At most 50 at a time."""
    require(actor, "form.reserve")
    if not 1 <= count <= 50:
        raise Problem.of("invalid", {"count": "Antara 1 dan 50 lembar."})
    area = (actor.area or "") if actor.village_only else area
    with journal.transaction():
        today = office_date(now)
        office.current_definition(journal.db, service, today)
        office.must_be_in_force(journal.db, service, today)
        forms = [
            (new_code(), next_number(journal.db, "case", today, journal.epoch, ahead))
            for ahead in range(count)
        ]
        journal.record(
            FormsReserved(service, area, forms), subject=f"forms/{forms[0][0]}", actor=actor.username, at=now
        )
    return [code for code, _ in forms]


def case_by_id(db: Database, case_id: int) -> CaseFile | None:
    """A case without asking who wants to see it: for rooms above, never for a page."""
    return CaseFile.first(db, CaseFile.id == case_id)
