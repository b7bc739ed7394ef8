"""The register of processing (UU 27/2022 art. 31): the services in force, what each room does, and own lines."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from app.core.clock import office_date
from app.core.holdings import Processing
from app.platform.office import queries as office
from app.platform.office.settings import get_setting
from app.platform.people.queries import profile_of
from app.records.privacy import service
from app.records.privacy.tables import ProcessingLine
from app.records.retention.queries import Period, periods
from app.room import hooks_of
from schema.database import Database
from schema.service_procedure import Definition

PUBLIC_SERVICE = "Pasal 20 ayat (2) huruf c dan e"
"""Of the bases of art. 20 (2): an obligation by law, and a task in the public interest or of public authority."""


def register_lines(db: Database, now: datetime) -> list[Processing]:
    """Every line: services first, then rooms, then what the office wrote itself."""
    in_force = office.services_in_force(db, office_date(now))
    services = [service_line(db, definition) for definition in in_force]
    known = {"", *(definition.id for definition in in_force)}
    rooms = [line for kept in hooks_of(db).kept for line in kept.processing if line.service in known]
    rooms = [line for line in rooms if not line.setting or get_setting(db, line.setting)]
    years = {period.kind.id: period for period in periods(db)}
    return [*(with_period(activity, years) for activity in (*services, *rooms)), *map(own_line, service.own_lines(db))]


def with_period(line: Processing, known: Mapping[str, Period]) -> Processing:
    """A line with the periods that the office keeps the records of it; without a record yet as it stands."""
    found = [known[record] for record in line.records if record in known]
    told = (f"{rule.kind.label}: {rule.years} tahun sesudah selesai" for rule in found)
    if found:
        return replace(line, kept="; ".join(told))
    return line


def service_line(db: Database, definition: Definition) -> Processing:
    """What a service does with the data of its applicants, as its definition says."""
    fields = [*definition.fields]
    receivers = "Tidak ada"
    if definition.people:
        fields += definition.people.fields
    if definition.partner:
        receivers = definition.partner.name
    files = [file.label for file in definition.files]
    data = list(dict.fromkeys([*(field.label for field in fields), *files]))
    return Processing(
        activity=f"Layanan {definition.name}",
        subjects=profile_of(db).words.applicant[:1].upper() + profile_of(db).words.applicant[1:],
        data=", ".join(data),
        purpose=f"Memproses permohonan {definition.short_name} dan memberi tahu hasilnya",
        basis="; ".join([PUBLIC_SERVICE, *legal_words(definition)]),
        receivers=receivers,
        records=(f"case/{definition.id}",),
    )


def legal_words(definition: Definition) -> list[str]:
    """The first entry of the legal basis of a service, and how many more its standard has."""
    entries = [basis.text.rstrip(".;") for basis in definition.legal_basis]
    if len(entries) > 1:
        more = [f"dan {len(entries) - 1} peraturan lain dalam standar pelayanannya"]
    else:
        more = []
    return entries[:1] + more


def own_line(row: ProcessingLine) -> Processing:
    texts = {name: str(getattr(row, name)) for name in service.LINE_LABELS}
    return msgspec.convert(texts | {"source": "office"}, Processing)


def receivers_of(db: Database, now: datetime) -> list[str]:
    """The partners to whom the services in force hand data on."""
    known = office.services_in_force(db, office_date(now))
    return list(dict.fromkeys(definition.partner.name for definition in known if definition.partner))
