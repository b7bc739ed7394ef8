"""What the pages ask of people after a fork, done by them: which PC goes on, what becomes of the other's lines."""

from datetime import datetime

from app.casework.batches import other_versions
from app.centre import forks
from app.core.permissions import Actor
from app.core.problems import Problem
from sync import enrolment
from sync.journal import Journal
from tests.proof.pair import ADDRESS, OFFICE
from tests.proof.regency import Computer, Regency, use_code

NOTE = "Dicocokkan dengan map berkas"


def decide_forks(regency: Regency, computer: Computer) -> bool:
    """The centre's administrator decides about every stopped stream, and this PC goes on with the code; whether there
    was one."""
    journal, yuni = regency.centre.node.journal, regency.at(computer).pair.who("yuni")
    stopped = forks.list_stopped_forks(journal, OFFICE)
    code = ""
    for fork in stopped:
        regency.forks_found += 1
        code = forks.settle_fork(
            journal,
            yuni,
            office=OFFICE,
            place=fork.place,
            goes_on=regency.chance.choice(("held", "other")),
            note=NOTE,
            name="Yosowilangun",
            issue=lambda *_args: issue(regency),
            now=regency.now,
        )
        regency.forks_settled += 1
    if code:
        use_code(regency, computer, code)
    return bool(stopped)


def issue(regency: Regency) -> str:
    """A code as the centre prints it."""
    code = enrolment.issue_code(
        regency.centre.node, OFFICE, "Yosowilangun", address=ADDRESS, actor="yuni", now=regency.now
    )
    return code.text()


def decide_twins(regency: Regency, computer: Computer) -> None:
    """Somebody at the office decides about each line of the other PC: a citizen who has no case here goes on."""
    journal, now = computer.node.journal, regency.now
    wiji = regency.at(computer).pair.who("wiji")
    other_versions.set_rest_aside(journal, wiji, note=NOTE, now=now)
    while twin := next((line for line in other_versions.waiting_lines(journal) if not line.own), None):
        decide_twin(regency, computer, twin, now)
    other_versions.send_unsent_again(journal, wiji, now=now)


def decide_twin(regency: Regency, computer: Computer, twin: other_versions.OtherLine, now: datetime) -> None:
    """One line of the other PC: its citizen goes on here, or it is set aside where he has his case already. A line
    whose card is printed is never set aside, so that the card reaches its owner."""
    journal, wiji = computer.node.journal, regency.at(computer).pair.who("wiji")
    first, second = (set_aside, take_over) if twin.same else (take_over, set_aside)
    try:
        first(regency, journal, wiji, twin, now)
    except Problem:  # its sentence names the other way
        second(regency, journal, wiji, twin, now)


def set_aside(_regency: Regency, journal: Journal, by: Actor, twin: other_versions.OtherLine, now: datetime) -> None:
    """Leave the line unused."""
    other_versions.set_line_aside(journal, by, place=twin.place, digest=twin.hash, note=NOTE, now=now)


def take_over(regency: Regency, journal: Journal, by: Actor, twin: other_versions.OtherLine, now: datetime) -> None:
    """Its citizen goes on under a number of this PC, written on his slip."""
    number = other_versions.take_line_over(
        journal, by, place=twin.place, digest=twin.hash, note=NOTE, heeded=bool(twin.same), now=now
    )
    if twin.line:
        regency.truth.numbers.setdefault(number, set()).add(twin.line.main_key)
