"""What the desk's papers have in common: letterhead and document number, the subject, the words beside its code."""

from datetime import date, datetime
from typing import Any

from app.casework.desk.form import key_heading
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.text import mask_phone
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.papers import common_fields, form_control
from app.platform.printing.data import common
from schema.database import Database
from schema.service_procedure import Definition

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
