"""Open a case: read the form, heed what the service's rules find, number it, write it down."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

import msgspec

from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.desk.events import CaseAdvanced, CaseOpened, Item
from app.desk.findings import NoRules, Notice, ServiceRules, find_notices, record_explanations
from app.desk.form import Form, kind_field, project_form, read_form
from app.desk.limits import opening_deadlines
from app.desk.tables import CaseFile, Draft, ReservedForm
from app.office import queries as office
from app.office.events import Number
from app.office.numbers import case_series, next_case_number
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition, Kind
from sync.journal import Journal

NO_REASONS: Mapping[str, str] = MappingProxyType({})


class Opened(msgspec.Struct, frozen=True):
    id: int
    number: str
    code: str


class Undecided(Problem):
    def __init__(self, notices: list[Notice]) -> None:
        super().__init__("undecided", 409, "Ada yang perlu Anda putuskan dulu sebelum berkas didaftarkan.")
        self.notices = notices


def check_form(db: Database, definition: Definition, raw: Mapping[str, str], today: date) -> Form:
    form = read_form(definition, raw, today, office.village_names(db))
    if form.errors:
        raise Problem.of("invalid", form.errors)
    return form


def check_kind(definition: Definition, actor: Actor, raw: Mapping[str, str]) -> None:
    field = kind_field(definition)
    if sentence := kind_refusal(definition, actor, raw.get(field, "").strip()):
        raise Problem.of("invalid", {field: sentence})


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
    if review.refused is not None:
        raise Problem(
            "refused", 409, review.refused.sentence, {review.refused.field or "form": review.refused.sentence}
        )
    undecided = review.undecided(set(heeded), reasons)
    if undecided:
        raise Undecided(undecided)
    return [one for one in review.notices if one.level in ("ask", "explain")]


def ticked_items(definition: Definition, form: Form, ticked: Mapping[str, str]) -> list[Item]:
    """The checklist of a form: an item is present when ticked (its value may be a note), else missing."""
    kind = form.values.get(kind_field(definition), definition.kinds[0].id)
    items = []
    for need in engine.requirements_for(definition, kind, form.facts):
        present = need.id in ticked
        note = ticked.get(need.id, "").strip()[:300] if present else ""
        items.append(Item(need.id, "present" if present else "missing", need.rule, note))
    return items


def open_case(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    raw: Mapping[str, str],
    ticked: Mapping[str, str],
    now: datetime,
    rules: ServiceRules | None = None,
    heeded: Iterable[str] = (),
    received_on: date | None = None,
    late_reason: str = "",
    form_code: str = "",
    draft_id: int | None = None,
    reasons: Mapping[str, str] = NO_REASONS,
) -> Opened:
    """Register an application (SP 4.3). Number, slip code, checklist and the first step are written in one entry.

    `raw` are the typed fields, `ticked` the items brought (item → note), `heeded` the decided findings,
    `reasons` explain those that contradict each other (finding → reason). Received before today needs `late_reason`
    (paper written in a power cut). Raises Problem or Undecided; nothing is lost, because the draft stays until the
    case stands. The same draft twice opens one case.
    """
    require(actor, "case.open")
    today = office_date(now)
    with journal.transaction():
        db = journal.db
        already = opened_from(db, draft_id)
        if already is not None:
            return already
        definition = office.current_definition(db, service, today)
        require(actor, "case.open", engine.section_of(definition))
        office.check_in_force(db, service, today)
        check_kind(definition, actor, raw)
        if actor.village_only:
            raw = dict(raw) | {one.id: actor.area or "" for one in definition.fields if one.role == "area"}
        form = check_form(db, definition, raw, today)
        decided = check_findings(db, definition, form, rules or NoRules(), today, heeded, reasons)
        received = check_received_day(received_on, today, late_reason)
        number, code, origin = case_identity(journal, definition, actor, form_code, today)
        body = opening_body(
            journal,
            definition,
            form,
            number,
            code,
            ticked,
            origin,
            form_code,
            received,
            late_reason if received < today else "",
            [one.id for one in decided if one.level == "ask"],
        )
        moves = first_moves(definition, actor, body)
        first = (moves[0].outcome, moves[0].step_to) if moves else None
        opened, moved = opening_deadlines(db, definition, first, now)
        moves = [msgspec.structs.replace(one, deadlines=moved) for one in moves]
        body = msgspec.structs.replace(body, deadlines=opened)
        entries = [(one, f"case/{body.id}") for one in (body, *moves)]
        journal.record_many(entries, actor=actor.username, at=now)
        record_explanations(journal, actor.username, case_id=body.id, notices=decided, reasons=reasons, now=now)
        if draft_id is not None:
            Draft.update(case_id=body.id, fields="{}").where(Draft.id == draft_id).execute(db)
    return Opened(body.id, number.text, code)


def opened_from(db: Database, draft_id: int | None) -> Opened | None:
    """The case that this draft already became: the second of two clicks gets the same answer as the first."""
    draft = None if draft_id is None else Draft.first(db, Draft.id == draft_id, Draft.case_id.is_null(False))
    case = None if draft is None else CaseFile.first(db, CaseFile.id == draft.case_id)
    return None if case is None else Opened(case.id, case.number, case.code)


def first_moves(definition: Definition, actor: Actor, body: CaseOpened) -> list[CaseAdvanced]:
    """Whoever opens at the desk has the applicant in front of him: a first step with one outcome is done at once."""
    first = engine.first_step(definition)
    may = engine.outcomes_for(definition, first, actor)
    if len(first.outcomes) != 1 or list(may) != list(first.outcomes):
        return []
    place = may[0].place or engine.state_named(definition, may[0].to).place
    return [CaseAdvanced(body.id, may[0].id, first.id, may[0].to, place, body.received_on)]


def check_received_day(received_on: date | None, today: date, late_reason: str) -> date:
    received = received_on or today
    if received > today:
        raise Problem.of("invalid", {"received_on": SENTENCES["received_future"]})
    if received < today and not late_reason.strip():
        raise Problem.of("invalid", {"late_reason": "Tanggal terima mundur perlu alasan, misalnya listrik padam."})
    return received


def case_identity(
    journal: Journal, definition: Definition, actor: Actor, form_code: str, today: date
) -> tuple[Number, str, str]:
    """Number, slip code and origin; a reserved form brings its own."""
    if not form_code:
        (number,) = free_numbers(journal, definition, today, 1)
        return number, new_code(), "village" if actor.village_only else "desk"
    form = ReservedForm.first(journal.db, ReservedForm.code == form_code)
    if form is None or form.service != definition.id:
        raise Problem.of("not_found", what="Formulir bernomor itu")
    if form.case_id is not None:
        raise Problem.of("number_taken", number=form.number)
    return Number(case_series(definition.id), today.year, 0, form.number), form.code, "form"


def free_numbers(journal: Journal, definition: Definition, today: date, count: int) -> list[Number]:
    """The next numbers of a service that no case and no reserved form of any service bears."""
    borne = "SELECT 1 FROM case_file WHERE number = ? UNION ALL SELECT 1 FROM reserved_form WHERE number = ?"
    free: list[Number] = []
    ahead = 0
    while len(free) < count:
        number = next_case_number(journal.db, definition, today, journal.epoch, ahead)
        if journal.db.one(borne, (number.text, number.text)) is None:
            free.append(number)
        ahead += 1
    return free


def opening_body(
    journal: Journal,
    definition: Definition,
    form: Form,
    number: Number,
    code: str,
    ticked: Mapping[str, str],
    origin: str,
    form_code: str,
    received: date,
    late_reason: str,
    heeded: list[str],
) -> CaseOpened:
    seen, step = project_form(definition, form), engine.first_step(definition)
    return CaseOpened(
        id=journal.next_id("case_file"),
        service=definition.id,
        revision=definition.identity.revision,
        number=number,
        code=code,
        kind=form.values.get(kind_field(definition), definition.kinds[0].id),
        name=seen.name,
        area=seen.area,
        main_key=seen.main_key,
        fields=form.values,
        step=step.id,
        place=step.place,
        received_on=received.isoformat(),
        birth_on=seen.birth_on,
        phone=seen.phone,
        keys=seen.keys,
        blocks=seen.blocks,
        items=ticked_items(definition, form, ticked),
        origin=origin,
        form=form_code,
        late_reason=late_reason.strip()[:300],
        heeded=heeded,
    )


def check_visible(actor: Actor, case: CaseFile | None) -> CaseFile:
    """The case, unless it does not exist or lies in another village than a village clerk's own."""
    if case is None or (actor.village_only and case.area != actor.area):
        raise Problem.of("not_found", what="Berkas itu")
    return case


