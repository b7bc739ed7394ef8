"""What other rooms contribute to the desk's pages, as the composition root collected it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask import current_app, url_for

from app.cases.rules import NoRules, ServiceRules
from app.cases.tasks import Card, Task
from app.web.context import current_actor, db, now

Target = str | Callable[[int], str]


def contributed(name: str) -> Any:
    """One part of the registry, or None when nobody offers it."""
    return current_app.extensions.get("loket_rooms", {}).get(name)


def rules_for(service: str) -> ServiceRules:
    """The rules of a service; one whose definition says everything has none."""
    known: Mapping[str, ServiceRules] = contributed("rules") or {}
    return known.get(service) or NoRules()


def special_page(name: str, case_id: int) -> str:
    """The address of the page that performs a step's special work, or nothing when no room has it."""
    target = cast("Target | None", (contributed("special") or {}).get(name))
    if target is None:
        return ""
    return target(case_id) if callable(target) else url_for(target, case_id=case_id)


def tasks() -> list[Task]:
    """What waits for the person of this request, the nearest promise first, undated after, drafts last."""
    providers: Sequence[Callable[..., list[Task]]] = contributed("tasks") or []
    found = [task for ask in providers for task in ask(db(), current_actor(), now())]
    return sorted(found, key=lambda one: (one.state == "idle", one.due_on or date.max, one.case_id or 0))


def cards() -> list[Card]:
    """Small sheets of the rooms, such as the blanks in stock at the centre."""
    providers: Mapping[str, Callable[..., Card | None]] = contributed("cards") or {}
    return [card for ask in providers.values() if (card := ask(db(), current_actor(), now())) is not None]
