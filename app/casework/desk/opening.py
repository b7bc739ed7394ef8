"""Open a case: read the form, heed what the service's rules find, number it, write it down."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from app.casework.desk.checklist import is_alternative
from app.casework.desk.events import CaseAdvanced, CaseOpened, Item
from app.casework.desk.findings import NO_RULES, Notice, ServiceRules, find_notices, record_explanations
from app.casework.desk.form import Form, project_form, read_form
from app.casework.desk.limits import opening_deadlines
from app.casework.desk.tables import CaseFile, Draft, ReservedForm
from app.core.clock import office_date
from app.core.codes import new_codes
from app.core.dates import plain_date
from app.core.permissions import Actor, may, permission_problem, refusal_naming, require
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office.events import Number
from app.platform.office.numbers import case_series, next_case_number
from schema.database import Database, first_column, first_value
from schema.service_procedure import Definition, Kind, Requirement
from sync.journal import Journal

NO_REASONS: Mapping[str, str] = MappingProxyType({})


class Opened(msgspec.Struct, frozen=True):
    id: int
    number: str
    code: str


class Application(msgspec.Struct, frozen=True):
    """What somebody applies for and brings. `raw` are the typed fields, `ticked` the items brought (item → note),
    `chosen` which of several papers (item → its value).

    `heeded` are the decided findings, `reasons` explain those that contradict each other (finding → reason). Received
    before today it needs `late_reason` (paper written in a power cut). `form_code`: the reserved form on which it was
    written; `draft_id`: the draft from which it was typed.
    """

    service: str
    raw: Mapping[str, str]
    ticked: Mapping[str, str]
    chosen: Mapping[str, str] = NO_REASONS
    heeded: Collection[str] = ()
    reasons: Mapping[str, str] = NO_REASONS
    received_on: date | None = None
    late_reason: str = ""
    form_code: str = ""
    draft_id: int | None = None

    def item(self, need: Requirement) -> Item:
        """What the checklist says of a requirement on the first day."""
        choice = self.chosen.get(need.id, "")
        if need.id not in self.ticked or (need.one_of and not is_alternative(need, choice)):
            return Item(need.id, "missing", need.rule)
        note = self.ticked[need.id].strip()[:300]
        if not need.one_of:
            choice = ""
        return Item(need.id, "present", need.rule, note, chosen=choice)


class Undecided(Problem):
    def __init__(self, notices: list[Notice]) -> None:
        super().__init__("undecided", 409, "Ada yang perlu Anda putuskan dulu sebelum berkas didaftarkan.")
        self.notices = notices


def check_in_force(db: Database, service: str, on: date) -> None:
    """Raise Problem `standard_later` when every revision takes effect after this day: a number of a wrong year would
    stand on the receipt."""
    first = first_value(db, "SELECT min(effective_on) FROM standard WHERE service = ?", (service,))
    if first and first > on.isoformat():
        raise Problem.of("standard_later", first=plain_date(date.fromisoformat(first)), on=plain_date(on))


def check_form(form: Form) -> Form:
    """The form itself. Raises Problem `invalid` with what is wrong in it."""
    if form.errors:
        raise Problem.of("invalid", form.errors)
    return form


def check_findings(
    db: Database,
    definition: Definition,
    form: Form,
    rules: ServiceRules,
    today: date,
    heeded: Iterable[str],
    reasons: Mapping[str, str],
    own_case: int | None = None,
) -> list[Notice]:
    """The findings that were decided or explained. Raises Problem for a refusal, Undecided for open questions."""
    review = find_notices(db, definition, rules, form, today, own_case)
    if (refused := review.refused) is not None:
        raise Problem("refused", 409, refused.sentence, {refused.field or "form": refused.sentence})
    if undecided := review.undecided(set(heeded), reasons):
        raise Undecided(undecided)
    return [notice for notice in review.notices if notice.level in ("ask", "explain")]


def open_case(
    journal: Journal,
    actor: Actor,
    application: Application,
    *,
    now: datetime,
    rules: ServiceRules = NO_RULES,
    permission: str = "case.open",
) -> Opened:
    """Register an application (SP 4.3). Number, slip code, checklist and the first step are written in one entry.

    Raises Problem or Undecided; nothing is lost, because the draft stays until the case stands. The same draft twice
    opens one case. `permission` is empty for a room that asked for its own.
    """
    if permission:
        require(actor, permission)
    today = office_date(now)
    reasons = application.reasons
    with journal.transaction():
        definition = office.current_definition(journal.db, application.service, today)
        villages = office.village_names(journal.db)
        if permission:
            require(actor, permission, engine.section_of(definition))
        if permission and definition.registration is not None:
            check_may_register(journal.db, definition, actor)
        draft = None
        if application.draft_id is not None:
            draft = Draft.first(journal.db, id=application.draft_id)
        if draft is not None and draft.case_id is not None and (already := opened_from(journal.db, draft.case_id)):
            return already
        check_in_force(journal.db, application.service, today)
        form = check_application(definition, actor, application.raw, today, villages)
        decided = check_findings(journal.db, definition, form, rules, today, application.heeded, reasons)
        received = check_received_day(application, today)
        check_ticks(definition, application)
        asked = [notice.id for notice in decided if notice.level == "ask"]
        body = opening_body(journal, actor, definition, form, application, received, asked, today)
        if draft is not None and draft.brought:
            body = with_origin(body, draft)
        entries = opening_entries(journal.db, definition, actor, body, received, now)
        journal.record_many([(entry, f"case/{body.id}") for entry in entries], actor=actor.username, at=now)
        record_explanations(journal, actor.username, case_id=body.id, notices=decided, reasons=reasons, now=now)
        if draft is not None:
            Draft.alter(journal.db, {"id": draft.id}, case_id=body.id, fields="{}", original="")
    return Opened(body.id, body.number.text, body.code)


def opened_from(db: Database, case_id: int) -> Opened | None:
    """The case that a draft already became: the second of two clicks gets the same answer as the first."""
    row = db.one("SELECT id, number, code FROM case_file WHERE id = ?", (case_id,))
    return Opened(*row) if row else None


def with_origin(body: CaseOpened, draft: Draft) -> CaseOpened:
    """The entry of a new case, with what it says of the draft that a village brought."""
    brought = {"brought": f"{draft.area}/{draft.brought}", "original": draft.original}
    return replace(body, origin="village", original_key=draft.original_key, **brought)


def check_application(
    definition: Definition, actor: Actor, raw: Mapping[str, str], today: date, villages: Collection[str]
) -> Form:
    """The form; a village clerk may not open every kind, and the own village stands in it."""
    if not actor.village_only:
        return check_form(read_form(definition, raw, today, villages))
    field = engine.kind_field(definition)
    chosen = raw.get(field, "").strip()
    kind = next((known for known in definition.kinds if known.id == chosen), None)
    if kind is not None and kind not in kinds_open_to(definition, actor):
        sentence = (
            f"{kind.label} didaftarkan di loket kecamatan, karena pemohonnya bukan penduduk desa ini. "
            "Minta pemohon datang ke loket kecamatan, atau pilih jenis yang lain."
        )
        raise Problem.of("invalid", {field: sentence})
    own = {asked_field.id: actor.area or "" for asked_field in definition.fields if asked_field.role == "area"}
    return check_form(read_form(definition, dict(raw) | own, today, villages))


def check_received_day(application: Application, today: date) -> date:
    """The day on which it came. Raises Problem `invalid` for one to come, and for an earlier one without reason."""
    received = application.received_on or today
    if received > today:
        raise Problem.of("invalid", {"received_on": SENTENCES["received_future"]})
    if received < today and not application.late_reason.strip():
        raise Problem.of("invalid", {"late_reason": "Tanggal terima mundur perlu alasan, misalnya listrik padam."})
    return received


def check_ticks(definition: Definition, application: Application) -> None:
    """Raise Problem `invalid` for an item that no requirement of the service names."""
    if application.ticked.keys() - {need.id for need in definition.requirements}:
        raise Problem.of("invalid", {"have": "Centang hanya syarat yang ada di daftar."})


def opening_body(
    journal: Journal,
    actor: Actor,
    definition: Definition,
    form: Form,
    application: Application,
    received: date,
    heeded: list[str],
    today: date,
) -> CaseOpened:
    """The entry of a new case; a reserved form brings its own number and slip code."""
    step = engine.first_step(definition)
    kind = engine.chosen_kind(definition, form.values)
    needs = engine.requirements_for(definition, kind, form.facts)
    subject = project_form(definition, form, kind)
    form_code = application.form_code
    late_reason = application.late_reason.strip()[:300]
    if form_code:
        number = reserved_number(journal.db, definition, form_code, today)
        code = form_code
        origin = "form"
    else:
        number = free_numbers(journal.db, definition, today, 1)[0]
        code = unused_code(journal.db)
        if actor.village_only:
            origin = "village"
        else:
            origin = "desk"
    if received >= today:
        late_reason = ""
    return CaseOpened(
        **asdict(subject),
        id=journal.next_id("case_file"),
        service=definition.id,
        revision=definition.identity.revision,
        number=number,
        code=code,
        step=step.id,
        place=step.place,
        received_on=received.isoformat(),
        items=[application.item(need) for need in needs],
        origin=origin,
        form=form_code,
        late_reason=late_reason,
        heeded=heeded,
    )


def opening_entries(
    db: Database, definition: Definition, actor: Actor, body: CaseOpened, received: date, now: datetime
) -> list[msgspec.Struct]:
    """What is recorded of a new case, with its deadlines. Whoever opens at the desk has the applicant in front of him:
    a first step with one outcome is done at once."""
    only = engine.only_outcome(definition, actor)
    has_deadlines = engine.has_deadlines(definition)
    move = None
    if only is not None:
        place = only.place or engine.state_named(definition, only.to).place
        move = CaseAdvanced(body.id, only.id, body.step, only.to, place, body.received_on)
    if has_deadlines:
        opened, moved = opening_deadlines(db, definition, move, received, now)
        body = replace(body, deadlines=opened)
        move = move and replace(move, deadlines=moved)
    if move is None:
        return [body]
    return [body, move]


def reserved_number(db: Database, definition: Definition, form_code: str, today: date) -> Number:
    form = ReservedForm.first(db, code=form_code)
    if form is None or form.service != definition.id:
        raise Problem.of("not_found", what="Formulir bernomor itu")
    if form.case_id is not None:
        raise Problem.of("number_taken", number=form.number)
    return Number(case_series(definition.id), today.year, 0, form.number)


def free_numbers(db: Database, definition: Definition, today: date, count: int) -> list[Number]:
    """The next numbers of a service that no case and no reserved form of any service bears."""
    borne = "SELECT 1 FROM case_file WHERE number = ? UNION ALL SELECT 1 FROM reserved_form WHERE number = ?"
    free: list[Number] = []
    ahead = 0
    while len(free) < count:
        number = next_case_number(db, definition, today, ahead)
        if db.one(borne, (number.text, number.text)) is None:
            free.append(number)
        ahead += 1
    return free


AT_ONCE = 500
"""Slip codes that one statement asks for."""


def unused_code(db: Database) -> str:
    """A fresh slip code that no case and no blank form has."""
    [code] = unused_codes(db, 1)
    return code


def unused_codes(db: Database, count: int) -> list[str]:
    """So many of them, all different: whether they are free is asked for hundreds at a time."""
    fresh: set[str] = set()
    while len(fresh) < count:
        drawn = new_codes(min(AT_ONCE, count - len(fresh)))
        marks = ", ".join("?" * len(drawn))
        of_cases = f"SELECT code FROM case_file WHERE code IN ({marks})"
        of_forms = f"SELECT code FROM reserved_form WHERE code IN ({marks})"
        fresh |= drawn.difference(first_column(db, f"{of_cases} UNION ALL {of_forms}", [*drawn, *drawn]))
    return list(fresh)


def get_case(db: Database, actor: Actor, case_id: int, permission: str = "") -> CaseFile:
    """A case that this person may see, and with which he may do what a permission stands for.

    Raises Problem `not_found` (also for a village clerk and a case of another village), `forbidden`, `other_section`
    for the head of another section than its standard names.
    """
    case = CaseFile.first(db, id=case_id)
    if case is None or (actor.village_only and case.area != actor.area):
        raise Problem.of("not_found", what="Berkas itu")
    if permission:
        require(actor, permission, engine.section_of(office.adopted_definition(db, case.service, case.revision)))
    return case


def can_see_case(db: Database, actor: Actor, case_id: int, _now: datetime) -> bool:
    """Whether this person may look at a case, and so at the files that belong to it."""
    case = CaseFile.first(db, id=case_id)
    return case is not None and may(actor, "case.view") and not (actor.village_only and case.area != actor.area)


def can_remove_file(actor: Actor, _row: Any) -> bool:
    return may(actor, "file.remove")


def services_open_to(db: Database, actor: Actor, on: date) -> list[Definition]:
    """The services that this person takes new cases of: a village clerk those whose form asks the village, everybody
    else those whose first step of the office is his. Those with which this kind of office begins stand first."""
    found = [definition for definition in office.services_in_force(db, on) if is_open_to(db, definition, actor)]
    return sorted(found, key=lambda possible: possible.id not in actor.profile.services)


def is_open_to(db: Database, definition: Definition, actor: Actor) -> bool:
    """Whether this person takes new cases of a service, in force today or not: whoever the service names, else whoever
    ends its first step."""
    if actor.village_only and engine.field_with_role(definition, "area") is None:
        return False
    named = definition.registration
    if named is None:
        return actor.village_only or bool(engine.opening_roles(definition) & actor.duties)
    area = ""
    if actor.area:
        area = office.village_names(db).get(actor.area, "")
    is_of_village = not area or not named.villages or area in named.villages
    return bool(set(named.roles) & actor.duties) and is_of_village


def check_may_register(db: Database, definition: Definition, actor: Actor) -> None:
    """Raise Problem `forbidden`, which names who registers cases of this service."""
    if is_open_to(db, definition, actor):
        return
    named = definition.registration
    if named is None:
        raise permission_problem(actor, "case.open", section=engine.section_of(definition))
    of_villages = ""
    if named.villages:
        of_villages = f" ({', '.join(named.villages)})"
    raise refusal_naming(actor.profile.labels(named.roles) + of_villages)


def kinds_open_to(definition: Definition, actor: Actor) -> tuple[Kind, ...]:
    """The kinds that this person may open: a village clerk those whose form asks the village.

    A service that never asks one makes no difference.
    """
    field = engine.field_with_role(definition, "area")
    if field is None or not actor.village_only:
        return definition.kinds
    asked = [condition for condition in field.when if condition.fact == "kind"]
    return tuple(known for known in definition.kinds if engine.all_hold(asked, {"kind": known.id}))
