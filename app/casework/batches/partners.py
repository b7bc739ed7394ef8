"""Services whose product somebody outside makes: where their cases stand on the way out and back, as the file says."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from app.casework.desk.events import CaseAdvanced
from app.casework.desk.findings import Notice, case_explanations, key_disagreements
from app.casework.desk.form import SEXES
from app.casework.desk.moving import case_definition, form_values, plan_move, state_problem
from app.casework.desk.queries import in_area
from app.casework.desk.tables import CaseFile
from app.casework.desk.waiting import waiting_condition
from app.core.clock import office_date
from app.core.dates import numeric_date, stored_date
from app.core.permissions import SYSTEM, Actor, may
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.procedure.deadline import counting_calendar
from app.platform.office import queries as office
from app.platform.people.queries import profile_of
from app.room import hooks_of
from schema.database import Database, cached_until_next_entry, first_value
from schema.definitions import load_all
from schema.service_procedure import Definition, Field
from schema.service_standard import AnswerValue, Partner, PartnerColumn
from sync.acknowledgements import SyncStatus, peer_statuses
from sync.enrolment import CENTRE_STREAM
from sync.journal import Journal
from sync.nodes import read_peers

Role = Literal["send", "answer", "repair", "arrive", "hand_over"]
PAGES: Mapping[str, str] = {
    "send": "batches.dispatch",
    "answer": "batches.results",
    "repair": "batches.repair",
    "arrive": "batches.arrival",
    "hand_over": "batches.hand_over",
}
"""What a step is on the way to a partner and back → the page that performs it."""


class PartnerRules:
    """What a service adds to its definition when its cases leave; a room hands its own to the composition root."""

    def reason_against(self, db: Database, case: CaseFile) -> str:
        """Why a case must not leave yet, beside what every service asks; nothing when it may."""
        return ""

    def repair_link(self, db: Database, case: CaseFile) -> tuple[str, str]:
        """(endpoint, words) of the page that mends what `reason_against` says; it takes `case_id`."""
        return "", ""

    def notices(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """Findings on a case that want a reason before it leaves."""
        return key_disagreements(definition, form_values(case))

    def recording(self, db: Database, key: str, at: datetime | None = None) -> tuple[str, str, str]:
        """(status, its words, ISO day) of what travels beside the form, as known at a moment; mostly nothing."""
        return "", "", ""


def rules_for(db: Database, service: str) -> PartnerRules:
    """What a room adds for a service, else what holds for all."""
    own = [hooks.partner_rules for hooks in hooks_of(db).cases if hooks.service == service and hooks.partner_rules]
    rules = PartnerRules()
    if own:
        rules = own[0]()
    return rules


def partner_of(definition: Definition) -> Partner:
    """Raises Problem `not_found` for a service that nobody outside works on."""
    if definition.partner is None:
        raise Problem.of("not_found", what=f"Mitra layanan {definition.short_name}")
    return definition.partner


def key_field(definition: Definition) -> Field:
    field = engine.field_with_role(definition, "key")
    if field is None:
        raise LookupError(f"definition {definition.id} has no key field")
    return field


@cached_until_next_entry
def partner_revisions(db: Database) -> Sequence[Definition]:
    """Every adopted revision of a service that has a partner: what this kind of office begins with, then the service
    that came first, its newest one first."""
    rows = db.run(
        "SELECT s.service, s.revision FROM standard s"
        " ORDER BY (SELECT min(f.effective_on) FROM standard f WHERE f.service = s.service), s.service,"
        " s.effective_on DESC, s.revision DESC"
    )
    adopted = [office.adopted_definition(db, service, revision) for service, revision in list(rows)]
    own = profile_of(db).services
    return tuple(
        sorted(
            (definition for definition in adopted if definition.partner is not None),
            key=lambda definition: definition.id not in own,
        )
    )


@cached_until_next_entry
def partner_services(db: Database, role: Role | Literal[""] = "") -> Mapping[str, Definition]:
    """Services with a partner, each in its newest adopted revision; of a role only those that have such a step."""
    newest: dict[str, Definition] = {}
    for definition in partner_revisions(db):
        if not role or getattr(partner_of(definition).steps, role):
            newest.setdefault(definition.id, definition)
    return MappingProxyType(newest)


@cached_until_next_entry
def works_with_partner(db: Database, role: Role) -> bool:
    """Whether an office has this kind of work with a partner; before its first standard, whether its kind has it."""
    if office.list_standards(db):
        return bool(partner_services(db, role))
    usual = [load_all()[service] for service in profile_of(db).services]
    return any(definition.partner is not None and getattr(definition.partner.steps, role) for definition in usual)


def find_partner_service(db: Database, service: str = "") -> Definition:
    """The named service, or the office's first one. Raises Problem `standard` before any is in force, `not_found`."""
    known = partner_services(db)
    if not known:
        raise Problem.of("standard")
    service = service or next(iter(known))
    if service not in known:
        raise Problem.of("not_found", what="Layanan dengan mitra itu")
    return known[service]


