"""Further commands of the desk: checklist, correction, notes, place, pauses, papers, reserved forms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from app.casework.desk.checklist import WRONG, case_requirements, item_fault, observation_fault
from app.casework.desk.events import (
    CaseAdvanced,
    CaseCorrected,
    CaseNoted,
    CasePaused,
    CasePlaced,
    CaseResumed,
    FormsReserved,
    Item,
    ItemsChecked,
)
from app.casework.desk.findings import (
    NO_RULES,
    ServiceRules,
    case_explanations,
    findings_to_explain,
    record_explanations,
)
from app.casework.desk.form import project_form, read_form
from app.casework.desk.limits import case_pauses, open_pause, paused_deadlines, resumed_deadlines, to_pauses
from app.casework.desk.moving import advance_case, case_definition, check_not_away, form_values, require_open_step
from app.casework.desk.opening import (
    NO_REASONS,
    check_findings,
    check_form,
    check_in_force,
    check_may_register,
    free_numbers,
    get_case,
    unused_codes,
)
from app.casework.desk.print_events import PaperJudged, PaperPrinted
from app.casework.desk.queries import case_form
from app.casework.desk.tables import CaseFile, PaperContent, PaperPrint
from app.core.asked import Amount, Choice, Offered, Text
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.core.procedure import deadline, engine
from app.platform.office import queries as office
from app.platform.office import settings
from app.room import office_command
from schema.database import Database
from schema.service_procedure import Definition, PauseReason
from sync.journal import Journal

NOTE_ACTIONS = {
    "note": "Catatan",
    "visit": "Datang sendiri",
    "call": "Menelepon",
    "message": "Mengirim pesan",
}
PLACE = "Pilih tempat dari daftar."
LONGEST_NUMBER = 30
"""Characters of the number of a folder or another place."""


def open_case_of(db: Database, actor: Actor, case_id: int, permission: str) -> tuple[CaseFile, Definition]:
    """A case that still runs, with its definition. Raises Problem as :func:`get_case`, and `state`."""
    case = get_case(db, actor, case_id, permission)
    definition = case_definition(db, case)
    require_open_step(definition, case)
    return case, definition


@office_command("case.check")
def check_items(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    states: Mapping[str, tuple[str, str]],
    now: datetime,
    seen: Mapping[str, str] = NO_REASONS,
    chosen: Mapping[str, str] = NO_REASONS,
) -> None:
    """Note the checklist: item → (present | missing | wrong | not_needed, note), item → what was seen of it, and
    item → which of its alternatives was brought.

    "Not needed" wants a note; "wrong" is for items that the definition has looked at. An empty state was not looked at
    yet: what is known of that item stays as it is.
    """
    case, definition = open_case_of(journal.db, actor, case_id, "case.check")
    items = []
    wrong = {}
    form = case_form(definition, case)
    for need in case_requirements(definition, case, form):
        state, note = states.get(need.id, ("missing", ""))
        if not state:
            continue
        look = ""
        if state in ("present", WRONG):
            look = seen.get(need.id, "")
        brought = ""
        if need.one_of and state in ("present", WRONG):
            brought = chosen.get(need.id, "")
        fault = item_fault(need, state, note, brought) or observation_fault(need, form.facts, state, note, look)
        if fault:
            wrong[need.id] = fault
        items.append(Item(need.id, state, need.rule, note.strip(), look, brought))
    check_nothing_wrong(wrong)
    body = ItemsChecked(case_id, items, office_date(now).isoformat())
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def check_seen_oneself(
    definition: Definition, case: CaseFile, outcome: str, states: Mapping[str, tuple[str, str]]
) -> None:
    """Raise Problem `invalid` when a file is found in order by somebody who left a paper to another's word."""
    chosen = next((way for way in engine.step_named(definition, case.step).outcomes if way.id == outcome), None)
    unseen = [item for item, (state, _) in states.items() if not state]
    if chosen is not None and not chosen.needs_reason and unseen:
        raise Problem.of("invalid", dict.fromkeys(unseen, "Lihat sendiri kertasnya, lalu pilih ada atau belum ada."))


def check_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    states: Mapping[str, tuple[str, str]],
    outcome: str,
    now: datetime,
    seen: Mapping[str, str] = NO_REASONS,
    chosen: Mapping[str, str] = NO_REASONS,
    note: str = "",
    on: date | None = None,
    seen_step: str = "",
    place_number: str = "",
    reasons: Mapping[str, str] = NO_REASONS,
    rules: ServiceRules = NO_RULES,
) -> CaseAdvanced | None:
    """Note the checklist and, when an outcome is given, end the step with it. Both or neither is written.

    `place_number` is the number of the folder into which the papers go, where the office numbers its folders;
    `reasons` explain what contradicts itself (finding → reason).
    """
    with journal.transaction():
        case = get_case(journal.db, actor, case_id)
        definition = case_definition(journal.db, case)
        require_open_step(definition, case, seen_step)
        check_seen_oneself(definition, case, outcome, states)
        check_items(journal, actor, case_id=case_id, states=states, now=now, seen=seen, chosen=chosen)
        notices = findings_to_explain(journal.db, definition, rules, case)
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
            place_number=place_number,
        )


