"""The desk's papers: letterhead and document number, the subject, the checklist."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import schema
from app.casework.desk.checklist import WRONG, CheckedLine, form_reasons_covered, read_checklist, wanted_text
from app.casework.desk.form import key_heading, shown_fields
from app.casework.desk.limits import case_pauses
from app.casework.desk.moving import case_definition
from app.casework.desk.queries import Event, case_events, case_form
from app.casework.desk.service import split_reasons
from app.casework.desk.story import completion_event, counted_from, due_days
from app.casework.desk.tables import CaseFile, CaseItem, ReservedForm
from app.core.clock import office_date
from app.core.codes import show_code, with_check
from app.core.dates import format_number, long_date, stored_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.procedure.deadline import DueDay
from app.core.text import lower_first, mask_phone
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.papers import common_fields, form_control
from app.platform.people import queries as people
from app.platform.printing.data import cases as shapes
from app.platform.printing.data import common
from schema.database import Database
from schema.service_procedure import Definition, Field, Step

POPULATION_FORM = "F-1.02"
"""The form of today's rule that prints beside the office's own where the service knows it (`schema/forms`)."""
FORM_NUMBERS = {
    "filled_form": "F-00",
    "blank_form": "F-00",
    "population_form": POPULATION_FORM,
    "receipt": "F-01",
    "promise_slip": "F-02",
    "return_slip": "F-04",
    "register": "F-09",
    "ready_codes": "F-11",
}
"""Form numbers below the number of the service standard."""


def paper_fields(db: Database, definition: Definition, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return common_fields(db, form_control(definition, FORM_NUMBERS[paper]), actor, now)


def paper_subject(db: Database, definition: Definition, case: CaseFile) -> common.Subject:
    return common.Subject(
        number=case.number,
        code=show_code(case.code),
        service=definition.short_name,
        kind=engine.kind_named(definition, case.kind).label,
        name=case.name,
        key_label=key_heading(definition),
        key=engine.mask_key(definition, case.main_key),
        village=office.area_names(db).get(case.area, ""),
        qr=case.code,
        product=engine.product_word(definition),
        sms=sms_words(db, case),
        status=status_words(db, case),
    )


def sms_words(db: Database, case: CaseFile) -> str:
    """What a slip says to whoever agreed to an SMS; empty for everybody else, and where the office sends none."""
    told = f"Kabar lewat SMS ke {mask_phone(case.phone)}; minta berhenti kapan saja."
    if case.accepts_sms and settings.sends_sms(db):
        return told
    return ""


def status_words(db: Database, case: CaseFile) -> str:
    """Where the regency's public page answers the slip's code; empty where the office does not take part, and for an
    applicant who does not want it."""
    address = settings.get_setting(db, "status.address")
    if not address or case.hides_status:
        return ""
    return f"Dari telepon: {address}, pilih kantor ini, ketik kode slip. Tidak mau tampil? Katakan kepada petugas."


def other_day(day: str, at: str) -> date | None:
    """The day of a deed that was written down on another one (back-dated); None when both are the same."""
    on = date.fromisoformat(day)
    if on == office_date(datetime.fromisoformat(at)):
        return None
    return on


HINTS = {"date": "ttbbtttt"}
"""What each box is for, by the type of the field; of a date: tanggal, bulan, tahun."""
BOXES = {"nik": 16, "kk": 16, "date": 8, "rt": 3, "rw": 3, "postcode": 5}
HALF_LINES = frozenset({"date", "rt", "rw", "postcode", "village", "sex", "phone"})
SHORT_TEXT = 60
"""A text of at most so many letters fits half a line."""
STATEMENT = "Saya menyatakan isian ini benar. Bila ternyata tidak benar, saya bersedia dituntut menurut aturan."


def filled_form(db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime) -> shapes.FilledForm:
    form = case_form(definition, case)
    lines, counter = read_checklist(db, definition, case), counted_by(db, case)
    names = office.village_names(db)
    fields = shown_fields(db, engine.fields_for(definition, form.facts), form.values)
    body = shapes.FormBody(
        title=f"Permohonan {definition.short_name}",
        form_label=form_label(definition, form.values.values()),
        photo=next(
            (str(form.facts[derived.id]) for derived in definition.derived_facts if derived.id in form.facts), ""
        ),
        village=names.get(case.area, ""),
        village_head=next((village.head_name for village in office.list_villages(db) if village.code == case.area), ""),
        without_village=asks_no_village(definition),
        without_photo=not definition.derived_facts,
        statement=STATEMENT,
        sections=form_sections(definition, fields, form.values, names),
        requirements=tuple(
            shapes.FormRequirement(
                label=checked.text, rule=checked.need.rule, chosen=bool(counter) and checked.state == "present"
            )
            for checked in lines
        ),
    )
    return shapes.FilledForm(
        **paper_fields(db, definition, "filled_form", actor, now),
        number=case.number,
        code=show_code(case.code),
        body=body,
        applicant=case.name,
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.person_names(db).get(case.entered_by, case.entered_by),
        checked_by=counter,
        qr=with_check(case.number),
    )


def asks_no_village(definition: Definition) -> bool:
    return engine.field_with_role(definition, "area") is None


def counted_by(db: Database, case: CaseFile) -> str:
    """The name of the officer who counted the papers last; empty while only the village has said what is there."""
    office_staff = {person.username: person.name for person in people.list_people(db) if not person.area}
    counted = [row for row in CaseItem.rows(db, case_id=case.id, order="on_date") if row.actor in office_staff]
    return office_staff[counted[-1].actor] if counted else ""


def blank_form(
    db: Database, definition: Definition, forms: Sequence[ReservedForm], actor: Actor, now: datetime
) -> shapes.BlankForm:
    """Empty forms with their reserved numbers; the QR holds the code that the counter scans."""
    names = office.village_names(db)
    village = names.get(forms[0].area, "")
    body = shapes.FormBody(
        title=f"Permohonan {definition.short_name}",
        form_label=form_label(definition, ()),
        village=village,
        without_village=asks_no_village(definition),
        without_photo=not definition.derived_facts,
        statement=STATEMENT,
        sections=form_sections(definition, shown_fields(db, definition.fields, {}), {}, names, blank=True),
        requirements=all_requirements(definition),
    )
    reserved_for = ""
    if village:
        reserved_for = f"Desa {village}"
    return shapes.BlankForm(
        **paper_fields(db, definition, "blank_form", actor, now),
        body=body,
        numbers=tuple(shapes.ReservedNumber(number=form.number, qr=form.code) for form in forms),
        reserved_for=reserved_for,
    )


def form_label(definition: Definition, values: Iterable[str]) -> str:
    """The form's code with its explanation, never bare: the chosen one, else the newest."""
    known = set(values)
    chosen = [form for form in definition.form_codes if form.id in known]
    current = [code for code in definition.form_codes if code.valid_until is None]
    if chosen or current:
        return (chosen or current)[-1].label
    return definition.name


