"""Letters of a case: facts for their texts, where one must stand before a step ends, and the step that ends with it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from app.casework.desk.moving import advance_case, case_definition
from app.casework.desk.queries import case_form
from app.casework.desk.story import spoken_name
from app.casework.desk.tables import CaseFile
from app.casework.letters.tables import Disposition, IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import given_initials, roles_in
from app.core.clock import office_date
from app.core.dates import plain_date, stored_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office import settings
from app.room import hooks_of
from schema.database import Database, cached_until_next_entry
from schema.profiles import Profile
from schema.service_fields import DETAILS, Letter
from schema.service_procedure import Definition, Outcome, Step
from sync.journal import Journal

LetterRow = IncomingLetter | OutgoingLetter
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
OPEN_GAP = "[belum ada:"
"""How a text begins where a fact is not known yet; such a text goes to nobody."""
ANNEX = re.compile(r"^LAMPIRAN: (.+)$", re.MULTILINE)
"""The line of a text at which an annex begins, with its title."""
WANTED = {
    "registered": "diagendakan",
    "disposed": "didisposisi oleh yang mengerjakan langkah ini",
    "drafted": "dikonsep",
    "initialled": "diparaf oleh yang mengerjakan langkah ini",
    "returned": "dikembalikan kepada pengonsepnya",
    "signed": "ditandatangani",
    "numbered": "bernomor",
    "sent": "dikirim",
}
SIGNED = ("signed", "numbered", "sent")
STATES = {"returned": ("returned",), "signed": SIGNED, "numbered": SIGNED[1:], "sent": SIGNED[2:]}


def letter_named(definition: Definition, letter_id: str) -> Letter | None:
    return next((letter for letter in definition.letters if letter.id == letter_id), None)


def letter_code(profile: Profile, definition: Definition, letter: Letter) -> str:
    """The classification code of a letter: its own, else that of its service, as this kind of office writes it."""
    code = letter.classification or definition.classification
    return profile.letter_codes.get(code, code)


@cached_until_next_entry
def has_letters(db: Database) -> bool:
    """Whether any case of this office has a letter: the page of every case asks."""
    of_case = "SELECT 1 FROM {} WHERE case_id IS NOT NULL"
    return bool(db.one(f"{of_case.format('incoming_letter')} UNION ALL {of_case.format('outgoing_letter')} LIMIT 1"))


def letters_of_case(db: Database, case_id: int) -> list[LetterRow]:
    """Letters of a case in their order, those that came first; drafts that were given up are left out."""
    if not has_letters(db):
        return []
    came = IncomingLetter.rows(db, case_id=case_id, order="id")
    return [*came, *OutgoingLetter.rows(db, OutgoingLetter.state != "cancelled", case_id=case_id, order="id")]


def letter_of_case(db: Database, case_id: int, letter_id: str) -> LetterRow | None:
    return next((letter for letter in letters_of_case(db, case_id) if letter.letter == letter_id), None)


def drafting_steps(definition: Definition, letter_id: str) -> list[Step]:
    """The steps that work on a letter; whoever performs the first of them drafts it, in any of them."""
    return [step for step in definition.steps if step.letter == letter_id]


def can_draft(definition: Definition, case: CaseFile, actor: Actor, letter_id: str) -> bool:
    """Whether somebody may begin a letter of a case now: anybody where its drafters have no right to in this office."""
    steps = drafting_steps(definition, letter_id)
    profile = actor.profile
    if steps:
        roles = engine.ending_roles(definition, steps[0])
    else:
        roles = frozenset[str]()
    able = profile.rights["letter.draft"] & {own for role in roles for own in profile.filled_by(role)}
    mine = actor.duties_in(engine.section_of(definition)) & roles
    return bool(mine or not able) and case.step in [step.id for step in steps]


# -- where a letter stands -------------------------------------------------------------------------------------


def check_letter(
    db: Database, case: CaseFile, definition: Definition, outcome: Any, _actor: Actor | None, _today: date
) -> None:
    """An outcome that asks for the letter of its step waits for it. Raises Problem `conflict`."""
    wanted = ""
    if isinstance(outcome, Outcome):
        wanted = outcome.needs_letter
    if not wanted:
        return
    step = engine.step_named(definition, case.step)
    letter = letter_named(definition, step.letter)
    row = letter_of_case(db, case.id, step.letter)
    if letter is not None and not (row and stands(db, definition, case, outcome, row)):
        why = f"{letter.label} belum {WANTED[wanted]}. Kerjakan dulu suratnya, di lembar Surat pada berkas ini."
        raise Problem.of("conflict", why=why)


def stands(db: Database, definition: Definition, case: CaseFile, outcome: Outcome, row: LetterRow) -> bool:
    """Whether a letter stands where an outcome of the present step asks."""
    wanted = outcome.needs_letter
    roles = engine.roles_of(definition, engine.step_named(definition, case.step), outcome)
    if isinstance(row, IncomingLetter):
        if wanted == "disposed":
            given = Disposition.rows(db, letter_id=row.id)
        else:
            given = []
        return wanted == "registered" or any(roles & set(roles_in(letter.roles)) for letter in given)
    if wanted == "initialled":
        asked = [role for role in roles_in(row.initials) if role in roles] or roles_in(row.initials)
        return row.state in SIGNED or set(asked) <= {role for role, _, _ in given_initials(row)}
    return wanted == "drafted" or row.state in STATES[wanted]


def end_step(
    journal: Journal,
    actor: Actor,
    table: type[LetterRow],
    letter_id: int,
    now: datetime,
    *,
    pin: bool = False,
    note: str = "",
) -> None:
    """End the step of a case that waited for what was just done to its letter, where this person may end it so.

    Only a step with one such outcome ends by itself; one that asks a checklist, or a PIN or reason that was not just
    given, is ended on the page of the case, and so is one that another room holds back.
    """
    row = table.first(journal.db, id=letter_id)
    case = None
    if row and row.case_id and row.letter:
        case = CaseFile.first(journal.db, id=row.case_id)
    if row is None or case is None or case.closed:
        return
    definition = case_definition(journal.db, case)
    step = engine.step_named(definition, case.step)
    able = []
    if step.letter == row.letter and not step.special:
        able = [outcome for outcome in step.outcomes if outcome.needs_letter]
    ways = [outcome for outcome in able if stands(journal.db, definition, case, outcome, row)]
    if (
        len(ways) != 1
        or ways[0].needs_complete
        or (ways[0].needs_pin and not pin)
        or (ways[0].needs_reason and not note)
    ):
        return
    with suppress(Problem):
        advance_case(journal, actor, case_id=case.id, outcome=ways[0].id, note=note, now=now, seen_step=step.id)


# -- texts -----------------------------------------------------------------------------------------------------


def letter_facts(db: Database, case: CaseFile, definition: Definition, now: datetime) -> dict[str, str]:
    """Everything that the letters of a case may say: its form in words, the office, the letter that asked for it, and
    what the rooms know of it."""
    facts = {
        "office": str(settings.get_setting(db, "office.name")),
        "place": str(settings.get_setting(db, "office.place")),
        "today": plain_date(office_date(now)),
        "case_number": case.number,
        "applicant": spoken_name(case.name),
        "kind": engine.kind_named(definition, case.kind).label,
        **form_words(db, definition, case),
    }
    asked = IncomingLetter.first(db, case_id=case.id, order="id")
    if asked is not None:
        facts |= {
            "request_number": asked.letter_number,
            "request_date": plain_date(date.fromisoformat(asked.letter_date)),
            "request_sender": asked.sender,
            "request_subject": asked.subject,
        }
    for hooks in hooks_of(db).of_case(definition):
        if hooks.letter_facts is not None:
            facts |= hooks.letter_facts(db, case, definition, now)
    return facts


def form_words(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """The form of a case as a letter says it: dates in words, choices by their labels."""
    form = case_form(definition, case)
    areas = office.area_names(db)
    words = {name: str(value) for name, value in form.facts.items()}
    for field in definition.fields:
        value = form.values.get(field.id, "")
        if field.role == "name" and value:
            words[field.id] = spoken_name(value)
        elif field.type == "date" and (day := stored_date(value)):
            words[field.id] = plain_date(day)
        elif field.type == "choice":
            labels = {choice.value: choice.label for choice in engine.choices_of(definition, field)}
            words[field.id] = labels.get(value, value)
        elif field.type == "village":
            words[field.id] = areas.get(value, value)
    return words


def letter_texts(letter: Letter, facts: Mapping[str, str]) -> dict[str, str]:
    """Subject, address, text and annex of a letter with the facts of a case, and its list where the text has it."""
    rows = [f"{row.label}: | {fill_text(row.text, facts).replace('|', '/')}" for row in letter.details]
    known = {**facts, DETAILS: "\n".join(rows)}
    return {key: fill_text(getattr(letter, key), known) for key in ("subject", "addressed_to", "text", "attachment")}


def fill_text(text: str, facts: Mapping[str, str]) -> str:
    """A text of the procedure with its facts; what is not known yet is named in a gap."""
    return PLACEHOLDER.sub(lambda match: facts.get(match[1]) or f"{OPEN_GAP} {match[1]}]", text)
