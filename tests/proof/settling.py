"""What the pages ask of people after a fork, done by them: which PC goes on, and what becomes of each line of the other."""

from __future__ import annotations

from datetime import datetime

from app.centre import forks
from app.core.problems import Problem
from app.ktp import twins
from sync import enrolment
from tests.proof.pair import ADDRESS, OFFICE
from tests.proof.regency import Computer, Regency, use_code

NOTE = "Dicocokkan dengan map berkas"


def decide_forks(regency: Regency, computer: Computer) -> bool:
    """The centre's administrator decides about every stopped stream, and this PC goes on with the code; whether there
    was one."""
    journal, yuni = regency.centre.road.journal, regency.at(computer).pair.who("yuni")
    stopped = forks.stopped(journal, OFFICE)
    code = ""
    for fork in stopped:
        regency.forks_found += 1
        code = forks.settle(
            journal, yuni, office=OFFICE, place=fork.place, goes_on=regency.chance.choice(("held", "other")),
            note=NOTE, name="Yosowilangun", issue=lambda *_args: issue(regency), now=regency.now,
        )  # fmt: skip
        regency.forks_settled += 1
    if code:
        use_code(regency, computer, code)
    return bool(stopped)


def issue(regency: Regency) -> str:
    """A code as the centre prints it."""
    code = enrolment.issue_code(
        regency.centre.road, OFFICE, "Yosowilangun", address=ADDRESS, actor="yuni", now=regency.now
    )
    return code.text()


def decide_twins(regency: Regency, computer: Computer) -> None:
    """Somebody at the office decides about each line of the other PC: a citizen who has no case here goes on."""
    journal, now = computer.road.journal, regency.now
    wiji = regency.at(computer).pair.who("wiji")
    twins.set_rest_aside(journal, wiji, note=NOTE, now=now)
    for twin in twins.waiting(journal):
        if twin.own:
            continue
        if twin.same and not twin.held:
            twins.set_aside(journal, wiji, place=twin.place, digest=twin.hash, note=NOTE, now=now)
            continue
        take_over(regency, computer, twin, now)
    twins.send_again(journal, wiji, now)


def take_over(regency: Regency, computer: Computer, twin: twins.Twin, now: datetime) -> None:
    """One citizen of the other PC goes on here, or is set aside where he has his case already."""
    journal, wiji = computer.road.journal, regency.at(computer).pair.who("wiji")
    where = {"place": twin.place, "digest": twin.hash}
    if twin.same:
        try:
            twins.set_aside(journal, wiji, **where, note=NOTE, now=now)
        except Problem:  # its card is printed: it goes on, so that the card reaches its owner
            twins.take_over(journal, wiji, **where, note=NOTE, heeded=True, now=now)
        return
    number = twins.take_over(journal, wiji, **where, note=NOTE, heeded=False, now=now)
    if twin.line:
        regency.truth.numbers.setdefault(number, set()).add(twin.line.main_key)