@office_command("case.correct")
def correct_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    raw: Mapping[str, str],
    reason: Annotated[str, Text("Alasan perbaikan", SENTENCES["reason"])],
    now: datetime,
    rules: ServiceRules = NO_RULES,
    heeded: Iterable[str] = (),
    reasons: Mapping[str, str] = NO_REASONS,
) -> list[str]:
    """The Kasi corrects the form of a case, with a reason; returns the ids of the changed fields.

    `reasons` explain what contradicts itself (finding → reason); what was explained before stays so.
    """
    db = journal.db
    today = office_date(now)
    case, definition = open_case_of(db, actor, case_id, "case.correct")
    form = check_form(read_form(definition, raw, today, office.village_names(db)))
    before = form_values(case)
    known = {finding: row.reason for finding, row in case_explanations(db, case.id).items()}
    decided = check_findings(db, definition, form, rules, today, heeded, {**known, **reasons}, case.id)
    changed = sorted(key for key in before.keys() | form.values.keys() if before.get(key) != form.values.get(key))
    if not changed:
        return []
    if set(changed) - set(engine.fields_of_office(definition)):
        check_not_away(definition, case, engine.step_named(definition, case.step))
    kind = engine.chosen_kind(definition, form.values, case.kind)
    subject = msgspec.structs.asdict(project_form(definition, form, kind))
    body = CaseCorrected(case_id=case.id, changed=changed, reason=reason, **subject)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    record_explanations(journal, actor.username, case_id=case.id, notices=decided, reasons=reasons, now=now)
    return changed


@office_command("case.check")
def explain_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    reasons: Mapping[str, str],
    now: datetime,
    rules: ServiceRules = NO_RULES,
) -> None:
    """Say why a case stands as it is though it contradicts itself (finding → reason). Raises Problem `invalid`."""
    case, definition = open_case_of(journal.db, actor, case_id, "case.check")
    notices = findings_to_explain(journal.db, definition, rules, case)
    if not any(reasons.get(notice.id, "").strip() for notice in notices):
        raise Problem.of("invalid", {unanswered.id: SENTENCES["reason"] for unanswered in notices[:1]})
    record_explanations(journal, actor.username, case_id=case_id, notices=notices, reasons=reasons, now=now)


@office_command("case.note")
def note_on_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    action: Annotated[str, Choice("Apa", SENTENCES["choose_from_list"], choices=NOTE_ACTIONS)],
    text: Annotated[str, Text("Isinya", "Tulis isinya.")],
    now: datetime,
) -> None:
    """Write that somebody came, called or was told something. Raises Problem as :func:`get_case`."""
    get_case(journal.db, actor, case_id)
    body = CaseNoted(case_id, action, text, office_date(now).isoformat())
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("case.place")
def place_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    place: Annotated[str, Offered("Tempat", PLACE)],
    number: Annotated[str, Text("Nomor", most=LONGEST_NUMBER)],
    now: datetime,
) -> None:
    """Write where the papers of a case lie now. Raises Problem as :func:`get_case`."""
    case = get_case(journal.db, actor, case_id, "case.place")
    if place not in {known.id for known in case_definition(journal.db, case).places}:
        raise Problem.of("invalid", {"place": PLACE})
    journal.record(CasePlaced(case_id, place, number), subject=f"case/{case_id}", actor=actor.username, at=now)


# -- pauses ----------------------------------------------------------------------------------------------------

NOTHING_RUNS = "Janji berkas ini sedang tidak berjalan, jadi tidak bisa dijeda."
NONE_LISTED = "Belum ada alasan jeda yang diizinkan di kantor ini. Alasan jeda diizinkan di Pengaturan."


def listed_pauses(db: Database, definition: Definition) -> tuple[PauseReason, ...]:
    """The reasons that the definition or the office has switched on."""
    return deadline.pause_reasons(definition, settings.get_setting(db, "pauses.enabled"))


def possible_pauses(db: Database, definition: Definition, case: CaseFile, now: datetime) -> list[PauseReason]:
    """Those of the listed reasons that would now stop the promise of a case or a limit beside it."""
    if case.closed or open_pause(db, case.id):
        return []
    promised = case.due_on and not case.kept_on

    def stops_something(reason: PauseReason) -> bool:
        return bool(promised or paused_deadlines(db, definition, case.id, reason.id, now))

    return list(filter(stops_something, listed_pauses(db, definition)))


@office_command("case.pause")
def pause_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    reason: Annotated[str, Offered("Alasan", SENTENCES["choose_from_list"])],
    text: Annotated[str, Text("Keterangan", most=300)],
    now: datetime,
) -> None:
    """Stop the clock for a reason of the definition that the office has switched on. Raises Problem."""
    db = journal.db
    case, definition = open_case_of(db, actor, case_id, "case.pause")
    if reason not in {listed.id for listed in listed_pauses(db, definition)}:
        raise Problem.of("invalid", {"reason": "Alasan jeda ini tidak diizinkan di kantor ini."})
    stopped = paused_deadlines(db, definition, case_id, reason, now)
    if not (stopped or (case.due_on and not case.kept_on)) or open_pause(db, case_id):
        raise Problem.of("conflict", why=NOTHING_RUNS)
    since = office_date(now).isoformat()
    body = CasePaused(case_id, journal.next_id("case_pause"), reason, text, since, stopped)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("case.pause")
