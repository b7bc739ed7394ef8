"""What other rooms contribute to the desk's pages, as the composition root collected it."""

from __future__ import annotations

from datetime import date

from flask import url_for

from app.cases.rules import NoRules, ServiceRules
from app.cases.tasks import Card, Task
from app.web.context import current_actor, db, loket, now


def rules_for(service: str) -> ServiceRules:
    """The rules of a service; one whose definition says everything has none."""
    return next((room.rules[service] for room in loket().rooms if service in room.rules), NoRules())


def special_page(name: str, case_id: int) -> str:
    """The address of the page that performs a step's special work, or nothing when no room has it."""
    target = next((room.special[name] for room in loket().rooms if name in room.special), None)
    if target is None:
        return ""
    return target(case_id) if callable(target) else url_for(target, case_id=case_id)


def tasks() -> list[Task]:
    """What waits for the person of this request, the nearest promise first, undated after, drafts last."""
    waiting = [
        task for room in loket().rooms for ask in room.tasks for task in ask(db(), current_actor(), now())
    ]
    return sorted(waiting, key=lambda one: (one.state == "idle", one.due_on or date.max, one.case_id or 0))


def cards() -> list[Card]:
    """Small sheets of the rooms, such as the blanks in stock at the centre."""
    providers = (ask for room in loket().rooms for ask in room.cards)
    return [card for ask in providers if (card := ask(db(), current_actor(), now())) is not None]
