"""What other rooms contribute to the desk's pages, as the composition root collected it."""

from datetime import date

from flask import url_for

from app.desk.findings import NO_RULES, ServiceRules
from app.desk.tasks import Card, Task
from app.web.context import current_actor, current_db, current_loket, current_time


def rules_for(service: str) -> ServiceRules:
    return next((room.rules[service] for room in current_loket().rooms if service in room.rules), NO_RULES)


def special_address(name: str, case_id: int) -> str:
    """The address of the page that performs a step's special work, or nothing when no room has it."""
    target = next((room.special[name] for room in current_loket().rooms if name in room.special), None)
    if target is None:
        return ""
    return target(case_id) if callable(target) else url_for(target, case_id=case_id)


def waiting_tasks() -> list[Task]:
    waiting = [
        task
        for room in current_loket().rooms
        for ask in room.tasks
        for task in ask(current_db(), current_actor(), current_time())
    ]
    return sorted(waiting, key=lambda one: (one.state == "idle", one.due_on or date.max, one.case_id or 0))


def side_cards() -> list[Card]:
    """Small sheets of the rooms, such as the blanks in stock at the centre."""
    providers = (ask for room in current_loket().rooms for ask in room.cards)
    return [card for ask in providers if (card := ask(current_db(), current_actor(), current_time())) is not None]
