"""Cases that stand at a step and still wait for word from elsewhere: they are not what the label of the step says.

A room tells which, by service (`CaseHooks.step_wait`); the desk's pages, counts and sentences ask here.
"""

from collections.abc import Collection, Mapping

import msgspec

from app.casework.desk.tables import CaseFile
from app.room import hooks_of
from schema.database import Database
from schema.service_procedure import Exit, Step


class StepWait(msgspec.Struct, frozen=True):
    """What cases of a `step` wait for. `where` is an SQL condition on `case_file c`, true while a case waits.

    `label`, `title`, `meaning` and `next_sentence` stand in the place of the step's own. `endpoint` is the page on
    which word is noted with a `permission`, by its `verb`, and takes `case_id`; `listed` the page with all of them, at
    `#status`.
    """

    step: str
    where: str
    label: str
    title: str
    meaning: str
    next_sentence: str
    endpoint: str
    permission: str
    verb: str
    listed: str


def step_waits(db: Database) -> Mapping[str, StepWait]:
    """Service → what its cases may wait for."""
    return {hooks.service: hooks.step_wait() for hooks in hooks_of(db).cases if hooks.step_wait is not None}


def waiting_condition(db: Database) -> tuple[str, tuple[str, ...]]:
    """SQL condition on `case_file c` and its values: open cases that wait, of whichever service."""
    waits = step_waits(db)
    parts = [f"(c.service = ? AND c.step = ? AND {wait.where})" for wait in waits.values()]
    values = tuple(value for service, item in waits.items() for value in (service, item.step))
    return f"c.closed = 0 AND ({' OR '.join(parts) or '0'})", values


def waiting_cases(db: Database, ids: Collection[int]) -> dict[int, StepWait]:
    """Of these cases those that wait: id → what for."""
    where, values = waiting_condition(db)
    if not ids or not values:
        return {}
    marks = ", ".join("?" * len(ids))
    waits = step_waits(db)
    rows = db.run(f"SELECT c.id, c.service FROM case_file c WHERE {where} AND c.id IN ({marks})", [*values, *ids])
    return {case_id: waits[service] for case_id, service in rows}


def wait_of(db: Database, case: CaseFile) -> StepWait | None:
    known = step_waits(db).get(case.service)
    if known and known.step == case.step:
        return waiting_cases(db, [case.id]).get(case.id)
    return None


def shown_state(state: Step | Exit, wait: StepWait | None) -> Step | Exit:
    """A state as pages show it: in the words of what its case waits for, where it waits."""
    if wait is None or isinstance(state, Exit):
        return state
    return msgspec.structs.replace(
        state, state_label=wait.label, title=wait.title, meaning=wait.meaning, next_sentence=wait.next_sentence
    )
