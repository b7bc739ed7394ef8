"""Further commands of the desk: checklist, correction, notes, place, pauses, papers, reserved forms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem
from app.desk.checklist import WRONG, case_requirements, item_fault, observation_fault
from app.desk.events import (
    CaseAdvanced,
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
from app.desk.findings import (
    NoRules,
    ServiceRules,
    case_explanations,
    findings_to_explain,
    key_disagreements,
    record_explanations,
)
from app.desk.form import kind_field, project_form
from app.desk.limits import open_pause, paused_deadlines, resumed_deadlines
from app.desk.moving import advance_case, case_definition, check_not_away, form_values, open_step
from app.desk.opening import NO_REASONS, check_findings, check_form, free_numbers, get_case
from app.desk.queries import case_form
from app.desk.tables import CaseFile, CasePause, PaperPrint
from app.office import queries as office
from app.office import settings
from app.procedure import deadline, engine
from schema.database import Database
from sync.journal import Journal

NOTE_ACTIONS = {
    "note": "Catatan",
    "visit": "Pemohon datang",
    "call": "Menelepon",
    "message": "Mengirim pesan",
}


def check_items(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    states: Mapping[str, tuple[str, str]],
    now: datetime,
    seen: Mapping[str, str] | None = None,
) -> None:
    """Note the checklist: item → (present | missing | wrong | not_needed, note), and item → what was seen of it.

    "Not needed" wants a note; "wrong" is for items that the definition has looked at.
    """
    require(actor, "case.check")
    with journal.transaction():
        case = get_case(journal.db, actor, case_id, "case.check")
        open_step(journal.db, case)
        definition = case_definition(journal.db, case)
        items, wrong, facts = [], {}, case_form(definition, case).facts
        for need in case_requirements(definition, case):
            state, note = states.get(need.id, ("missing", ""))
            look = (seen or {}).get(need.id, "") if state in ("present", WRONG) else ""
            if sentence := item_fault(need, state, note) or observation_fault(need, facts, state, note, look):
                wrong[need.id] = sentence
            items.append(Item(need.id, state, need.rule, note.strip(), look))
        if wrong:
            raise Problem.of("invalid", wrong)
        body = ItemsChecked(case_id, items, office_date(now).isoformat())
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def correct_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    raw: Mapping[str, str],
    reason: str,
    now: datetime,
    rules: ServiceRules | None = None,
    heeded: Iterable[str] = (),
    reasons: Mapping[str, str] = NO_REASONS,
) -> list[str]:
    """The Kasi corrects the form of a case, with a reason; returns the ids of the changed fields.

    `reasons` explain what contradicts itself (finding → reason); what was explained before stays so.
    """
    require(actor, "case.correct")
    if not reason.strip():
        raise Problem.of("invalid", {"reason": "Tulis alasan perbaikan."})
    today = office_date(now)
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id, "case.correct")
        step = open_step(db, case)
        definition = case_definition(db, case)
        form = check_form(db, definition, raw, today)
        known = {finding: row.reason for finding, row in case_explanations(db, case.id).items()}
        decided = check_findings(db, definition, form, rules or NoRules(), today, heeded, {**known, **reasons}, case.id)
        before = case_form(definition, case).values
        changed = sorted(key for key in before.keys() | form.values.keys() if before.get(key) != form.values.get(key))
        if not changed:
            return []
        if set(changed) - set(engine.fields_of_office(definition)):
            check_not_away(definition, case, step)
        seen = project_form(definition, form)
        body = CaseCorrected(
            case.id,
            form.values,
            changed,
            reason.strip()[:1000],
            form.values.get(kind_field(definition), str(case.kind)),
            seen.name,
            seen.area,
            seen.main_key,
            seen.birth_on,
            seen.phone,
            seen.keys,
            seen.blocks,
        )
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
        record_explanations(journal, actor.username, case_id=case.id, notices=decided, reasons=reasons, now=now)
    return changed


def explain_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    reasons: Mapping[str, str],
    now: datetime,
    rules: ServiceRules | None = None,
) -> None:
    """Say why a case stands as it is though it contradicts itself (finding → reason). Raises Problem `invalid`."""
    require(actor, "case.check")
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id, "case.check")
        open_step(db, case)
        notices = findings_to_explain(db, case_definition(db, case), rules or NoRules(), case)
        if not any(reasons.get(one.id, "").strip() for one in notices):
            raise Problem.of("invalid", {one.id: SENTENCES["reason"] for one in notices[:1]})
        record_explanations(journal, actor.username, case_id=case_id, notices=notices, reasons=reasons, now=now)


def note_on_case(journal: Journal, actor: Actor, *, case_id: int, action: str, text: str, now: datetime) -> None:
    require(actor, "case.note")
    if action not in NOTE_ACTIONS or not text.strip() or len(text) > 1000:
        raise Problem.of("invalid", {"text": "Tulis catatannya, paling panjang 1.000 huruf."})
    with journal.transaction():
        get_case(journal.db, actor, case_id)
        journal.record(
            CaseNoted(case_id, action, text.strip(), office_date(now).isoformat()),
            subject=f"case/{case_id}",
            actor=actor.username,
            at=now,
        )


def place_case(journal: Journal, actor: Actor, *, case_id: int, place: str, number: str, now: datetime) -> None:
    require(actor, "case.place")
    with journal.transaction():
        case = get_case(journal.db, actor, case_id, "case.place")
        if place not in {one.id for one in case_definition(journal.db, case).places} or len(number) > 30:
            raise Problem.of("invalid", {"place": "Pilih tempat dari daftar."})
        journal.record(
            CasePlaced(case_id, place, number.strip()), subject=f"case/{case_id}", actor=actor.username, at=now
        )


# -- pauses ----------------------------------------------------------------------------------------------------


def pause_case(journal: Journal, actor: Actor, *, case_id: int, reason: str, text: str, now: datetime) -> None:
    """Stop the clock for a reason of the definition that the office has switched on."""
    require(actor, "case.pause")
    with journal.transaction():
        db = journal.db
        case = get_case(db, actor, case_id, "case.pause")
        open_step(db, case)
        listed = {
            one.id
            for one in deadline.pause_reasons(case_definition(db, case), settings.get_setting(db, "pauses.enabled"))
        }
        if reason not in listed:
            raise Problem.of("invalid", {"reason": "Alasan jeda ini tidak diizinkan di kantor ini."})
        stopped = paused_deadlines(db, case_definition(db, case), case_id, reason, now)
        if not (stopped or (case.due_on and not case.kept_on)) or open_pause(db, case_id):
            raise Problem.of("conflict", why="Janji berkas ini sedang tidak berjalan, jadi tidak bisa dijeda.")
        since = office_date(now).isoformat()
        body = CasePaused(case_id, journal.next_id("case_pause"), reason, text.strip()[:300], since, stopped)
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def resume_case(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> date | None:
    """Let the clocks run again; returns the promised date moved by the paused days, where there is one.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    require(actor, "case.pause")
    with journal.transaction():
        db = journal.db
        case, running = get_case(db, actor, case_id, "case.pause"), open_pause(db, case_id)
        if running is None:
            raise Problem.of("conflict", why="Berkas ini tidak sedang dijeda.")
        today = max(date.fromisoformat(running.from_on), office_date(now))
        ended = [
            deadline.Pause(
                one.reason,
                date.fromisoformat(one.from_on),
                date.fromisoformat(one.to_on or today.isoformat()),
            )
            for one in case_pauses(db, case_id)
        ]
        definition, due, off = case_definition(db, case), None, list[tuple[str, str]]()
        if case.completed_on:
            calendar, since = office.office_calendar(db), date.fromisoformat(case.completed_on)
            due = deadline.due_date(definition, calendar, since, ended)
            if due is None:
                raise Problem.of("conflict", why="Tanggal janji belum bisa dihitung karena masih ada jeda lain.")
            off = calendar.off_days(since, due)
        again = resumed_deadlines(db, definition, case_id, now)
        body = CaseResumed(case_id, running.id, today.isoformat(), due.isoformat() if due else "", off, again)
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return due