def condition_at(db: Database, role: Role, service: str = "") -> tuple[str, tuple[str, ...]]:
    """SQL condition on `case_file c` and its values: cases at this point of the way, of one service or of all."""
    steps = {
        (revision.id, step_at(revision, role)) for revision in partner_revisions(db) if service in ("", revision.id)
    }
    return _in_steps(0, {pair for pair in steps if pair[1]})


def condition_to_send(db: Database, service: str = "") -> tuple[str, tuple[str, ...]]:
    """The same for cases that may go into a dispatch: they wait for no word from elsewhere, and no draft holds them."""
    here, values = condition_at(db, "send", service)
    waiting, others = waiting_condition(db)
    return f"{here} AND NOT ({waiting}) AND c.id NOT IN (SELECT case_id FROM dispatch_pick)", values + others


def kept_uncollected(db: Database, service: str = "") -> tuple[str, tuple[str, ...]]:
    """The same for closed cases whose product is still here: the exits that lead back to the hand-over."""
    exits = {
        (revision.id, f"@{exit_.id}")
        for revision in partner_revisions(db)
        if service in ("", revision.id)
        for exit_ in revision.exits
        if exit_.reopens_to and exit_.reopens_to == step_at(revision, "hand_over")
    }
    return _in_steps(1, exits)


