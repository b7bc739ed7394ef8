"""A training centre: founded with invented officers, and the dispatches that an invented office sends it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.centre import service
from app.centre.offices import CentreExchange
from app.centre.settings import set_up_centre
from app.core.clock import office_date
from app.core.messages import FIRST_SERVICE, DispatchLine, DispatchSent, dispatch_digest
from app.core.permissions import SYSTEM, Actor
from app.platform.office.queries import newest_standard
from app.platform.people.changes import AddPerson
from app.platform.people.hashing import Cost
from app.platform.people.queries import actor_named
from app.platform.people.service import add_person
from app.platform.practice.founding import PASSWORD, QUICK, give_pins, officer_name
from app.platform.practice.invented import InventedPerson
from schema.profiles import load_profile
from sync.enrolment import CENTRE_STREAM
from sync.journal import Journal

SENDER_NAME = "Kecamatan Latihan"
ADDRESS = "latihan.invalid"
"""Printed in its codes; the name belongs to nobody for ever (RFC 2606), and a training centre answers nobody anyway."""
IDENTITY = {
    "centre.code": "dukcapil-0000",
    "centre.name": "Pusat Latihan",
    "centre.regency": "Kabupaten Latihan",
    "centre.place": "Latihan",
    "centre.address": ADDRESS,
}
BLANKS = 1000
"""A long row of exercises; whoever has used them all records more, as at work."""
PROMISED = timedelta(days=16)
HAVE = ["signature_applicant", "photo", "kk_copy"]


class TrainingExchange(CentreExchange):
    def sticks(self) -> list[tuple[str, str]]:
        """None: nothing of a training centre leaves it, and no real office's file is read there."""
        return []


def found_training_centre(journal: Journal, now: datetime, cost: Cost = QUICK) -> None:
    """The centre with an officer for each of its roles, their PINs, and blanks. All of it or nothing."""
    try:
        with journal.transaction():
            set_up_centre(journal, identity=IDENTITY, now=now)
            for number, role in enumerate(load_profile().side_roles("centre")):
                person = AddPerson(username=role, name=officer_name(number), roles=(role,))
                add_person(journal, SYSTEM, person, password=PASSWORD, must_change=False, now=now, cost=cost)
            give_pins(journal, now, cost)
            service.receive_blanks(journal, administrator(journal, now), count=BLANKS, letter="LATIHAN", now=now)
    except BaseException:
        journal.forget()
        raise


def administrator(journal: Journal, now: datetime) -> Actor:
    """The one whom :func:`found_training_centre` added."""
    found = actor_named(journal.db, "centre_admin", office_date(now))
    if found is None:
        raise LookupError("centre_admin")
    return found


def write_dispatch(sender: Journal, people: Sequence[InventedPerson], now: datetime) -> None:
    """The lines of a dispatch and its closing, in the sending office's stream. What its clerks did before is not
    played: the office takes the lines as its own that came back, and makes the cases from them."""
    dispatch = sender.next_id("dispatch")
    first = sender.next_id("case_file")
    adopted = newest_standard(sender.db, FIRST_SERVICE, office_date(now))
    assert adopted is not None  # the office was founded with it
    number = f"{dispatch:03d}/LATIHAN/{office_date(now).year}"
    today = office_date(now).isoformat()
    with sender.transaction():
        lines = [
            make_line(person, adopted[1].revision, dispatch, number, ordinal, first + ordinal - 1, now)
            for ordinal, person in enumerate(people, 1)
        ]
        named = [(line, f"case/{line.case_id}") for line in lines]
        entries = sender.record_many(named, actor="counter", at=now, stream=CENTRE_STREAM)
        digest = dispatch_digest(lines, [entry.line_id for entry in entries])
        body = DispatchSent(dispatch, number, number, number, today, len(lines), digest, "camat")
        sender.record(body, subject=f"dispatch/{dispatch}", actor="camat", at=now, stream=CENTRE_STREAM)


def make_line(
    person: InventedPerson, revision: str, dispatch: int, number: str, ordinal: int, case_id: int, now: datetime
) -> DispatchLine:
    today = office_date(now)
    return DispatchLine(
        dispatch_id=dispatch,
        dispatch=number,
        ordinal=ordinal,
        case_id=case_id,
        number=f"{case_id:04d}/LATIHAN/{today.year}",
        code=f"LAT-{case_id:07d}",
        service=FIRST_SERVICE,
        revision=revision,
        kind="baru",
        kind_label="Baru",
        name=person.name.upper(),
        area=person.village[0],
        area_name=person.village[1],
        main_key=person.nik,
        fields={
            "nik": person.nik,
            "kk": person.kk,
            "full_name": person.name.upper(),
            "birth_place": "LUMAJANG",
            "birth_on": person.birth_on.isoformat(),
            "sex": person.sex,
            "mother_name": person.mother.upper(),
        },
        received_on=today.isoformat(),
        completed_on=today.isoformat(),
        due_on=(today + PROMISED).isoformat(),
        sent_on=today.isoformat(),
        step="print",
        place="dispatch",
        recording="print_ready",
        recorded_on=today.isoformat(),
        items=HAVE,
    )
