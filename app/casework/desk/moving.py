"""Move a case along its procedure: outcomes of steps, exits by hand, the promise's clock."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from app.casework.desk.checklist import missing_items, open_observations
from app.casework.desk.events import CaseAdvanced, StepTaken
from app.casework.desk.findings import key_disagreements, unexplained_findings
from app.casework.desk.limits import case_deadlines
from app.casework.desk.opening import get_case
from app.casework.desk.queries import case_form
from app.casework.desk.tables import CaseFile, CaseTaken
from app.core.asked import Offered, Text
from app.core.clock import office_date
from app.core.permissions import Actor, permission_problem
from app.core.problems import SENTENCES, Problem
from app.core.procedure import deadline, engine
from app.core.text import end_sentence, with_nya
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.people import queries as people
from app.room import hooks_of, office_command
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome, Step
from sync.journal import Journal

SEEN_STEP = Text("Langkah", name="step", most=60)
"""The step that a page showed: it may have ended in between."""


def case_definition(db: Database, case: CaseFile) -> Definition:
    return office.adopted_definition(db, case.service, case.revision)


def require_open_step(definition: Definition, case: CaseFile, seen_step: str = "") -> Step:
    """The step in which an open case waits. Raises Problem `state` for a closed one, and when the page showed another
    step (`seen_step`), so that two officers never answer the same question twice.
    """
    if case.closed or seen_step not in ("", case.step):
        raise state_problem(definition, case)
    return engine.step_named(definition, case.step)


def state_problem(definition: Definition, case: CaseFile) -> Problem:
    return Problem.of("state", what=f"Berkas {case.number}", state=state_label(definition, case.step))


def state_label(definition: Definition, step: str) -> str:
    return engine.state_named(definition, step).state_label


def partner_label(definition: Definition) -> str:
    """Who outside of the office moves a case by an answer in the exchange: the actor for whom the procedure waits."""
    step = next((known for known in definition.steps if known.waits_for == "partner"), None)
    if not step:
        return "Loket"
    return engine.actor_of(definition, step).label


def advance_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    outcome: str,
    now: datetime,
    on: date | None = None,
    note: str = "",
    place_number: str = "",
    special: str = "",
    seen_step: str = "",
    said_by: str = "",
) -> CaseAdvanced:
    """End the present step with an outcome of its definition (SP 4.1 to 4.7, as data).

    `special` names the page that performs the step; a step that has one is refused elsewhere. `said_by` is who said it
    by word of mouth, where the outcome asks for that. Raises Problem.
    """
    with journal.transaction():
        case = get_case(journal.db, actor, case_id)
        today = office_date(now)
        definition = case_definition(journal.db, case)
        require_open_step(definition, case, seen_step)
        body = plan_move(
            journal.db,
            case,
            outcome,
            on or today,
            today,
            actor=actor,
            note=note,
            place_number=place_number,
            special=special,
            now=now,
            definition=definition,
            said_by=said_by,
        )
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return body


def plan_move(
    db: Database,
    case: CaseFile,
    outcome_id: str,
    on: date,
    today: date,
    *,
    actor: Actor | None = None,
    note: str = "",
    place_number: str = "",
    special: str = "",
    now: datetime | None = None,
    definition: Definition | None = None,
    said_by: str = "",
    happened: datetime | None = None,
) -> CaseAdvanced:
    """The entry that a move would record, after all checks. Without `actor` (a partner's answer) no role is asked.

    `now` is asked by limits that are counted in minutes; without it they go by noon of the day. `happened`: when the
    partner had done what the office hears of now.
    """
    definition = definition or case_definition(db, case)
    step = require_open_step(definition, case)
    outcome = next((way for way in step.outcomes if way.id == outcome_id), None)
    if outcome is None or step.special not in ("", special):
        raise state_problem(definition, case)
    if outcome.when and not engine.all_hold(outcome.when, case_form(definition, case).facts):
        raise state_problem(definition, case)
    if actor is not None and outcome not in engine.outcomes_for(definition, step, actor):
        raise permission_problem(actor, "case.advance", section=engine.section_of(definition, step))
    if actor is not None and not outcome.by_word_of:
        check_not_taken(db, case, step, actor)
    check_outcome(db, definition, case, outcome, on, today, note)
    note = said_words(db, outcome, said_by) + note
    check_in_rooms(db, case, definition, outcome, actor, today)
    place = outcome.place or engine.state_named(definition, outcome.to).place
    if place == case.place:
        place_number = place_number or case.place_number
    if not outcome.by_word_of:
        said_by = ""
    body = CaseAdvanced(
        case.id,
        outcome.id,
        case.step,
        outcome.to,
        place,
        on.isoformat(),
        outcome.to.startswith("@"),
        note.strip()[:1000],
        place_number,
        said_by,
        **promise_change(db, definition, case, outcome, on),
    )
    return with_deadlines(db, definition, body, on, now, happened)


def case_holder(db: Database, case: CaseFile) -> CaseTaken | None:
    return CaseTaken.first(db, case_id=case.id, step=case.step)


def check_not_taken(db: Database, case: CaseFile, step: Step, actor: Actor) -> None:
    """Raise Problem where another person took the step."""
    holder = None
    if step.taken_by_one:
        holder = case_holder(db, case)
    if holder is not None and holder.person != actor.username:
        name = people.person_names(db).get(holder.person, holder.person)
        raise Problem.of(
            "conflict", why=f"{end_sentence(f'Langkah ini sudah diambil {name}')} Tekan Ambil alih dulu, lalu ulangi."
        )


def people_with_roles(db: Database, roles: Collection[str]) -> dict[str, str]:
    """User name → name of the people who hold one of these roles today."""
    profile = people.profile_of(db)
    held = {own for role in roles for own in profile.filled_by(role)}
    return {person.username: person.name for person in people.list_people(db, active=True) if held & set(person.roles)}


def able_people(db: Database, definition: Definition, step: Step) -> dict[str, str]:
    """User name → name of the people who may end a step."""
    own = (outcome for outcome in step.outcomes if not outcome.by_word_of)
    return people_with_roles(db, {role for choice in own for role in engine.roles_of(definition, step, choice)})


def taking_choices(
    db: Database, definition: Definition, case: CaseFile, step: Step
) -> tuple[CaseTaken | None, dict[str, str]]:
    """Who took the present step, and to whom it may be handed."""
    return case_holder(db, case), able_people(db, definition, step)


def said_words(db: Database, outcome: Outcome, said_by: str) -> str:
    """How the note of an outcome that was said by word of mouth begins. Raises Problem `invalid` for nobody."""
    if not outcome.by_word_of:
        return ""
    speakers = people_with_roles(db, outcome.by_word_of)
    if said_by not in speakers:
        raise Problem.of("invalid", {"said_by": "Pilih siapa yang menyampaikannya secara lisan."})
    return f"Disampaikan lisan oleh {speakers[said_by]}. "


@office_command("case.view")
def take_step(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    now: datetime,
    person: Annotated[str, Offered("Kepada")] = "",
    note: Annotated[str, Text("Keterangan", name="taken_note", most=300)] = "",
    seen_step: Annotated[str, SEEN_STEP] = "",
) -> None:
    """Take the present step of a case that several may do, from its holder too, or hand it on by word of mouth.

    It is handed to `person`; whoever hands it on or gives it up stands in the entry beside who does it now. The step
    says who may do it. Raises Problem.
    """
    db = journal.db
    case = get_case(journal.db, actor, case_id)
    definition = case_definition(db, case)
    step = require_open_step(definition, case, seen_step)
    if not step.taken_by_one or not engine.does_step(definition, step, actor):
        raise permission_problem(actor, "case.advance", section=engine.section_of(definition, step))
    if person and person not in able_people(db, definition, step):
        raise Problem.of("invalid", {"person": "Pilih petugas yang mengerjakan langkah ini."})
    if person:
        check_not_taken(db, case, step, actor)
    holder = case_holder(db, case)
    takes = person or actor.username
    if holder is not None and holder.person == takes:
        return
    handed_by = handed_over_by(actor, takes, holder)
    names = people.person_names(db)
    words = ""
    if handed_by:
        words = f"{names.get(takes, takes)}, diserahkan lisan oleh {names[handed_by]}"
    text = ". ".join(filter(None, (words, note)))
    body = StepTaken(case_id, case.step, takes, office_date(now).isoformat(), handed_by, text)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


def handed_over_by(actor: Actor, takes: str, holder: CaseTaken | None) -> str:
    """Who gives up a step: whoever hands it on, or the holder from whom it is taken; empty where nobody had it."""
    if takes != actor.username:
        return actor.username
    return holder.person if holder else ""


def with_deadlines(
    db: Database,
    definition: Definition,
    body: CaseAdvanced,
    on: date,
    now: datetime | None,
    happened: datetime | None = None,
) -> CaseAdvanced:
    """The entry of a move with the limits that it begins and ends."""
    deadlines = case_deadlines(db, definition, body, on, now, happened)
    return msgspec.structs.replace(body, deadlines=deadlines)


def check_outcome(
    db: Database, definition: Definition, case: CaseFile, outcome: Outcome, on: date, today: date, note: str
) -> None:
    if outcome.needs_reason and not note.strip():
        who = engine.applicant_word(definition, "pemohon")
        why = f"Tulis alasannya, supaya {who} tahu apa yang harus dilakukan."
        if outcome.asks:
            why = f"{outcome.asks} belum diisi."
        raise Problem.of("invalid", {"note": why})
    if outcome.needs_complete:
        if lacking := missing_items(db, definition, case):
            raise Problem.of("incomplete", items=", ".join(lacking))
        if open_items := open_observations(db, definition, case):
            raise Problem.of("invalid", open_items)
        if unexplained := unexplained_findings(db, case.id, key_disagreements(definition, form_values(case))):
            raise Problem.of("invalid", {key: f"{text} Tulis alasannya." for key, text in unexplained.items()})
    if on > today:
        raise Problem.of("invalid", {"on": SENTENCES["not_in_future"]})
    # Today is always right: a file with a later day was received under a clock that ran ahead, and must go on.
    if on < min(today, date.fromisoformat(case.received_on)):
        raise Problem.of("invalid", {"on": "Tanggal tidak boleh sebelum berkas diterima."})
    if on < today and not note.strip():
        raise Problem.of("invalid", {"note": "Tanggal mundur perlu alasan."})


def check_in_rooms(
    db: Database,
    case: CaseFile,
    definition: Definition,
    outcome: Outcome | Exit,
    actor: Actor | None,
    today: date,
) -> None:
    """What rooms above the desk know of a case may forbid its outcome. Raises Problem."""
    for hooks in hooks_of(db).of_case(definition):
        if hooks.check is not None:
            hooks.check(db, case, definition, outcome, actor, today)


def why_not(
    db: Database, case: CaseFile, definition: Definition, outcome: Outcome | Exit, actor: Actor, today: date
) -> str:
    """What stands against an outcome or exit before anything is written into its form; empty where nothing does."""
    try:
        if isinstance(outcome, Outcome) and not outcome.by_word_of:
            check_not_taken(db, case, require_open_step(definition, case), actor)
        check_in_rooms(db, case, definition, outcome, actor, today)
    except Problem as problem:
        if problem.fields:
            return ""
        return problem.sentence
    return ""


def promise_change(db: Database, definition: Definition, case: CaseFile, outcome: Outcome, on: date) -> dict[str, Any]:
    """What an outcome does to the promise, as fields of the entry."""
    late = settings.get_setting(db, "promise.kept_when") == "handed_over"
    mark = engine.promise_mark(definition, case.step, outcome.id, alternative=late)
    if mark == "starts" and not case.completed_on:
        counted = engine.promise_start(definition, form_values(case), on)
        calendar = office.office_calendar(db)
        due = deadline.due_date(definition, calendar, counted)
        if due:
            off = calendar.off_days(counted, due)
        else:
            off = []
        return {"promise": "start", "completed_on": counted.isoformat(), "due_on": str(due), "off": off}
    if mark == "keeps" and not case.kept_on:
        return {"promise": "keep"}
    if mark == "reopens" and case.kept_on:
        return {"promise": "reopen"}
    return {}


def form_values(case: CaseFile) -> dict[str, str]:
    return msgspec.json.decode(case.fields, type=dict[str, str])


def check_not_away(definition: Definition, case: CaseFile, step: Step) -> None:
    """Raise Problem while somebody outside of the office works with what was sent: nobody shares a pen."""
    if step.waits_for == "partner":
        advised = definition.partner is not None and definition.partner.advises
        if advised:
            awaited = "pendapatnya"
        else:
            awaited = f"jawaban dan {with_nya(engine.product_word(definition))}"
        raise Problem.of(
            "conflict",
            why=f"Berkas {case.number} sedang di {partner_label(definition)}, dengan data yang "
            f"sudah dikirim. Minta barisnya kembali di halaman pengirimannya, atau tunggu {awaited}; "
            "sesudah itu data dapat diperbaiki dan berkas dapat ditutup.",
        )


@office_command("case.close")
def leave_case(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    exit_id: Annotated[str, Offered("Mengapa ditutup", "Pilih alasan penutupan.", "exit")],
    reason: Annotated[str, Text("Alasan dan bukti", SENTENCES["reason"], "note")],
    now: datetime,
    seen_step: Annotated[str, SEEN_STEP] = "",
) -> CaseAdvanced:
    """Withdrawal, refusal, death or move: an exit by hand, with its reason (by the Kasi, as the definition says)."""
    return take_exit(journal, actor, case_id=case_id, exit_id=exit_id, reason=reason, now=now, seen_step=seen_step)


def take_exit(
    journal: Journal, actor: Actor, *, case_id: int, exit_id: str, reason: str, now: datetime, seen_step: str = ""
) -> CaseAdvanced:
    """As :func:`leave_case`, for a room whose command ends its case; the definition says who may. One transaction of
    the caller."""
    db = journal.db
    today = office_date(now)
    case = get_case(db, actor, case_id)
    definition = case_definition(db, case)
    step = require_open_step(definition, case, seen_step)
    check_not_away(definition, case, step)
    exit_ = next((known for known in definition.exits if known.id == exit_id and known.by_hand), None)
    if exit_ is None or (exit_.from_steps and case.step not in exit_.from_steps):
        raise state_problem(definition, case)
    if exit_ not in engine.exits_for(definition, step, actor):
        raise permission_problem(actor, "case.advance", section=engine.section_of(definition, step))
    check_in_rooms(db, case, definition, exit_, actor, today)
    way = (case.id, exit_id, case.step, f"@{exit_id}", exit_.place, today.isoformat())
    body = with_deadlines(db, definition, CaseAdvanced(*way, True, reason), today, now)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    return body
