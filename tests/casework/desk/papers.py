"""Applications of invented people; every NIK begins with 350899, a kecamatan that does not exist."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from app.casework.desk.checklist import case_requirements
from app.casework.desk.moving import case_definition
from app.casework.desk.opening import Application, Opened, Undecided, open_case
from app.casework.desk.queries import case_form
from app.casework.desk.tables import CaseFile
from app.core.permissions import Actor
from app.services.ktp.rules import KTP_RULES
from schema.database import Database
from sync.journal import Journal
from tests.platform.people import MUNDER, START

Made = TypeVar("Made")

NIK, KK = "3508994402090008", "3508991203150071"
ALL_ITEMS = ("village_letter", "signature_applicant", "signature_village_head", "photo", "kk_copy")
RED = {"photo": "merah"}
"""What a clerk sees of the photo of somebody born in an odd year, as Anisa is."""


def asked_of(run: Callable[[list[str]], Made]) -> Made:
    """Run a command; everything that it asks is decided: these are different people, the data was compared."""
    try:
        return run([])
    except Undecided as asked:
        return run([notice.id for notice in asked.notices])


def open_anew(
    journal: Journal,
    actor: Actor,
    raw: Mapping[str, str] | None = None,
    ticked: Mapping[str, str] = MappingProxyType(dict.fromkeys(ALL_ITEMS, "")),
    now: datetime = START,
    **more: Any,
) -> Opened:
    """An application at the start of the story; Anisa's, with all papers, if nothing else is said."""
    asked = Application("ktp-el", application() if raw is None else raw, ticked, **more)
    return open_case(journal, actor, asked, now=now, rules=KTP_RULES)


def open_many(
    journal: Journal, actor: Actor, count: int, ticked: Mapping[str, str] = MappingProxyType({}), first: int = 0
) -> list[Opened]:
    """Applications of other people, everything that they ask decided."""
    return [
        asked_of(lambda heeded, n=n: open_anew(journal, actor, other(n), ticked, heeded=heeded))
        for n in range(first, first + count)
    ]


def application(**changes: str) -> dict[str, str]:
    """Anisa's form as it is typed; she is seventeen and comes from Munder."""
    return {
        "kind": "baru",
        "form_code": "f_1_02",
        "nik": NIK,
        "kk": KK,
        "full_name": "Anisa Rahmawati",
        "birth_place": "Lumajang",
        "birth_on": "04022009",
        "sex": "female",
        "mother_name": "Siti Aminah",
        "village": MUNDER,
        "street": "Dusun Krajan",
        "rt": "3",
        "rw": "1",
        "phone": "0812-3456-4417",
    } | changes


HOME = {
    "home_address": "Jl. Semeru 12, RT 3 RW 7",
    "home_village": "Rambipuji",
    "home_kecamatan": "Rambipuji",
    "home_regency": "Kabupaten Jember",
    "home_province": "Jawa Timur",
}


def from_elsewhere(**changes: str) -> dict[str, str]:
    """Anisa's form, had she her home in another regency."""
    kept = {key: text for key, text in application().items() if key not in ("village", "street", "rt", "rw")}
    return {**kept, "kind": "luar_domisili", **HOME} | changes


def as_asked(db: Database, case: CaseFile) -> dict[str, str]:
    """Item → what is to be seen of it when everything is in order."""
    definition = case_definition(db, case)
    facts = case_form(definition, case).facts
    return {
        requirement.id: str(facts[requirement.observed.expected])
        for requirement in case_requirements(definition, case)
        if requirement.observed
    }


def other(number: int, **changes: str) -> dict[str, str]:
    """Somebody else: another NIK, KK, name and birth date."""
    names = ("Budi Hartono", "Sulastri", "Khoirul Anam", "Dwi Ratnasari", "Ponirah", "Moch Ilham Maulana")
    day = number % 27 + 1
    return application(
        nik=f"350899{day:02d}0590{number:04d}",
        kk=f"350899120315{number:04d}",
        full_name=names[number % len(names)] + (f" {chr(65 + number % 26)}" if number >= 6 else ""),
        birth_on=f"{day:02d}051990",
        sex="male",
        mother_name="",
        phone="",
        **changes,
    )