def resume_case(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> date | None:
    """Let the clocks run again; returns the promised date moved by the paused days, where there is one.

    Under a clock that fell back behind the pause it ends on the day on which it began.
    """
    db = journal.db
    case = get_case(db, actor, case_id, "case.pause")
    running = open_pause(db, case_id)
    if running is None:
        raise Problem.of("conflict", why="Berkas ini tidak sedang dijeda.")
    today = max(date.fromisoformat(running.from_on), office_date(now))
    definition = case_definition(db, case)
    due = None
    off = list[tuple[str, str]]()
    if case.completed_on:
        calendar = office.office_calendar(db)
        since = date.fromisoformat(case.completed_on)
        due = deadline.due_date(definition, calendar, since, to_pauses(case_pauses(db, case_id), today))
        if due is None:
            raise Problem.of("conflict", why="Tanggal janji belum bisa dihitung karena masih ada jeda lain.")
        off = calendar.off_days(since, due)
    again = resumed_deadlines(db, definition, case_id, now)
    due_on = ""
    if due:
        due_on = due.isoformat()
    body = CaseResumed(case_id, running.id, today.isoformat(), due_on, off, again)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return due


# -- papers ----------------------------------------------------------------------------------------------------


def record_print(journal: Journal, actor: Actor, *, subject: str, paper: str, now: datetime, content: str = "") -> int:
    """Write down that a paper is printed; returns which print of this content it is (2 and more say SALINAN). The kiosk
    is SYSTEM."""
    if actor is not SYSTEM:
        require(actor, "paper.print")
    with journal.transaction():
        copy = next_copy_number(journal.db, subject, paper, content)
        body = PaperPrinted(subject, paper, copy, content)
        journal.record(body, subject=subject, actor=actor.username, at=now)
    return copy


def next_copy_number(db: Database, subject: str, paper: str, content: str) -> int:
    """Which print of this content (`papers.content_digest`) the next one is.

    One that came out wrong does not count: the next is an original again. A print from before contents were kept counts
    for whatever the next one says.
    """
    row = PaperContent.first(db, subject=subject, paper=paper, content=content) or find_print(db, subject, paper)
    if row is None or (isinstance(row, PaperPrint) and row.content):
        return 1
    return int(row.copies) + (row.came_out != 0)


def find_print(db: Database, subject: str, paper: str) -> PaperPrint | None:
    return PaperPrint.first(db, subject=subject, paper=paper)


def paper_prints(db: Database, subject: str) -> list[PaperPrint]:
    return PaperPrint.rows(db, subject=subject, order="last_at DESC")


@office_command("paper.print")
def judge_print(journal: Journal, actor: Actor, *, subject: str, paper: str, came_out: bool, now: datetime) -> None:
    if find_print(journal.db, subject, paper) is None:
        raise Problem.of("not_found", what="Cetakan itu")
    journal.record(PaperJudged(subject, paper, came_out), subject=subject, actor=actor.username, at=now)


def village_choices(db: Database, _today: date) -> Mapping[str, str]:
    return office.village_names(db)


@office_command("form.reserve")
def reserve_forms(
    journal: Journal,
    actor: Actor,
    *,
    service: Annotated[str, Offered("Layanan", name="layanan")],
    area: Annotated[str, Choice("Untuk", choices=village_choices)],
    count: Annotated[int, Amount("Berapa lembar", least=1, most=50, outside="Antara 1 dan 50 lembar.")],
    now: datetime,
) -> list[str]:
    """Reserve numbers for blank forms; returns their codes in order. Raises Problem."""
    if actor.village_only:
        area = actor.area or ""
    today = office_date(now)
    definition = office.current_definition(journal.db, service, today)
    check_in_force(journal.db, service, today)
    check_may_register(journal.db, definition, actor)
    numbers = free_numbers(journal.db, definition, today, count)
    forms = list(zip(unused_codes(journal.db, count), numbers, strict=True))
    journal.record(FormsReserved(service, area, forms), subject=f"forms/{forms[0][0]}", actor=actor.username, at=now)
    return [code for code, _ in forms]


def case_by_id(db: Database, case_id: int) -> CaseFile | None:
    """A case without asking who wants to see it: for rooms above, never for a page."""
    return CaseFile.first(db, id=case_id)


SEPARATOR = "; "
"""Between several reasons in one note; the return slip takes them apart again."""


def join_reasons(reasons: Sequence[str], note: str) -> str:
    """Ticked reasons and a typed one as the note of a move. A bare "Lainnya" says nothing and is left out."""
    parts = [reason for reason in reasons if reason != "Lainnya"] + [" ".join(note.split())]
    return SEPARATOR.join(filter(None, parts))


def split_reasons(note: str) -> list[str]:
    return [part.strip() for part in note.split(SEPARATOR) if part.strip()]