def form_sections(
    definition: Definition,
    fields: Sequence[Field],
    values: Mapping[str, str],
    villages: Mapping[str, str],
    blank: bool = False,
) -> tuple[shapes.FormSection, ...]:
    told = {}
    if blank:
        told = {field.id: only_kind(definition, field) for field in fields}
    made = (
        shapes.FormSection(
            title=section.label,
            fields=tuple(
                paper_field(definition, field, values.get(field.id, ""), villages, told.get(field.id, ""))
                for field in fields
                if field.section == section.id and field.choices_from != "form_codes"
            ),
        )
        for section in definition.form_sections
    )
    return tuple(section for section in made if section.fields)


def all_requirements(definition: Definition) -> tuple[shapes.FormRequirement, ...]:
    """On a blank form: what every kind needs, then one line for each kind that needs more."""
    known = definition.requirements
    lines = [shapes.FormRequirement(label=need.named(), rule=need.rule) for need in known if not need.kinds]
    for kind in definition.kinds:
        more = [requirement.named() for requirement in known if kind.id in requirement.kinds and requirement.mandatory]
        if more:
            lines.append(shapes.FormRequirement(label=f"{kind.label}: {'; '.join(more)}"))
    return tuple(lines)


def paper_field(
    definition: Definition, field: Field, value: str, villages: Mapping[str, str], told: str = ""
) -> shapes.FormField:
    options: dict[str, Any] = {choice.value: choice.label for choice in engine.choices_of(definition, field)}
    if field.type == "sex":
        options = {"male": "Laki-laki", "female": "Perempuan"}
    if field.type == "tick":
        return shapes.FormField(label="", options=(shapes.Choice(label=field.label, chosen=value == "1"),), half=True)
    if options:
        picks = tuple(shapes.Choice(label=label, chosen=value == key) for key, label in options.items())
        return shapes.FormField(label=field.label, options=picks)
    shown = value
    if field.type == "village":
        shown = villages.get(value, value)
    if field.type == "date" and value:
        year, month, day = value.split("-")
        shown = f"{day}{month}{year}"
    short = field.type in HALF_LINES or (field.type == "text" and 0 < field.max_length <= SHORT_TEXT)
    if short:
        told = ""
    return shapes.FormField(
        label=field.label,
        value=shown,
        boxes=BOXES.get(field.type, 0),
        help=told,
        hint=HINTS.get(field.type, ""),
        half=short,
    )