def _in_steps(closed: int, steps: Collection[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
    sql = " OR ".join(["c.service = ? AND c.step = ?"] * len(steps)) or "0"
    return f"c.closed = {closed} AND ({sql})", tuple(part for pair in sorted(steps) for part in pair)


@cached_until_next_entry
def count_cases_at(db: Database, role: Role, area: str | None, service: str = "") -> int:
    where, values = condition_at(db, role, service)
    own, mine = in_area(area)
    return int(first_value(db, f"SELECT count(*) FROM case_file c WHERE {where} {own}", [*values, *mine]))


@cached_until_next_entry
def arrival_label(db: Database) -> str:
    products = {partner_of(service).made for service in partner_services(db, "arrive").values()}
    if len(products) != 1:
        return "Kedatangan"
    return f"Kedatangan {products.pop()}"


def role_of(definition: Definition, step: str) -> str:
    steps = partner_of(definition).steps
    return next((role for role in PAGES if getattr(steps, role) == step), "")


def closing_roles(definition: Definition) -> set[str]:
    """The roles that the procedure names for closing a dispatch."""
    step = engine.step_named(definition, partner_of(definition).steps.send)
    return {
        role for outcome in step.outcomes if outcome.id == "sent" for role in engine.roles_of(definition, step, outcome)
    }


def may_close(definition: Definition, actor: Actor) -> bool:
    """Whether this person may approve and close a dispatch: the right alone is not enough, the step must be his."""
    step = engine.step_named(definition, partner_of(definition).steps.send)
    own = [outcome.id for outcome in engine.outcomes_for(definition, step, actor)]
    return may(actor, "dispatch.confirm") and "sent" in own


def outcome_of(definition: Definition, result: str) -> str:
    return next((answer.outcome for answer in partner_of(definition).answers if answer.id == result), result)


def answer_value(definition: Definition) -> AnswerValue | None:
    """What the partner's answer carries besides its word, where the file says so."""
    return next((answer.value for answer in partner_of(definition).answers if answer.value), None)


SERIAL = "Nomor seri"


def number_label(definition: Definition) -> str:
    """What the number is called that comes with an answer."""
    value = answer_value(definition)
    if value:
        return value.label
    return SERIAL


def result_labels(definition: Definition) -> dict[str, str]:
    """Answer → its word in the definition."""
    return {answer.id: answer.label for answer in partner_of(definition).answers}


def records_again(definition: Definition) -> bool:
    """Whether a refused case may go back to be recorded anew: a record outside the form that the partner can refuse."""
    step = step_at(definition, "repair")
    return bool(step) and has_outcome(definition, step, "record_again")


def step_at(definition: Definition, role: Role) -> str:
    return str(getattr(partner_of(definition).steps, role))


def runs_loket(db: Database, definition: Definition) -> bool:
    """Whether dispatches of a service leave by Loket: somebody enrolled here reads the stream of the service's partner.
    The office may say of the centre that it has gone back to paper."""
    stream = partner_of(definition).stream
    if stream == CENTRE_STREAM:
        return office.runs_loket(db)
    return any(peer.stream_out == stream for peer in read_peers(db))


def find_exchange(db: Database, definition: Definition) -> SyncStatus | None:
    """How the exchange with the partner of a service stands; None for one that runs no Loket."""
    stream = partner_of(definition).stream
    named = {peer.name for peer in read_peers(db) if peer.stream_out == stream}
    if not named:
        return None
    return next((status for status in peer_statuses(db) if status.peer in named), None)


def cases_by_id(db: Database, case_ids: Iterable[int]) -> list[CaseFile]:
    ids = list(case_ids)
    if not ids:
        return []
    return CaseFile.rows(db, CaseFile.id.in_(ids), order="due_on, id")


def answers_due(db: Database, definition: Definition, sent_on: date) -> date | None:
    """Until when the partner has promised to answer a dispatch; None where the file tells no promise."""
    promise = partner_of(definition).promise
    if promise is None:
        return None
    return counting_calendar(promise.unit, office.office_calendar(db)).add_workdays(sent_on, promise.amount)


class CaseReader:
    """Cases with their definitions, each definition read once: for a command that goes through many of them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.held: dict[tuple[str, str], Definition] = {}

    def definition_of(self, case: CaseFile) -> Definition:
        revision = (case.service, case.revision)
        if revision not in self.held:
            self.held[revision] = case_definition(self.db, case)
        return self.held[revision]

    def find(self, case_id: int) -> tuple[CaseFile, Definition]:
        """A case of a service with a partner, open or closed. Raises Problem `not_found`."""
        case = CaseFile.first(self.db, id=case_id)
        if case is None or self.definition_of(case).partner is None:
            raise Problem.of("not_found", what="Berkas itu")
        return case, self.definition_of(case)

    def find_at(self, case_id: int, *roles: Role) -> tuple[CaseFile, Definition]:
        """An open case at one of these points of the way. Raises Problem `not_found` or `state`."""
        case, definition = self.find(case_id)
        if case.closed or role_of(definition, case.step) not in roles:
            raise state_problem(definition, case)
        return case, definition


def has_outcome(definition: Definition, step: str, outcome: str) -> bool:
    return any(choice.id == outcome for choice in engine.step_named(definition, step).outcomes)


def explained_notices(db: Database, definition: Definition, case: CaseFile) -> list[str]:
    """What contradicts itself in a case and the reason given for it, as sentences for whoever decides next."""
    notices = rules_for(db, case.service).notices(db, definition, case)
    if notices:
        said = case_explanations(db, case.id)
    else:
        said = {}
    return [f"{notice.sentence} Alasan: {said[notice.id].reason}" for notice in notices if notice.id in said]


def advance_case(
    journal: Journal,
    definition: Definition,
    case: CaseFile,
    outcome: str,
    now: datetime,
    *,
    special: str = "",
    actor: Actor | None = None,
    on: date | None = None,
    note: str = "",
    place_number: str = "",
    by_role: bool = True,
    happened: datetime | None = None,
) -> CaseAdvanced:
    """Record the move inside the open transaction; without an actor it is an answer that the partner sent.

    `special`: the page that performs the step, where it is not one of the way. `by_role` false: the caller has asked
    for a permission of its own (second check), the step's roles are not asked. `happened`: when the partner did what
    its entry says, for the limits that end with it.
    """
    today = office_date(now)
    if actor is None:
        # It comes once: a clock that fell back behind the case must not leave it where it stands.
        today = max(today, date.fromisoformat(case.received_on))
    # It may carry the day of the centre; the desk's rule on back-dating is for people, not for it.
    checked_actor = None
    if by_role:
        checked_actor = actor
    body = plan_move(
        journal.db,
        case,
        outcome,
        on or today,
        today,
        actor=checked_actor,
        note=note,
        place_number=place_number,
        special=special or PAGES.get(role_of(definition, case.step), ""),
        definition=definition,
        now=now,
        happened=happened,
    )
    journal.record(body, subject=f"case/{case.id}", actor=(actor or SYSTEM).username, at=now)
    return body


# -- columns of the list that goes to a partner, and an address, as the definition names them --------------------

Cell = str | date | None


def fields_by_id(definition: Definition) -> dict[str, Field]:
    return {field.id: field for field in definition.fields}


def column_heads(definition: Definition, columns: Iterable[PartnerColumn]) -> list[str]:
    known = fields_by_id(definition)
    return [column.head or known[column.fields[0]].heading for column in columns]


def is_day(definition: Definition, column: PartnerColumn) -> bool:
    known = fields_by_id(definition)
    return column.supplied == "record_day" or any(known[name].type == "date" for name in column.fields)


def column_cells(
    db: Database, definition: Definition, case: CaseFile, columns: Sequence[PartnerColumn], at: datetime | None = None
) -> list[Cell]:
    """What stands in these columns for a case; what its service keeps beside the form as known at `at`."""
    values = form_values(case)
    supplied: dict[str, Cell] = {}
    if any(column.supplied for column in columns):
        _, words, day = rules_for(db, case.service).recording(db, case.main_key, at)
        on = stored_date(day)
        if on and not any(column.supplied == "record_day" for column in columns):
            words = f"{words}, {numeric_date(on)}"
        supplied = {"record": words, "record_day": on}
        supplied["address"] = to_address(definition, values)
    return [
        supplied[column.supplied] if column.supplied else field_cell(db, definition, values, column.fields)
        for column in columns
    ]


def field_cell(db: Database, definition: Definition, values: Mapping[str, str], names: Sequence[str]) -> Cell:
    if len(names) == 1 and fields_by_id(definition)[names[0]].type == "date":
        if not values.get(names[0]):
            return None
        return date.fromisoformat(values[names[0]])
    texts = [shown_value(db, definition, name, values.get(name, "")) for name in names]
    return ", ".join(filter(None, texts))


def shown_value(db: Database, definition: Definition, name: str, value: str) -> str:
    field = fields_by_id(definition)[name]
    if field.type == "village":
        return office.area_names(db).get(value, value)
    if field.type == "sex":
        return SEXES.get(value, "")
    if field.type == "choice":
        labels = {choice.value: choice.label for choice in engine.choices_of(definition, field)}
        return labels.get(value, value)
    if field.type == "date" and value:
        return numeric_date(date.fromisoformat(value))
    return value


def cell_text(cell: Cell) -> str:
    if isinstance(cell, date):
        return numeric_date(cell)
    return cell or ""


def to_address(definition: Definition, values: Mapping[str, str]) -> str:
    """`Dusun Krajan, RT 003 RW 001` as the form says it, or the home address of somebody from elsewhere."""
    parts: list[str] = []
    numbered = False
    for name in partner_of(definition).address:
        value = values.get(name, "")
        kind = fields_by_id(definition)[name].type
        if not value:
            continue
        if kind in ("rt", "rw"):
            text = f"{kind.upper()} {value}"
        else:
            text = value
        if numbered and kind == "rw":
            parts[-1] += f" {text}"
        else:
            parts.append(text)
        numbered = kind == "rt"
    return ", ".join(parts)