def case_pauses(db: Database, case_id: int) -> list[CasePause]:
    return CasePause.rows(db, CasePause.case_id == case_id, order=CasePause.id)


# -- papers ----------------------------------------------------------------------------------------------------


def record_print(journal: Journal, actor: Actor, *, subject: str, paper: str, now: datetime) -> int:
    """Write down that a paper is printed; returns which print it is (2 and more say SALINAN). The kiosk is SYSTEM."""
    if actor is not SYSTEM:
        require(actor, "paper.print")
    with journal.transaction():
        copy = next_copy_number(journal.db, subject, paper)
        journal.record(PaperPrinted(subject, paper, copy), subject=subject, actor=actor.username, at=now)
    return copy


def next_copy_number(db: Database, subject: str, paper: str) -> int:
    """Which print the next one is. One that came out wrong does not count: the next is an original again."""
    row = PaperPrint.first(db, PaperPrint.subject == subject, PaperPrint.paper == paper)
    return 1 if row is None else int(row.copies) + (row.came_out != 0)


def paper_prints(db: Database, subject: str) -> list[PaperPrint]:
    return PaperPrint.rows(db, PaperPrint.subject == subject, order=PaperPrint.last_at.desc())


def judge_print(journal: Journal, actor: Actor, *, subject: str, paper: str, came_out: bool, now: datetime) -> None:
    require(actor, "paper.print")
    with journal.transaction():
        if PaperPrint.first(journal.db, PaperPrint.subject == subject, PaperPrint.paper == paper) is None:
            raise Problem.of("not_found", what="Cetakan itu")
        journal.record(PaperJudged(subject, paper, came_out), subject=subject, actor=actor.username, at=now)