def only_kind(definition: Definition, field: Field) -> str:
    kinds = {kind.id: kind.label for kind in definition.kinds}
    named = [kinds[each.equals] for each in field.when if each.fact == "kind" and each.equals in kinds]
    return f"hanya {lower_first(named[0])}" if named else ""


WHOLE_NUMBERS = frozenset({"formulir", "f-1-02"})
"""Papers that carry the whole NIK and KK."""


def ready_papers(definition: Definition, case: CaseFile, way: Sequence[Event]) -> list[str]:
    """Which papers this case has reached on its way, by the name in their address."""
    found = ["tanda-terima", "formulir"]
    if any(form.code == POPULATION_FORM for form in definition.form_codes):
        found.append("f-1-02")
    if case.completed_on:
        found.insert(0, "slip")
    if last_return(definition, way) is not None:
        if case.step in applicant_steps(definition):
            found.insert(0, "pengembalian")
        else:
            found.append("pengembalian")
    return found


def offered_papers(definition: Definition, case: CaseFile, actor: Actor, way: Sequence[Event]) -> list[str]:
    """The papers of :func:`ready_papers` that this person may print: whole numbers for whoever may see them."""
    whole = actor.village_only or may(actor, "case.reveal")
    return [name for name in ready_papers(definition, case, way) if whole or name not in WHOLE_NUMBERS]


def applicant_steps(definition: Definition) -> list[str]:
    return [step.id for step in definition.steps if step.side and step.waits_for == "applicant"]


def return_reason(line: CheckedLine) -> shapes.ReturnReason:
    what, remedy = "Belum ada", line.need.detail or line.need.hint
    if line.state == WRONG:
        what = "Tidak sesuai"
    if line.sight:
        remedy = f"{line.sight}. {remedy}".rstrip()
    return shapes.ReturnReason(what=f"{what}: {line.name}", remedy=remedy)


def receipt_paper(db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime) -> shapes.Receipt:
    lines = read_checklist(db, definition, case)
    return shapes.Receipt(
        **paper_fields(db, definition, "receipt", actor, now),
        subject=paper_subject(db, definition, case),
        received_at=datetime.fromisoformat(case.entered_at),
        received_on=other_day(case.received_on, case.entered_at),
        received_by=people.person_names(db).get(case.entered_by, case.entered_by),
        brought=tuple(checked.text for checked in lines if checked.state == "present"),
        missing=tuple(wanted_text(line) for line in lines if line.lacking),
        fee=fee_words(definition),
        promised=definition.promise is not None,
    )


