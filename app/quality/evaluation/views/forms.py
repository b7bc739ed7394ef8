"""What the pages of this room share: reading a posted form, and running a command that brings its page back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.core.dates import date_or_none
from app.core.problems import Problem
from app.platform.web.commands import Command, CommandForm, Refused
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import run_command
from app.quality.evaluation import sheets

SIGNED = "Tanda tangan Anda dicatat."
Draw = Callable[..., ResponseReturnValue]


def typed_text(name: str) -> str:
    return request.form.get(name, "")


def typed_date(name: str) -> date | None:
    """A date of a form; None for one that is empty or unreadable, which the command refuses at its field."""
    return date_or_none(typed_text(name), current_date(), future=True)


def run_with_values(command: Command, form: CommandForm | None, values: Mapping[str, Any]) -> Any:
    """The command with what the page says and, where it has a form, with what was typed there."""
    if form:
        values = {**values, **form.values}
    return command(current_journal(), current_actor(), now=current_time(), **values)


def run_change(
    command: Command,
    redraw: Draw,
    then: Any,
    toast: str = "",
    *,
    form: CommandForm | None = None,
    pin: bool = False,
    **values: Any,
) -> ResponseReturnValue:
    """Run a command whose page does more than `add_command`: rows, files, or another page than its own.

    `redraw(status=…, refused=…)` draws the page again with what was typed.
    """
    return run_command(
        partial(run_with_values, command, form, values),
        lambda problem: redraw(status=422, refused=Refused(command, form, problem, values)),
        then,
        toast,
        form=form,
        pin=pin,
    )


def form_values(status: int, refused: Refused) -> dict[str, Any]:
    """What a page shows of a form: its status, the name of what was refused, what was typed, what is wrong by field."""
    if refused.command is None or refused.problem is None:
        return {"status": status, "refused": "", "problem": None, "typed": {}, "wrong": {}}
    told = {field.name: str(field.errors[0]) for field in refused.form or () if field.errors}
    wrong = dict(refused.problem.fields) | told
    if wrong:
        problem = Problem.of("invalid", wrong)
    else:
        problem = refused.problem
    typed = {"status": status, "refused": refused.command.name, "typed": request.form}
    return typed | {"problem": problem, "wrong": wrong}


def staff_choices() -> Sequence[tuple[str, str]]:
    """Who may be responsible for a follow-up."""
    return [("", "Pilih petugas"), *sheets.responsible_people(current_db()).items()]
