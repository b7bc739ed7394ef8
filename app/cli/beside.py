"""An office and a centre beside each other in one process: enrolled and exchanging without a network."""

from datetime import datetime

from app.centre.offices import invite_office
from app.core.permissions import Actor
from sync import answers, enrolment
from sync.carriers import MemoryCarrier
from sync.enrolment import EnrolmentCode
from sync.nodes import Node


def carrier_to(centre: Node, office: str, now: datetime) -> MemoryCarrier:
    """What travels between an office and a centre without a network."""
    return MemoryCarrier(
        lambda data: answers.answer_batch(centre, office, data, now),
        lambda after: answers.answer_fetch(centre, office, after, now),
        lambda: answers.answer_state(centre, office, now),
    )


def enrol_in_process(office: Node, centre: Node, admin: Actor, *, name: str, address: str, now: datetime) -> None:
    """The administrator of the centre gives a code, the office uses it at once. Raises Problem, SyncError."""
    code = office.journal.source
    printed = list[EnrolmentCode]()

    def issue(invited: str, called: str, actor: str, at: datetime) -> str:
        printed.append(enrolment.issue_code(centre, invited, called, address=address, actor=actor, now=at))
        return printed[0].text()

    invite_office(centre.journal, admin, office=code, name=name, issue=issue, now=now)
    request, _ = enrolment.request_file(office, printed[0], centre.keys.public, now)
    answer = enrolment.accept_office(centre, request, now)
    enrolment.finish_enrolment(office, answer, centre.keys.public, address, now)