def reserve_forms(journal: Journal, actor: Actor, *, service: str, count: int, area: str, now: datetime) -> list[str]:
    """Reserve numbers for blank forms; returns their codes in order. At most 50 at a time."""
    require(actor, "form.reserve")
    if not 1 <= count <= 50:
        raise Problem.of("invalid", {"count": "Antara 1 dan 50 lembar."})
    area = (actor.area or "") if actor.village_only else area
    with journal.transaction():
        today = office_date(now)
        definition = office.current_definition(journal.db, service, today)
        office.check_in_force(journal.db, service, today)
        forms = [(new_code(), number) for number in free_numbers(journal, definition, today, count)]
        journal.record(
            FormsReserved(service, area, forms), subject=f"forms/{forms[0][0]}", actor=actor.username, at=now
        )
    return [code for code, _ in forms]


def case_by_id(db: Database, case_id: int) -> CaseFile | None:
    """A case without asking who wants to see it: for rooms above, never for a page."""
    return CaseFile.first(db, CaseFile.id == case_id)


SEPARATOR = "; "
"""Between several reasons in one note; the return slip takes them apart again."""


def join_reasons(reasons: Sequence[str], note: str) -> str:
    """Ticked reasons and a typed one as the note of a move. A bare "Lainnya" says nothing and is left out."""
    own = " ".join(note.split())
    ticked = [one for one in reasons if one != "Lainnya"]
    return SEPARATOR.join([*ticked, own] if own else ticked)


def split_reasons(note: str) -> list[str]:
    return [one.strip() for one in note.split(SEPARATOR) if one.strip()]


def check_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    states: Mapping[str, tuple[str, str]],
    outcome: str,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    note: str = "",
    on: date | None = None,
    seen_step: str = "",
    place_number: str = "",
    reasons: Mapping[str, str] = NO_REASONS,
) -> CaseAdvanced | None:
    """Note the checklist and, when an outcome is given, end the step with it. Both or neither is written.

    `place_number` is the number of the folder into which the papers go, where the office numbers its folders;
    `reasons` explain what contradicts itself (finding → reason).
    """
    with journal.transaction():
        if seen_step:
            check_step_unchanged(journal, case_id, seen_step)
        check_items(journal, actor, case_id=case_id, states=states, now=now, seen=seen)
        case = get_case(journal.db, actor, case_id)
        notices = key_disagreements(case_definition(journal.db, case), form_values(case))
        record_explanations(journal, actor.username, case_id=case_id, notices=notices, reasons=reasons, now=now)
        if not outcome:
            return None
        return advance_case(
            journal,
            actor,
            case_id=case_id,
            outcome=outcome,
            now=now,
            on=on,
            note=note,
            seen_step=seen_step,
            place_number=place_number,
        )


def check_step_unchanged(journal: Journal, case_id: int, seen_step: str) -> None:
    """Raise Problem `state` when the case has left the step that the page showed."""
    from app.desk.moving import case_definition, state_label

    case = case_by_id(journal.db, case_id)
    if case is not None and case.step != seen_step:
        label = state_label(case_definition(journal.db, case), case.step)
        raise Problem.of("state", what=f"Berkas {case.number}", state=label)