def fee_words(definition: Definition) -> str:
    """What a service costs, on its slips; empty where its procedure does not say."""
    if definition.fee is None:
        return ""
    if not definition.fee.rupiah:
        return "GRATIS"
    return f"Rp{format_number(definition.fee.rupiah)}"


def promise_slip_paper(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PromiseSlip:
    if not case.completed_on or not case.due_on or definition.promise is None:
        raise Problem.of("conflict", why="Slip baru dicetak setelah berkas dinyatakan lengkap dan valid.")
    way = case_events(db, case.id)
    noted = completion_event(definition, way)
    at = noted.at if noted else case.entered_at
    complete_on, words, from_age = other_day(case.completed_on, at), "", counted_from(definition, case, way)
    if from_age:
        complete_on, words = None, f"{from_age}, {long_date(date.fromisoformat(case.completed_on))}"
    days = due_days(definition, office.office_calendar(db), case, case_pauses(db, case.id))
    return shapes.PromiseSlip(
        **paper_fields(db, definition, "promise_slip", actor, now),
        subject=paper_subject(db, definition, case),
        complete_at=datetime.fromisoformat(at),
        complete_on=complete_on,
        counted_from=words,
        due_on=date.fromisoformat(case.due_on),
        estimate=office.office_calendar(db).estimate_note(date.fromisoformat(case.due_on)),
        working_days=definition.promise.days,
        days=tuple(map(slip_day, days)),
        fee=fee_words(definition),
    )


def slip_day(day: DueDay) -> shapes.CalendarDay:
    """A day of the promise as the slip draws it."""
    off = "" if day.kind in ("start", "running") else day.reason
    return shapes.CalendarDay(on=day.date, number=day.number or 0, off=off)


def last_return(definition: Definition, way: Sequence[Event]) -> Event | None:
    back = applicant_steps(definition)
    return next((event for event in reversed(way) if event.step_to in back and event.step_from != event.step_to), None)


def return_slip_paper(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.ReturnSlip:
    back = last_return(definition, case_events(db, case.id))
    if back is None:
        raise Problem.of("conflict", why="Berkas ini tidak pernah dikembalikan.")
    return shapes.ReturnSlip(
        **paper_fields(db, definition, "return_slip", actor, now),
        subject=paper_subject(db, definition, case),
        returned_at=datetime.fromisoformat(back.at),
        checked_by=people.person_names(db).get(back.actor, back.actor),
        reasons=tuple(return_reasons(db, definition, case, back.note)),
        fee=fee_words(definition),
    )


def return_reasons(db: Database, definition: Definition, case: CaseFile, note: str) -> list[shapes.ReturnReason]:
    """Why a file went back, by the note of its return and the check list, each reason once."""
    lacking = [checked for checked in read_checklist(db, definition, case) if checked.lacking]
    told = set[str]().union(*(form_reasons_covered(line) for line in lacking))
    reasons = [shapes.ReturnReason(what=reason) for reason in split_reasons(note) if reason not in told]
    return reasons + [return_reason(line) for line in lacking]


# -- the population form ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def form_words() -> dict[str, Any]:
    """Columns of (letter, words, kind) and attachments as (words, item), as the file says them."""
    folder = Path(schema.__file__ or "").parent / "forms"
    return tomllib.loads((folder / f"{POPULATION_FORM}.toml").read_text(encoding="utf-8"))


def population_form(
    db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime
) -> shapes.PopulationForm:
    """The form as far as the case fills it; papers are ticked only where the counter has counted them."""
    form, counter = case_form(definition, case), counted_by(db, case)
    lines = []
    if counter:
        lines = read_checklist(db, definition, case)
    return shapes.PopulationForm(
        **paper_fields(db, definition, "population_form", actor, now),
        number=case.number,
        code=POPULATION_FORM,
        name=case.name,
        nik=case.main_key,
        family_key=form.role(definition, "family_key"),
        phone=form.role(definition, "phone"),
        columns=marked_columns(case.kind),
        attachments=marked_attachments(lines),
        on=stored_date(case.received_on) or office_date(now),
        checked_by=counter,
    )


def marked_columns(kind: str) -> tuple[shapes.MarkedColumn, ...]:
    """The columns with the line of this kind of application chosen."""
    return tuple(
        shapes.MarkedColumn(
            title=column["title"],
            notes=tuple(column.get("notes", ())),
            lines=tuple(
                shapes.MarkedLine(code=code, label=label, chosen=bool(own) and own == kind)
                for code, label, own in column["lines"]
            ),
        )
        for column in form_words()["columns"]
    )


def marked_attachments(lines: Sequence[CheckedLine]) -> tuple[shapes.Choice, ...]:
    there = {checked.need.id for checked in lines if checked.state == "present"}
    return tuple(shapes.Choice(label=label, chosen=item in there) for label, item in form_words()["attachments"])


CASE_PAPERS = {
    "tanda-terima": "receipt",
    "slip": "promise_slip",
    "pengembalian": "return_slip",
    "formulir": "filled_form",
    "f-1-02": "population_form",
}
"""Papers of one case: name in an address → name in `app.platform.printing.papers.PAPERS`."""
MAKERS = {
    "receipt": receipt_paper,
    "promise_slip": promise_slip_paper,
    "return_slip": return_slip_paper,
    "filled_form": filled_form,
    "population_form": population_form,
}


def case_paper(db: Database, case: CaseFile, paper: str, actor: Actor, now: datetime) -> common.Paper:
    """The data of one paper of a case. Raises Problem when the case has not come so far."""
    return MAKERS[paper](db, case_definition(db, case), case, actor, now)


def fetching_step(definition: Definition) -> Step | None:
    """The last step of the main line, where it waits for the applicant: something lies ready to be fetched."""
    last = engine.main_line(definition)[-1]
    return last if last.waits_for == "applicant" else None


def ready_codes(db: Database) -> list[tuple[str, str]]:
    """(service, slip code as printed) of open cases that only their applicant still has to fetch, by code; each case
    follows its own revision."""
    found: list[tuple[str, str]] = []
    for service, revision in db.run("SELECT DISTINCT service, revision FROM case_file WHERE closed = 0"):
        last = fetching_step(office.adopted_definition(db, service, revision))
        if last is not None:
            sql = "SELECT code FROM case_file WHERE closed = 0 AND service = ? AND revision = ? AND step = ?"
            rows = db.run(sql, (service, revision, last.id))
            found += [(service, show_code(code)) for (code,) in rows]
    return sorted(found, key=lambda pair: pair[1])


def ready_codes_of(db: Database, service: str) -> list[str]:
    return [code for each, code in ready_codes(db) if each == service]


def board_subject(service: str, on: date, codes: Iterable[str]) -> str:
    """What is printed: the same list of the same day once more is a copy, a list that has changed is not."""
    trace = hashlib.sha256(" ".join(codes).encode()).hexdigest()[:8]
    return f"board/{service}/{on.isoformat()}/{trace}"


def ready_codes_paper(db: Database, actor: Actor, service: str, now: datetime) -> shapes.ReadyCodes:
    definition = office.current_definition(db, service, office_date(now))
    if not fetching_step(definition):
        raise Problem.of("not_found", what="Daftar kode layanan itu")
    return shapes.ReadyCodes(
        **paper_fields(db, definition, "ready_codes", actor, now),
        service=definition.short_name,
        on=office_date(now),
        codes=tuple(ready_codes_of(db, service)),
    )
