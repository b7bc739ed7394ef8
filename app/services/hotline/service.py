"""Commands of the hotline: a contact is a case like any other, opened with what one can type while a caller speaks."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec.structs import asdict

from app.casework.desk.events import CaseCorrected
from app.casework.desk.form import project_form, read_form
from app.casework.desk.moving import take_exit
from app.casework.desk.opening import Application, Opened, check_form, open_case
from app.casework.desk.service import open_case_of
from app.casework.desk.story import spoken_name
from app.casework.desk.tables import CaseFile
from app.core.asked import Offered
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem
from app.platform.files.service import keep_file
from app.platform.office import queries as office
from app.room import office_command
from app.services.complaints.service import Visitor, WrittenLine, write_line
from app.services.hotline.events import ComplaintMade
from app.services.hotline.queries import SERVICE, complaint_of, get_contact, just_opened
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome
from schema.service_standard import FileRule
from sync.journal import Journal

UNNAMED = "Pelanggan"
"""What a contact is called whose caller did not say his name."""
PICTURE = FileRule(id="screenshot", label="Gambar pesan", types=("jpeg", "png"), max_kb=1500)
"""The picture of a message (clause 10.a), attached to the report of a need."""
MADE_COMPLAINT = "complaint"
"""Exit of a contact that became a line of the complaint book."""
REPORTED = ("to_kabag", "to_wadir")
"""Outcomes by which a contact goes to whoever gives the instruction."""


def open_contact(
    journal: Journal,
    actor: Actor,
    *,
    channel: str,
    number: str,
    question: str,
    now: datetime,
    kind: str = "general",
    caller: str = "",
) -> Opened:
    """Write down a contact. The same words typed twice in two minutes are one contact; the program (SYSTEM) never asks
    twice by itself. Raises Problem with one sentence per field.
    """
    if actor is not SYSTEM:
        require(actor, "hotline.open")
    raw = {"question": question, "kind": kind, "channel": channel, "number": number, "caller": caller.strip()}
    with journal.transaction():
        db = journal.db
        today = office_date(now)
        raw["caller"] = raw["caller"] or UNNAMED
        definition = office.current_definition(db, SERVICE, today)
        fields = check_form(read_form(definition, raw, today, office.village_names(db))).values
        known = None
        if actor is not SYSTEM:
            known = just_opened(db, actor.username, fields, now)
        if known is not None:
            return Opened(known.id, known.number, "")
        return open_case(journal, actor, Application(service=SERVICE, raw=raw, ticked={}), now=now, permission="")


@office_command("hotline.open")
def set_field(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    kind: Annotated[str, Offered("Bidang", SENTENCES["choose_from_list"])],
    now: datetime,
) -> None:
    """Say to which field a contact belongs, until it is reported: the field decides who gives the instruction, and of
    a message the program knows none. Raises Problem `not_found`, `state`, `invalid` at `kind`.
    """
    contact = get_contact(journal.db, case_id)
    _, definition = open_case_of(journal.db, actor, case_id, "hotline.open")
    labels = {kind.id: kind.label for kind in definition.kinds}
    if contact.last(*REPORTED):
        raise Problem.of("state", what="Kontak ini", state="sudah dilaporkan, jadi bidangnya tetap")
    if kind not in labels:
        raise Problem.of("invalid", {"kind": SENTENCES["choose_from_list"]})
    if kind == contact.kind:
        return
    raw = contact.fields | {"kind": kind}
    villages = office.village_names(journal.db)
    form = check_form(read_form(definition, raw, office_date(now), villages))
    said = {"changed": ["kind"], "reason": f"Bidang: {labels[kind]}."} | asdict(project_form(definition, form, kind))
    body = CaseCorrected(case_id=case_id, **said)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("hotline.complaint")
def make_complaint(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> WrittenLine:
    """The contact becomes one line of the complaint book, with what was typed; an open one ends with that.

    Raises Problem `conflict` for one that is a line already.
    """
    db = journal.db
    contact = get_contact(journal.db, case_id)
    if known := complaint_of(db, case_id):
        raise Problem.of("conflict", why=f"Kontak ini sudah menjadi pengaduan nomor {known[1]}.")
    if contact.name == UNNAMED.upper():
        name = ""
    else:
        name = spoken_name(contact.name)
    line = write_line(
        journal,
        actor,
        channel="hotline",
        visitor=Visitor(words=contact.question, name=name, contact=contact.phone),
        now=now,
        received_on=contact.received_on,
        place=f"kontak {contact.number}",
    )
    journal.record(ComplaintMade(case_id, line.id), subject=f"case/{case_id}", actor=actor.username, at=now)
    if not contact.closed:
        take_exit(journal, actor, case_id=case_id, exit_id=MADE_COMPLAINT, reason=line.number, now=now)
    return line


def attach_picture(journal: Journal, actor: Actor, *, case_id: int, data: bytes, name: str, now: datetime) -> None:
    """Keep the picture of a message beside its contact. Raises Problem `invalid` at `picture`."""
    require(actor, "hotline.open")
    get_contact(journal.db, case_id)
    what: dict[str, Any] = {"rule": PICTURE, "subject": f"case/{case_id}", "name": name, "field": "picture"}
    keep_file(journal, actor, data=data, now=now, **what)


def check_complaint_exit(
    db: Database,
    case: CaseFile,
    definition: Definition,
    outcome: Outcome | Exit,
    _actor: Actor | None,
    _today: date,
) -> None:
    """A contact ends as a complaint only together with its line. Raises Problem."""
    ends = isinstance(outcome, Exit) and outcome.id == MADE_COMPLAINT
    if ends and complaint_of(db, case.id) is None:
        raise Problem.of("conflict", why="Tekan Jadikan pengaduan di halaman kontak, supaya barisnya tertulis di buku.")
