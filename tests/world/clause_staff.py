"""Clauses 8 to 10 in the demo's year: the register is filled, people are described, one check is closed and one open.

No chance is asked and no moment passes, so that the year beside it stays as it was.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.casework.resources import service
from app.casework.resources.posts import fits_of
from app.casework.resources.queries import facility_lines
from app.core.clock import office_date
from app.core.permissions import Actor
from app.platform.office.queries import services_in_force
from app.quality.checks import queries as checks_of
from app.quality.checks import service as checks
from schema.service_procedure import Definition
from sync.journal import Journal
from tests.world.office_day import OfficeDay

KNOWN = {
    "agung": ("s1", "Ilmu Pemerintahan", 8, ()),
    "fajar": ("sma", "IPA", 3, ("Pelatihan Komputer",)),
    "retno": ("d3", "Administrasi", 5, ()),
}
"""Who knows what: level, field, years at work, trainings. Nobody sent Retno to hers yet."""


def fill_register(hands: OfficeDay) -> None:
    """Everything that the standard asks stands there on the first day, and who holds its posts is described."""
    journal, wiji, now = hands.journal, hands.actors["wiji"], hands.tick.at
    for line in facility_lines(hands.db, office_date(now)):
        service.add_items(journal, wiji, name=line.name, count=line.required, place="Ruang layanan", now=now)
    for fit in fits_of(hands.db, office_date(now)):
        held_by = (name for name, actor in hands.actors.items() if actor.person_id == fit.holder.person_id)
        username = next(held_by, "")
        if username in KNOWN and fit.line.asked:
            education, study, years, trainings = KNOWN[username]
            service.qualify_person(
                journal,
                wiji,
                person_id=fit.holder.person_id,
                education=education,
                study=study,
                working_since=office_date(now) - timedelta(days=365 * years),
                trainings=[(training, date(2021, 6, 14)) for training in trainings],
                skills=fit.line.asked.skills,
                now=now,
            )


class Checkers(NamedTuple):
    """Who checks, and who answers for what is found."""

    maker: Actor
    answerer: Actor


def hold_check(hands: OfficeDay, *, closed: bool) -> None:
    """A check of three running and three finished files: one finding; closed, or left for the Kasi to answer."""
    if not checks_of.running_cases(hands.db, ["ktp-el"]):  # a very short year has nothing to draw from
        return
    checked = [definition for definition in services_in_force(hands.db, hands.today) if definition.id == "ktp-el"]
    who = Checkers(hands.actors["wiji"], hands.actors["agung"])
    run_check(hands.journal, who, checked, hands.today, hands.tick.at, closed=closed)


def run_check(
    journal: Journal, who: Checkers, checked: Sequence[Definition], today: date, now: datetime, *, closed: bool
) -> None:
    process, product = checks_of.proposed_questions(checked)
    first = today - timedelta(days=90)
    purpose = "Persyaratan, pas foto, dan janji waktu diperiksa setiap triwulan."
    services = [definition.id for definition in checked]
    plan = checks.CheckPlan(today, services, purpose, first, today, 3, 3, process, product)
    made: dict[str, Any] = {"check_id": checks.plan_check(journal, who.maker, plan=plan, now=now), "now": now}
    checks.draw_cases(journal, who.maker, **made)
    for n, case in enumerate(checks_of.sampled_cases(journal.db, made["check_id"])):
        asked = process if case.part == "process" else product
        words = [("conforms", "")] * len(asked)
        if not n:
            weight = "light" if closed else "heavy"
            words[0] = (weight, "Daftar periksa tidak diparaf penerima berkas.")
        checks.judge_case(journal, who.maker, part=case.part, ordinal=case.ordinal, verdicts=words, **made)
    checks.send_findings(journal, who.maker, **made)
    if closed:
        said: dict[str, Any] = {
            "answer": "Terlewat pada jam ramai.",
            "action": "Paraf dicek setiap sore.",
            "due_on": today,
        }
        checks.answer_finding(journal, who.answerer, number=1, **said, **made)
        checks.close_check(journal, who.maker, note="Jawaban cukup; dilihat lagi triwulan depan.", **made)
