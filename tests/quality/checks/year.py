"""Cases for checks: some that run and some whose card was handed over."""

from datetime import date
from typing import Any

from app.casework.batches import products
from app.quality.checks import service
from app.quality.checks.service import CheckPlan
from tests.services.ktp.desk import Desk

VERDICTS = ("conforms", "light", "moderate", "heavy")


def finish(desk: Desk, count: int) -> list[int]:
    """Cases whose cards were printed, arrived and were handed over."""
    ready = [desk.ready() for _ in range(count)]
    sent = desk.send(*ready)
    ordinals = range(1, count + 1)
    desk.printed(sent, *ordinals)
    desk.arrived(*ready)
    for case_id in ready:
        products.hand_card_over(
            desk.journal, desk.who("sari"), case_id=case_id, relation="self", receiver="Sama", now=desk.now
        )
    return ready


def make_plan(desk: Desk, **changed: Any) -> CheckPlan:
    today = desk.now.date()
    usual: dict[str, Any] = {
        "on_date": today,
        "services": ["ktp-el"],
        "purpose": "Persyaratan dan janji waktu",
        "from_on": date(2026, 1, 1),
        "until_on": today,
        "process_questions": ["Persyaratan lengkap?", "Foto sesuai butir 2.2?"],
        "product_questions": ["Selesai dalam 12 hari kerja?"],
        "process_size": 3,
        "product_size": 2,
    }
    return CheckPlan(**(usual | changed))


def planned(desk: Desk, **changed: Any) -> int:
    return service.plan_check(desk.journal, desk.who("ratna"), plan=make_plan(desk, **changed), now=desk.now)


def drawn(desk: Desk, **changed: Any) -> int:
    made = planned(desk, **changed)
    service.draw_cases(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
    return made


def judge(desk: Desk, check_id: int, part: str, ordinal: int, *words: str) -> None:
    given = [(word, "" if word == "conforms" else f"Dilihat {word}") for word in words]
    service.judge_case(
        desk.journal, desk.who("ratna"), check_id=check_id, part=part, ordinal=ordinal, verdicts=given, now=desk.now
    )


def answering(desk: Desk) -> int:
    """A check with one heavy and one light finding that wait for the Kasi."""
    desk.complete()
    finish(desk, 1)
    made = drawn(desk, process_size=1, product_size=1)
    judge(desk, made, "process", 1, "heavy", "conforms")
    judge(desk, made, "product", 1, "light")
    service.send_findings(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
    return made


def answer(desk: Desk, check_id: int, number: int, by: str = "budi") -> None:
    said: dict[str, Any] = {"answer": "Terlewat", "action": "Daftar periksa ditempel", "due_on": desk.now.date()}
    service.answer_finding(desk.journal, desk.who(by), check_id=check_id, number=number, now=desk.now, **said)