def get_case(db: Database, actor: Actor, case_id: int, permission: str = "") -> CaseFile:
    """A case that this person may see, and with which he may do what a permission stands for.

    Raises Problem `not_found`, `forbidden`, `other_section` for the head of another section than its standard names.
    """
    case = check_visible(actor, CaseFile.first(db, CaseFile.id == case_id))
    if permission:
        require(actor, permission, engine.section_of(office.adopted_definition(db, case.service, case.revision)))
    return case


def is_area_asked(definition: Definition, kind: str) -> bool:
    """Whether the form of a kind asks the village; a service that never asks one makes no difference."""
    field = engine.field_with_role(definition, "area")
    if field is None:
        return True
    return engine.all_hold([one for one in field.when if one.fact == "kind"], {"kind": kind})


def kinds_open_to(definition: Definition, actor: Actor) -> tuple[Kind, ...]:
    return tuple(one for one in definition.kinds if not actor.village_only or is_area_asked(definition, one.id))


def kind_refusal(definition: Definition, actor: Actor, kind: str) -> str:
    """Why this person may not open a kind, as a sentence; empty when he may."""
    found = next((one for one in definition.kinds if one.id == kind), None)
    if found is None or found in kinds_open_to(definition, actor):
        return ""
    return (
        f"{found.label} didaftarkan di loket kecamatan, karena pemohonnya bukan penduduk desa ini. "
        "Minta pemohon datang ke loket kecamatan, atau pilih jenis yang lain."
    )
